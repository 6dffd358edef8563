"""What waits in the demo when somebody looks at it: three asks, and two exceptions to read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlmodel import Session

from ledger.core import asks, decisions
from ledger.core.asks import AskDraft
from ledger.core.decisions import Recorded
from ledger.core.drafts import DecisionDraft
from ledger.core.tables import Person
from ledger.demo import story
from ledger.demo.story import Event, Shop
from ledger.demo.visits import Incident

# For so long before now nobody asks but those who wait.
QUIET = timedelta(minutes=30)
SEED = 20261122


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One ask that waits, of so many minutes ago; amounts are in cents."""

    minutes: int
    name: str
    site: str
    remedy: str
    reason: str
    amount_minor: int
    why: str
    is_walk_in: bool = False
    already_given: bool = False


WAITING = (
    Waiting(
        minutes=6,
        name="Ben",
        site="elm-street",
        remedy="refund",
        reason="wrong_item",
        amount_minor=4_000,
        why="Birthday cake with another child's name, party at 15:00. Bakery can fix it in 10 min.",
    ),
    Waiting(
        minutes=3,
        name="Chidi",
        site="harbour",
        remedy="credit",
        reason="late",
        amount_minor=3_200,
        why="Lunch order for an office of nine, 40 minutes late. Said we would call today.",
        is_walk_in=True,
    ),
    Waiting(
        minutes=1,
        name="Ana",
        site="elm-street",
        remedy="refund",
        reason="quality",
        amount_minor=2_800,
        why="Whole tray of berries soft underneath.",
    ),
)
UNREAD = (
    Waiting(
        minutes=15 * 60,
        name="Dee",
        site="elm-street",
        remedy="replacement",
        reason="quality",
        amount_minor=3_900,
        why="Dana and Sam both off, frozen order thawed in our van.",
        is_walk_in=True,
        already_given=True,
    ),
    Waiting(
        minutes=4 * 60,
        name="Eli",
        site="elm-street",
        remedy="refund",
        reason="till_mistake",
        amount_minor=2_850,
        why="Charged twice, bus leaving.",
        is_walk_in=True,
        already_given=True,
    ),
)


def events(shop: Shop, incidents: Sequence[Incident], *, today: date, now: datetime) -> list[Event]:
    """Return the asks that nobody has answered yet, and the exceptions that nobody has read."""
    chance = Random(SEED)
    known = _known_at(incidents, "elm-street", today=today)
    made = []
    for one in (*WAITING, *UNREAD):
        ref = None if one.is_walk_in else known.pop(0)
        at = now - timedelta(minutes=one.minutes, seconds=25)
        made.append(Event(at=at, tell=_stopped(shop, one, ref, chance)))
    return made


def _known_at(incidents: Sequence[Incident], site: str, *, today: date) -> list[str]:
    """Return customers of a site to whom two things went wrong lately: those they know there."""
    since = today - timedelta(days=80)
    lately = [one for one in incidents if one.ref is not None and since <= one.on < today]
    often = Counter(str(one.ref) for one in lately)
    here = {str(one.ref) for one in lately if one.site == site}
    return sorted(ref for ref, count in often.items() if count == 2 and ref in here)


def _stopped(shop: Shop, one: Waiting, ref: str | None, chance: Random) -> story.Tell:
    wanted = DecisionDraft(
        uid=story.new_uid(chance),
        site_id=shop.site_ids[one.site],
        remedy_id=shop.remedies[one.remedy].id,
        reason_id=shop.reasons[one.reason].id,
        amount_minor=one.amount_minor,
        customer_id=None if ref is None else shop.customer_ids[ref],
        note=one.why,
        forecast="comes_back",
        already_given=one.already_given,
    )
    person, uid = shop.people[one.name], story.new_uid(chance)

    def tell(session: Session, now: datetime) -> Sequence[Event]:
        answer = decisions.record_decision(session, person, wanted, now=now)
        if isinstance(answer, Recorded):
            return ()
        draft = AskDraft(uid=uid, wanted=wanted, refusal_uid=answer.refusal.uid)
        return [Event(at=now + timedelta(seconds=25), tell=_asked(person, draft))]

    return tell


def _asked(person: Person, draft: AskDraft) -> story.Tell:
    def tell(session: Session, now: datetime) -> None:
        asks.make_ask(session, person, draft, now=now)

    return tell
