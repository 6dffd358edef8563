"""What the staff's pages say came of earlier decisions, for shops and for contracts."""

from datetime import UTC, date, datetime

import pytest

from ledger.core.customers import Gesture
from ledger.core.errors import AmountError
from ledger.core.reports.states import Horizon
from ledger.core.tables import Refusal
from ledger.web.limit_fixes import amount_fix
from ledger.web.log_refusals import stopped_words
from ledger.web.log_words import gesture_outcome, gestures_words, maturing_words, outcome_words

ON = date(2026, 6, 1)
OCTOBER = date(2026, 10, 9)
TODAY = date(2026, 11, 20)
JUNE = date(2026, 6, 20)


def said(
    watch: str,
    *,
    returned_on: date | None = None,
    left_on: date | None = None,
    through: date | None = TODAY,
) -> tuple[str, str]:
    gesture = Gesture(
        on=ON,
        amount_minor=600,
        currency="USD",
        remedy="Credit",
        reason="Late",
        returned_on=returned_on,
        left_on=left_on,
    )
    return gesture_outcome(gesture, Horizon(days=30, through=through, watch=watch), today=TODAY)


def test_a_day_is_a_fact_also_long_after_the_horizon() -> None:
    assert said("returns", returned_on=OCTOBER) == ("came_back", "Came back 9 Oct")
    assert said("stays", left_on=OCTOBER) == ("not_back", "Left 9 Oct")


def test_where_contracts_are_watched_a_visit_says_nothing_and_a_shop_knows_no_leaving() -> None:
    assert said("stays", returned_on=OCTOBER) == ("came_back", "Stayed")
    assert said("returns", left_on=OCTOBER) == ("not_back", "Not back")


@pytest.mark.parametrize("watch", ["returns", "stays"])
@pytest.mark.parametrize("through", [JUNE, None])
def test_what_is_not_known_yet_is_said_with_its_day(watch: str, through: date | None) -> None:
    later = said(watch, returned_on=OCTOBER, left_on=OCTOBER, through=through)

    assert later == ("maturing", "Not known: no feed has reached 1 Jul yet")


def test_what_matures_is_promised_for_a_day_to_come_and_not_for_one_that_is_over() -> None:
    assert maturing_words(JUNE, today=JUNE) == "We will know by 20 Jun"
    late = maturing_words(JUNE, today=date(2026, 6, 21))
    assert late == "Not known: no feed has reached 20 Jun yet"


def test_how_many_stayed_is_counted_as_staying() -> None:
    assert gestures_words(2, came_back=1, watch="stays") == "2 gestures in 90 days, stayed after 1"
    assert gestures_words(2, came_back=1, watch="returns").endswith("came back after 1")


@pytest.mark.parametrize(
    "watch, state, event_on, words",
    [
        ("returns", "came_back", OCTOBER, "Came back 9 Oct"),
        ("returns", "not_back", OCTOBER, "Not back"),
        ("stays", "came_back", OCTOBER, "Stayed"),
        ("stays", "not_back", OCTOBER, "Left 9 Oct"),
    ],
)
def test_ones_own_decisions_speak_of_what_is_watched(
    watch: str, state: str, event_on: date, words: str
) -> None:
    assert outcome_words(state, event_on, JUNE, watch=watch, today=TODAY) == words


@pytest.mark.parametrize(
    "currency, why, examples",
    [
        ("USD", "not_a_number", "such as 25 or 12.50"),
        ("KWD", "not_a_number", "such as 25 or 12.500"),
        ("JPY", "not_a_number", "such as 25"),
        ("USD", "grouping", "such as 1250 or 12.50"),
        ("JPY", "grouping", "such as 1250"),
    ],
)
def test_an_amount_is_shown_how_to_type_it_in_its_own_currency(
    currency: str, why: str, examples: str
) -> None:
    assert amount_fix(AmountError("12,5", why, currency)).endswith(examples)


@pytest.mark.parametrize(
    "rule, words",
    [
        ("no_limit", "No limit was set for you"),
        ("per_decision", "Your limit of $8.00 a decision"),
        ("budget", "Your budget: $8.00 was left"),
        ("gross", "Your budget: $8.00 was left"),
        ("customer_total", "What one customer gets: $8.00 was left"),
    ],
)
def test_what_stopped_a_wish_is_named_and_no_budget_stands_for_a_limit(
    rule: str, words: str
) -> None:
    refusal = Refusal(
        uid="r1",
        person_id=1,
        site_id=1,
        remedy_id=1,
        reason_id=1,
        amount_minor=4_000,
        currency="USD",
        rule=rule,
        headroom_minor=800,
        made_at=datetime(2026, 6, 1, 15, tzinfo=UTC),
        business_date=ON,
    )

    assert stopped_words(refusal) == words
