"""Replay: what a limit would have meant, by hand, and as a second count has it."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from ledger.core import asks, unmet_needs
from ledger.core.asks import AskDraft
from ledger.core.limit_setting import NewLimit
from ledger.core.reports import replay
from ledger.core.reports.replay import Replay, Tally
from ledger.core.tables import Ask, UnmetNeed
from ledger.core.unmet_needs import UnmetNeedDraft
from tests.counter import MONDAY, TUESDAY, Shop

EVENING = MONDAY + timedelta(hours=8)
MINUTE = timedelta(minutes=1)
PLAIN = NewLimit(currency="USD", per_decision_minor=3_500, reason="What if")


def would_be(shop: Shop, new: NewLimit = PLAIN, *, now: datetime = EVENING) -> Replay:
    return replay.replay(shop.session, new, setter=shop.people["ada"], now=now)


def needed(  # as the counter's own words
    shop: Shop,
    name: str,
    amount_minor: int,
    *,
    now: datetime,
    refusal_uid: str | None = None,
    site: str = "elm_street",
) -> UnmetNeed:
    draft = UnmetNeedDraft(
        uid=str(uuid.uuid4()),
        site_id=shop.sites[site].id,
        reason_id=shop.reasons["quality"],
        amount_minor=amount_minor,
        refusal_uid=refusal_uid,
    )
    return unmet_needs.record_unmet_need(shop.session, shop.people[name], draft, now=now)


def approved(shop: Shop, name: str, amount_minor: int, *, now: datetime) -> Ask:
    ask = shop.ask(name, amount_minor, now=now)
    shop.answer("dana", ask, now=now + 4 * MINUTE)
    shop.hand_in(name, ask, now=now + 5 * MINUTE)
    return ask


def test_asks_that_fit_would_have_needed_nobody(shop: Shop) -> None:
    shop.limit(2_500)
    for number, amount_minor in enumerate((3_000, 3_500, 3_501)):
        approved(shop, "ana", amount_minor, now=MONDAY + 20 * number * MINUTE)

    found = would_be(shop)

    assert found.asks == Tally(count=3, minor=10_001)
    assert found.asks_free == Tally(count=2, minor=6_500)
    assert (found.approved_anyway_minor, found.more_minor) == (6_500, 0)
    assert (found.waited, found.unanswered) == (8 * MINUTE, 0)


def test_a_declined_ask_and_an_unmet_need_would_be_money_at_risk(shop: Shop) -> None:
    shop.limit(2_500)
    declined = shop.ask("ana", 3_000)
    shop.answer("dana", declined, "declined", now=MONDAY + 2 * MINUTE)
    shop.ask("ana", 3_200, now=MONDAY + 5 * MINUTE)
    needed(shop, "ana", 2_800, now=MONDAY + MINUTE)
    needed(shop, "ana", 9_000, now=MONDAY + MINUTE)

    found = would_be(shop)

    assert found.asks_free == Tally(count=2, minor=6_200)
    assert (found.unmet, found.unmet_free) == (
        Tally(count=2, minor=11_800),
        Tally(count=1, minor=2_800),
    )
    assert (found.approved_anyway_minor, found.more_minor) == (0, 9_000)
    # Two minutes until the no, and the fifteen in which nobody answered the other.
    assert (found.waited, found.unanswered) == (17 * MINUTE, 1)


def test_who_changed_an_ask_that_nobody_answered_waited_from_the_first_version(shop: Shop) -> None:
    shop.limit(2_500)
    first = shop.ask("ana", 3_000)
    shop.ask("ana", 3_200, previous=first, now=MONDAY + 6 * MINUTE)

    still = would_be(shop, now=MONDAY + 20 * MINUTE)
    found = would_be(shop)

    assert (still.waited, still.unanswered) == (0 * MINUTE, 0)
    assert (found.waited, found.unanswered) == (21 * MINUTE, 1)


def test_what_was_asked_for_after_a_refusal_is_one_moment_with_its_unmet_need(shop: Shop) -> None:
    shop.limit(2_500)
    refusal = shop.refused("ana", 3_000)
    needed(shop, "ana", 3_000, now=MONDAY, refusal_uid=refusal.uid)
    alone = would_be(shop)
    wanted = shop.draft(3_000)
    draft = AskDraft(uid=wanted.uid, wanted=wanted, refusal_uid=refusal.uid)
    asks.make_ask(shop.session, shop.people["ana"], draft, now=MONDAY + MINUTE)
    both = would_be(shop)

    assert (alone.unmet.count, alone.asks.count) == (1, 0)
    assert (both.unmet.count, both.asks.count) == (0, 1)


def test_an_exception_was_given_in_any_case_and_is_no_more_at_risk(shop: Shop) -> None:
    shop.limit(2_500)
    for amount_minor in (3_000, 4_000):
        draft = shop.draft(amount_minor, note="It was a wedding cake")
        shop.send("ana", replace(draft, already_given=True))

    found = would_be(shop)

    assert found.exceptions == Tally(count=2, minor=7_000)
    assert found.exceptions_free == Tally(count=1, minor=3_000)
    assert (found.more_minor, found.given.count) == (0, 0)


def test_a_customer_declared_ones_own_is_always_an_ask(shop: Shop) -> None:
    shop.limit(2_500)
    wanted = replace(shop.draft(1_000, note="For my aunt"), declared_own=True)
    asks.make_ask(
        shop.session, shop.people["ana"], AskDraft(uid=wanted.uid, wanted=wanted), now=MONDAY
    )

    found = would_be(shop)

    assert (found.asks.count, found.asks_free.count) == (1, 0)


def test_no_limit_meets_the_need_of_ones_own_customer(shop: Shop) -> None:
    shop.limit(2_500)
    own = shop.refused("ana", 1_000, declared_own=True)
    above = shop.refused("ben", 3_000)
    needed(shop, "ana", 1_000, now=MONDAY, refusal_uid=own.uid)
    needed(shop, "ben", 3_000, now=MONDAY, refusal_uid=above.uid)

    found = would_be(shop)

    assert own.rule == "own_customer"
    assert (found.unmet.count, found.unmet_free) == (2, Tally(count=1, minor=3_000))
    assert found.more_minor == 3_000


def test_a_second_try_is_counted_once_by_what_was_asked_first(shop: Shop) -> None:
    shop.limit(2_500)
    first = shop.ask("ana", 4_000)
    shop.answer("dana", first, "declined", now=MONDAY + MINUTE)
    second = shop.ask("ana", 3_000, now=MONDAY + 2 * MINUTE, previous=first)
    shop.answer("dana", second, now=MONDAY + 5 * MINUTE)
    shop.hand_in("ana", second, now=MONDAY + 6 * MINUTE)

    low, high = would_be(shop), would_be(shop, replace(PLAIN, per_decision_minor=4_000))

    assert (low.asks.count, low.asks_free.count) == (1, 0)
    assert high.asks_free == Tally(count=1, minor=4_000)
    assert (high.approved_anyway_minor, high.more_minor) == (3_000, 1_000)
    assert high.waited == 4 * MINUTE


def test_a_lower_limit_says_how_many_decisions_would_have_had_to_ask(shop: Shop) -> None:
    shop.limit(2_500)
    for amount_minor in (500, 1_000, 1_001, 2_500):
        shop.give("ana", amount_minor)
    shop.void("ana", shop.give("ana", 2_400))

    found = would_be(shop, replace(PLAIN, per_decision_minor=1_000))

    assert found.given == Tally(count=4, minor=5_001)
    assert found.would_ask == Tally(count=2, minor=3_501)
    assert found.amounts == {500: 1, 1_000: 1, 1_001: 1, 2_500: 1}


def test_a_budget_is_taken_in_order_of_time(shop: Shop) -> None:
    shop.limit(2_500)
    shop.give("ana", 2_000)
    approved(shop, "ana", 3_000, now=MONDAY + MINUTE)
    shop.give("ana", 2_000, now=MONDAY + 10 * MINUTE)
    shop.give("ana", 2_000, now=TUESDAY)

    found = would_be(
        shop, replace(PLAIN, budget_minor=5_000, budget_period="day"), now=TUESDAY + MINUTE
    )

    # Twenty and thirty are the day's fifty, so the twenty after them would have been an ask.
    assert found.asks_free.count == 1
    assert found.would_ask == Tally(count=1, minor=2_000)


def test_a_more_specific_limit_keeps_its_people_out(shop: Shop) -> None:
    shop.limit(2_500)
    shop.limit(2_000, person_id=shop.people["ben"].id)
    approved(shop, "ana", 3_000, now=MONDAY)
    approved(shop, "ben", 3_000, now=MONDAY)

    elm = replace(PLAIN, site_id=shop.sites["elm_street"].id)
    bens = replace(PLAIN, person_id=shop.people["ben"].id)

    assert [would_be(shop, new).asks.count for new in (PLAIN, elm, bens)] == [1, 1, 1]


def test_nothing_counts_that_the_setter_gave(shop: Shop) -> None:
    shop.limit(2_500)
    shop.give("dana", 1_000)

    found = replay.replay(shop.session, PLAIN, setter=shop.people["dana"], now=EVENING)

    assert (found.given.count, would_be(shop).given.count) == (0, 1)


def test_ninety_business_dates_count_and_today_is_the_last(shop: Shop) -> None:
    shop.limit(2_500)
    shop.give("ana", 1_000)
    last = MONDAY + timedelta(days=89)

    assert would_be(shop, now=last).given.count == 1
    assert would_be(shop, now=last).since == MONDAY.date()
    assert would_be(shop, now=last + timedelta(days=1)).given.count == 0
    assert would_be(shop, now=last + timedelta(days=1)).is_empty


def test_another_currency_is_never_mixed_in(shop: Shop) -> None:
    shop.limit(2_500)
    shop.give("ana", 1_000)

    assert would_be(shop, replace(PLAIN, currency="EUR")).is_empty


def test_replaying_saves_nothing(shop: Shop) -> None:
    shop.limit(2_500)
    approved(shop, "ana", 3_000, now=MONDAY)
    shop.session.flush()

    would_be(shop)

    assert not shop.session.new
    assert not shop.session.dirty
