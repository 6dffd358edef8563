"""Replay over a fortnight with a little of everything: every figure as a second count has it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from ledger.core import asks
from ledger.core.asks import AskDraft
from tests.core.replay_count import counted
from tests.core.replay_figures import as_figures
from tests.core.test_replay import MINUTE, PLAIN, needed, would_be
from tests.counter import MONDAY, Shop

PROPOSALS = (
    PLAIN,
    replace(PLAIN, per_decision_minor=9_999_999_999),
    replace(PLAIN, per_decision_minor=0),
    replace(PLAIN, per_decision_minor=1_000),
    replace(PLAIN, budget_minor=4_000, budget_period="day"),
    replace(PLAIN, budget_minor=6_000, budget_period="week"),
    replace(PLAIN, budget_minor=9_000, budget_period="month"),
    replace(PLAIN, customer_count=1, customer_days=30),
    replace(PLAIN, customer_total_minor=5_000, customer_days=2),
    replace(PLAIN, budget_minor=5_000, budget_period="day", customer_count=2, customer_days=7),
    replace(PLAIN, grade="Associate"),
    replace(PLAIN, grade="Associate", budget_minor=4_500, budget_period="day"),
)


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """Let a fortnight pass with a little of everything, on which budgets and caps bind."""
    shop.limit(2_500, budget_minor=9_000, budget_period="day")
    lasting = shop.customer("212-555-0101"), shop.customer("212-555-0102")
    for number in range(14):
        now = MONDAY + timedelta(days=number)
        a_day(shop, now, number, lasting)
    return shop


def a_day(shop: Shop, now: datetime, number: int, known: Sequence[int]) -> None:
    """Give, ask and be refused in ways that differ from day to day."""
    customer = known[number % 2]
    shop.give("ana", 500 + 137 * number, now=now, customer_id=customer)
    shop.give("ben", 2_500 - 91 * number, now=now + MINUTE, remedy="credit")
    shop.give("chidi", 800, now=now, site="harbour", customer_id=known[0])
    voided = shop.give("ana", 1_200, now=now + 2 * MINUTE, customer_id=customer)
    if number % 3 == 0:
        shop.void("ana", voided, now=now + 3 * MINUTE)
    ask = shop.ask("ana", 2_600 + 150 * number, now=now + 4 * MINUTE, customer_id=customer)
    if number % 4 == 0:
        shop.answer("dana", ask, now=now + 6 * MINUTE)
        shop.hand_in("ana", ask, now=now + 7 * MINUTE)
    if number % 4 == 1:
        shop.answer("dana", ask, "countered", 2_000, now=now + 9 * MINUTE)
        shop.hand_in("ana", ask, now=now + 10 * MINUTE)
    if number % 4 == 2:
        shop.answer("sam", ask, "declined", now=now + 5 * MINUTE)
        again = shop.ask("ana", 2_550, now=now + 8 * MINUTE, previous=ask, customer_id=customer)
        shop.answer("dana", again, now=now + 11 * MINUTE)
    handed = shop.draft(2_600 + 60 * number, note="Before it was written", customer_id=customer)
    is_own = number % 5 == 0
    shop.send(
        "ben", replace(handed, already_given=True, declared_own=is_own), now=now + 11 * MINUTE
    )
    own = shop.draft(1_000, note="For my aunt")
    draft = AskDraft(uid=own.uid, wanted=replace(own, declared_own=True))
    if number % 6 == 0:
        asks.make_ask(shop.session, shop.people["ben"], draft, now=now + 11 * MINUTE)
    kept = shop.refused("chidi", 700, now=now + 11 * MINUTE, declared_own=True, site="harbour")
    needed(shop, "chidi", 700, now=now + 12 * MINUTE, refusal_uid=kept.uid, site="harbour")
    needed(shop, "ben", 2_700 + 100 * number, now=now + 12 * MINUTE)
    refusal = shop.refused("ben", 3_100, now=now + 13 * MINUTE, remedy="credit")
    needed(shop, "ben", 3_100, now=now + 14 * MINUTE, refusal_uid=refusal.uid)


def test_every_figure_is_that_of_a_second_count(busy: Shop) -> None:
    now = MONDAY + timedelta(days=13, hours=8)
    elm, ana = busy.sites["elm_street"].id, busy.people["ana"].id
    narrower = (
        replace(PLAIN, site_id=elm, remedy_id=busy.remedies["refund"]),
        replace(PLAIN, person_id=ana, budget_minor=4_000, budget_period="day"),
        replace(
            PLAIN,
            site_id=elm,
            remedy_id=busy.remedies["credit"],
            budget_minor=5_000,
            budget_period="week",
            customer_total_minor=6_000,
            customer_days=9,
        ),
    )

    for new in (*PROPOSALS, *narrower):
        found = as_figures(would_be(busy, new, now=now))
        assert found == counted(busy.session, new, busy.people["ada"], now=now), new
    some = would_be(busy, now=now)
    assert some.asks_free.count > 0
    assert some.exceptions_free.count > 0
    assert some.exceptions.count > some.exceptions_free.count


def test_a_second_count_agrees_where_other_limits_are_in_force(busy: Shop) -> None:
    now = MONDAY + timedelta(days=13, hours=8)
    busy.limit(1_000, person_id=busy.people["ben"].id, now=now)
    busy.limit(1_000, remedy_id=busy.remedies["credit"], now=now)
    busy.limit(
        4_000, by="dana", site_id=busy.sites["elm_street"].id, now=now, ends_on=date(2026, 6, 1)
    )

    for new in PROPOSALS:
        found = as_figures(would_be(busy, new, now=now))
        assert found == counted(busy.session, new, busy.people["ada"], now=now), new
