"""The act-now band: above the limit and below a ceiling, allowed at once and read afterwards."""

import pytest

from ledger.core import ask_rules
from ledger.core.ask_rules import Rule
from ledger.core.driver import Driver
from ledger.core.verification import tallies
from tests.counter import LIMITS_SET_AT, Shop


def set_band(shop: Shop, up_to_minor: int) -> None:
    """Let everybody at Elm Street act above their limit, up to this much."""
    ask_rules.set_rule(
        shop.session,
        shop.sites["elm_street"],
        Rule(act_now_up_to_minor=up_to_minor),
        actor="system",
        now=LIMITS_SET_AT,
    )


def test_the_band_is_off_unless_it_is_set(shop: Shop) -> None:
    shop.limit(2_500)

    assert shop.refused("ana", 2_501, act_now=True).rule == "per_decision"


def test_within_the_band_it_is_allowed_at_once_and_counted_apart(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=9_000, budget_period="day")
    set_band(shop, 3_000)

    made = shop.give("ana", 3_000, act_now=True)

    assert made.exception_reason == "act_now"
    assert shop.refused("ana", 3_001, act_now=True).rule == "per_decision"
    assert shop.refused("ana", 3_000).rule == "per_decision"
    assert shop.give("ana", 2_500, act_now=True).exception_reason is None
    assert tallies.check_budgets(Driver(shop.session)) == 1


def test_the_band_is_of_one_site(shop: Shop) -> None:
    shop.limit(2_500)
    set_band(shop, 3_000)

    assert shop.refused("chidi", 3_000, site="harbour", act_now=True).rule == "per_decision"


def test_the_band_and_the_latitude_together_end_at_the_budget(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=8_000, budget_period="day")
    set_band(shop, 3_000)
    shop.give("ana", 2_000)

    shop.give("ana", 3_000, act_now=True)
    shop.give("ana", 3_000, act_now=True)

    assert shop.refused("ana", 2_501, act_now=True).rule == "per_decision"
    # The budget itself is as it was: what was given in the band is counted apart.
    assert shop.left("ana") == 2_500


def test_the_band_lets_nobody_past_another_rule_than_the_limit_for_one_decision(
    shop: Shop,
) -> None:
    set_band(shop, 3_000)
    assert shop.refused("ana", 100, act_now=True).rule == "no_limit"

    shop.limit(2_500, budget_minor=2_600, budget_period="day")
    shop.give("ana", 200)
    assert shop.refused("ana", 2_450, act_now=True).rule == "budget"
    assert shop.refused("ana", 2_600, act_now=True).rule == "budget"


@pytest.mark.parametrize(
    "terms", [{"customer_count": 1}, {"customer_total_minor": 5_400}], ids=["count", "total"]
)
def test_what_one_customer_may_get_holds_in_the_band(shop: Shop, terms: dict[str, int]) -> None:
    set_band(shop, 3_000)
    who = shop.customer("2125550100")
    shop.limit(2_500, customer_days=30, **terms)  # type: ignore[arg-type]  # of the limit's terms
    shop.give("ben", 2_450, customer_id=who)

    refusal = shop.refused("ana", 3_000, customer_id=who, act_now=True)
    assert refusal.rule in ("per_decision", "customer_count")
    assert shop.give("ana", 3_000, act_now=True).exception_reason == "act_now"


def test_what_is_for_family_is_not_given_in_the_band(shop: Shop) -> None:
    shop.limit(2_500)
    set_band(shop, 3_000)

    assert shop.refused("ana", 2_900, act_now=True, declared_own=True).rule == "own_customer"


def test_who_has_given_it_already_says_so_also_in_the_band(shop: Shop) -> None:
    shop.limit(2_500)
    set_band(shop, 3_000)

    made = shop.give("ana", 2_900, act_now=True, already_given=True, note="It was burnt")

    assert made.exception_reason == "already_given"
