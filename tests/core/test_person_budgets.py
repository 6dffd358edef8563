"""B15: the budget of a limit for one person goes with them, whichever site they stand at."""

from datetime import date, timedelta

import pytest

from ledger.core import ask_rules
from ledger.core.ask_rules import Rule
from ledger.core.driver import Driver
from ledger.core.verification import tallies
from tests.counter import LIMITS_SET_AT, MONDAY, TUESDAY, Shop, budget_rows, recounted_rows


def sams_budget(shop: Shop, budget_minor: int = 3_000) -> None:
    """Give Sam, who works at four sites, a budget of his own for a day."""
    shop.limit(
        2_000, budget_minor=budget_minor, budget_period="day", person_id=shop.people["sam"].id
    )


def test_b15_the_budget_of_a_person_follows_them_to_another_site(shop: Shop) -> None:
    """B15: a person moves to another site in the middle of the day."""
    sams_budget(shop)
    shop.give("sam", 2_000)

    found = shop.headroom("sam", site="harbour")

    assert (found.headroom_minor, found.budget_used_minor, found.rule) == (1_000, 2_000, "budget")
    assert found.elsewhere_minor == 2_000
    assert shop.refused("sam", 1_001, site="harbour").headroom_minor == 1_000
    shop.give("sam", 1_000, site="harbour")
    for site in ("elm_street", "harbour", "station"):
        assert shop.headroom("sam", site=site).headroom_minor == 0, site
    assert shop.left("sam", now=TUESDAY) == 2_000
    assert budget_rows(shop.session) == recounted_rows(shop.session)
    assert tallies.check_budgets(Driver(shop.session)) == 2


def test_b15_the_budget_of_a_site_stays_at_the_site(shop: Shop) -> None:
    """B15: the cap of a site follows the site of the decision."""
    shop.limit(2_000, budget_minor=2_000, budget_period="day")
    shop.give("sam", 2_000)

    assert shop.left("sam") == 0
    assert shop.headroom("sam", site="harbour").headroom_minor == 2_000


def test_what_was_given_under_another_limit_counts_too(shop: Shop) -> None:
    shop.limit(2_000, site_id=shop.sites["harbour"].id)
    shop.give("sam", 1_500, site="harbour")
    sams_budget(shop)

    assert shop.left("sam") == 1_500


def test_a_void_at_one_site_gives_back_at_all(shop: Shop) -> None:
    sams_budget(shop)
    made = shop.give("sam", 2_000, site="harbour")
    assert shop.left("sam") == 1_000

    shop.void("sam", made)

    assert shop.left("sam") == 2_000
    assert shop.headroom("sam", site="harbour").headroom_minor == 2_000


def test_giving_and_voiding_over_the_sites_ends_at_three_budgets(shop: Shop) -> None:
    sams_budget(shop, 2_000)
    for site in ("elm_street", "harbour", "station"):
        shop.void("sam", shop.give("sam", 2_000, site=site))

    refusal = shop.refused("sam", 1, site="old_mill")

    assert (refusal.rule, refusal.headroom_minor) == ("gross", 0)


def test_what_an_ask_keeps_at_one_site_is_kept_from_the_others(shop: Shop) -> None:
    sams_budget(shop)
    shop.limit(2_000)
    ask = shop.ask("sam", 2_500, site="harbour", note="A wedding cake")
    assert ask.reserved_minor == 2_500

    assert shop.left("sam") == 500
    assert shop.refused("sam", 501).rule == "budget"
    # Nobody has written down yet that its time is over.
    assert shop.left("sam", now=MONDAY + timedelta(minutes=15)) == 2_000


def test_exceptions_elsewhere_leave_the_latitude_and_narrow_the_band(shop: Shop) -> None:
    sams_budget(shop, 4_000)
    ask_rules.set_rule(
        shop.session,
        shop.sites["elm_street"],
        Rule(act_now_up_to_minor=2_500),
        actor="system",
        now=LIMITS_SET_AT,
    )
    shop.give("sam", 2_200, site="harbour", already_given=True, note="It was burnt")

    assert shop.left("sam") == 2_000
    assert shop.refused("sam", 2_100, act_now=True, note="It was late").rule == "per_decision"


def test_another_currency_is_another_budget(shop: Shop) -> None:
    sams_budget(shop)
    harbour = shop.sites["harbour"]
    harbour.currency = "EUR"
    shop.session.flush()
    shop.limit(2_000, currency="EUR", site_id=harbour.id)

    assert shop.give("sam", 1_500, site="harbour").currency == "EUR"
    assert shop.left("sam") == 2_000


@pytest.mark.parametrize("days", [0, 1])
def test_what_was_given_on_the_day_before_does_not_count(shop: Shop, days: int) -> None:
    sams_budget(shop)
    shop.give("sam", 2_000, site="harbour", now=MONDAY - timedelta(days=days))

    assert shop.left("sam") == (2_000 if days else 1_000)
    assert date(2026, 3, 2) == MONDAY.date()
