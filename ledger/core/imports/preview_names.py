"""How a preview writes what rows hold: instants and amounts as files have them, things by name."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import clock, money
from ledger.core.tables import CustomerDetail, Person


def instant(stored: str) -> str:
    """Return an instant in UTC as a file may have it: "2026-03-31T18:05:00Z"."""
    return clock.from_text(stored).isoformat().replace("+00:00", "Z")


def amount(minor: int, currency: str) -> str:
    """Return an amount with its currency: "12.50 USD"."""
    return f"{money.plain(minor, currency)} {currency}"


def person_name(person: Person) -> str:
    """Return a person's name and employee id: "Ana (00412)"; the id alone if there is no name."""
    if person.name == person.employee_id:
        return person.name
    return f"{person.name} ({person.employee_id})"


def references(session: Session, customer_ids: Collection[int]) -> Mapping[int, str]:
    """Return the references of a few customers, by id; those without one are left out."""
    if not customer_ids:
        return {}
    query = select(col(CustomerDetail.customer_id), col(CustomerDetail.reference)).where(
        col(CustomerDetail.customer_id).in_(customer_ids),
        col(CustomerDetail.reference).is_not(None),
    )
    return {row[0]: row[1] for row in session.execute(query)}
