"""What people of the demo do when it is more than they may give, each as the dice have it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sqlmodel import Session

from ledger.core import decisions, headroom, unmet_needs
from ledger.core.asks import AskDraft
from ledger.core.decisions import Recorded
from ledger.core.drafts import DecisionDraft
from ledger.core.tables import Person, Refusal
from ledger.core.unmet_needs import UnmetNeedDraft
from ledger.demo import ask_ways, asking, reading, story
from ledger.demo.asking import Asker
from ledger.demo.story import Event, Shop

# Of a hundred: up to where they ask, had given it already, give what is left, write down that they
# could not.
ASK, TOLD, LESS, UNMET = 0.58, 0.64, 0.78, 0.95
# At first hardly anybody asks; what they then leave is neither given nor written down. Over the
# year they learn it, and for so long they all have.
ASK_AT_FIRST = 0.04
LEARNT_AGO, BEGAN_AGO = timedelta(days=110), timedelta(days=364)
# Where a site lets people act at once, so many do.
ACT_NOW = 0.5
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
    if _may_act_now(one) and chance.random() < ACT_NOW:
        return [Event(at=soon, tell=_past(shop, one, chance, act_now=True))]
    if dice < _share_who_ask(shop, now) and soon < shop.asks_until:
        return [Event(at=soon, tell=_asking(shop, one, chance))]
    is_left = dice < ASK and now < shop.asks_until - LEARNT_AGO
    if ASK <= dice < TOLD:
        return [Event(at=soon, tell=_past(shop, one, chance, already_given=True))]
    if dice < LESS and one.refusal.headroom_minor and not is_left:
        return [Event(at=soon, tell=_giving_less(one, chance))]
    if dice < UNMET and not is_left:
        return [Event(at=soon, tell=_unmet(one, chance))]
    return ()


def _share_who_ask(shop: Shop, now: datetime) -> float:
    ago = shop.asks_until - now
    learning = (BEGAN_AGO - ago) / (BEGAN_AGO - LEARNT_AGO)
    return ASK_AT_FIRST + (ASK - ASK_AT_FIRST) * min(1.0, max(0.0, learning))


def _may_act_now(one: Stopped) -> bool:
    band = ask_ways.AT_THE_START.get(one.site)
    is_in_band = band is not None and one.draft.amount_minor <= band.act_now_up_to_minor
    return is_in_band and one.refusal.rule == headroom.PER_DECISION


def _past(
    shop: Shop,
    one: Stopped,
    chance: Random,
    *,
    act_now: bool = False,
    already_given: bool = False,
) -> story.Tell:
    """Return how it is given all the same, and read by the supervisor some hours later."""
    past = replace(
        one.draft,
        uid=story.new_uid(chance),
        note=_why(shop, one, chance),
        act_now=act_now,
        already_given=already_given,
    )

    def tell(session: Session, now: datetime) -> Sequence[Event]:
        answer = decisions.record_decision(session, one.person, past, now=now)
        if isinstance(answer, Recorded) and answer.decision.exception_reason is not None:
            return [reading.read_later(shop, answer.decision, chance, now=now)]
        return ()

    return tell


def _why(shop: Shop, one: Stopped, chance: Random) -> str:
    (reason,) = (code for code, row in shop.reasons.items() if row.id == one.draft.reason_id)
    return chance.choice(WHYS[reason])


def _asking(shop: Shop, one: Stopped, chance: Random) -> story.Tell:
    wanted = replace(one.draft, note=_why(shop, one, chance))
    draft = AskDraft(uid=story.new_uid(chance), wanted=wanted, refusal_uid=one.refusal.uid)

    def tell(session: Session, now: datetime) -> Sequence[Event]:
        who = Asker(shop=shop, person=one.person, chance=chance)
        return asking.ask(session, who, draft, now=now)

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
