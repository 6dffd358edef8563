"""What is left of a latitude: the smallest of every rule, and when time alone leaves more."""

from datetime import date, timedelta

from ledger.core import sites
from tests.counter import MONDAY, TUESDAY, Shop

A_DAY = timedelta(days=1)


def test_exactly_the_limit_may_be_given_and_one_cent_more_may_not(shop: Shop) -> None:
    shop.limit(2_500)

    assert shop.give("ana", 2_499).amount_minor == 2_499
    assert shop.give("ana", 2_500).amount_minor == 2_500
    assert shop.refused("ana", 2_501).rule == "per_decision"


def test_headroom_names_the_rule_that_binds_and_when_it_leaves_more(shop: Shop) -> None:
    limit = shop.limit(2_500, budget_minor=4_000, budget_period="week")
    shop.give("ana", 2_500)

    room = shop.headroom("ana")

    calendar = sites.calendar_of(shop.session, shop.sites["elm_street"].id)
    assert (room.limit_id, room.currency) == (limit.id, "USD")
    assert (room.per_decision_minor, room.budget_minor, room.budget_period) == (
        2_500,
        4_000,
        "week",
    )
    assert (room.budget_used_minor, room.budget_left_minor) == (2_500, 1_500)
    assert (room.headroom_minor, room.rule) == (1_500, "budget")
    assert room.resets_at == calendar.start_of(date(2026, 3, 9))


def test_headroom_for_no_remedy_in_particular_is_that_of_the_general_limit(shop: Shop) -> None:
    shop.limit(2_500)
    shop.limit(500, remedy_id=shop.remedies["refund"])

    assert shop.headroom("ana", remedy=None).headroom_minor == 2_500
    assert shop.headroom("ana", remedy="refund").headroom_minor == 500


def test_a_customers_count_spans_people_and_sites(shop: Shop) -> None:
    customer_id = shop.customer("2125550100")
    shop.limit(2_500, customer_count=2, customer_days=30)
    shop.give("ana", 100, customer_id=customer_id)
    shop.give("chidi", 100, site="harbour", customer_id=customer_id)

    refusal = shop.refused("ben", 1, customer_id=customer_id)

    assert (refusal.rule, refusal.headroom_minor) == ("customer_count", 0)
    assert shop.headroom("ben").headroom_minor == 2_500
    # An apology is no gesture that counts, and never refused.
    shop.give("ben", 0, remedy="apology", customer_id=customer_id)


def test_a_customers_total_spans_people_and_sites_to_the_cent(shop: Shop) -> None:
    customer_id, other_id = shop.customer("2125550100"), shop.customer("2125550101")
    shop.limit(2_500, customer_total_minor=3_000, customer_days=30)
    shop.give("ana", 1_000, customer_id=customer_id)
    shop.give("chidi", 1_200, site="harbour", customer_id=customer_id)
    shop.give("ana", 2_500, customer_id=other_id)

    refusal = shop.refused("ben", 801, customer_id=customer_id)

    assert (refusal.rule, refusal.headroom_minor) == ("customer_total", 800)
    shop.give("ben", 800, customer_id=customer_id)
    assert shop.headroom("ana", customer_id=customer_id).customer_left_minor == 0


def test_a_gesture_leaves_the_customers_window_after_so_many_days(shop: Shop) -> None:
    customer_id = shop.customer("2125550100")
    shop.limit(2_500, customer_total_minor=1_000, customer_days=7)
    shop.give("ana", 600, customer_id=customer_id, now=MONDAY)
    shop.give("ana", 400, customer_id=customer_id, now=TUESDAY)
    calendar = sites.calendar_of(shop.session, shop.sites["elm_street"].id)
    frees = calendar.start_of(date(2026, 3, 9))

    assert shop.headroom("ben", customer_id=customer_id, now=TUESDAY).resets_at == frees
    before = shop.headroom("ben", customer_id=customer_id, now=frees - timedelta.resolution)
    assert before.headroom_minor == 0
    assert shop.headroom("ben", customer_id=customer_id, now=frees).headroom_minor == 600


def test_many_small_gifts_run_into_the_cap(shop: Shop) -> None:
    customer_id = shop.customer("2125550100")
    shop.limit(2_500, customer_total_minor=2_500, customer_days=30)
    for name in ("ana", "ben") * 12:
        shop.give(name, 100, customer_id=customer_id)

    shop.give("ana", 100, customer_id=customer_id)

    assert shop.refused("ben", 100, customer_id=customer_id).rule == "customer_total"


def test_a_void_gives_the_customer_room_again(shop: Shop) -> None:
    customer_id = shop.customer("2125550100")
    shop.limit(2_500, customer_count=1, customer_days=30)
    made = shop.give("ana", 100, customer_id=customer_id)

    shop.void("dana", made, now=MONDAY + 3 * A_DAY)

    later = MONDAY + 3 * A_DAY
    assert shop.headroom("ana", customer_id=customer_id, now=later).headroom_minor == 2_500


def test_walk_ins_have_no_cap(shop: Shop) -> None:
    shop.limit(2_500, customer_count=1, customer_total_minor=100, customer_days=30)

    for _ in range(3):
        assert shop.give("ana", 2_500).customer_id is None
    assert shop.headroom("ana").customer_left_minor is None


def test_what_is_kept_for_an_ask_is_told_apart_from_what_was_given(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=7_500, budget_period="day")
    shop.give("ana", 2_500)
    shop.ask("ana", 3_000)

    room = shop.headroom("ana")

    assert (room.budget_used_minor, room.reserved_minor, room.budget_left_minor) == (
        5_500,
        3_000,
        2_000,
    )
