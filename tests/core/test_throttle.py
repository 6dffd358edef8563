"""The limiter: how many tries are free, how long the next one waits, that none slips through."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import throttle
from ledger.core.tables import Throttle
from ledger.database import Database
from tests.cast import MONDAY

DANA = throttle.keys_for("dana@mapleandmain.example", "192.0.2.7")
BEN = throttle.keys_for("ben@mapleandmain.example", "192.0.2.7")


def tries(session: Session, count: int, now: datetime = MONDAY) -> list[bool]:
    return [throttle.count_try(session, DANA, now=now) for _ in range(count)]


def test_five_tries_are_free_and_the_sixth_waits(session: Session) -> None:
    assert tries(session, 6) == [True] * 5 + [False]


@pytest.mark.parametrize(
    "misses, wait",
    [(5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (11, 900), (40, 900)],
)
def test_the_wait_doubles_from_half_a_minute_to_a_quarter_of_an_hour(
    session: Session, misses: int, wait: int
) -> None:
    now = MONDAY
    for _ in range(misses):
        now += timedelta(minutes=15)
        assert throttle.count_try(session, DANA[:1], now=now)

    assert not throttle.count_try(session, DANA[:1], now=now + timedelta(seconds=wait - 1))
    assert throttle.count_try(session, DANA[:1], now=now + timedelta(seconds=wait))


def test_whoever_has_to_wait_is_seen_before_anything_is_locked(session: Session) -> None:
    assert not throttle.has_to_wait(session, DANA, now=MONDAY)
    tries(session, 5)

    assert throttle.has_to_wait(session, DANA, now=MONDAY + timedelta(seconds=29))
    assert not throttle.has_to_wait(session, DANA, now=MONDAY + timedelta(seconds=30))
    assert not throttle.has_to_wait(session, BEN, now=MONDAY)


def test_tries_while_waiting_do_not_make_the_wait_longer(session: Session) -> None:
    tries(session, 5)
    tries(session, 50, MONDAY + timedelta(seconds=29))

    assert tries(session, 1, MONDAY + timedelta(seconds=30)) == [True]


def test_somebody_elses_tries_from_the_same_shop_stay_free(session: Session) -> None:
    tries(session, 6)

    assert throttle.count_try(session, BEN, now=MONDAY)


def test_an_address_waits_after_twenty_tries_whoever_they_were_for(session: Session) -> None:
    keys = [throttle.keys_for(f"{n}@mapleandmain.example", "192.0.2.7") for n in range(21)]

    assert [throttle.count_try(session, key, now=MONDAY) for key in keys] == [True] * 20 + [False]


def test_a_waiting_address_does_not_lock_a_colleague_out(session: Session) -> None:
    for n in range(20):
        throttle.count_try(session, throttle.keys_for(f"{n}@x.example", "192.0.2.7"), now=MONDAY)
    tries(session, 10)

    elsewhere = throttle.keys_for("dana@mapleandmain.example", "192.0.2.8")
    assert throttle.count_try(session, elsewhere, now=MONDAY)


def test_a_right_try_starts_the_emails_count_again_but_not_the_addresses(session: Session) -> None:
    tries(session, 5)
    throttle.forget(session, DANA, now=MONDAY)

    kept = {row.key.partition(":")[0]: row.misses for row in session.scalars(select(Throttle))}
    assert kept == {"email": 0, "address": 4}
    assert tries(session, 6) == [True] * 5 + [False]


def test_tries_on_an_askers_screen_are_not_counted_for_the_approvers_email(
    session: Session,
) -> None:
    here = throttle.keys_at_screen("dana-uid", "ana-uid", "192.0.2.8")

    tries_here = [throttle.count_try(session, here, now=MONDAY) for _ in range(6)]

    assert tries_here == [True] * 5 + [False]
    assert tries(session, 1) == [True]
    elsewhere = throttle.keys_at_screen("dana-uid", "ben-uid", "192.0.2.9")
    assert throttle.count_try(session, elsewhere, now=MONDAY)


def test_a_screen_waits_after_ten_tries_whoever_they_were_for(session: Session) -> None:
    keys = [throttle.keys_at_screen(f"uid-{n}", "ana-uid", None) for n in range(11)]

    assert [throttle.count_try(session, key, now=MONDAY) for key in keys] == [True] * 10 + [False]


def test_a_right_try_on_a_screen_starts_only_that_approvers_count_again(session: Session) -> None:
    here = throttle.keys_at_screen("dana-uid", "ana-uid", "192.0.2.8")
    for _ in range(5):
        throttle.count_try(session, here, now=MONDAY)

    throttle.forget(session, here, now=MONDAY)

    kept = {row.key.partition(":")[0]: row.misses for row in session.scalars(select(Throttle))}
    assert kept == {"approver": 0, "screen": 4, "address": 4}


def test_what_is_a_day_old_is_forgotten(session: Session) -> None:
    tries(session, 5)

    assert tries(session, 6, MONDAY + timedelta(days=1, seconds=1)) == [True] * 5 + [False]


def test_the_table_names_neither_people_nor_addresses(session: Session) -> None:
    tries(session, 1)

    keys = " ".join(session.scalars(select(col(Throttle.key))))
    assert "dana" not in keys
    assert "192.0.2" not in keys


def test_one_household_of_ipv6_is_one_address() -> None:
    one, other = (throttle.keys_for("d@x.example", f"2001:db8:1:2::{n}")[1] for n in (1, 2))

    assert one == other


def test_capitals_and_spaces_give_no_further_tries() -> None:
    assert throttle.keys_for(" Dana@MapleAndMain.example ", None) == DANA[:1]


def test_of_forty_tries_at_once_five_are_looked_at(database: Database) -> None:
    def one(_number: int) -> bool:
        with database.writing() as session:
            return throttle.count_try(session, DANA, now=MONDAY)

    with ThreadPoolExecutor(max_workers=8) as pool:
        looked_at = sum(pool.map(one, range(40)))

    assert looked_at == 5


def test_the_count_stays_when_what_came_after_it_is_undone(
    database: Database, open_database: Callable[[str], Database]
) -> None:
    for _ in range(5):
        with database.writing() as session:
            throttle.count_try(session, DANA, now=MONDAY)
        with pytest.raises(ZeroDivisionError):
            forget_and_stop(database)

    restarted = open_database(database.url.render_as_string(hide_password=False))
    with restarted.writing() as session:
        assert not throttle.count_try(session, DANA, now=MONDAY)


def forget_and_stop(database: Database) -> None:
    with database.writing() as session:
        throttle.forget(session, DANA, now=MONDAY)
        raise ZeroDivisionError
