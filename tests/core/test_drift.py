"""Drift and evidence: what a limit allowed, what was given under it, and what asking cost."""

from datetime import date, timedelta

from ledger.core.reports.drift import Drift, Step, drift, ranked
from ledger.core.reports.limit_evidence import LimitEvidence, limit_evidence
from ledger.core.tables import Limit
from tests.counter import LIMITS_SET_AT, MONDAY, Shop

MINUTE = timedelta(minutes=1)
LATER = MONDAY + timedelta(days=40)


def of(shop: Shop, limit: Limit) -> Drift:
    return drift(shop.session, limit, now=LATER, months=3)


def evidence(shop: Shop, limit: Limit) -> LimitEvidence:
    return limit_evidence(shop.session, limit, now=MONDAY + timedelta(hours=8))


def test_the_median_and_the_95th_percentile_are_amounts_that_were_given(shop: Shop) -> None:
    limit = shop.limit(5_000)
    for number in range(1, 21):
        shop.give("ana", 100 * number, now=MONDAY + number * MINUTE)

    february, march, april = of(shop, limit).months

    assert (march.first, march.count) == (date(2026, 3, 1), 20)
    # Number ten and number nineteen of twenty.
    assert (march.median_minor, march.most_minor) == (1_000, 1_900)
    assert (february.count, april.count) == (0, 0)
    assert february.median_minor is None


def test_of_a_few_amounts_no_figure_is_told(shop: Shop) -> None:
    limit = shop.limit(5_000)
    for number in range(4):
        shop.give("ana", 100, now=MONDAY + number * MINUTE)
    assert not of(shop, limit).has_enough

    shop.give("ana", 700, now=MONDAY + 5 * MINUTE)

    assert of(shop, limit).months[1].median_minor == 100
    assert of(shop, limit).months[1].most_minor == 700


def test_a_drift_upwards_shows_in_what_was_approved_and_in_exceptions(shop: Shop) -> None:
    limit = shop.limit(2_500)
    for number in range(5):
        shop.give("ana", 100, now=MONDAY + number * MINUTE)
    ask = shop.ask("ana", 4_000, now=MONDAY + 5 * MINUTE)
    shop.answer("dana", ask, now=MONDAY + 6 * MINUTE)
    shop.hand_in("ana", ask, now=MONDAY + 7 * MINUTE)
    handed = shop.draft(3_000, note="It was a wedding cake", already_given=True)
    shop.send("ana", handed, now=MONDAY + 8 * MINUTE)

    march = of(shop, limit).months[1]

    assert (march.count, march.alone, march.after_ask, march.exceptions) == (7, 5, 1, 1)
    assert (march.median_minor, march.most_minor, march.past) == (100, 4_000, 2)
    assert march.alone_most_minor == 100


def test_an_own_customers_approved_gift_within_the_limit_is_not_past_it(shop: Shop) -> None:
    limit = shop.limit(2_500)
    ask = shop.ask("ana", 2_000, note="For my aunt", declared_own=True)
    shop.answer("dana", ask)
    shop.hand_in("ana", ask)

    march = of(shop, limit).months[1]

    assert (march.count, march.after_ask, march.past) == (1, 1, 0)


def test_what_was_voided_is_in_no_figure(shop: Shop) -> None:
    limit = shop.limit(2_500)
    for number in range(5):
        shop.give("ana", 100, now=MONDAY + number * MINUTE)
    shop.void("ana", shop.give("ana", 2_500))

    march = of(shop, limit).months[1]

    assert (march.count, march.most_minor) == (5, 100)


def test_the_limit_is_drawn_as_it_took_over_and_reverted(shop: Shop) -> None:
    lasting = shop.limit(2_500)
    shop.limit(4_000, now=MONDAY, ends_on=date(2026, 3, 15))
    shop.limit(9_000, site_id=shop.sites["harbour"].id)

    found = of(shop, lasting)

    assert list(found.steps) == [
        Step(on=date(2026, 2, 1), per_decision_minor=None),
        Step(on=LIMITS_SET_AT.date(), per_decision_minor=2_500),
        Step(on=date(2026, 3, 2), per_decision_minor=4_000),
        Step(on=date(2026, 3, 16), per_decision_minor=2_500),
    ]


def test_ranks_count_from_the_smallest() -> None:
    amounts = {500: 2, 100: 3}

    assert [ranked(amounts, rank) for rank in range(1, 6)] == [100, 100, 100, 500, 500]


def test_a_limit_that_binds_shows_in_amounts_at_it(shop: Shop) -> None:
    limit = shop.limit(2_500)
    for amount_minor in (2_500, 2_500, 2_250, 2_249, 100):
        shop.give("ana", amount_minor)

    found = evidence(shop, limit)

    assert (found.within, found.at_limit, found.just_under) == (5, 2, 1)
    assert (found.asks, found.rate, found.interval) == (0, None, None)


def test_the_approval_rate_is_of_asks_that_somebody_answered(shop: Shop) -> None:
    limit = shop.limit(2_500)
    first, second = shop.ask("ana", 3_000), shop.ask("ben", 3_000)
    shop.answer("dana", first, now=MONDAY + 2 * MINUTE)
    shop.answer("dana", second, "declined", now=MONDAY + 4 * MINUTE)
    shop.ask("ben", 3_100, now=MONDAY + 5 * MINUTE)
    offered = shop.ask("ana", 4_000, now=MONDAY + 20 * MINUTE)
    shop.answer("dana", offered, "countered", 3_000, now=MONDAY + 26 * MINUTE)

    found = evidence(shop, limit)

    assert (found.asks, found.answered, found.approved, found.unanswered) == (4, 3, 1, 1)
    assert found.rate == 1 / 3
    assert found.interval is not None
    assert found.interval.low < 1 / 3 < found.interval.high
    assert found.waits.median == 4 * MINUTE
    assert found.waits.unanswered == 1


def test_a_second_try_is_one_ask_that_stands_as_it_was_answered_last(shop: Shop) -> None:
    limit = shop.limit(2_500)
    first = shop.ask("ana", 4_000)
    shop.answer("dana", first, "declined", now=MONDAY + MINUTE)
    again = shop.ask("ana", 3_000, previous=first, now=MONDAY + 2 * MINUTE)
    shop.answer("dana", again, now=MONDAY + 3 * MINUTE)

    found = evidence(shop, limit)

    assert (found.asks, found.approved, found.declined) == (1, 1, 0)
    assert found.waits.answered == 2


def test_a_person_gets_no_rate(shop: Shop) -> None:
    shop.limit(1_000)
    limit = shop.limit(2_500, person_id=shop.people["ana"].id)
    shop.answer("dana", shop.ask("ana", 3_000), now=MONDAY + 2 * MINUTE)

    found = evidence(shop, limit)

    assert (found.approved, found.answered, found.rate, found.interval) == (1, 1, None, None)
