"""Everything that is known of one decision, for somebody who may see it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from ledger.core import customer_finder, sites, standing, till, voids, ways
from ledger.core.decisions import decision_by_uid
from ledger.core.errors import NotFoundError
from ledger.core.reports import decision_past, states
from ledger.core.reports.decision_list import customer_label
from ledger.core.reports.decision_past import AskPast, ReadingPast
from ledger.core.reports.scope import sites_in_sight
from ledger.core.reports.states import Horizon, State
from ledger.core.tables import (
    CustomerDetail,
    Decision,
    Limit,
    Person,
    Reason,
    Remedy,
    Site,
    Void,
    Words,
)
from ledger.core.ways import Way


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFacts:
    """A decision with the names of what it points to, what became of it and what was said.

    `note` is None if there was none, or if it is no longer kept (`had_note` tells them apart).
    `void_reason` is None if nobody voided it, or if these words were erased. `replaces` and
    `replaced_by` are the ids of other decisions. `is_undone`: it came with an import that was taken
    back, and counts no more. `way` is how it came about, `ask` the ask that it came from, and
    `reading` whether somebody has read it, where somebody is to.
    """

    decision: Decision
    site: str
    person: Person
    customer: str | None
    customer_uid: str | None
    remedy: Remedy
    reason: str
    limit: Limit | None
    note: str | None
    had_note: bool
    void: Void | None
    void_reason: str | None
    voided_by: str | None
    replaces: str | None
    replaced_by: str | None
    is_undone: bool
    way: Way
    ask: AskPast | None
    reading: ReadingPast | None
    state: State
    event_on: date | None
    horizon: Horizon


def decision_visible_to(session: Session, person: Person, uid: str, *, now: datetime) -> Decision:
    """Return the decision with this id, if the person may see the decisions of its site.

    Raises:
        NotFoundError: if there is none, or it is not theirs to see.

    """
    decision = decision_by_uid(session, uid)
    if decision is None:
        raise NotFoundError("decision", uid)
    on = sites.company_calendar(session).business_date(now)
    if decision.site_id not in {site.id for site in sites_in_sight(session, person, on=on)}:
        raise NotFoundError("decision", uid)
    return decision


def uid_at_till(session: Session, person: Person, typed: str, *, now: datetime) -> str | None:
    """Return the id of the decision with this number at the till ("D-000123" or "123").

    None where there is none, or where it is not at a site whose decisions this person sees.
    """
    number = till.decision_number(f"D{typed}" if typed.isdecimal() else typed)
    on = sites.company_calendar(session).business_date(now)
    seen = [site.id for site in sites_in_sight(session, person, on=on)]
    query = select(col(Decision.uid)).where(
        col(Decision.id) == number, col(Decision.site_id).in_(seen)
    )
    return None if number is None else session.scalars(query).one_or_none()


def decision_facts(session: Session, person: Person, uid: str, *, now: datetime) -> DecisionFacts:
    """Return everything about one decision.

    Raises:
        NotFoundError: if there is none, or it is not theirs to see.

    """
    decision = decision_visible_to(session, person, uid, now=now)
    at = states.horizon(session)
    state, event = states.came_of(session, decision, at)
    void = voids.void_of(session, decision)
    note = session.get(Words, f"note:{decision.uid}")
    return DecisionFacts(
        decision=decision,
        site=session.get_one(Site, decision.site_id).name,
        person=session.get_one(Person, decision.person_id),
        customer=_customer(session, decision),
        customer_uid=_customer_uid(session, decision),
        remedy=session.get_one(Remedy, decision.remedy_id),
        reason=session.get_one(Reason, decision.reason_id).name,
        limit=session.get(Limit, decision.limit_id) if decision.limit_id else None,
        note=None if note is None else note.body,
        had_note=decision.note_commitment is not None,
        void=void,
        void_reason=None if void is None else voids.reason_of(session, void),
        voided_by=None if void is None else session.get_one(Person, void.person_id).name,
        replaces=_uid(session, col(Decision.id) == decision.replaces_id),
        replaced_by=_uid(session, (col(Decision.replaces_id) == decision.id) & standing.has_say()),
        is_undone=_uid(
            session, (col(Decision.id) == decision.id) & standing.is_undone(col(Decision.import_id))
        )
        is not None,
        way=_way(session, decision),
        ask=decision_past.ask_past(session, decision),
        reading=decision_past.reading_past(session, decision, now=now),
        state=state,
        event_on=event,
        horizon=at,
    )


def _way(session: Session, decision: Decision) -> Way:
    found = session.scalars(select(ways.way()).where(col(Decision.id) == decision.id)).one()
    return next(one for one in ways.WAYS if one == found)


def _customer(session: Session, decision: Decision) -> str | None:
    if decision.customer_id is None:
        return None
    query = select(customer_label()).where(col(CustomerDetail.customer_id) == decision.customer_id)
    return session.scalars(query).one_or_none()


def _customer_uid(session: Session, decision: Decision) -> str | None:
    if decision.customer_id is None:
        return None
    found = customer_finder.customer(session, decision.customer_id)
    return None if found is None else found.uid


def _uid(session: Session, condition: ColumnElement[bool]) -> str | None:
    query = select(col(Decision.uid)).where(condition).order_by(col(Decision.id).desc()).limit(1)
    return session.scalars(query).one_or_none()
