"""Who stands in for whom, of those who answer asks: one may have handed on to the next."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core.tables import Delegation, DelegationEnd


def in_force(session: Session, *, on: date) -> Mapping[int, int]:
    """Return to whom people have handed their asks over on a business date, by the givers' ids."""
    query = (
        select(col(Delegation.person_id), col(Delegation.to_id))
        .outerjoin(DelegationEnd, col(DelegationEnd.delegation_id) == col(Delegation.id))
        .where(
            col(DelegationEnd.id).is_(None),
            col(Delegation.starts_on) <= on,
            col(Delegation.ends_on) >= on,
        )
        .order_by(col(Delegation.id))
    )
    return {row.person_id: row.to_id for row in session.execute(query)}


def givers_around(session: Session, person_id: int, *, now: datetime) -> frozenset[int]:
    """Return who may have handed on to this person, by the business date of any site."""
    found: set[int] = set()
    for days in (-1, 0, 1):
        handed_over = in_force(session, on=now.date() + timedelta(days=days))
        found |= {one for one in handed_over if person_id in reaches(handed_over, one)}
    return frozenset(found)


def reaches(handed_over: Mapping[int, int], person_id: int) -> list[int]:
    """Return who answers in a person's place, one handing on to the next, the nearest first."""
    found: list[int] = []
    to_id = handed_over.get(person_id)
    while to_id is not None and to_id not in (person_id, *found):
        found.append(to_id)
        to_id = handed_over.get(to_id)
    return found
