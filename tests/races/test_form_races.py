"""One form sent many times at one instant is answered once; one decision is voided once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, select
from sqlmodel import col

from ledger.core.tables import Decision
from ledger.core.voids import VoidDraft
from tests.counter import MONDAY
from tests.races.conftest import EIGHT, Arena
from tests.races.work import Answer, Cancel, Exchange, Give, Name

ROUNDS = 40
FEW_ROUNDS = 10


def test_one_form_sent_eight_times_makes_one_decision_and_seven_replays(arena: Arena) -> None:
    with arena.quiet() as shop:
        shop.limit(2_500, budget_minor=2_500, budget_period="day")
    ana = arena.shop.people["ana"].id

    for now in days(ROUNDS):
        form = Give(person_id=ana, draft=arena.shop.draft(2_000), now=now)
        answers = arena.race([form] * EIGHT)
        assert told(answers) == {"recorded": 1, "replayed": 7}
        assert {answer.uid for answer in answers} == {form.draft.uid}

    assert decisions_made(arena) == ROUNDS
    arena.verify()


def test_one_id_with_eight_contents_makes_one_decision_and_tells_nothing_of_it(
    arena: Arena,
) -> None:
    with arena.quiet() as shop:
        shop.limit(2_500)
    ana = arena.shop.people["ana"].id

    for now in days(ROUNDS):
        draft = arena.shop.draft(100)
        forms = [replace(draft, amount_minor=100 + number) for number in range(EIGHT)]
        answers = arena.race([Give(person_id=ana, draft=form, now=now) for form in forms])
        assert told(answers) == {"recorded": 1, "reused": 7}

    assert decisions_made(arena) == ROUNDS
    arena.verify()


def test_one_form_refused_eight_times_is_one_refusal(arena: Arena) -> None:
    with arena.quiet() as shop:
        shop.limit(2_500)
    ana = arena.shop.people["ana"].id

    for now in days(FEW_ROUNDS):
        form = Give(person_id=ana, draft=arena.shop.draft(2_501), now=now)
        assert told(arena.race([form] * EIGHT)) == {"refused": EIGHT}

    assert decisions_made(arena) == 0
    arena.verify()


def test_a_decision_voided_eight_times_at_once_is_voided_once(arena: Arena) -> None:
    with arena.quiet() as shop:
        shop.limit(2_500, budget_minor=2_500, budget_period="day")
    sam, dana = arena.shop.people["sam"].id, arena.shop.people["dana"].id

    for now in days(ROUNDS):
        with arena.quiet() as shop:
            made = shop.give("ana", 2_000, now=now)
        forms = [
            Cancel(person_id=person_id, decision_id=made.id, draft=a_void(), now=now)
            for person_id in (sam, dana) * 4
        ]
        assert told(arena.race(forms)) == {"voided": 1, "already voided": 7}

    arena.verify()


def test_supervisors_who_exchange_decisions_at_once_never_wait_for_ever(arena: Arena) -> None:
    """Some exchange each other's decisions, some give to the same customer meanwhile."""
    with arena.quiet() as shop:
        shop.limit(2_500, customer_total_minor=9_000, customer_days=1)

    for turn, now in enumerate(days(FEW_ROUNDS)):
        with arena.quiet() as shop:
            customer_id = shop.customer(f"2125550{turn:03}")
            made = [
                shop.give(name, 500, now=now, customer_id=customer_id)
                for name in ("dana", "sam", "dana", "sam")
            ]
        exchanges = [
            Exchange(
                person_id=arena.shop.people[name].id,
                decision_id=decision.id,
                draft=a_void(),
                instead=arena.shop.draft(400, customer_id=customer_id),
                now=now,
            )
            for name, decision in zip(("sam", "dana") * 2, made, strict=True)
        ]
        gifts = [
            Give(
                person_id=person_id,
                draft=arena.shop.draft(100, customer_id=customer_id),
                now=now,
            )
            for person_id in arena.person_ids[:4]
        ]
        assert told(arena.race([*exchanges, *gifts])) == {"recorded": EIGHT}

    arena.verify()


def test_a_short_name_is_given_once_and_every_version_of_the_card_gets_its_own(
    arena: Arena,
) -> None:
    """Of eight administrators who press at one instant, seven read that the name is taken."""
    for turn, now in enumerate(days(FEW_ROUNDS)):
        forms = [Name(code=f"late_{turn}", line=f"Card {turn}, {n}", now=now) for n in range(EIGHT)]

        answers = arena.race(forms)

        assert told(answers) == {"added": 1, "taken": 7}
        versions = {answer.amount_minor for answer in answers}
        assert len(versions) == EIGHT
        assert max(versions) - min(versions) == EIGHT - 1

    arena.verify()


def days(count: int) -> Sequence[datetime]:
    """Return an instant of a day of its own for each round."""
    return [MONDAY + timedelta(days=turn) for turn in range(count)]


def a_void() -> VoidDraft:
    """Return a void under a new id."""
    return VoidDraft(uid=str(uuid4()), reason="Wrong customer", taken_back=True)


def told(answers: Sequence[Answer]) -> Counter[str]:
    """Count what was answered."""
    return Counter(answer.what for answer in answers)


def decisions_made(arena: Arena) -> int:
    """Return how many decisions there are."""
    with arena.database.reading() as session:
        return session.scalars(select(func.count(col(Decision.id)))).one()
