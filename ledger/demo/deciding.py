"""What is decided in the demo when something goes wrong: given at once, now and then taken back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from sqlmodel import Session

from ledger.core import decisions, voids
from ledger.core.decisions import Recorded
from ledger.core.drafts import FORECASTS, DecisionDraft
from ledger.core.tables import Decision
from ledger.core.voids import VoidDraft
from ledger.demo import past_limit, story
from ledger.demo.past_limit import Stopped
from ledger.demo.story import Event, Shop
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
SLIPS = ("Wrong customer picked", "Typed the wrong amount", "Customer changed their mind")


def events_of(shop: Shop, incidents: Sequence[Incident], *, chance: Random) -> list[Event]:
    """Turn what went wrong into events, each with the chance that it needs drawn beforehand."""
    return [_decided(shop, incident, Random(chance.getrandbits(64))) for incident in incidents]


def _decided(shop: Shop, incident: Incident, chance: Random) -> Event:
    people = [person for person, since in shop.deciders[incident.site] if since <= incident.on]
    person = chance.choice(people)
    draft = _draft(shop, incident, chance)

    def tell(session: Session, now: datetime) -> Sequence[Event]:
        result = decisions.record_decision(session, person, draft, now=now)
        if isinstance(result, Recorded):
            _perhaps_undone(session, shop, result.decision, chance)
            return ()
        stopped = Stopped(person=person, draft=draft, refusal=result.refusal, site=incident.site)
        return past_limit.way_on(shop, stopped, chance, now=now)

    return Event(
        at=story.instant(incident.on, incident.minute, second=chance.randrange(60)), tell=tell
    )


def _draft(shop: Shop, incident: Incident, chance: Random) -> DecisionDraft:
    forecast = chance.choices([*FORECASTS, None], (45, 10, 8, 22, 15))[0]
    asked = chance.choices([None, "nothing", incident.remedy], (40, 35, 25))[0]
    return DecisionDraft(
        uid=story.new_uid(chance),
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


def _perhaps_undone(session: Session, shop: Shop, decision: Decision, chance: Random) -> None:
    dice = chance.random()
    if dice > 0.017:
        return
    person = next(p for p in shop.people.values() if p.id == decision.person_id)
    slip = VoidDraft(
        uid=story.new_uid(chance), reason=chance.choice(SLIPS), taken_back=dice < 0.012
    )
    voids.void_decision(
        session, person, decision, slip, now=decision.received_at + timedelta(seconds=50)
    )
