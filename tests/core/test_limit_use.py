"""How much of the limits is used: which ones are in force, and how often each was reached."""

from datetime import date, timedelta

import pytest

from ledger.core import site_changes
from ledger.core.clock import PeriodKind
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


def test_what_went_past_a_limit_is_counted_apart(shop: Shop) -> None:
    shop.limit(2_000)
    shop.give("ana", 2_000)
    ask = shop.ask("ana", 6_000, note="The whole cake")
    shop.answer("dana", ask)
    shop.hand_in("ana", ask)
    shop.give("ben", 7_000, already_given=True, note="Bus was leaving")

    (use,) = used(shop).shown

    assert (use.decisions, use.median, use.at_limit) == (1, 1.0, 1)
    assert (use.approved, use.exceptions) == (1, 1)


@pytest.mark.parametrize("period, share", [("day", 1 / 4), ("week", 1 / 3), ("month", 1 / 2)])
def test_use_of_budgets_is_of_those_in_which_anything_was_given(
    shop: Shop, period: PeriodKind, share: float
) -> None:
    shop.limit(2_000, budget_minor=4_000, budget_period=period)
    # Ana in one week and month, but on two days; Ben in the next week, the same month.
    shop.give("ana", 1_000, now=MONDAY)
    shop.give("ana", 400, now=TUESDAY)
    shop.give("ana", 1_600, now=MONDAY + timedelta(days=7))
    shop.give("ben", 1_000, now=MONDAY + timedelta(days=7))

    (use,) = used(shop, on=ON + timedelta(days=7)).shown

    assert use.budget_used == pytest.approx(share)


def test_a_limit_without_a_budget_uses_none(shop: Shop) -> None:
    shop.limit(2_000)
    shop.give("ana", 1_000)

    (use,) = used(shop).shown

    assert use.budget_used is None
