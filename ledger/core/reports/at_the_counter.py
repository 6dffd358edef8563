"""What the person in front of the customer is offered: remedies, reasons, and what is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from ledger.core import clock, criteria, customer_finder, customers, decisions, reasons, sites
from ledger.core.criteria import Criteria
from ledger.core.customer_finder import FoundCustomer
from ledger.core.customers import Gesture
from ledger.core.headroom import Headroom, headroom
from ledger.core.reports import states
from ledger.core.reports.states import Horizon
from ledger.core.tables import Person, Reason, Remedy, Site

GESTURES_SINCE = timedelta(days=90)
MOST_GESTURES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What can be chosen at a site `now`, by its `calendar`."""

    site: Site
    business_date: date
    zone: str
    remedies: Sequence[Remedy]
    reasons: Sequence[Reason]
    criteria: Criteria | None
    calendar: clock.Calendar
    now: datetime

    @property
    def quarters(self) -> Sequence[datetime]:
        """Return the earlier moments of the open business day, the latest first."""
        return clock.quarter_hours(self.calendar, self.now)

    def remedy(self, remedy_id: int) -> Remedy | None:
        """Return one of the remedies."""
        return next((one for one in self.remedies if one.id == remedy_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What is left, with the instant at which the budget starts anew, if there is a budget."""

    headroom: Headroom
    budget_resets_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A customer who was chosen, and what they were given in the last 90 days."""

    customer: FoundCustomer
    gestures: Sequence[Gesture]
    horizon: Horizon


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a form that was opened before has of its own: the reason chosen, the card it showed."""

    reason_id: int | None = None
    criteria_version: int | None = None


NEW_FORM = Opened()


def offer_at(session: Session, site: Site, *, opened: Opened = NEW_FORM, now: datetime) -> Offer:
    """Return what can be chosen at a site now.

    What a form was `opened` with is offered still: its version of the card, and the reason that
    was chosen in it, after those that the site shows now, as long as it may be given.
    """
    calendar = sites.calendar_of(session, site.id)
    day = calendar.business_date(now)
    return Offer(
        site=site,
        business_date=day,
        zone=calendar.zone_on(day),
        remedies=decisions.remedies_offered(session),
        reasons=_reasons_at(session, site, opened.reason_id, since=calendar.start_of(day)),
        criteria=_card(session, opened.criteria_version),
        calendar=calendar,
        now=now,
    )


def _card(session: Session, version: int | None) -> Criteria | None:
    shown = None if version is None else criteria.card(session, version)
    return shown or criteria.card_in_force(session)


def _reasons_at(
    session: Session, site: Site, reason_id: int | None, *, since: datetime
) -> Sequence[Reason]:
    shown = reasons.shown_at(session, site.id)
    if reason_id is None or reason_id in {one.id for one in shown}:
        return shown
    chosen = session.get(Reason, reason_id)
    if chosen is None or not reasons.may_still_be_given(session, chosen, since=since):
        return shown
    return [*shown, chosen]


def room(
    session: Session,
    person: Person,
    site: Site,
    *,
    remedy_id: int | None = None,
    customer_id: int | None = None,
    now: datetime,
) -> Room:
    """Return what is left for this person at a site, for a remedy and a customer."""
    found = headroom(
        session, person, site_id=site.id, remedy_id=remedy_id, customer_id=customer_id, now=now
    )
    resets_at = None
    if found.budget_period is not None:
        calendar = sites.calendar_of(session, site.id)
        period = clock.period_of(calendar.business_date(now), found.budget_period)
        resets_at = calendar.next_start(period.end)
    return Room(headroom=found, budget_resets_at=resets_at)


def rooms(
    session: Session, person: Person, offer: Offer, *, customer_id: int | None, now: datetime
) -> Mapping[Room, Sequence[Remedy]]:
    """Return what is left, with the remedies it holds for; the general one comes first.

    A remedy that gives nothing of value needs no room and is left out.
    """
    general = room(session, person, offer.site, customer_id=customer_id, now=now)
    found: dict[Room, list[Remedy]] = {general: []}
    for remedy in offer.remedies:
        if remedy.worthless:
            continue
        own = room(
            session, person, offer.site, remedy_id=remedy.id, customer_id=customer_id, now=now
        )
        found.setdefault(own, []).append(remedy)
    return found


def known(session: Session, customer_id: int, *, on: date) -> Known | None:
    """Return a customer who was chosen, if there is such a one."""
    found = customer_finder.customer(session, customer_id)
    if found is None:
        return None
    return Known(
        customer=found,
        gestures=customers.gestures(
            session, customer_id, since=on - GESTURES_SINCE, count=MOST_GESTURES
        ),
        horizon=states.horizon(session),
    )
