"""The demo's year, told through the rules: every decision is judged, every row journalled."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlmodel import Session

from ledger.core import clock, decisions, recognitions, unmet_needs, voids
from ledger.core.decisions import Recorded
from ledger.core.drafts import FORECASTS, DecisionDraft
from ledger.core.recognitions import RecognitionDraft
from ledger.core.tables import Decision, Person, Reason, Remedy
from ledger.core.unmet_needs import UnmetNeedDraft
from ledger.core.voids import VoidDraft
from ledger.demo.cast import ZONE
from ledger.demo.visits import Incident

NOTES = {
    "late": ("Order ready 25 minutes late", "Waited twice for the same order", "Van came late"),
    "quality": ("Bread was dry", "Coffee was cold", "Milk past its date"),
    "wrong_item": ("Got the other size", "Two loaves instead of one"),
    "out_of_stock": ("Promised yesterday, gone today", "Came across town for it"),
    "till_mistake": ("Scanned twice", "Coupon was not taken off"),
    "treatment": ("Was asked to wait without a reason",),
    "other": ("Spilled at the counter", "Parking ticket while queueing"),
}
STORIES = (
    "Called the customer back before she was asked to.",
    "Said no, explained why, and found the part at Station.",
    "Apology only, at once, and fixed the label on the shelf.",
    "Wrote down three unmet needs that changed the delivery slot.",
    "Replacement on the spot, then told the bakery what went wrong.",
    "Noticed the wrong size before the bag was closed.",
    "Stayed calm with a long queue and put it right in a minute.",
)
SLIPS = ("Wrong customer picked", "Typed the wrong amount", "Customer changed their mind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """The rows that the story needs, by the names that it uses."""

    people: dict[str, Person]
    site_ids: dict[str, int]
    remedies: dict[str, Remedy]
    reasons: dict[str, Reason]
    customer_ids: dict[str, int]
    # Who decides at a site, with the day on which they began.
    deciders: dict[str, Sequence[tuple[Person, date]]]
    supervisors: dict[str, Person]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happens at an instant, in a write transaction."""

    at: datetime
    tell: Callable[[Session, datetime], None]


def instant(on: date, minute: int, *, second: int = 0) -> datetime:
    """Return the instant of a minute of the shop's clock."""
    wall = datetime.combine(on, time(minute // 60, minute % 60, second), ZoneInfo(ZONE))
    return wall.astimezone(clock.UTC)


def events_of(shop: Shop, incidents: Sequence[Incident], *, chance: Random) -> list[Event]:
    """Turn what went wrong into events, each with the chance that it needs drawn beforehand."""
    return [_decided(shop, incident, Random(chance.getrandbits(64))) for incident in incidents]


def recognised(shop: Shop, site: str, *, on: date, chance: Random) -> Event:
    """Return a recognition by a site's supervisor, for a story of the day."""
    people = [person for person, since in shop.deciders[site] if since <= on]
    person, words = chance.choice(people), chance.choice(STORIES)
    uid = _uid(chance)

    def tell(session: Session, now: datetime) -> None:
        draft = RecognitionDraft(
            uid=uid,
            person_id=person.id,
            site_id=shop.site_ids[site],
            decision_id=None,
            event_type="story",
            event_date=on,
            words=words,
        )
        recognitions.give_recognition(session, shop.supervisors[site], draft, now=now)

    return Event(at=instant(on, 18 * 60 + chance.randrange(90)), tell=tell)


def _decided(shop: Shop, incident: Incident, chance: Random) -> Event:
    people = [person for person, since in shop.deciders[incident.site] if since <= incident.on]
    person = chance.choice(people)
    draft = _draft(shop, incident, chance)

    def tell(session: Session, now: datetime) -> None:
        result = decisions.record_decision(session, person, draft, now=now)
        if isinstance(result, Recorded):
            _perhaps_undone(session, shop, result.decision, chance)
            return
        _way_on(session, person, draft, room=result.refusal.headroom_minor, chance=chance, now=now)

    return Event(at=instant(incident.on, incident.minute, second=chance.randrange(60)), tell=tell)


def _draft(shop: Shop, incident: Incident, chance: Random) -> DecisionDraft:
    forecast = chance.choices([*FORECASTS, None], (45, 10, 8, 22, 15))[0]
    asked = chance.choices([None, "nothing", incident.remedy], (40, 35, 25))[0]
    return DecisionDraft(
        uid=_uid(chance),
        site_id=shop.site_ids[incident.site],
        remedy_id=shop.remedies[incident.remedy].id,
        reason_id=shop.reasons[incident.reason].id,
        amount_minor=incident.amount_minor,
        customer_id=None if incident.ref is None else shop.customer_ids[incident.ref],
        note=chance.choice(NOTES[incident.reason]) if chance.random() < 0.3 else None,
        forecast=forecast,
        apologised=incident.apologised or None,
        noticed_first=True if chance.random() < 0.2 else None,
        asked_for=asked,
        criteria_version=1,
    )


def _way_on(  # who, what, how much room, and the dice
    session: Session,
    person: Person,
    draft: DecisionDraft,
    *,
    room: int,
    chance: Random,
    now: datetime,
) -> None:
    """After a refusal: give what is left, record an unmet need, or neither."""
    later, dice = now + timedelta(seconds=20), chance.random()
    if dice < 0.55 and room:
        less = replace(draft, uid=_uid(chance), amount_minor=room)
        decisions.record_decision(session, person, less, now=later)
    elif dice < 0.88:
        need = UnmetNeedDraft(
            uid=_uid(chance),
            site_id=draft.site_id,
            reason_id=draft.reason_id,
            amount_minor=draft.amount_minor,
            customer_id=draft.customer_id,
            refusal_uid=draft.uid,
        )
        unmet_needs.record_unmet_need(session, person, need, now=later)


def _perhaps_undone(session: Session, shop: Shop, decision: Decision, chance: Random) -> None:
    dice = chance.random()
    if dice > 0.017:
        return
    person = next(p for p in shop.people.values() if p.id == decision.person_id)
    slip = VoidDraft(uid=_uid(chance), reason=chance.choice(SLIPS), taken_back=dice < 0.012)
    voids.void_decision(
        session, person, decision, slip, now=decision.received_at + timedelta(seconds=50)
    )


def _uid(chance: Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))
