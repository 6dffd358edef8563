"""One customer, for a supervisor: who they are, what they were given, and what came of it.

Customers are the company's, not a site's: staff at any site find all of them at the log, and what
a customer may be given is capped over all sites together. So every supervisor may open every
customer, and sees every gesture, because a cap that counts what nobody can see would look like a
fault. What belongs to another site stays there: a gesture at a site out of sight shows its date,
site and amount, and neither who decided nor a way to the decision itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import activity, customer_finder, customer_joins, sites, ways
from ledger.core.customer_finder import FoundCustomer
from ledger.core.errors import NotFoundError
from ledger.core.reports import states
from ledger.core.reports.decision_list import is_latest_revision
from ledger.core.reports.scope import sites_in_sight
from ledger.core.reports.states import Horizon, State
from ledger.core.tables import (
    Activity,
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

MOST_GESTURES = 50
MOST_VISITS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFact:
    """One decision for the customer; `uid` and `person` are None at a site out of sight."""

    uid: str | None
    on: date
    site: str
    person: str | None
    remedy: str
    reason: str
    amount_minor: int
    currency: str
    way: Way
    state: State
    event_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFact:
    """One thing that the customer did later, on a business date of the company."""

    on: date
    kind: str
    site: str | None
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitTotal:
    """What was seen of the customer, in one currency."""

    currency: str
    count: int
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedFact:
    """What somebody wanted to give the customer, and could not."""

    on: date
    site: str
    reason: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFacts:
    """Everything that the page of a customer shows, newest first.

    The lists are cut; the counts are of all. Visits are those since the first gesture, or all as
    long as there is none. `in_force` counts the gestures that were not voided, by how each came
    about. `horizon` says how the outcomes were counted.
    """

    customer: FoundCustomer
    gestures: Sequence[GivenFact]
    gesture_count: int
    in_force: Mapping[Way, int]
    visits: Sequence[VisitFact]
    visit_totals: Sequence[VisitTotal]
    needs: Sequence[NeedFact]
    horizon: Horizon


def the_customer(session: Session, uid: str) -> FoundCustomer:
    """Return the customer with this pseudonym, as whom they count.

    Raises:
        NotFoundError: if there is none, or nothing is known of them any more.

    """
    found = customer_finder.customer_by_uid(session, uid)
    if found is None:
        raise NotFoundError("customer", uid)
    return found


def customer_facts(
    session: Session, person: Person, customer: FoundCustomer, *, now: datetime
) -> CustomerFacts:
    """Return everything about one customer, for somebody who may see customers."""
    at = states.horizon(session)
    ids = customer_joins.group_of(session, customer.id)
    on = sites.company_calendar(session).business_date(now)
    seen = {site.id for site in sites_in_sight(session, person, on=on)}
    first = session.scalar(
        select(func.min(col(Decision.decided_at))).where(
            col(Decision.customer_id).in_(ids), is_latest_revision()
        )
    )
    return CustomerFacts(
        customer=customer,
        gestures=_gestures(session, ids, at, seen),
        gesture_count=session.scalar(
            select(func.count()).where(col(Decision.customer_id).in_(ids), is_latest_revision())
        )
        or 0,
        in_force=_in_force(session, ids),
        visits=_visits(session, ids, first),
        visit_totals=_visit_totals(session, ids, first),
        needs=_needs(session, ids),
        horizon=at,
    )


def _gestures(
    session: Session, ids: Sequence[int], at: Horizon, seen: set[int]
) -> Sequence[GivenFact]:
    query = (
        select(  # type: ignore[call-overload]  # columns of many kinds
            Decision,
            Site.name,
            Person.name,
            Remedy.name,
            Reason.name,
            ways.way(),
            states.state(at),
            states.event_on(at),
        )
        .join(Site, col(Site.id) == col(Decision.site_id))
        .join(Person, col(Person.id) == col(Decision.person_id))
        .join(Remedy, col(Remedy.id) == col(Decision.remedy_id))
        .join(Reason, col(Reason.id) == col(Decision.reason_id))
        .outerjoin(Void, col(Void.decision_id) == col(Decision.id))
        .outerjoin(Outcome, col(Outcome.decision_id) == col(Decision.id))
        .where(col(Decision.customer_id).in_(ids), is_latest_revision())
        .order_by(col(Decision.decided_at).desc(), col(Decision.id).desc())
        .limit(MOST_GESTURES)
    )
    return [
        GivenFact(
            uid=decision.uid if decision.site_id in seen else None,
            on=decision.business_date,
            site=site,
            person=person if decision.site_id in seen else None,
            remedy=remedy,
            reason=reason,
            amount_minor=decision.amount_minor,
            currency=decision.currency,
            way=way,
            state=state,
            event_on=None if event is None else date.fromordinal(event),
        )
        for decision, site, person, remedy, reason, way, state, event in session.execute(query)
    ]


def _in_force(session: Session, ids: Sequence[int]) -> Mapping[Way, int]:
    way = ways.way().label("way")
    one = (
        select(way)
        .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
        .where(col(Decision.customer_id).in_(ids), col(Outcome.in_force) == 1)
        .subquery()
    )
    counts = dict(session.execute(select(one.c.way, func.count()).group_by(one.c.way)).all())
    return {known: counts[known] for known in ways.WAYS if known in counts}


def _visits(session: Session, ids: Sequence[int], first: datetime | None) -> Sequence[VisitFact]:
    calendar = sites.company_calendar(session)
    query = (
        select(Activity, col(Site.name))
        .outerjoin(Site, col(Site.id) == col(Activity.site_id))
        .where(col(Activity.customer_id).in_(ids), activity.counts())
        .order_by(col(Activity.occurred_at).desc(), col(Activity.id).desc())
        .limit(MOST_VISITS)
    )
    if first is not None:
        query = query.where(col(Activity.occurred_at) >= first)
    return [
        VisitFact(
            on=calendar.business_date(seen.occurred_at),
            kind=seen.kind,
            site=site,
            amount_minor=seen.amount_minor,
            currency=seen.currency,
        )
        for seen, site in session.execute(query)
    ]


def _visit_totals(
    session: Session, ids: Sequence[int], first: datetime | None
) -> Sequence[VisitTotal]:
    query = (
        select(col(Activity.currency), func.count(), func.sum(col(Activity.amount_minor)))
        .where(col(Activity.customer_id).in_(ids), activity.counts())
        .group_by(col(Activity.currency))
        .order_by(col(Activity.currency))
    )
    if first is not None:
        query = query.where(col(Activity.occurred_at) >= first)
    return [
        VisitTotal(currency=currency, count=count, amount_minor=int(amount))
        for currency, count, amount in session.execute(query)
    ]


def _needs(session: Session, ids: Sequence[int]) -> Sequence[NeedFact]:
    query = (
        select(UnmetNeed, col(Site.name), col(Reason.name))
        .join(Site, col(Site.id) == col(UnmetNeed.site_id))
        .join(Reason, col(Reason.id) == col(UnmetNeed.reason_id))
        .where(col(UnmetNeed.customer_id).in_(ids))
        .order_by(col(UnmetNeed.made_at).desc(), col(UnmetNeed.id).desc())
        .limit(MOST_GESTURES)
    )
    return [
        NeedFact(
            on=need.business_date,
            site=site,
            reason=reason,
            amount_minor=need.amount_minor,
            currency=need.currency,
        )
        for need, site, reason in session.execute(query)
    ]
