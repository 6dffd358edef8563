"""How decisions came about: alone, approved or an exception, each apart in every figure."""

from uuid import uuid4

import pytest

from ledger.core import ask_rules, voids, ways
from ledger.core.ask_rules import ALLOW, Rule
from ledger.core.decisions import Recorded
from ledger.core.reports.decision_list import DecisionFilter
from ledger.core.reports.limit_use import limit_use
from ledger.core.reports.scope import Scope
from ledger.core.reports.way_figures import Given, given_by_way
from ledger.core.voids import VoidDraft
from tests.asking import MINUTE, answered, given
from tests.core.listed import amounts, page_of
from tests.counter import MONDAY, TUESDAY, Shop


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """Let everybody give up to $50."""
    shop.limit(5_000)
    return shop


def a_week_of_every_way(shop: Shop) -> None:
    """Give $10 alone, $60 approved by Dana, and $70 that was already given."""
    shop.give("ana", 1_000)
    ask = shop.ask("ana", 6_000, note="The whole cake")
    answered(shop, "dana", ask)
    given(shop, "ana", ask)
    shop.give("ana", 7_000, already_given=True, note="Bus was leaving")


def test_what_was_approved_and_what_is_an_exception_are_summed_apart(shop: Shop) -> None:
    a_week_of_every_way(shop)

    page = page_of(shop, "dana")

    assert sorted((total.way, total.count, total.amount_minor) for total in page.totals) == [
        ("alone", 1, 1_000),
        ("already_given", 1, 7_000),
        ("approved", 1, 6_000),
    ]
    assert sorted((row.way, row.is_read) for row in page.rows) == [
        ("alone", False),
        ("already_given", False),
        ("approved", False),
    ]


@pytest.mark.parametrize(
    "how, left",
    [
        ("alone", [1_000]),
        ("approved", [6_000]),
        ("allowed", []),
        ("exception", [7_000]),
        ("already_given", [7_000]),
        ("act_now", []),
    ],
)
def test_the_list_is_filtered_by_how_they_came_about(shop: Shop, how: str, left: list[int]) -> None:
    a_week_of_every_way(shop)

    assert amounts(page_of(shop, "dana", DecisionFilter(how=how))) == left


def test_what_nobody_answered_is_an_exception_and_approved_by_nobody(shop: Shop) -> None:
    a_week_of_every_way(shop)
    rule, site = Rule(on_timeout=ALLOW, allow_up_to_minor=10_000), shop.sites["elm_street"]
    ask_rules.set_rule(shop.session, site, rule, actor="system", now=MONDAY)
    ask = shop.ask("ben", 8_000)
    given(shop, "ben", ask, now=MONDAY + 20 * MINUTE)

    (figures,) = given_by_way(shop.session, Scope())
    assert figures.of(ways.APPROVED) == Given(decisions=1, amount_minor=6_000)
    assert figures.of(ways.EXCEPTIONS) == Given(decisions=2, amount_minor=15_000)
    exceptions = page_of(shop, "dana", DecisionFilter(how="exception"))
    assert sorted(amounts(exceptions)) == [7_000, 8_000]
    (use,) = limit_use(shop.session, since=MONDAY.date(), on=TUESDAY.date()).shown
    assert (use.decisions, use.approved, use.exceptions) == (1, 1, 2)


def test_both_sides_of_a_replacement_name_the_other(shop: Shop) -> None:
    first = shop.give("ana", 1_000)
    made = voids.replace_decision(
        shop.session,
        shop.people["ana"],
        first,
        draft=VoidDraft(uid=str(uuid4()), reason="Wrong amount", taken_back=True),
        instead=shop.draft(1_200),
        now=MONDAY,
    )
    assert isinstance(made, Recorded)

    rows = {row.amount_minor: row for row in page_of(shop, "dana").rows}

    assert (rows[1_000].replaced_by, rows[1_000].replaces) == (made.decision.uid, None)
    assert (rows[1_200].replaced_by, rows[1_200].replaces) == (None, first.uid)


def test_the_figures_of_a_company_part_what_was_given_by_how(shop: Shop) -> None:
    a_week_of_every_way(shop)
    shop.void("dana", shop.give("ana", 2_000))

    (given,) = given_by_way(shop.session, Scope())

    assert given.currency == "USD"
    assert given.of(["alone"]) == Given(decisions=1, amount_minor=1_000)
    assert given.of(ways.APPROVED) == Given(decisions=1, amount_minor=6_000)
    assert given.of(ways.EXCEPTIONS) == Given(decisions=1, amount_minor=7_000)
    assert given.of(["imported"]) == Given()
