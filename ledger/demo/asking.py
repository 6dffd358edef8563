"""The asks of the demo: made, waited for, answered by whoever is asked, and given or left."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from sqlmodel import Session

from ledger.core import answerers, answers, asks, giving
from ledger.core.answerers import Asked
from ledger.core.answers import AnswerDraft, Kind
from ledger.core.asks import AskDraft, WithinHeadroomError
from ledger.core.errors import NotFoundError
from ledger.core.tables import Ask, Person
from ledger.demo import story
from ledger.demo.story import Event

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


def ask(
    session: Session, person: Person, draft: AskDraft, chance: Random, *, now: datetime
) -> Sequence[Event]:
    """Make an ask and return what comes of it; nothing if it can be given at once after all."""
    try:
        with session.begin_nested():
            made = asks.make_ask(session, person, draft, now=now).ask
    except WithinHeadroomError:
        return ()
    dice, minutes = chance.random(), _wait(chance)
    if dice < NOBODY:
        if not made.timeout_allows:
            return ()
        later = made.expires_at + timedelta(minutes=2)
        return [Event(at=later, tell=_given(person, made.uid, chance))]
    if dice < LEFT:
        return [Event(at=now + minutes, tell=_withdrawn(person, made.uid, chance))]
    if dice < CHANGED:
        less = _next(draft, made.uid, made.amount_minor * 4 // 5, chance)
        return [Event(at=now + minutes / 2, tell=_asked(person, less, chance))]
    return [Event(at=now + minutes, tell=_answered(person, draft, made.uid, chance))]


def _wait(chance: Random) -> timedelta:
    minutes = MEDIAN_MINUTES * math.exp(chance.gauss(0, SPREAD))
    return timedelta(seconds=round(60 * min(LONGEST_MINUTES, minutes)))


def _answered(person: Person, draft: AskDraft, uid: str, chance: Random) -> story.Tell:
    dice, then = chance.random(), chance.random()
    seconds = timedelta(seconds=chance.randrange(20, 200))

    def tell(session: Session, now: datetime) -> Sequence[Event]:
        found = _found(session, uid)
        approver = _approver(session, found, now)
        if approver is None:
            return ()
        kind: Kind = "approved" if dice < APPROVED else "countered"
        if dice >= COUNTERED:
            kind = "declined"
        said = _said(found, kind, chance)
        answers.answer(session, approver, found, said, now=now)
        if kind != "declined":
            return _with_permission(person, uid, then, chance, at=now + seconds)
        if then < TRIED_AGAIN:
            again = _next(draft, uid, found.amount_minor * 3 // 4, chance)
            return [Event(at=now + seconds, tell=_asked(person, again, chance))]
        return ()

    return tell


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


def _with_permission(
    person: Person, uid: str, dice: float, chance: Random, *, at: datetime
) -> Sequence[Event]:
    if dice < GIVEN:
        return [Event(at=at, tell=_given(person, uid, chance))]
    if dice < TURNED_DOWN:
        return [Event(at=at, tell=_withdrawn(person, uid, chance))]
    return ()


def _approver(session: Session, found: Ask, now: datetime) -> Person | None:
    """Return who is asked first."""
    asked = Asked(
        person_id=found.person_id,
        site_id=found.site_id,
        amount_minor=found.amount_minor,
        made_at=found.made_at,
    )
    line = answerers.answerers(session, asked, now=now)
    return line[0].person if line else None


def _asked(person: Person, draft: AskDraft, chance: Random) -> story.Tell:
    return lambda session, now: ask(session, person, draft, chance, now=now)


def _given(person: Person, uid: str, chance: Random) -> story.Tell:
    decision_uid = story.new_uid(chance)

    def tell(session: Session, now: datetime) -> None:
        giving.give(session, person, _found(session, uid), uid=decision_uid, now=now)

    return tell


def _withdrawn(person: Person, uid: str, chance: Random) -> story.Tell:
    form = story.new_uid(chance)

    def tell(session: Session, now: datetime) -> None:
        answers.withdraw(session, person, _found(session, uid), uid=form, now=now)

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
