"""A limit that changes in the very instant in which eight people decide."""

from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col

from ledger.core.tables import Decision, Limit, Refusal
from tests.races.conftest import EIGHT, MOMENT_SECONDS, Arena
from tests.races.test_budget_races import assert_only_rules_spoke, days
from tests.races.work import Give, Later

ROUNDS = 25
HIGH, LOW, AMOUNT = 2_500, 1_000, 2_000


def test_b4_each_decision_is_judged_by_one_limit_which_stands_in_its_row(arena: Arena) -> None:
    with arena.quiet() as shop:
        shop.limit(HIGH)
    ana = arena.shop.people["ana"].id

    both = 0
    for turn, now in days(ROUNDS):
        jobs = [Give(person_id=ana, draft=arena.shop.draft(AMOUNT), now=now) for _ in range(EIGHT)]
        arena.workers.send(
            [Later(job=job, seconds=place * MOMENT_SECONDS / 4) for place, job in enumerate(jobs)]
        )
        # The change comes before all of them, or when the first is done.
        if turn % 4 > 1:
            arena.workers.wait_for_the_first()
        with arena.quiet() as shop:
            shop.limit(LOW if turn % 2 == 0 else HIGH, now=now - timedelta(seconds=1))
        answers = arena.workers.answers()
        assert_only_rules_spoke(answers)
        both += len({answer.what for answer in answers}) > 1

    # The change did fall among them.
    assert both
    with arena.database.reading() as session:
        limits = {one.id: one for one in session.scalars(select(Limit))}
        decisions = session.scalars(select(Decision)).all()
        refusals = session.scalars(select(Refusal).where(col(Refusal.amount_minor) == AMOUNT)).all()
    assert len(decisions) + len(refusals) == ROUNDS * EIGHT
    for decision in decisions:
        assert decision.limit_id is not None
        held = limits[decision.limit_id]
        assert decision.limit_per_decision_minor == held.per_decision_minor == HIGH
    for refusal in refusals:
        assert refusal.limit_id is not None
        assert refusal.headroom_minor == limits[refusal.limit_id].per_decision_minor == LOW
    arena.verify()
