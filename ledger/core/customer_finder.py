"""Finding a customer: by reference, number, last four digits, or the beginning of the name."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, bindparam, func, select, union_all
from sqlmodel import Session, col

from ledger.core import customer_joins, customers
from ledger.core.driver import Driver
from ledger.core.tables import Customer, CustomerAlias, CustomerDetail


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCustomer:
    """A customer as the finder shows them; `uid` is the pseudonym that addresses name."""

    id: int
    uid: str
    label: str
    phone_last4: str | None
    reference: str | None
    loyalty: str | None
    since: date | None


def find_customers(session: Session, text: str, *, count: int = 8) -> Sequence[FoundCustomer]:
    """Return up to `count` customers whose reference, number, last four digits or name fits.

    A whole number must be the whole number; four digits alone are the last four of a phone
    number. Somebody who was joined with another is found by what either is known by, as the one
    as whom they count, once. Each way to find is a look-up of its own in one index: one condition
    with "or" would read every customer.
    """
    wanted = unicodedata.normalize("NFC", text.strip())[: customers.LONGEST_TEXT]
    if not wanted:
        return []
    # Names of one person may come several times before those of the next.
    ways = [_way(fits, count=2 * count) for fits in _conditions(wanted)]
    found = union_all(*(select(way.subquery().c.customer_id) for way in ways)).subquery()
    current = select(func.coalesce(col(CustomerAlias.into_id), found.c.customer_id)).outerjoin_from(
        found, CustomerAlias, col(CustomerAlias.customer_id) == found.c.customer_id
    )
    query = (
        _known()
        .where(col(CustomerDetail.customer_id).in_(current))
        .order_by(col(CustomerDetail.name_key), col(CustomerDetail.customer_id))
        .limit(count)
    )
    return [as_found(detail, uid) for detail, uid in session.execute(query)]


def customer(session: Session, customer_id: int) -> FoundCustomer | None:
    """Return one customer, if there is such a one and their details were not erased.

    Somebody who was joined with another is that one.
    """
    current = customer_joins.current_id(Driver(session), customer_id)
    row = session.execute(_BY_ID, {"current": current}).one_or_none()
    return None if row is None else as_found(row[0], row[1])


def customer_by_uid(session: Session, uid: str) -> FoundCustomer | None:
    """Return the customer with this pseudonym, as whom they count; None as for `customer`."""
    query = select(col(Customer.id)).where(col(Customer.pseudonym) == uid)
    customer_id = session.scalars(query).one_or_none()
    return None if customer_id is None else customer(session, customer_id)


def as_found(detail: CustomerDetail, uid: str) -> FoundCustomer:
    """Return a customer with this pseudonym as the finder shows them."""
    return FoundCustomer(
        id=detail.customer_id,
        uid=uid,
        label=detail.name or detail.loyalty or detail.reference or detail.phone_last4 or "",
        phone_last4=detail.phone_last4,
        reference=detail.reference,
        loyalty=detail.loyalty,
        since=detail.since,
    )


def _conditions(wanted: str) -> Sequence[ColumnElement[bool]]:
    fits = [col(CustomerDetail.reference) == wanted, col(CustomerDetail.loyalty) == wanted]
    key = customers.name_key(wanted)
    if any(letter.isalpha() for letter in key):
        # A range, not LIKE: the text is somebody's, and the index serves a range.
        past = key + "\U0010ffff"
        name = col(CustomerDetail.name_key)
        return [*fits, (name >= key) & (name <= past)]
    digits = customers.phone_key(wanted)
    if len(digits) == customers.LEAST_DIGITS:
        return [*fits, col(CustomerDetail.phone_last4) == digits]
    if digits:
        return [*fits, col(CustomerDetail.phone) == digits]
    return fits


def _way(fits: ColumnElement[bool], *, count: int) -> Select[int]:
    return (
        select(col(CustomerDetail.customer_id))
        .join(Customer, col(Customer.id) == col(CustomerDetail.customer_id))
        .where(fits, customers.is_visible())
        .order_by(col(CustomerDetail.name_key))
        .limit(count)
    )


def _known() -> Select[CustomerDetail, str]:
    return select(CustomerDetail, col(Customer.pseudonym)).join(
        Customer, col(Customer.id) == col(CustomerDetail.customer_id)
    )


# Made once: it is asked for every decision.
_BY_ID = _known().where(
    col(CustomerDetail.customer_id) == bindparam("current"), customers.is_visible()
)
