"""The bars of a replay, and the steps of a limit over what was given under it."""

from datetime import date, timedelta

from ledger.core.reports.drift import Drift, Month, Step
from ledger.core.reports.replay import Replay, Tally
from ledger.web.chart_steps import steps_scale
from ledger.web.limit_evidence_words import drift_card
from ledger.web.limit_replay import bars_of, replay_card

NONE = Tally(count=0, minor=0)


def a_replay(amounts: dict[int, int], currency: str = "USD") -> Replay:
    return Replay(
        since=date(2026, 1, 1),
        until=date(2026, 3, 31),
        currency=currency,
        asks=Tally(count=63, minor=200_000),
        asks_free=Tally(count=41, minor=122_900),
        approved_anyway_minor=61_700,
        waited=timedelta(hours=4, minutes=10),
        unanswered=2,
        unmet=Tally(count=96, minor=9),
        unmet_free=NONE,
        exceptions=NONE,
        exceptions_free=NONE,
        given=Tally(count=800, minor=9),
        would_ask=NONE,
        imported=0,
        amounts=amounts,
    )


def edges(amounts: dict[int, int], *lines: int) -> list[tuple[int, int | None, int]]:
    return [(bar.above, bar.up_to, bar.count) for bar in bars_of(a_replay(amounts), lines)]


def test_bars_have_edges_at_both_limits_and_hold_every_amount() -> None:
    amounts = {100: 5, 2_500: 3, 2_501: 2, 3_500: 4, 3_501: 1, 60_000: 7}

    found = edges(amounts, 2_500, 3_500)

    assert {2_500, 3_500} <= {above for above, _, _ in found}
    assert sum(count for _, _, count in found) == sum(amounts.values())
    # What is exactly at a limit stands below its line, what is one above it beyond.
    at = {up_to: count for _, up_to, count in found}
    assert (at[2_500], at[3_500], at[None]) == (3, 4, 7)
    assert 4 <= len(found) <= 18


def test_bars_are_there_for_any_amounts_and_limits() -> None:
    for amounts in ({1: 1}, {9_999_999_999: 1}, {7: 2, 8: 1}):
        for lines in ((), (1,), (3_333, 7_777), (9_999_999_999,)):
            found = edges(amounts, *lines)
            assert 1 <= len(found) <= 18, (amounts, lines)
            assert sum(count for _, _, count in found) == sum(amounts.values())
    assert edges({}) == []


def test_a_replay_says_its_finding_in_words() -> None:
    card = replay_card(a_replay({2_500: 3, 3_000: 41}), now_minor=2_500, proposed_minor=3_500)

    assert card.title == "Replay: the last 90 days at $35"
    assert card.how == "Of 63 asks, 41 would have needed nobody. At most $612.00 more at risk."
    facts = dict(card.facts)
    assert facts["Customers' waiting saved"] == "4 h 10 min"
    assert facts["Was approved anyway"] == "$617.00 of $1,229.00"
    assert card.chart is not None
    assert "bar-gain" in card.chart
    assert "limit-line-next" in card.chart
    assert ("$25 to $27.50", "41", "no ask at $35") not in card.table.rows
    assert {row[2] for row in card.table.rows} == {
        "within the limit",
        "no ask at $35",
        "above it: an ask",
    }


def test_a_currency_without_decimals_is_drawn_too() -> None:
    found = a_replay({1_500: 3}, currency="JPY")

    card = replay_card(found, now_minor=None, proposed_minor=2_000)

    assert card.chart is not None
    assert "¥2,000" in card.title


def a_month(first: date, median: int | None, most: int | None) -> Month:
    count = 0 if median is None else 9
    return Month(
        first=first,
        count=count,
        alone=count,
        after_ask=0,
        exceptions=0,
        past=0,
        median_minor=median,
        most_minor=most,
        alone_most_minor=most,
    )


def test_steps_are_drawn_where_the_limit_changed() -> None:
    found = Drift(
        currency="USD",
        until=date(2026, 2, 14),
        steps=[
            Step(on=date(2026, 1, 1), per_decision_minor=None),
            Step(on=date(2026, 1, 16), per_decision_minor=2_000),
            Step(on=date(2026, 2, 1), per_decision_minor=3_000),
        ],
        months=[
            a_month(date(2026, 1, 1), None, None),
            a_month(date(2026, 2, 1), 1_000, 2_900),
        ],
    )

    card = drift_card(found)

    assert card.chart is not None
    # Two level lines and the upright one between them.
    assert card.chart.count('class="limit-line"') == 3
    assert card.chart.count("step-median") == 1
    assert "limit $30" in card.chart
    assert card.table.rows[0][1:4] == ("$20.00", "fewer than 5", "fewer than 5")
    assert card.table.rows[1][1:4] == ("$30.00", "$10.00", "$29.00")


def test_without_a_month_that_has_enough_nothing_is_drawn() -> None:
    first = date(2026, 1, 1)
    found = Drift(
        currency="USD",
        until=first,
        steps=[Step(on=first, per_decision_minor=2_000)],
        months=[a_month(first, None, None)],
    )

    assert drift_card(found).chart is None


def test_the_scale_reaches_the_largest_amount_in_whole_units() -> None:
    assert steps_scale(2_900, 100) == [0, 1_000, 2_000, 3_000]
    assert steps_scale(1, 100)[-1] >= 1
