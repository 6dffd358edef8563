"""As whom each customer counts: look-ups by key, the locks they need, and the tally of the joins.

The book `customer_join` says it, a customer's last row at a time; `customer_alias` is its tally,
with a row for those alone who count as somebody else, always one level deep.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    bindparam,
    delete,
    exists,
    insert,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col

from ledger.core import journal
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.driver import Driver, Prepared
from ledger.core.tables import Customer, CustomerAlias, CustomerJoin


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasDifference:
    """A customer whose row in the tally (None: there is none) is not what the book says."""

    customer_id: int
    found: int | None
    expected: int | None


def current_id(driver: Driver, customer_id: int) -> int:
    """Return the id of whom this customer counts as: mostly their own."""
    into = _INTO.run(driver, customer=customer_id).fetchone()
    return customer_id if into is None else int(into[0])


def lock(
    driver: Driver, customer_ids: Collection[int], *, themselves: bool = False
) -> Mapping[int, int]:
    """Take the locks of those as whom these customers count; return as whom that is.

    What all people give one customer is summed up under this lock, and nobody is joined or parted
    without it. Somebody may be joined between the look-up and the lock, so it is looked up again
    until nothing has changed. In order of ids, before the chain lock. On SQLite the write
    transaction itself is the lock. `themselves`: their own locks as well, for who is parted.
    """
    held: set[int] = set()
    while True:
        into = {one: current_id(driver, one) for one in customer_ids}
        missing = sorted({*into.values(), *(customer_ids if themselves else ())} - held)
        if not missing or driver.dialect == "sqlite":
            return into
        for one in missing:
            _LOCK.run(driver, id=one)
        held.update(missing)


def is_joined(customer_id: Mapped[int]) -> ColumnElement[bool]:
    """Return the condition that the customer in this column counts as another one."""
    return exists().where(col(CustomerAlias.customer_id) == customer_id)


def ids_of_one(customer_id: Any) -> CompoundSelect[tuple[int]]:  # noqa: ANN401 - an id, or the parameter for one
    """Select all ids under which one customer is known, whichever of them is given.

    One may come twice. Each part is a look-up by a key: a condition with "or" would be a scan.
    """
    own, other = aliased(CustomerAlias), aliased(CustomerAlias)
    return union_all(
        select(col(Customer.id)).where(col(Customer.id) == customer_id),
        select(col(CustomerAlias.customer_id)).where(col(CustomerAlias.into_id) == customer_id),
        select(col(CustomerAlias.into_id)).where(col(CustomerAlias.customer_id) == customer_id),
        select(col(other.customer_id))
        .join(own, col(own.into_id) == col(other.into_id))
        .where(col(own.customer_id) == customer_id),
    )


def into_ids(session: Session, customer_ids: Iterable[int] | None) -> Mapping[int, int]:
    """Return as whom those count who are one with any of these; None means everybody."""
    query = select(col(CustomerAlias.customer_id), col(CustomerAlias.into_id))
    if customer_ids is None:
        return _pairs(session, query)
    found: dict[int, int] = {}
    for ids in batched(customer_ids, IDS_IN_A_QUERY):
        own = aliased(CustomerAlias)
        into = select(col(own.into_id)).where(col(own.customer_id).in_(ids))
        found.update(_pairs(session, query.where(col(CustomerAlias.into_id).in_(ids))))
        found.update(_pairs(session, query.where(col(CustomerAlias.into_id).in_(into))))
    return found


def groups(into: Mapping[int, int], customer_ids: Iterable[int]) -> Mapping[int, Sequence[int]]:
    """Return everybody who counts, in order of ids, each with all of their ids."""
    found: dict[int, list[int]] = {}
    for customer_id in sorted({into.get(one, one) for one in customer_ids}):
        found[customer_id] = [customer_id]
    for customer_id, into_id in into.items():
        if into_id in found:
            found[into_id].append(customer_id)
    return found


def group_of(session: Session, customer_id: int) -> Sequence[int]:
    """Return all ids of one customer, whichever of them is given: first as whom they count."""
    into = into_ids(session, [customer_id])
    current = into.get(customer_id, customer_id)
    return [current, *sorted(into)]


def note(driver: Driver, customer_id: int, into_id: int) -> None:
    """Write into the tally as whom a customer counts from now on."""
    _FORGET.run(driver, customer=customer_id)
    if into_id != customer_id:
        _KEEP.run(driver, customer_id=customer_id, into_id=into_id)


def recompute(session: Session) -> int:
    """Write the tally as the book has it; return how many rows were wrong. Takes the chain lock."""
    session.flush()
    driver = Driver(session)
    journal.lock_chain(driver)
    wrong = differences(session)
    for one in wrong:
        note(driver, one.customer_id, one.expected or one.customer_id)
    return len(wrong)


def differences(session: Session) -> Sequence[AliasDifference]:
    """Return whose row in the tally is not what the book says, in order of ids."""
    book = select(col(CustomerJoin.customer_id), col(CustomerJoin.into_id))
    # The last row of each customer is what stays.
    said = _pairs(session, book.order_by(col(CustomerJoin.id)))
    expected = {one: into for one, into in said.items() if one != into}
    found = into_ids(session, None)
    return [
        AliasDifference(customer_id=one, found=found.get(one), expected=expected.get(one))
        for one in sorted({*found, *expected})
        if found.get(one) != expected.get(one)
    ]


def _pairs(session: Session, query: Select[int, int]) -> dict[int, int]:
    return {row[0]: row[1] for row in session.execute(query)}


_INTO = Prepared(
    select(col(CustomerAlias.into_id)).where(
        col(CustomerAlias.customer_id) == bindparam("customer")
    )
)
# NO KEY UPDATE: every row that names a customer holds a share of that row's key.
_LOCK = Prepared(
    select(col(Customer.id))
    .where(col(Customer.id) == bindparam("id"))
    .with_for_update(key_share=True)
)
_FORGET = Prepared(
    delete(CustomerAlias).where(col(CustomerAlias.customer_id) == bindparam("customer"))
)
_KEEP = Prepared(insert(CustomerAlias))
