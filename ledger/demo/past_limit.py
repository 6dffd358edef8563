"""What people of the demo do when it is more than they may give, each as the dice have it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sqlmodel import Session

from ledger.core import decisions, unmet_needs
from ledger.core.asks import AskDraft
from ledger.core.drafts import DecisionDraft
from ledger.core.tables import Person, Refusal
from ledger.core.unmet_needs import UnmetNeedDraft
from ledger.demo import asking, story
from ledger.demo.story import Event, Shop

# Of a hundred: up to where they ask, give what is left, write down that they could not.
ASK, LESS, UNMET = 0.5, 0.72, 0.94
WHYS = {
    "late": ("Second time this month that it was late", "Guests were waiting at home"),
    "quality": ("Whole tray soft underneath", "Had to drive back with it"),
    "wrong_item": ("Cake with another child's name on it", "Wrong size for the whole order"),
    "out_of_stock": ("We had promised it on the phone", "Came from across town for it"),
    "till_mistake": ("Charged twice, the bank takes days", "Three coupons were not taken off"),
    "treatment": ("Sent away twice, and was right", "Waited outside in the rain"),
    "other": ("Our trolley scratched the car", "Coffee over a coat"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Somebody at a site whose decision was more than they may give."""

    person: Person
    draft: DecisionDraft
    refusal: Refusal
    site: str


def way_on(shop: Shop, one: Stopped, chance: Random, *, now: datetime) -> Sequence[Event]:
    """Return how it goes on after a refusal: four ways, or nothing at all."""
    dice, soon = chance.random(), now + timedelta(seconds=chance.randrange(20, 90))
    if dice < ASK and soon < shop.asks_until:
        return [Event(at=soon, tell=_asking(shop, one, chance))]
    if dice < LESS and one.refusal.headroom_minor:
        return [Event(at=soon, tell=_giving_less(one, chance))]
    if dice < UNMET:
        return [Event(at=soon, tell=_unmet(one, chance))]
    return ()


def _asking(shop: Shop, one: Stopped, chance: Random) -> story.Tell:
    (reason,) = (code for code, row in shop.reasons.items() if row.id == one.draft.reason_id)
    wanted = replace(one.draft, note=chance.choice(WHYS[reason]))
    draft = AskDraft(uid=story.new_uid(chance), wanted=wanted, refusal_uid=one.refusal.uid)

    def tell(session: Session, now: datetime) -> Sequence[Event]:
        return asking.ask(session, one.person, draft, chance, now=now)

    return tell


def _giving_less(one: Stopped, chance: Random) -> story.Tell:
    less = replace(one.draft, uid=story.new_uid(chance), amount_minor=one.refusal.headroom_minor)

    def tell(session: Session, now: datetime) -> None:
        decisions.record_decision(session, one.person, less, now=now)

    return tell


def _unmet(one: Stopped, chance: Random) -> story.Tell:
    need = UnmetNeedDraft(
        uid=story.new_uid(chance),
        site_id=one.draft.site_id,
        reason_id=one.draft.reason_id,
        amount_minor=one.draft.amount_minor,
        customer_id=one.draft.customer_id,
        refusal_uid=one.refusal.uid,
    )

    def tell(session: Session, now: datetime) -> None:
        unmet_needs.record_unmet_need(session, one.person, need, now=now)

    return tell
