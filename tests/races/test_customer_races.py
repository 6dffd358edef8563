"""Eight people who add one customer at one instant add one customer."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlmodel import col

from ledger.core.tables import Customer
from tests.counter import MONDAY
from tests.races.conftest import Arena
from tests.races.work import Meet

ROUNDS = 20


def test_one_phone_number_added_eight_times_is_one_customer(arena: Arena) -> None:
    for number in range(ROUNDS):
        phone, now = f"212555{number:04}", MONDAY + timedelta(minutes=number)
        answers = arena.race(
            [Meet(person_id=one, phone=phone, now=now) for one in arena.person_ids]
        )
        assert {answer.what for answer in answers} == {"met"}
        assert len({answer.uid for answer in answers}) == 1

    with arena.quiet() as shop:
        assert shop.session.scalar(select(func.count(col(Customer.id)))) == ROUNDS
    arena.verify()
