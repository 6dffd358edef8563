"""What nobody's answer lets be given: never against an answer, and no more than a budget in all."""

import pytest

from ledger.core import ask_rules, leaving
from ledger.core.ask_rules import ALLOW, Rule
from tests.asking import MINUTE, answered, given, state, withdrawn
from tests.counter import MONDAY, TUESDAY, Shop

LATER = MONDAY + 16 * MINUTE


@pytest.fixture(autouse=True)
def _time_allows(shop: Shop) -> None:
    """Let time allow up to $30 at Elm Street, where one may give $5, and $60 a day."""
    rule, site = Rule(on_timeout=ALLOW, allow_up_to_minor=3_000), shop.sites["elm_street"]
    ask_rules.set_rule(shop.session, site, rule, actor="system", now=MONDAY - MINUTE)
    shop.limit(500, budget_minor=6_000, budget_period="day")


def test_waiting_is_no_second_opinion_after_a_decline(shop: Shop) -> None:
    first = shop.ask("ana", 2_000)
    answered(shop, "dana", first, "declined", now=MONDAY)

    again = shop.ask("ana", 2_000, previous=first)
    anew = shop.ask("ana", 2_500)

    assert [ask.timeout_allows for ask in (first, again, anew)] == [True, False, False]
    assert state(shop, again, now=LATER).name == "expired"


def test_less_than_was_declined_may_still_be_given_when_time_is_up(shop: Shop) -> None:
    first = shop.ask("ana", 2_000)
    answered(shop, "dana", first, "declined", now=MONDAY)

    less = shop.ask("ana", 1_900, previous=first)

    assert less.timeout_allows
    assert state(shop, less, now=LATER).name == "allowed"


def test_no_more_than_was_offered_is_given_when_time_is_up(shop: Shop) -> None:
    first = shop.ask("ana", 2_500)
    answered(shop, "dana", first, "countered", amount_minor=1_000, now=MONDAY)

    more = shop.ask("ana", 1_001, previous=first)
    as_much = shop.ask("ana", 1_000, previous=more)

    assert [ask.timeout_allows for ask in (more, as_much)] == [False, True]


def test_a_thread_remembers_its_answers_on_the_next_day(shop: Shop) -> None:
    first = shop.ask("ana", 2_000)
    answered(shop, "dana", first, "declined", now=MONDAY)

    again = shop.ask("ana", 2_000, previous=first, now=TUESDAY)
    another = shop.ask("ana", 2_000, now=TUESDAY)

    assert [ask.timeout_allows for ask in (again, another)] == [False, True]


def test_an_answer_about_one_customer_is_none_about_another(shop: Shop) -> None:
    one, other = shop.customer("555 867 5309"), shop.customer("555 867 5310")
    first = shop.ask("ana", 2_000, customer_id=one)
    answered(shop, "dana", first, "declined", now=MONDAY)

    asked = [shop.ask("ana", 2_000, customer_id=customer) for customer in (one, other)]

    assert [ask.timeout_allows for ask in asked] == [False, True]


def test_time_outs_give_no_more_in_all_than_the_budget(shop: Shop) -> None:
    first, second = shop.ask("ana", 3_000), shop.ask("ana", 3_000)
    third, bens = shop.ask("ana", 600), shop.ask("ben", 3_000)

    assert [ask.timeout_allows for ask in (first, second, third, bens)] == [True, True, False, True]

    given(shop, "ana", first, now=LATER)
    assert not shop.ask("ana", 600, now=LATER).timeout_allows
    assert shop.ask("ana", 3_000, now=TUESDAY).timeout_allows


def test_what_ended_otherwise_leaves_room_for_another(shop: Shop) -> None:
    for kind in ("approved", "declined"):
        answered(shop, "dana", shop.ask("ana", 3_000), kind, now=MONDAY)
    withdrawn(shop, "ana", shop.ask("ana", 2_900), now=MONDAY)
    unused = shop.ask("ana", 2_900)
    changed = shop.ask("ana", 2_800)
    assert changed.timeout_allows
    shop.ask("ana", 2_950, previous=changed)

    assert not shop.ask("ana", 600).timeout_allows
    much_later = MONDAY + 31 * MINUTE
    assert state(shop, unused, now=much_later).name == "lapsed"
    assert shop.ask("ana", 2_900, now=much_later).timeout_allows


def test_where_a_limit_sets_no_budget_the_sites_amount_is_all_of_a_day(shop: Shop) -> None:
    shop.limit(500, by="ada", now=MONDAY, site_id=shop.sites["elm_street"].id)

    first, second = shop.ask("ana", 2_000), shop.ask("ana", 1_001)
    third = shop.ask("ana", 1_000)

    assert [ask.timeout_allows for ask in (first, second, third)] == [True, False, True]


def test_where_nobody_else_could_read_it_time_allows_nothing(shop: Shop) -> None:
    assert shop.ask("ana", 1_000).timeout_allows

    for name in ("dana", "sam"):
        leaving.leave(shop.session, shop.people[name], last_day=None, actor="system", now=MONDAY)

    assert not shop.ask("ana", 1_000).timeout_allows
