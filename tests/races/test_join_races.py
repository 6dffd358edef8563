"""Two customers become one while both are given something: from then on they have one cap."""

import time
from datetime import timedelta
from random import Random

from ledger.core import joining
from tests.counter import MONDAY
from tests.races.conftest import EIGHT, Arena
from tests.races.work import Give, Unite

ROUNDS = 10
CAP = 1_000
BEFORE = 300
GIFT = 400
# Long enough for eight people to reach the lock that the join holds.
UNTIL_ALL_WAIT_SECONDS = 0.1


def test_a_cap_binds_whoever_decides_at_the_instant_of_a_join(arena: Arena) -> None:
    with arena.quiet() as shop:
        shop.limit(2_500, customer_total_minor=CAP, customer_days=1)
    for turn in range(ROUNDS):
        now = MONDAY + timedelta(minutes=turn)
        with arena.quiet() as shop:
            ids = [shop.customer(f"2125{number}{turn:05}") for number in range(2)]
            # Alone each could be given one more; together there is one more for both.
            for one in ids:
                shop.give("ana", BEFORE, customer_id=one, now=now)
        with arena.quiet() as shop:
            dana = shop.people["dana"]
            joining.join_customers(shop.session, dana, ids[0], ids[1], reason="One", now=now)
            arena.workers.send(
                [
                    Give(
                        person_id=person_id,
                        draft=arena.shop.draft(GIFT, customer_id=ids[place % 2]),
                        now=now,
                    )
                    for place, person_id in enumerate(arena.person_ids)
                ]
            )
            time.sleep(UNTIL_ALL_WAIT_SECONDS)
        said = sorted(answer.what for answer in arena.workers.answers())
        assert said == ["recorded", *["refused"] * (EIGHT - 1)]

    arena.verify()


def test_joining_and_parting_at_one_instant_leaves_a_whole_ledger(arena: Arena) -> None:
    with arena.quiet() as shop:
        dana = shop.people["dana"].id
        ids = [shop.customer(f"212555010{number}") for number in range(3)]
    said, drawn = set[str](), Random(20261122)
    for turn in range(ROUNDS):
        now = MONDAY + timedelta(minutes=turn)
        jobs = [
            Unite(
                person_id=dana,
                customer_id=ids[place % 3],
                into_id=ids[(place + 1) % 3],
                now=now,
            )
            for place in range(EIGHT)
        ]
        said |= {answer.what for answer in arena.race_apart(jobs, drawn)}

    assert said == {"joined", "parted", "too late"}
    arena.verify()
