"""Customers who turned out to be one: who was added at the log, and the till's record of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, bindparam, exists, or_, select, union_all
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col

from ledger.core import journal
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.driver import Driver, Prepared
from ledger.core.tables import Customer, CustomerJoin


def join(session: Session, pairs: Iterable[tuple[int, int]], *, actor: str, now: datetime) -> None:
    """Write that each first customer of these pairs of ids is the second one.

    Takes the chain lock. Outcomes are the caller's to recompute.
    """
    for customer_id, into_id in pairs:
        pseudonym = session.scalars(
            select(col(Customer.pseudonym)).where(col(Customer.id) == customer_id)
        ).one()
        journal.add_to_book(
            session,
            CustomerJoin(customer_id=customer_id, into_id=into_id, made_at=now),
            kind="customer.joined",
            actor=actor,
            subject=f"customer:{pseudonym}",
            now=now,
        )


def current_id(session: Session, customer_id: int) -> int:
    """Return the id of whom this customer counts as: mostly their own."""
    into = _INTO.run(Driver(session), customer=customer_id).fetchone()
    return customer_id if into is None else int(into[0])


def is_joined(customer_id: Mapped[int]) -> ColumnElement[bool]:
    """Return the condition that the customer in this column counts as another one."""
    return exists().where(col(CustomerJoin.customer_id) == customer_id)


def ids_of_one(customer_id: Any) -> CompoundSelect[tuple[int]]:  # noqa: ANN401 - an id, or the parameter for one
    """Select all ids under which one customer was known, whichever of them is given.

    One may come twice. Each part is a look-up by a key: a condition with "or" would be a scan.
    """
    own, other = aliased(CustomerJoin), aliased(CustomerJoin)
    return union_all(
        select(col(Customer.id)).where(col(Customer.id) == customer_id),
        select(col(CustomerJoin.customer_id)).where(col(CustomerJoin.into_id) == customer_id),
        select(col(CustomerJoin.into_id)).where(col(CustomerJoin.customer_id) == customer_id),
        select(col(other.customer_id))
        .join(own, col(own.into_id) == col(other.into_id))
        .where(col(own.customer_id) == customer_id),
    )


def into_ids(session: Session, customer_ids: Iterable[int] | None) -> Mapping[int, int]:
    """Return as whom those count who were joined with any of these; None means everybody."""
    query = select(col(CustomerJoin.customer_id), col(CustomerJoin.into_id))
    if customer_ids is None:
        return {row[0]: row[1] for row in session.execute(query)}
    found: dict[int, int] = {}
    for ids in batched(customer_ids, IDS_IN_A_QUERY):
        of_these = select(col(CustomerJoin.into_id)).where(col(CustomerJoin.customer_id).in_(ids))
        into = col(CustomerJoin.into_id)
        rows = session.execute(query.where(or_(into.in_(ids), into.in_(of_these))))
        found.update((row[0], row[1]) for row in rows)
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


_INTO = Prepared(
    select(col(CustomerJoin.into_id)).where(col(CustomerJoin.customer_id) == bindparam("customer"))
)
