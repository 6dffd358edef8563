"""Customers of several asks at once: who they are, and what they were given before."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import customer_joins, customers
from ledger.core.customer_finder import FoundCustomer, as_found
from ledger.core.customers import Gesture
from ledger.core.tables import Customer, CustomerDetail, Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCustomer:
    """A customer as whom they count, and what they were given, the newest first.

    `found` is None where their details were erased.
    """

    found: FoundCustomer | None
    gestures: Sequence[Gesture]


def known_customers(
    session: Session, customer_ids: Collection[int], *, since: date
) -> Mapping[int, KnownCustomer]:
    """Return customers with their gestures since a business date, by the ids that were given."""
    if not customer_ids:
        return {}
    into = customer_joins.into_ids(session, customer_ids)
    everybody = {*into, *into.values(), *customer_ids}
    details = _details(session, {into.get(one, one) for one in customer_ids})
    gestures = _gestures(session, everybody, into, since=since)
    return {
        one: KnownCustomer(
            found=details.get(into.get(one, one)), gestures=gestures[into.get(one, one)]
        )
        for one in customer_ids
    }


def _details(session: Session, ids: Collection[int]) -> Mapping[int, FoundCustomer]:
    query = (
        select(CustomerDetail, col(Customer.pseudonym))
        .join(Customer, col(Customer.id) == col(CustomerDetail.customer_id))
        .where(col(CustomerDetail.customer_id).in_(sorted(ids)), customers.is_visible())
    )
    return {row.customer_id: as_found(row, uid) for row, uid in session.execute(query)}


def _gestures(
    session: Session, ids: Collection[int], into: Mapping[int, int], *, since: date
) -> Mapping[int, Sequence[Gesture]]:
    """Return what customers were given, as `customers.gestures`, by as whom they count."""
    which = col(Decision.customer_id).in_(sorted(ids))
    found: defaultdict[int, list[Gesture]] = defaultdict(list)
    for customer_id, gesture in customers.gestures_of(session, which, since=since):
        found[into.get(customer_id, customer_id)].append(gesture)
    return found
