"""What a person decided, what came of each, and what they expected: for their own eyes.

Counts, never a percentage, and never beside anybody else's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ledger.core import ways
from ledger.core.reports import states
from ledger.core.reports.decision_list import customer_label, is_latest_revision
from ledger.core.reports.states import Horizon, State
from ledger.core.tables import (
    CustomerDetail,
    Decision,
    Outcome,
    Person,
    Reason,
    Remedy,
    Site,
    UnmetNeed,
    Void,
)
from ledger.core.ways import Way

ON_A_PAGE = 20
COUNTED = timedelta(days=365)

_LATER = aliased(Decision)
# A corrected import is told by its source.
_REPLACED_BY = (
    select(col(_LATER.id))
    .where(col(_LATER.replaces_id) == col(Decision.id), col(_LATER.source) != "imported")
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDecision:
    """A decision as its recorder sees it in the list.

    `customer` is None for a walk-in, and for somebody whose details were erased. `is_imported`
    says that it came from a file, where no limit judged it, and `way` how it came about otherwise.
    `replaces_id` and `replaced_by_id` are the other side of a void with a replacement.
    `event_on` is the day on which the customer came back, `known_on` the one on which it will be
    known.
    """

    uid: str
    business_date: date
    decided_at: datetime
    zone: str
    customer: str | None
    is_walk_in: bool
    remedy: str
    reason: str
    amount_minor: int
    currency: str
    is_imported: bool
    way: Way
    replaces_id: int | None
    replaced_by_id: int | None
    forecast: str | None
    state: State
    event_on: date | None
    known_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCounts:
    """Counts over the last 365 days; `next_on` is when the next of the maturing is known.

    `expected` are the known ones of which the person said "comes back", `expected_back` those of
    them that did.
    """

    decisions: int
    came_back: int
    not_back: int
    maturing: int
    walk_ins: int
    voided: int
    next_on: date | None
    expected: int
    expected_back: int

    @property
    def known(self) -> int:
        """Return how many have an answer."""
        return self.came_back + self.not_back


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage:
    """One page of a person's decisions, newest first; pages count from 1."""

    rows: Sequence[OwnDecision]
    count: int
    page: int
    pages: int
    horizon: Horizon


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNeed:
    """An unmet need as its recorder sees it."""

    uid: str
    made_at: datetime
    zone: str
    business_date: date
    customer: str | None
    reason: str
    amount_minor: int
    currency: str


def own_decisions(
    session: Session, person: Person, *, maturing_only: bool = False, page: int = 1
) -> OwnPage:
    """Return one page of what this person decided."""
    at = states.horizon(session)
    chosen = _joined(select(Decision)).where(*_own(person))
    if maturing_only:
        chosen = chosen.where(states.state(at) == "maturing")
    count = session.scalar(chosen.with_only_columns(func.count())) or 0
    pages = max(1, -(-count // ON_A_PAGE))
    page = min(max(page, 1), pages)
    query = _shown(chosen, at).limit(ON_A_PAGE).offset((page - 1) * ON_A_PAGE)
    rows = [
        OwnDecision(
            uid=decision.uid,
            business_date=decision.business_date,
            decided_at=decision.decided_at,
            zone=decision.zone,
            customer=customer,
            is_walk_in=decision.customer_id is None,
            remedy=remedy,
            reason=reason,
            amount_minor=decision.amount_minor,
            currency=decision.currency,
            is_imported=decision.source == "imported",
            way=way,
            replaces_id=None if decision.source == "imported" else decision.replaces_id,
            replaced_by_id=later,
            forecast=decision.forecast,
            state=state,
            event_on=None if event is None else date.fromordinal(event),
            known_on=at.known_on(decision.business_date),
        )
        for decision, customer, remedy, reason, state, event, way, later in session.execute(query)
    ]
    return OwnPage(rows=rows, count=count, page=page, pages=pages, horizon=at)


def _shown(chosen: Select[Any], at: Horizon) -> Select[Any]:
    """Return what the list shows of each decision, newest first."""
    return (
        chosen.with_only_columns(
            Decision,
            customer_label(),
            col(Remedy.name),
            col(Reason.name),
            states.state(at),
            states.event_on(at),
            ways.way(),
            _REPLACED_BY,
        )
        .join(Remedy, col(Remedy.id) == col(Decision.remedy_id))
        .join(Reason, col(Reason.id) == col(Decision.reason_id))
        .outerjoin(CustomerDetail, col(CustomerDetail.customer_id) == col(Decision.customer_id))
        .order_by(col(Decision.decided_at).desc(), col(Decision.id).desc())
    )


def own_counts(session: Session, person: Person, *, on: date) -> OwnCounts:
    """Return how many this person decided in the year up to a business date, by what came of it."""
    at = states.horizon(session)
    state = states.state(at)
    said = func.coalesce(col(Decision.forecast), "")
    query = (
        _joined(select(Decision))
        .with_only_columns(state, said, func.count(), func.min(col(Decision.business_date)))
        .where(*_own(person), col(Decision.business_date) > on - COUNTED)
        .group_by(state, said)
    )
    counts: dict[str, int] = {}
    expected: dict[str, int] = {}
    first: date | None = None
    for found, forecast, count, earliest in session.execute(query):
        counts[found] = counts.get(found, 0) + count
        if forecast == "comes_back":
            expected[found] = count
        if found == "maturing":
            first = earliest if first is None else min(first, earliest)
    return OwnCounts(
        decisions=sum(counts.values()),
        came_back=counts.get("came_back", 0),
        not_back=counts.get("not_back", 0),
        maturing=counts.get("maturing", 0),
        walk_ins=counts.get("walk_in", 0),
        voided=counts.get("voided", 0),
        next_on=None if first is None else at.known_on(first),
        expected=expected.get("came_back", 0) + expected.get("not_back", 0),
        expected_back=expected.get("came_back", 0),
    )


def sites_written_at(session: Session, person: Person) -> Sequence[Site]:
    """Return the sites at which this person ever recorded a decision, by name."""
    wrote = exists().where(
        col(Decision.person_id) == person.id, col(Decision.site_id) == col(Site.id)
    )
    return session.scalars(select(Site).where(wrote).order_by(col(Site.name))).all()


def own_needs(session: Session, person: Person, *, count: int = ON_A_PAGE) -> Sequence[OwnNeed]:
    """Return this person's latest unmet needs, newest first."""
    query = (
        select(UnmetNeed, col(Reason.name), customer_label())
        .join(Reason, col(Reason.id) == col(UnmetNeed.reason_id))
        .outerjoin(CustomerDetail, col(CustomerDetail.customer_id) == col(UnmetNeed.customer_id))
        .where(col(UnmetNeed.person_id) == person.id)
        .order_by(col(UnmetNeed.id).desc())
        .limit(count)
    )
    return [
        OwnNeed(
            uid=need.uid,
            made_at=need.made_at,
            zone=need.zone,
            business_date=need.business_date,
            customer=customer,
            reason=reason,
            amount_minor=need.amount_minor,
            currency=need.currency,
        )
        for need, reason, customer in session.execute(query)
    ]


def _own(person: Person) -> Sequence[ColumnElement[bool]]:
    return [col(Decision.person_id) == person.id, is_latest_revision()]


def _joined(query: Select[Decision]) -> Select[Decision]:
    return query.outerjoin(Void, col(Void.decision_id) == col(Decision.id)).outerjoin(
        Outcome, col(Outcome.decision_id) == col(Decision.id)
    )
