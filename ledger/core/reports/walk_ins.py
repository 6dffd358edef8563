"""Decisions for nobody in particular: how many there are, and what they came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from ledger.core.reports.decision_list import is_latest_revision, sites_of_decisions
from ledger.core.tables import Decision, Person, Void


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkIns:
    """The walk-ins of one's sites in one currency, among all decisions since a day; no voids."""

    currency: str
    walk_ins: int
    amount_minor: int
    decisions: int


def walk_ins_visible_to(
    session: Session, person: Person, *, since: date, now: datetime
) -> Sequence[WalkIns]:
    """Return the walk-ins at the person's sites since a business date, a currency at a time."""
    site_ids = [site.id for site in sites_of_decisions(session, person, now=now)]
    is_walk_in = col(Decision.customer_id).is_(None)
    voided = select(col(Void.id)).where(col(Void.decision_id) == col(Decision.id)).exists()
    query = (
        select(
            col(Decision.currency),
            func.sum(case((is_walk_in, 1), else_=0)),
            func.sum(case((is_walk_in, col(Decision.amount_minor)), else_=0)),
            func.count(),
        )
        .where(
            col(Decision.site_id).in_(site_ids),
            col(Decision.business_date) >= since,
            is_latest_revision(),
            ~voided,
        )
        .group_by(col(Decision.currency))
        .order_by(col(Decision.currency))
    )
    return [
        WalkIns(currency=currency, walk_ins=count, amount_minor=int(amount), decisions=whole)
        for currency, count, amount, whole in session.execute(query)
    ]
