"""How much of the limits is used: which ones are in force, and how often each was reached."""

from datetime import date, timedelta

from ledger.core import site_changes
from ledger.core.reports.limit_use import LimitsUsed, limit_use
from tests.counter import MONDAY, TUESDAY, Shop

ON = date(2026, 3, 3)


def used(shop: Shop, *, on: date = ON, count: int = 8) -> LimitsUsed:
    return limit_use(shop.session, since=ON - timedelta(days=91), on=on, count=count)


def shown(found: LimitsUsed) -> list[tuple[int, int]]:
    return [(one.found.limit.id, one.decisions) for one in found.shown]


def test_once_a_temporary_raise_is_over_the_limit_before_it_is_in_force_again(shop: Shop) -> None:
    lasting = shop.limit(2_000)
    raised = shop.limit(3_000, now=MONDAY, ends_on=MONDAY.date())
    shop.give("ana", 2_500)
    shop.give("ana", 2_000, now=TUESDAY)

    assert shown(used(shop, on=MONDAY.date())) == [(raised.id, 1)]
    found = used(shop)
    assert shown(found) == [(lasting.id, 1)]
    assert (found.shown[0].median, found.shown[0].at_limit, found.others) == (1.0, 1, 1)


def test_limits_that_judged_nothing_stand_after_those_that_did(shop: Shop) -> None:
    replaced = shop.limit(1_000)
    unused = shop.limit(2_000)
    elm = shop.limit(2_500, site_id=shop.sites["elm_street"].id)
    shop.limit(3_000, now=MONDAY, starts_on=ON + timedelta(days=1))
    shop.give("ana", 2_500)

    found = used(shop)

    assert replaced.id < unused.id
    assert shown(found) == [(elm.id, 1), (unused.id, 0)]
    assert found.shown[1].median is None
    few = used(shop, count=1)
    assert (shown(few), few.more, few.others) == ([(elm.id, 1)], 1, 0)


def test_however_many_limits_of_one_person_were_used_the_others_are_shown(shop: Shop) -> None:
    everyone = shop.limit(2_000)
    for minutes in range(9):
        now = MONDAY + timedelta(minutes=minutes)
        shop.limit(3_000, person_id=shop.people["ana"].id, now=now)
        for _ in range(2):
            shop.give("ana", 100, now=now)
    shop.give("ben", 100, now=TUESDAY)

    found = used(shop, count=1)

    assert (shown(found), found.others) == ([(everyone.id, 1)], 18)


def test_a_limit_of_a_retired_site_is_not_in_force(sqlite_shop: Shop) -> None:
    harbour = sqlite_shop.sites["harbour"]
    sqlite_shop.limit(2_000, site_id=harbour.id)
    assert len(used(sqlite_shop).shown) == 1

    site_changes.retire_site(sqlite_shop.session, harbour.id, actor="system", now=MONDAY)

    assert not used(sqlite_shop).shown
