"""What stands beside a flag for its two readings, and whose decisions count."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from ledger.core import flags, joining, ways
from ledger.core.flags import Flag
from ledger.core.tables import Decision
from ledger.database import Database
from tests import cast
from tests.core.files import NOW, take_decisions
from tests.counter import MONDAY, Shop

MINUTE = timedelta(minutes=1)


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """Let everybody give up to $25 a decision."""
    shop.limit(2_500)
    return shop


def only(shop: Shop) -> Flag:
    (flag,) = flags.open_flags(shop.session, shop.people["dana"], now=MONDAY + MINUTE * 30)
    return flag


def near(shop: Shop) -> None:
    """Let Ana give eight times what is just under the limit."""
    for step in range(8):
        shop.give("ana", 2_400, now=MONDAY - timedelta(minutes=step))


def asked(shop: Shop, amount_minor: int, *, customer_id: int | None = None) -> Decision:
    """Let Ana ask, Dana approve and Ana give."""
    ask = shop.ask("ana", amount_minor, note="The whole cake", customer_id=customer_id)
    shop.answer("dana", ask, now=MONDAY + MINUTE)
    return shop.hand_in("ana", ask, now=MONDAY + 2 * MINUTE)


def test_asks_above_the_limit_speak_for_it_and_a_second_try_is_the_same_ask(shop: Shop) -> None:
    near(shop)
    asked(shop, 6_000)
    first = shop.ask("ana", 7_000, note="The cake")
    shop.answer("dana", first, "declined", now=MONDAY + MINUTE)
    shop.ask("ana", 5_000, note="Half of it", previous=first, now=MONDAY + 2 * MINUTE)

    flag = only(shop)

    # What was approved is no decision just under the limit: it does not count for the flag.
    assert (flag.kind, flag.pattern.counted, flag.pattern.of) == ("just_under", 8, 8)
    assert (flag.wanted.asks, flag.wanted.approved) == (2, 1)


def test_a_counter_offer_is_an_ask_that_was_approved(shop: Shop) -> None:
    near(shop)
    ask = shop.ask("ana", 6_000, note="The whole cake")
    shop.answer("dana", ask, "countered", 4_000, now=MONDAY + MINUTE)

    assert (only(shop).wanted.asks, only(shop).wanted.approved) == (1, 1)


def test_exceptions_and_what_was_approved_count_for_a_customer_and_are_told_apart(
    shop: Shop,
) -> None:
    customer = shop.customer("212 555 0100")
    for step, name in enumerate(("ana", "ben", "ana")):
        shop.give(name, 300, customer_id=customer, now=MONDAY - timedelta(days=step))
    asked(shop, 6_000, customer_id=customer)
    shop.give("ana", 7_000, customer_id=customer, already_given=True, note="Bus was leaving")

    flag = only(shop)

    assert (flag.kind, flag.pattern.counted) == ("same_customer", 5)
    assert flag.came(["alone"]) == 3
    assert flag.came(ways.APPROVED) == 1
    assert flag.came(ways.EXCEPTIONS) == 1
    assert (flag.wanted.asks, flag.wanted.approved) == (1, 1)


def test_an_exception_is_no_part_of_a_split_gift(shop: Shop) -> None:
    customer = shop.customer("212 555 0100")
    shop.give("ana", 2_000, customer_id=customer)
    shop.give("ana", 6_000, customer_id=customer, already_given=True, note="Bus was leaving")

    assert not flags.open_flags(shop.session, shop.people["dana"], now=MONDAY)


def test_a_customer_under_two_names_is_one(shop: Shop) -> None:
    one, other = shop.customer("212 555 0100"), shop.customer("212 555 0200")
    shop.give("ana", 2_000, customer_id=one)
    shop.give("ben", 2_000, customer_id=other)
    ask = shop.ask("ben", 3_000, customer_id=other, note="The whole cake")
    assert not flags.open_flags(shop.session, shop.people["dana"], now=MONDAY)

    joining.join_customers(
        shop.session, shop.people["dana"], one, other, reason="Told us", now=MONDAY
    )

    flag = only(shop)
    assert (flag.kind, flag.pattern.counted, flag.people) == ("splitting", 2, 2)
    assert flag.wanted.asks == 1
    assert ask.customer_id == other


def kinds(shop: Shop, name: str) -> Sequence[str]:
    found = flags.open_flags(shop.session, shop.people[name], now=MONDAY)
    return [flag.kind for flag in found]


def test_what_a_customer_got_at_two_sites_is_counted_at_each(shop: Shop) -> None:
    customer = shop.customer("212 555 0100")
    for step in range(3):
        shop.give("ana", 300, customer_id=customer, now=MONDAY - timedelta(days=step))
        shop.give(
            "chidi", 300, site="harbour", customer_id=customer, now=MONDAY - timedelta(days=step)
        )

    assert not kinds(shop, "sam")


def test_imported_decisions_never_count(database: Database) -> None:
    with database.writing() as session:
        cast.hire(session)
    take_decisions(
        database,
        *(
            f"D{number},2026-06-30T15:{number:02}:00Z,C1,00412,S1,refund,24.00,USD,quality,"
            for number in range(20)
        ),
    )

    with database.reading() as session:
        dana = cast.person(session, "dana")
        assert not flags.open_flags(session, dana, now=NOW)
