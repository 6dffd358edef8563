"""Two at one ask, and many at one budget: the first one wins, and nothing is kept or given twice.

Each round is a day of its own. Four pairs race in each, every pair about an ask of somebody else.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain
from random import Random
from uuid import uuid4

from sqlalchemy import select
from sqlmodel import col

from ledger.core import asks
from ledger.core.answers import AnswerDraft, Kind
from ledger.core.asks import AskDraft
from ledger.core.tables import Ask, AskAnswer, Budget, Person
from tests.counter import MONDAY, Shop
from tests.races.ask_work import AnswerTo, AskFor, HandIn
from tests.races.conftest import EIGHT, Arena
from tests.races.work import Give, Job
from tests.recount import apart_rows, recounted_apart

ROUNDS = 100
LIMIT, BUDGET, ASKED = 2_500, 4_000, 3_000
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def test_a14_b9_two_at_one_ask_are_never_both_first(arena: Arena) -> None:
    """Two answers; an answer and the end of the wait; giving twice; a decision and an ask."""
    open_shop(arena)
    asked, drawn = list[int](), Random(20261122)
    answers, expiry, giving, budget = tallies = [Counter[tuple[str, ...]]() for _ in range(4)]

    for turn in range(ROUNDS):
        with arena.quiet() as shop:
            ids, pairs = pairs_of(arena, shop, MONDAY + timedelta(days=turn))
        asked += ids
        found = [one.what for one in arena.race_apart([*chain(*pairs)], drawn)]
        for place, tally in enumerate(tallies):
            tally[tuple(sorted(found[2 * place : 2 * place + 2]))] += 1

    # Each of two can be first, and each was.
    assert set(answers) == {("already approved", "approved"), ("already declined", "declined")}
    assert set(expiry) == {("already expired", "asked"), ("approved", "asked")}
    assert set(giving) == {("handed in", "moved on: given")}
    assert set(budget) == {("asked", "recorded"), ("asked", "refused")}
    answered_once(arena, asked)
    no_budget_is_over(arena)
    arena.verify()


def test_b9_eight_asks_on_one_budget_keep_no_more_than_is_left_of_it(arena: Arena) -> None:
    open_shop(arena)
    ana = arena.shop.people["ana"].id

    for turn in range(ROUNDS):
        now = MONDAY + timedelta(days=turn)
        jobs = [AskFor(person_id=ana, draft=draft_of(arena.shop), now=now) for _ in range(EIGHT)]
        answers = arena.race(jobs)
        assert [one.what for one in answers] == ["asked"] * EIGHT, answers
        kept = sorted(one.amount_minor for one in answers)
        assert kept == [0] * (EIGHT - 2) + [BUDGET - ASKED, ASKED]

    no_budget_is_over(arena)
    arena.verify()


def open_shop(arena: Arena) -> None:
    """Set the limit that everything here is above, and the budget of a day."""
    with arena.quiet() as shop:
        shop.limit(LIMIT, budget_minor=BUDGET, budget_period="day")


def pairs_of(
    arena: Arena, shop: Shop, now: datetime
) -> tuple[Sequence[int], Sequence[tuple[Job, Job]]]:
    """Make the asks that a round is about; return their ids, and who races whom."""
    people, ends = arena.person_ids, now + 15 * MINUTE
    # What one machine has let expire is over on every other: so all of it happens around the end.
    expiring = made(shop, people[1], now)
    answered, given = (made(shop, people[number], ends - MINUTE) for number in (0, 2))
    dana, sam = (shop.people[name].id for name in ("dana", "sam"))
    shop.answer("dana", given, now=ends - MINUTE)
    return [answered.id, expiring.id, given.id], [
        (
            answer_to(answered, dana, "approved", ends),
            answer_to(answered, sam, "declined", ends),
        ),
        # The asker's next ask writes down that the one before has expired.
        (
            answer_to(expiring, dana, "approved", ends - SECOND),
            AskFor(person_id=people[1], draft=draft_of(arena.shop), now=ends + SECOND),
        ),
        (hand_in(given, ends), hand_in(given, ends)),
        (
            Give(person_id=people[3], draft=arena.shop.draft(LIMIT), now=ends),
            AskFor(person_id=people[3], draft=draft_of(arena.shop), now=ends),
        ),
    ]


def made(shop: Shop, person_id: int, now: datetime) -> Ask:
    """Let somebody ask, with nobody else there."""
    person = shop.session.get_one(Person, person_id)
    return asks.make_ask(shop.session, person, draft_of(shop), now=now).ask


def draft_of(shop: Shop) -> AskDraft:
    """Return an ask for more than the limit, under a new id."""
    wanted = shop.draft(ASKED)
    return AskDraft(uid=wanted.uid, wanted=wanted)


def answer_to(ask: Ask, person_id: int, kind: Kind, now: datetime) -> AnswerTo:
    """Return an answer to an ask as it was read, under a new id."""
    draft = AnswerDraft(
        uid=str(uuid4()),
        kind=kind,
        words="Not this time" if kind == "declined" else None,
        version=ask.version,
        content_hash=ask.content_hash,
    )
    return AnswerTo(person_id=person_id, ask_id=ask.id, draft=draft, now=now)


def hand_in(ask: Ask, now: datetime) -> HandIn:
    """Return a giving of an ask, under a new id."""
    return HandIn(person_id=ask.person_id, ask_id=ask.id, uid=str(uuid4()), now=now)


def answered_once(arena: Arena, asked: Sequence[int]) -> None:
    """Check that each of these asks has exactly one first step."""
    with arena.database.reading() as session:
        steps = select(col(AskAnswer.ask_id)).where(
            col(AskAnswer.ask_id).in_(asked), col(AskAnswer.step) == 1
        )
        assert sorted(session.scalars(steps)) == sorted(asked)


def no_budget_is_over(arena: Arena) -> None:
    """Check every budget's row: never over, and what is kept was freed once for each that ended."""
    with arena.database.reading() as session:
        over = select(Budget).where(col(Budget.alone) + col(Budget.reserved) > BUDGET)
        assert session.scalars(over).all() == []
        assert apart_rows(session) == recounted_apart(session)
