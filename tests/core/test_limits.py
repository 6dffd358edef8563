"""Which limit applies: the most specific one in force, whole; and none means nothing."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from sqlalchemy import select

from ledger.core import limits, people, sites
from ledger.core.limits import LEVELS
from ledger.core.permissions import Role
from ledger.core.tables import Decision, Limit
from tests.counter import LIMITS_SET_AT, MONDAY, SUNDAY, Shop, Terms

ON_MONDAY = date(2026, 3, 2)
A_DAY = timedelta(days=1)


def test_the_more_specific_of_any_two_limits_applies_whichever_was_set_last(shop: Shop) -> None:
    for high, low in combinations(range(len(LEVELS)), 2):
        for first, second in ((high, low), (low, high)):
            with shop.session.begin_nested() as tried:
                made = {
                    level: shop.limit(1_000 + level, **scope(shop, level))
                    for level in (first, second)
                }
                assert in_force(shop) == made[high], (LEVELS[high], LEVELS[low])
                tried.rollback()


def test_at_one_level_the_limit_for_the_remedy_comes_first_and_never_across_levels(
    shop: Shop,
) -> None:
    for level in range(len(LEVELS)):
        with shop.session.begin_nested() as tried:
            terms = scope(shop, level)
            general = shop.limit(900, **terms)
            terms["remedy_id"] = shop.remedies["refund"]
            refunds = shop.limit(500, **terms)
            assert in_force(shop) == refunds
            assert in_force(shop, remedy="credit") == general
            assert in_force(shop, remedy=None) == general
            tried.rollback()

    shop.limit(500, remedy_id=shop.remedies["refund"])
    own = shop.limit(900, person_id=shop.people["ana"].id)
    assert in_force(shop) == own


def test_of_two_alike_the_later_start_applies_and_then_the_later_row(shop: Shop) -> None:
    shop.limit(900, starts_on=ON_MONDAY - A_DAY)
    later = shop.limit(700, starts_on=ON_MONDAY)
    shop.limit(800, starts_on=ON_MONDAY - A_DAY)
    assert in_force(shop) == later

    last = shop.limit(600, starts_on=ON_MONDAY)
    assert in_force(shop) == last

    at_once = shop.limit(500, now=MONDAY)
    assert in_force(shop, now=MONDAY + A_DAY / 24) == at_once


def test_the_ladder_shows_each_level_and_marks_the_one_that_applies(shop: Shop) -> None:
    shop.limit(900)
    site = shop.limit(700, site_id=shop.sites["elm_street"].id)
    person = {"site_id": shop.sites["elm_street"].id, "remedy_id": None, "now": MONDAY}

    rungs = limits.ladder(shop.session, shop.people["ana"], **person)  # type: ignore[arg-type]  # a mixed dict

    assert [rung.level for rung in rungs] == list(LEVELS)
    assert [rung.limit.per_decision_minor if rung.limit else None for rung in rungs] == [
        None,
        None,
        None,
        700,
        900,
    ]
    assert [rung.limit for rung in rungs if rung.is_winner] == [site]


def test_a_limit_for_others_does_not_apply(shop: Shop) -> None:
    shop.limit(900, site_id=shop.sites["harbour"].id)
    shop.limit(900, grade="Senior")
    shop.limit(900, grade="Senior", site_id=shop.sites["elm_street"].id)
    shop.limit(900, person_id=shop.people["ben"].id)
    shop.limit(900, remedy_id=shop.remedies["credit"])

    assert in_force(shop) is None


def test_a_limit_holds_from_its_first_day_to_its_last_both_included(shop: Shop) -> None:
    raised = shop.limit(5_000, starts_on=ON_MONDAY, ends_on=ON_MONDAY + A_DAY)
    usual = shop.limit(2_500, starts_on=ON_MONDAY - 20 * A_DAY)
    calendar = sites.calendar_of(shop.session, shop.sites["elm_street"].id)
    begins, ends = calendar.start_of(ON_MONDAY), calendar.next_start(ON_MONDAY + A_DAY)
    tick = timedelta.resolution

    assert in_force(shop, now=begins - tick) == usual
    assert in_force(shop, now=begins) == raised
    assert in_force(shop, now=ends - tick) == raised
    # A temporary raise reverts by itself.
    assert in_force(shop, now=ends) == usual


def test_a_limit_that_starts_now_holds_from_this_instant(shop: Shop) -> None:
    usual = shop.limit(2_500)
    raised = shop.limit(5_000, now=MONDAY)

    assert in_force(shop, now=MONDAY - timedelta.resolution) == usual
    assert in_force(shop, now=MONDAY) == raised


def test_a_limit_that_starts_now_holds_at_once_where_it_is_still_yesterday(shop: Shop) -> None:
    honolulu = sites.add_site(
        shop.session,
        sites.NewSite(location_ref="S9", name="Honolulu", zone="Pacific/Honolulu"),
        actor="system",
        now=LIMITS_SET_AT,
    )
    noah = people.add_person(
        shop.session,
        people.NewPerson(
            employee_id="90001", name="Noah", site_ids=[honolulu.id], from_date=date(2026, 1, 5)
        ),
        actor="system",
        now=LIMITS_SET_AT,
    )
    five_in_new_york = datetime(2026, 3, 2, 10, tzinfo=UTC)

    made = shop.limit(2_500, now=five_in_new_york)

    found = limits.limit_in_force(
        shop.session, noah, site_id=honolulu.id, remedy_id=None, now=five_in_new_york
    )
    assert found == made


def test_what_was_done_before_a_limit_was_set_is_not_judged_by_it(shop: Shop) -> None:
    usual = shop.limit(2_500)
    shop.limit(5_000, starts_on=ON_MONDAY, now=MONDAY)

    assert in_force(shop, now=MONDAY - A_DAY / 24) == usual


def test_a_limit_in_another_currency_does_not_apply(shop: Shop) -> None:
    shop.limit(900, currency="EUR")

    assert in_force(shop) is None


def test_a_limit_never_applies_to_the_person_who_set_it(shop: Shop) -> None:
    elm_street = shop.sites["elm_street"].id
    by_dana = shop.limit(900, by="dana", site_id=elm_street)

    assert in_force(shop, name="dana") is None
    assert in_force(shop, name="ana") == by_dana

    by_ada = shop.limit(300)
    assert in_force(shop, name="dana") == by_ada


def test_without_a_limit_there_is_no_latitude_and_the_refusal_says_so(shop: Shop) -> None:
    refusal = shop.refused("ana", 1)

    assert (refusal.rule, refusal.headroom_minor, refusal.limit_id) == ("no_limit", 0, None)
    # An apology gives nothing of value: it needs no latitude.
    assert shop.give("ana", 0, remedy="apology").limit_id is None


def test_the_history_of_a_limit_is_that_of_its_scope(shop: Shop) -> None:
    first = shop.limit(900)
    shop.limit(800, grade="Associate")
    second = shop.limit(700)

    assert limits.history_of(shop.session, first) == [second, first]


def test_a_decision_keeps_the_values_of_the_limit_that_judged_it(shop: Shop) -> None:
    judge = shop.limit(
        2_500, budget_minor=10_000, budget_period="week", starts_on=ON_MONDAY - A_DAY
    )
    shop.give("ana", 1_000, now=SUNDAY)
    made = shop.give("ana", 2_000, now=MONDAY)
    shop.limit(100, now=MONDAY)

    kept = shop.session.scalars(select(Decision).where(Decision.id == made.id)).one()  # type: ignore[arg-type]  # SQLModel types a column as its value
    assert kept.limit_id == judge.id
    assert kept.limit_per_decision_minor == 2_500
    assert (kept.limit_budget_minor, kept.limit_budget_period) == (10_000, "week")
    # Sunday was the week before.
    assert kept.budget_left_minor == 8_000


@pytest.mark.parametrize("role", [Role.HR, Role.AUDITOR, Role.EXECUTIVE])
def test_grades_are_compared_only_where_there_is_one(shop: Shop, role: Role) -> None:
    shop.limit(900, grade="Associate")
    name = {Role.HR: "hana", Role.AUDITOR: "otto", Role.EXECUTIVE: "vera"}[role]

    assert in_force(shop, name=name) is None


def test_now_for_everyone_takes_over_from_what_began_where_it_is_tomorrow_already(
    shop: Shop,
) -> None:
    tokyo = sites.add_site(
        shop.session,
        sites.NewSite(location_ref="tokyo", name="Tokyo", zone="Asia/Tokyo"),
        actor="system",
        now=LIMITS_SET_AT,
    )
    shop.limit(5_000, starts_on=ON_MONDAY + A_DAY)
    # 17:00 on Monday in New York, 07:00 on Tuesday in Tokyo: the first limit has begun there.
    evening = datetime(2026, 3, 2, 22, tzinfo=UTC)
    lowered = shop.limit(500, now=evening)

    applies = limits.limit_in_force(
        shop.session, shop.people["ana"], site_id=tokyo.id, remedy_id=None, now=evening + A_DAY / 24
    )

    assert applies == lowered


def test_a_limit_binds_a_machine_whose_clock_is_behind(shop: Shop) -> None:
    shop.limit(5_000)
    shop.limit(0, now=MONDAY)

    refused = shop.refused("ana", 4_000, now=MONDAY - timedelta(seconds=3))

    assert refused.headroom_minor == 0


def scope(shop: Shop, level: int) -> Terms:
    """Return the scope of each level, as it fits Ana at Elm Street."""
    elm_street, ana = shop.sites["elm_street"].id, shop.people["ana"]
    scopes: list[Terms] = [
        {"person_id": ana.id},
        {"site_id": elm_street, "grade": ana.grade},
        {"grade": ana.grade},
        {"site_id": elm_street},
        {},
    ]
    return scopes[level]


def in_force(
    shop: Shop, *, name: str = "ana", remedy: str | None = "refund", now: datetime = MONDAY
) -> Limit | None:
    """Return the limit that applies to somebody at Elm Street."""
    return limits.limit_in_force(
        shop.session,
        shop.people[name],
        site_id=shop.sites["elm_street"].id,
        remedy_id=None if remedy is None else shop.remedies[remedy],
        now=now,
    )
