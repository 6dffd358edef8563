"""The act-now band: above the limit and below a ceiling, allowed at once and read afterwards."""

import uuid
from datetime import timedelta

import pytest

from ledger.core import ask_rules, leaving, voids
from ledger.core.ask_rules import Rule
from ledger.core.decisions import Recorded, Refused
from ledger.core.driver import Driver
from ledger.core.errors import BadValueError
from ledger.core.tables import Decision, PersonSite
from ledger.core.verification import tallies
from ledger.core.voids import VoidDraft
from tests.cast import HIRED_ON
from tests.counter import LIMITS_SET_AT, MONDAY, Said, Shop

WHY = "The train was leaving"
NOW: Said = {"act_now": True, "note": WHY}
TWO_DAYS = timedelta(days=2)


def set_band(shop: Shop, up_to_minor: int, *, site: str = "elm_street") -> None:
    """Let everybody at a site act above their limit, up to this much."""
    ask_rules.set_rule(
        shop.session,
        shop.sites[site],
        Rule(act_now_up_to_minor=up_to_minor),
        actor="system",
        now=LIMITS_SET_AT,
    )


def test_the_band_is_off_unless_it_is_set(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=9_000, budget_period="day")

    assert shop.refused("ana", 2_501, **NOW).rule == "per_decision"


def test_within_the_band_it_is_allowed_at_once_and_counted_apart(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=9_000, budget_period="day")
    set_band(shop, 3_000)

    made = shop.give("ana", 3_000, **NOW)

    assert made.exception_reason == "act_now"
    assert shop.refused("ana", 3_001, **NOW).rule == "per_decision"
    assert shop.refused("ana", 3_000).rule == "per_decision"
    assert shop.give("ana", 2_500, **NOW).exception_reason is None
    assert tallies.check_budgets(Driver(shop.session)) == 1


def test_the_band_is_of_one_site(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=9_000, budget_period="day")
    set_band(shop, 3_000)

    assert shop.refused("chidi", 3_000, site="harbour", **NOW).rule == "per_decision"


def test_the_band_and_the_latitude_together_end_at_the_budget(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=8_000, budget_period="day")
    set_band(shop, 3_000)
    shop.give("ana", 2_000)

    shop.give("ana", 3_000, **NOW)
    shop.give("ana", 3_000, **NOW)

    assert shop.refused("ana", 2_501, **NOW).rule == "per_decision"
    # The budget itself is as it was: what was given in the band is counted apart.
    assert shop.left("ana") == 2_500


def test_the_band_lets_nobody_past_another_rule_than_the_limit_for_one_decision(
    shop: Shop,
) -> None:
    set_band(shop, 3_000)
    assert shop.refused("ana", 100, **NOW).rule == "no_limit"

    shop.limit(2_500, budget_minor=2_600, budget_period="day")
    shop.give("ana", 200)
    assert shop.refused("ana", 2_450, **NOW).rule == "budget"
    assert shop.refused("ana", 2_600, **NOW).rule == "budget"


@pytest.mark.parametrize(
    "terms", [{"customer_count": 1}, {"customer_total_minor": 5_400}], ids=["count", "total"]
)
def test_what_one_customer_may_get_holds_in_the_band(shop: Shop, terms: dict[str, int]) -> None:
    set_band(shop, 3_000)
    who = shop.customer("2125550100")
    shop.limit(2_500, budget_minor=9_000, budget_period="day", customer_days=30, **terms)  # type: ignore[arg-type]  # of the limit's terms
    shop.give("ben", 2_450, customer_id=who)

    refusal = shop.refused("ana", 3_000, customer_id=who, act_now=True, note=WHY)
    assert refusal.rule in ("per_decision", "customer_count")
    assert shop.give("ana", 3_000, **NOW).exception_reason == "act_now"


def test_what_is_for_family_is_not_given_in_the_band(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=9_000, budget_period="day")
    set_band(shop, 3_000)

    assert (
        shop.refused("ana", 2_900, act_now=True, note=WHY, declared_own=True).rule == "own_customer"
    )


def test_who_has_given_it_already_says_so_also_in_the_band(shop: Shop) -> None:
    shop.limit(2_500)
    set_band(shop, 3_000)

    made = shop.give("ana", 2_900, act_now=True, note=WHY, already_given=True)

    assert made.exception_reason == "already_given"


def test_without_a_budget_the_band_would_have_no_end_and_is_not_there(shop: Shop) -> None:
    shop.limit(2_500)
    set_band(shop, 3_000)

    assert shop.refused("ana", 2_900, **NOW).rule == "per_decision"


@pytest.mark.parametrize("note", [None, " "])
def test_acting_at_once_needs_its_reason(shop: Shop, note: str | None) -> None:
    shop.limit(2_500, budget_minor=9_000, budget_period="day")
    set_band(shop, 3_000)

    with pytest.raises(BadValueError) as found:
        shop.give("ana", 2_900, act_now=True, note=note)
    assert (found.value.field, found.value.why) == ("note", "needed")


def test_what_was_taken_back_while_the_day_was_open_counts_no_more_in_the_band(
    shop: Shop,
) -> None:
    shop.limit(2_500, budget_minor=6_500, budget_period="day")
    set_band(shop, 3_000)
    shop.give("ana", 500)
    first = shop.give("ana", 3_000, **NOW)
    shop.give("ana", 3_000, **NOW)
    assert shop.refused("ana", 2_600, **NOW).rule == "per_decision"

    shop.void("ana", first)

    assert shop.refused("ana", 3_001, **NOW).rule == "per_decision"
    assert shop.give("ana", 3_000, **NOW).exception_reason == "act_now"
    # The budget's row counts what was given, voided or not.
    assert tallies.check_budgets(Driver(shop.session)) == 1


def test_what_the_customer_keeps_still_counts_in_the_band(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=5_000, budget_period="day")
    set_band(shop, 3_000)
    made = shop.give("ana", 3_000, **NOW)

    kept = VoidDraft(uid=str(uuid.uuid4()), reason="Wrong remedy", taken_back=False)
    voids.void_decision(shop.session, shop.people["ana"], made, kept, now=MONDAY)

    assert shop.refused("ana", 2_600, **NOW).rule == "per_decision"


def test_what_was_taken_back_after_the_day_changes_nothing_of_that_day(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=5_000, budget_period="day")
    set_band(shop, 3_000)
    made = shop.give("ana", 3_000, now=MONDAY - TWO_DAYS, **NOW)
    shop.void("dana", made, now=MONDAY)

    shop.give("ana", 3_000, **NOW)
    assert shop.refused("ana", 2_600, **NOW).rule == "per_decision"


def test_giving_and_taking_back_in_the_band_ends(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=3_000, budget_period="day")
    set_band(shop, 3_000)
    for _ in range(3):
        shop.void("ana", shop.give("ana", 3_000, **NOW))

    assert shop.refused("ana", 2_600, **NOW).rule == "per_decision"


def test_a_correction_in_the_band_takes_the_place_of_the_first(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=3_000, budget_period="day")
    set_band(shop, 3_000)
    made = shop.give("ana", 3_000, **NOW)

    answer = corrected(shop, made, 2_900)

    assert isinstance(answer, Recorded)
    assert answer.decision.exception_reason == "act_now"
    assert isinstance(corrected(shop, answer.decision, 3_001), Refused)


def test_the_band_of_somebodys_own_budget_is_over_all_their_sites(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=5_000, budget_period="day", person_id=shop.people["sam"].id)
    set_band(shop, 3_000)
    set_band(shop, 3_000, site="harbour")
    # Somebody else leads there too, who reads it.
    dana, harbour = shop.people["dana"], shop.sites["harbour"]
    shop.session.add(PersonSite(person_id=dana.id, site_id=harbour.id, from_date=HIRED_ON))
    first = shop.give("sam", 3_000, site="harbour", **NOW)
    assert shop.refused("sam", 2_600, **NOW).rule == "per_decision"

    shop.void("sam", first)

    assert shop.give("sam", 2_600, **NOW).exception_reason == "act_now"


def corrected(shop: Shop, made: Decision, amount_minor: int) -> Recorded | Refused:
    """Replace what was given in the band, of which the customer keeps the right part."""
    return voids.replace_decision(
        shop.session,
        shop.people["ana"],
        made,
        draft=VoidDraft(uid=str(uuid.uuid4()), reason="Wrong amount", taken_back=False),
        instead=shop.draft(amount_minor, **NOW),
        now=MONDAY,
    )


def test_what_nobody_could_read_is_not_given_at_once(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=9_000, budget_period="day")
    set_band(shop, 3_000)
    for name in ("dana", "sam"):
        leaving.leave(shop.session, shop.people[name], last_day=None, actor="system", now=MONDAY)

    assert shop.refused("ana", 3_000, **NOW).rule == "per_decision"
