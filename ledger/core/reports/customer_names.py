"""Under which names one customer is known, and what joining or parting them would change."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, select
from sqlmodel import Session, col

from ledger.core import activity, commitments, customer_joins, joining, outcomes
from ledger.core.customer_finder import FoundCustomer, as_found
from ledger.core.errors import NotFoundError
from ledger.core.reports.decision_list import is_latest_revision
from ledger.core.tables import (
    Activity,
    Customer,
    CustomerAlias,
    CustomerDetail,
    CustomerJoin,
    Decision,
    Journal,
    Person,
    Void,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAs:
    """A customer who counts as another one, with when, by whom and why they were joined.

    `by` is None where a file did it; `reason` where nobody gave one, or it is no longer kept.
    """

    customer: FoundCustomer
    joined_at: datetime
    by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two customers as they stand side by side."""

    customer: FoundCustomer
    names: int
    decisions: int
    visits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What joining two customers, or parting them, would change; nothing was written."""

    one: Side
    other: Side
    outcomes: int


def known_as(session: Session, customer: FoundCustomer) -> Sequence[KnownAs]:
    """Return who counts as this customer, the latest joined first."""
    last = (
        select(func.max(col(CustomerJoin.id)))
        .where(col(CustomerJoin.customer_id) == col(CustomerAlias.customer_id))
        .correlate(CustomerAlias)
        .scalar_subquery()
    )
    query = (
        select(CustomerJoin, CustomerDetail, Customer.pseudonym, Person.name)  # type: ignore[call-overload]  # columns of many kinds
        .join(CustomerAlias, col(CustomerAlias.customer_id) == col(CustomerJoin.customer_id))
        .join(Customer, col(Customer.id) == col(CustomerJoin.customer_id))
        .join(CustomerDetail, col(CustomerDetail.customer_id) == col(CustomerJoin.customer_id))
        .join(Journal, col(Journal.seq) == col(CustomerJoin.journal_seq))
        .outerjoin(Person, literal("person:").concat(col(Person.uid)) == col(Journal.actor))
        .where(col(CustomerAlias.into_id) == customer.id, col(CustomerJoin.id) == last)
        .order_by(col(CustomerJoin.id).desc())
    )
    rows = session.execute(query).all()
    said = commitments.words_of(session, [f"join:{row[0].id}" for row in rows])
    return [
        KnownAs(
            customer=as_found(detail, uid),
            joined_at=row.made_at,
            by=name,
            reason=said.get(f"join:{row.id}"),
        )
        for row, detail, uid, name in rows
    ]


def the_joined(session: Session, uid: str) -> FoundCustomer:
    """Return the customer with this pseudonym, who counts as another one.

    Raises:
        NotFoundError: if there is none, or they count as themselves.

    """
    query = (
        select(CustomerDetail)
        .join(Customer, col(Customer.id) == col(CustomerDetail.customer_id))
        .join(CustomerAlias, col(CustomerAlias.customer_id) == col(Customer.id))
        .where(col(Customer.pseudonym) == uid)
    )
    detail = session.scalars(query).one_or_none()
    if detail is None:
        raise NotFoundError("customer", uid)
    return as_found(detail, uid)


def effect_of_joining(session: Session, keeping: FoundCustomer, other: FoundCustomer) -> Effect:
    """Return what would change if the other counted as the first. Both count as themselves."""
    here, there = (customer_joins.group_of(session, one.id) for one in (keeping, other))
    everyone = [*here, *there]
    into = {one: keeping.id for one in everyone if one != keeping.id}
    return Effect(
        one=_side(session, keeping, here),
        other=_side(session, other, there),
        outcomes=outcomes.would_differ(session, everyone, into),
    )


def effect_of_parting(session: Session, joined: FoundCustomer, keeping: FoundCustomer) -> Effect:
    """Return what would change if the first counted as themselves again, not as the other."""
    everyone = customer_joins.group_of(session, joined.id)
    leaving = [joined.id, *joining.brought(session, joined.id)]
    staying = [one for one in everyone if one not in leaving]
    into = {one: keeping.id for one in staying if one != keeping.id}
    into |= {one: joined.id for one in leaving if one != joined.id}
    return Effect(
        one=_side(session, joined, leaving),
        other=_side(session, keeping, staying),
        outcomes=outcomes.would_differ(session, everyone, into),
    )


def _side(session: Session, customer: FoundCustomer, ids: Collection[int]) -> Side:
    voided = select(col(Void.id)).where(col(Void.decision_id) == col(Decision.id)).exists()
    decisions = select(func.count()).where(
        col(Decision.customer_id).in_(ids), is_latest_revision(), ~voided
    )
    visits = select(func.count()).where(col(Activity.customer_id).in_(ids), activity.counts())
    return Side(
        customer=customer,
        names=len(ids),
        decisions=session.scalar(decisions) or 0,
        visits=session.scalar(visits) or 0,
    )
