"""Waiting as a cost: what is counted as a wait, how it ended, and how long it was."""

from datetime import date, datetime, timedelta

from ledger.core.reports.ask_waiting import AskWaits, ask_waits, wait_starts
from tests.counter import MONDAY, TUESDAY, Shop

ON_MONDAY = date(2026, 3, 2)


def after(minutes: float) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


def waits_of(
    shop: Shop, *sites: str, since: date = ON_MONDAY, until: date = ON_MONDAY, minutes: float = 600
) -> AskWaits:
    ids = [shop.sites[site].id for site in sites or ("elm_street",)]
    return ask_waits(shop.session, ids, since=since, until=until, now=after(minutes))


def test_an_answer_of_any_kind_ends_a_wait(shop: Shop) -> None:
    shop.limit(2_500)
    approved, countered, declined = (shop.ask("ana", amount) for amount in (4_000, 4_500, 5_000))
    shop.answer("dana", approved, now=after(3))
    shop.answer("dana", countered, "countered", amount_minor=3_000, now=after(4))
    shop.answer("dana", declined, "declined", now=after(5))

    found = waits_of(shop)

    assert found.durations == [timedelta(minutes=3), timedelta(minutes=4), timedelta(minutes=5)]
    assert (found.unanswered, found.taken_back, found.waiting) == (0, 0, 0)


def test_what_becomes_of_the_permission_changes_no_wait(shop: Shop) -> None:
    shop.limit(2_500)
    approved = shop.ask("ana", 4_000)
    shop.answer("dana", approved, now=after(3))
    shop.hand_in("ana", approved, now=after(9))

    assert waits_of(shop).durations == [timedelta(minutes=3)]


def test_who_nobody_answered_is_counted_whether_or_not_it_is_written_yet(shop: Shop) -> None:
    shop.limit(2_500)
    shop.ask("ana", 4_000)

    assert waits_of(shop, minutes=14).waiting == 1
    found = waits_of(shop, minutes=15)
    assert (found.waiting, found.unanswered, found.median) == (0, 1, None)


def test_an_ask_that_was_taken_back_is_counted_apart(shop: Shop) -> None:
    shop.limit(2_500)
    shop.withdraw("ana", shop.ask("ana", 4_000), now=after(2))

    found = waits_of(shop)

    assert (found.taken_back, found.answered, found.ended) == (1, 0, 1)


def test_a_change_while_it_waits_is_the_same_wait(shop: Shop) -> None:
    shop.limit(2_500)
    first = shop.ask("ana", 4_000)
    second = shop.ask("ana", 4_500, previous=first, now=after(6))

    assert wait_starts(shop.session, [second]) == {second.id: MONDAY}
    shop.answer("dana", second, now=after(10))

    found = waits_of(shop)
    assert found.durations == [timedelta(minutes=10)]
    assert found.taken_back == 0


def test_a_second_try_after_a_no_is_a_wait_of_its_own(shop: Shop) -> None:
    shop.limit(2_500)
    first = shop.ask("ana", 4_000)
    shop.answer("dana", first, "declined", now=after(2))
    second = shop.ask("ana", 3_500, previous=first, now=after(30))
    shop.answer("dana", second, now=after(31))

    assert wait_starts(shop.session, [second]) == {second.id: after(30)}
    assert waits_of(shop).durations == [timedelta(minutes=1), timedelta(minutes=2)]


def test_percentiles_are_the_nearest_rank(shop: Shop) -> None:
    shop.limit(2_500)
    asked = [shop.ask("ana", 4_000) for _ in range(11)]
    for minutes, ask in enumerate(asked, start=1):
        shop.answer("dana", ask, now=after(minutes))

    found = waits_of(shop)

    assert found.answered == 11
    assert found.median == timedelta(minutes=6)
    assert found.nine_in_ten == timedelta(minutes=10)
    assert found.within(100) == timedelta(minutes=11)
    assert not found.is_enough


def test_only_the_sites_and_days_that_are_asked_for_are_counted(shop: Shop) -> None:
    shop.limit(2_500)
    here, there = shop.ask("ana", 4_000), shop.ask("chidi", 4_000, site="harbour")
    shop.answer("dana", here, now=after(1))
    shop.answer("sam", there, now=after(2))
    shop.answer("dana", shop.ask("ana", 4_000, now=TUESDAY), now=TUESDAY)

    assert waits_of(shop).answered == 1
    assert waits_of(shop, "harbour").durations == [timedelta(minutes=2)]
    assert waits_of(shop, "elm_street", "harbour").answered == 2
    until = ON_MONDAY + timedelta(days=1)
    assert waits_of(shop, until=until, minutes=3_000).answered == 2
    assert waits_of(shop, "station").ended == 0
