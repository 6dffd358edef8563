"""Many people, or many tills, at one instant: no budget and no cap is ever overspent.

Each round is a day of its own, so each has budgets and caps of its own.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import col

from ledger.core.tables import Budget
from tests.counter import MONDAY
from tests.races.conftest import EIGHT, Arena
from tests.races.work import Answer, Careless, Give

ROUNDS = 100
FEWER_ROUNDS = 40
FEW_ROUNDS = 15
LAST_TEN_DOLLARS = 1_000
# Never the same order twice: sometimes one fits, sometimes three, never all.
AMOUNTS = (1_000, 700, 500, 400, 300, 250, 600, 900)


def test_b1_b2_the_last_ten_dollars_of_a_budget_are_given_once(arena: Arena) -> None:
    with arena.quiet() as shop:
        shop.limit(2_500, budget_minor=3_500, budget_period="day")
    ana = arena.shop.people["ana"].id

    for turn, now in days(ROUNDS):
        with arena.quiet() as shop:
            shop.give("ana", 2_500, now=now)
        answers = race(arena, [ana] * EIGHT, turned(turn), now=now)
        assert_only_rules_spoke(answers)
        assert 0 < given(answers) <= LAST_TEN_DOLLARS

    arena.verify()


def test_one_customer_is_never_given_more_than_the_cap_by_eight_people(arena: Arena) -> None:
    with arena.quiet() as shop:
        shop.limit(2_500, customer_total_minor=LAST_TEN_DOLLARS, customer_count=3, customer_days=1)
    customer_ids = customers(arena, FEWER_ROUNDS)

    for turn, now in days(FEWER_ROUNDS):
        answers = race(
            arena, arena.person_ids, turned(turn), now=now, customer_ids=[customer_ids[turn]]
        )
        assert_only_rules_spoke(answers)
        assert 0 < given(answers) <= LAST_TEN_DOLLARS

    arena.verify()


def test_b3_the_first_decisions_of_a_day_make_one_budget_row_and_all_count(arena: Arena) -> None:
    with arena.quiet() as shop:
        shop.limit(2_500, budget_minor=5_000, budget_period="day")
    ana = arena.shop.people["ana"].id

    for _, now in days(FEW_ROUNDS):
        answers = race(arena, [ana] * EIGHT, [500] * EIGHT, now=now)
        assert [answer.what for answer in answers] == ["recorded"] * EIGHT, answers

    with arena.database.reading() as session:
        held = session.scalars(select(col(Budget.alone))).all()
    assert held == [EIGHT * 500] * FEW_ROUNDS
    arena.verify()


def test_many_people_with_many_customers_never_wait_for_each_other_for_ever(arena: Arena) -> None:
    with arena.quiet() as shop:
        shop.limit(
            2_500,
            budget_minor=2_000,
            budget_period="day",
            customer_total_minor=1_500,
            customer_days=1,
        )
    three, two = arena.person_ids[:3], customers(arena, 2)

    for turn, now in days(FEW_ROUNDS):
        who = [three[(turn + i) % 3] for i in range(EIGHT)]
        whom = [two[i % 2] for i in range(EIGHT)]
        answers = race(arena, who, [600] * EIGHT, now=now, customer_ids=whom)
        assert_only_rules_spoke(answers)
        assert given(answers) == 4 * 600

    arena.verify()


def test_looking_before_writing_is_not_enough(arena: Arena) -> None:
    """The workers do meet: whoever looks first and writes then overspends the budget."""
    with arena.quiet() as shop:
        shop.limit(2_500, budget_minor=2_500, budget_period="day")
    overspent = 0

    for _, now in days(FEW_ROUNDS):
        with arena.quiet() as shop:
            shop.give("ana", 1, now=now)
        with arena.database.reading() as session:
            row_id = session.scalars(select(func.max(col(Budget.id)))).one()
        careless = Careless(row_id=row_id, amount_minor=2_000, budget_minor=2_500)
        overspent += given(arena.race([careless] * EIGHT)) > 2_000

    assert overspent


def days(count: int) -> Iterator[tuple[int, datetime]]:
    """Count the rounds, each with an instant of a day of its own."""
    for turn in range(count):
        yield turn, MONDAY + timedelta(days=turn)


def turned(turn: int) -> Sequence[int]:
    """Return the amounts, beginning with another one each time."""
    start = turn % EIGHT
    return [*AMOUNTS[start:], *AMOUNTS[:start]]


def customers(arena: Arena, count: int) -> Sequence[int]:
    """Add so many customers and return their ids."""
    with arena.quiet() as shop:
        return [shop.customer(f"2125550{number:03}") for number in range(count)]


def race(
    arena: Arena,
    person_ids: Sequence[int],
    amounts: Sequence[int],
    *,
    now: datetime,
    customer_ids: Sequence[int | None] = (None,),
) -> Sequence[Answer]:
    """Let these people give these amounts at one instant, to one customer or to one each."""
    whom = [*customer_ids] * (EIGHT // len(customer_ids))
    return arena.race(
        [
            Give(
                person_id=person_id,
                draft=arena.shop.draft(amount_minor, customer_id=customer_id),
                now=now,
            )
            for person_id, amount_minor, customer_id in zip(person_ids, amounts, whom, strict=True)
        ]
    )


def assert_only_rules_spoke(answers: Sequence[Answer]) -> None:
    """Check that everybody was given the decision or a refusal, and nobody a trace."""
    strange = [answer.what for answer in answers if answer.what not in {"recorded", "refused"}]
    assert not strange, strange[0]


def given(answers: Sequence[Answer]) -> int:
    """Return what was given in all, in minor units."""
    return sum(answer.amount_minor for answer in answers if answer.what == "recorded")
