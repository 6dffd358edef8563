"""The asks of the demo: made, waited for, answered by whoever is asked, and given or left."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sqlmodel import Session

from ledger.core import answerers, answers, ask_states, asks, giving
from ledger.core.answers import AnswerDraft, Kind
from ledger.core.asks import AskDraft, WithinHeadroomError
from ledger.core.errors import NotFoundError
from ledger.core.tables import Ask, Person
from ledger.demo import reading, story
from ledger.demo.story import Event, Shop

# Of a hundred asks: up to where nobody answers, the customer leaves, it is changed while it waits.
NOBODY, LEFT, CHANGED = 0.05, 0.10, 0.14
# Of a hundred answers: up to where it is approved as asked, and for a smaller amount.
APPROVED, COUNTERED = 0.70, 0.89
# Of a hundred permissions: up to where it is given, and where it is turned down.
GIVEN, TURNED_DOWN = 0.92, 0.96
TRIED_AGAIN = 0.35
# Half of the answers come within four minutes.
MEDIAN_MINUTES, SPREAD, LONGEST_MINUTES = 4.0, 0.75, 14.0
NO_WORDS = ("We give at most half for this", "The till shows that it was paid back already")
YES_WORDS = (None, None, None, "Say sorry from me too", "Yes, and tell the bakery")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of an ask, as shares from 0 to 1: while it waits, how it is answered, after."""

    waiting: float
    answer: float
    then: float


# Approved and given.
SURE = Fate(waiting=0.5, answer=0.5, then=0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, in which shop, and the dice for all that comes of it."""

    shop: Shop
    person: Person
    chance: Random
    fate: Fate | None = None

    def fated(self) -> Fate:
        """Return what becomes of the next ask."""
        if self.fate is not None:
            return self.fate
        dice = [self.chance.random() for _ in range(3)]
        return Fate(waiting=dice[0], answer=dice[1], then=dice[2])


def ask(session: Session, who: Asker, draft: AskDraft, *, now: datetime) -> Sequence[Event]:
    """Make an ask and return what comes of it; nothing if it can be given at once after all."""
    try:
        with session.begin_nested():
            made = asks.make_ask(session, who.person, draft, now=now).ask
    except WithinHeadroomError:
        return ()
    fate, minutes = who.fated(), _wait(who.chance)
    if fate.waiting < NOBODY:
        if not made.timeout_allows:
            return ()
        return [Event(at=made.expires_at + timedelta(minutes=2), tell=_given(who, made.uid))]
    if fate.waiting < LEFT:
        return [Event(at=now + minutes, tell=_withdrawn(who, made.uid))]
    if fate.waiting < CHANGED:
        less = _next(draft, made.uid, made.amount_minor * 4 // 5, who.chance)
        return [Event(at=now + minutes / 2, tell=_asked(who, less))]
    return [Event(at=now + minutes, tell=_answered(who, draft, made.uid, fate))]


def _wait(chance: Random) -> timedelta:
    minutes = MEDIAN_MINUTES * math.exp(chance.gauss(0, SPREAD))
    return timedelta(seconds=round(60 * min(LONGEST_MINUTES, minutes)))


def _answered(who: Asker, draft: AskDraft, uid: str, fate: Fate) -> story.Tell:
    seconds = timedelta(seconds=who.chance.randrange(20, 200))

    def tell(session: Session, now: datetime) -> Sequence[Event]:
        found = _found(session, uid)
        approver = _approver(session, found, now)
        if approver is None:
            return ()
        said = _said(found, _kind(fate), who.chance)
        answers.answer(session, approver, found, said, now=now)
        if said.kind != "declined":
            return _with_permission(who, uid, fate, at=now + seconds)
        if fate.then < TRIED_AGAIN:
            again = _next(draft, uid, found.amount_minor * 3 // 4, who.chance)
            return [Event(at=now + seconds, tell=_asked(who, again))]
        return ()

    return tell


def _kind(fate: Fate) -> Kind:
    if fate.answer < APPROVED:
        return "approved"
    return "countered" if fate.answer < COUNTERED else "declined"


def _said(asked: Ask, kind: Kind, chance: Random) -> AnswerDraft:
    # Down to a whole dollar, and never all of it.
    offer = max(1_00, asked.amount_minor * 7 // 10 // 100 * 100)
    words = chance.choice(NO_WORDS if kind == "declined" else YES_WORDS)
    return AnswerDraft(
        uid=story.new_uid(chance),
        kind=kind,
        amount_minor=offer if kind == "countered" else None,
        words=words,
        version=asked.version,
        content_hash=asked.content_hash,
    )


def _with_permission(who: Asker, uid: str, fate: Fate, *, at: datetime) -> Sequence[Event]:
    if fate.then < GIVEN:
        return [Event(at=at, tell=_given(who, uid))]
    if fate.then < TURNED_DOWN:
        return [Event(at=at, tell=_withdrawn(who, uid))]
    return ()


def _approver(session: Session, found: Ask, now: datetime) -> Person | None:
    """Return who is asked first."""
    asked = answerers.asked_of(found)
    line = answerers.answerers(session, asked, now=now)
    return line[0].person if line else None


def _asked(who: Asker, draft: AskDraft) -> story.Tell:
    return lambda session, now: ask(session, who, draft, now=now)


def _given(who: Asker, uid: str) -> story.Tell:
    decision_uid = story.new_uid(who.chance)

    def tell(session: Session, now: datetime) -> Sequence[Event]:
        found = _found(session, uid)
        state = ask_states.state_of(session, found, now=now)
        made = giving.give(session, who.person, found, uid=decision_uid, now=now).decision
        # What nobody has approved is read afterwards.
        if state.name != "allowed":
            return ()
        return [reading.read_later(who.shop, made, who.chance, now=now)]

    return tell


def _withdrawn(who: Asker, uid: str) -> story.Tell:
    form = story.new_uid(who.chance)

    def tell(session: Session, now: datetime) -> None:
        answers.withdraw(session, who.person, _found(session, uid), uid=form, now=now)

    return tell


def _next(draft: AskDraft, uid: str, amount_minor: int, chance: Random) -> AskDraft:
    """Return the same ask for less, as the next version, in whole dollars."""
    less = replace(draft.wanted, amount_minor=amount_minor // 100 * 100)
    return replace(draft, uid=story.new_uid(chance), wanted=less, previous_uid=uid)


def _found(session: Session, uid: str) -> Ask:
    found = asks.ask_by_uid(session, uid)
    if found is None:
        raise NotFoundError("ask", uid)
    return found
