"""What raises flags in the demo: nothing forbidden, only what somebody should look at twice.

All of it happens at Elm Street in the last weeks, to customers to whom nothing else went wrong.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlmodel import Session

from ledger.core import decisions, flags
from ledger.core.asks import AskDraft
from ledger.core.decisions import Recorded
from ledger.core.drafts import DecisionDraft
from ledger.demo import asking, story
from ledger.demo.asking import SURE, Asker
from ledger.demo.story import Event, Shop
from ledger.demo.visits import Incident, Shopper

SITE = "elm-street"
SEED = 20261123
READ_AGO = timedelta(days=8)
LATELY = timedelta(days=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """Something that was given so many days ago; `who` is a customer, or nobody in particular."""

    days: int
    minute: int
    name: str
    reason: str
    remedy: str = "credit"
    amount_minor: int
    who: str | None = None
    note: str | None = None


# Late orders, a little under $25: is $25 too little, or is it aimed at?
JUST_UNDER = tuple(
    Gift(
        days=days,
        minute=10 * 60 + 37 * number % 480,
        name=name,
        reason="late",
        amount_minor=amount,
        note=note,
    )
    for number, (days, name, amount, note) in enumerate(
        (
            (20, "Ana", 2_400, None),
            (18, "Eli", 2_450, "Order for a party, an hour late"),
            (17, "Ben", 2_500, None),
            (15, "Eli", 2_400, None),
            (13, "Ana", 2_500, "Waited with two children"),
            (12, "Eli", 2_350, None),
            (10, "Ben", 2_499, "Van came late, taxi was waiting"),
            (6, "Eli", 2_500, None),
            (5, "Ana", 2_450, "Promised for nine, ready at ten"),
            (3, "Eli", 2_500, "Second late order this week"),
            (2, "Ben", 2_400, None),
        )
    )
)
# The regular of one till: whatever goes wrong, it is Ana or Ben who is there.
SAME_CUSTOMER = tuple(
    Gift(
        days=days,
        minute=9 * 60 + 11 * days,
        name=name,
        reason="quality",
        remedy="refund",
        amount_minor=amount,
        who="regular",
        note="The same bread again, from the same batch",
    )
    for days, name, amount in (
        *((22, "Ana", 899), (19, "Ben", 1_099), (16, "Ana", 650), (14, "Ben", 1_250)),
        *((11, "Ana", 799), (9, "Ben", 1_499), (7, "Ana", 899), (4, "Ben", 1_099)),
    )
)
# The office around the corner, which everybody has served.
MANY_HANDS = tuple(
    Gift(
        days=days,
        minute=11 * 60 + 9 * days,
        name=name,
        reason="wrong_item",
        remedy="replacement",
        amount_minor=900,
        who="office",
        note="Lunch order of the office, one box wrong",
    )
    for days, name in (
        *((24, "Ana"), (21, "Ben"), (18, "Dee"), (15, "Eli")),
        *((12, "Fatima"), (8, "Dana"), (5, "Sam"), (2, "Ben")),
    )
)
# One mishap, paid for twice on one day: the limit is below what it took.
SPLIT = tuple(
    Gift(
        days=days,
        minute=minute,
        name=name,
        reason="till_mistake",
        remedy="refund",
        amount_minor=amount,
        who=who,
        note=note,
    )
    for days, minute, name, amount, who, note in (
        (11, 14 * 60, "Ben", 2_000, "split before", "Charged twice, first half"),
        (11, 14 * 60 + 6, "Ben", 1_850, "split before", "Charged twice, the rest"),
        (4, 16 * 60, "Eli", 2_400, "split", "Whole basket scanned twice"),
        (4, 16 * 60 + 9, "Ana", 1_900, "split", "The other half of the basket"),
    )
)


def events(
    shop: Shop, known: Sequence[Shopper], incidents: Sequence[Incident], *, today: date
) -> list[Event]:
    """Return what was given so that flags show, and how one of them was read."""
    chance = Random(SEED)
    spared = _spared(known, incidents, since=today - LATELY)
    gifts = (*JUST_UNDER, *SAME_CUSTOMER, *MANY_HANDS, *SPLIT)
    ids = {who: shop.customer_ids[next(spared)] for who in _whom(gifts)}
    made = [
        Event(
            at=story.instant(today - timedelta(days=gift.days), gift.minute),
            tell=_giving(shop, gift, None if gift.who is None else ids[gift.who], chance),
        )
        for gift in gifts
    ]
    read_at = story.instant(today - READ_AGO, 9 * 60 + 20)
    return [*made, Event(at=read_at, tell=_reading(shop, story.new_uid(chance)))]


def _whom(gifts: Sequence[Gift]) -> Sequence[str]:
    return sorted({gift.who for gift in gifts if gift.who is not None})


def _spared(
    known: Sequence[Shopper], incidents: Sequence[Incident], *, since: date
) -> Iterator[str]:
    """Yield customers of the site to whom nothing went wrong since a day."""
    met = {one.ref for one in incidents if one.on >= since}
    return (one.ref for one in known if one.home == SITE and one.ref not in met)


def _giving(shop: Shop, gift: Gift, customer_id: int | None, chance: Random) -> story.Tell:
    person = shop.people[gift.name]
    wanted = DecisionDraft(
        uid=story.new_uid(chance),
        site_id=shop.site_ids[SITE],
        remedy_id=shop.remedies[gift.remedy].id,
        reason_id=shop.reasons[gift.reason].id,
        amount_minor=gift.amount_minor,
        customer_id=customer_id,
        note=gift.note,
    )
    who = Asker(shop=shop, person=person, chance=Random(chance.getrandbits(64)), fate=SURE)
    asked_uid = story.new_uid(chance)

    def tell(session: Session, now: datetime) -> Sequence[Event]:
        answer = decisions.record_decision(session, person, wanted, now=now)
        if isinstance(answer, Recorded):
            return ()
        # More often than the limit has it for one customer: then somebody else is asked.
        draft = AskDraft(uid=asked_uid, wanted=wanted, refusal_uid=answer.refusal.uid)
        at = now + timedelta(seconds=40)
        return [Event(at=at, tell=lambda later, when: asking.ask(later, who, draft, now=when))]

    return tell


def _reading(shop: Shop, uid: str) -> story.Tell:
    def tell(session: Session, now: datetime) -> None:
        dana = shop.people["Dana"]
        split = [one for one in flags.open_flags(session, dana, now=now) if one.kind == "splitting"]
        words = "One basket of $38.50: the limit made two of it"
        flags.read_flag(session, dana, split[0].key, reading="limit", uid=uid, words=words, now=now)

    return tell
