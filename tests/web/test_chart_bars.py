"""Bars, meters and sparklines keep to their counts and inside their frame."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.web.chart_svg import nice_step, place, shown_labels
from ledger.web.charts import (
    BarsData,
    HistogramData,
    LimitLine,
    MeterData,
    MonthBar,
    SparkData,
    histogram,
    meter,
    outcome_bars,
    sparkline,
    time_left,
)
from tests.web.drawings import number, of_class, parsed


@given(
    st.lists(
        st.tuples(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 5000)),
        min_size=1,
        max_size=24,
    )
)
def test_bars_are_as_high_as_their_counts_and_stay_inside(counts: list[tuple[int, ...]]) -> None:
    months = [
        MonthBar(label=str(n), came_back=back, not_back=out, maturing=yet)
        for n, (back, out, yet) in enumerate(counts)
    ]
    most = max(month.total for month in months)

    drawing = outcome_bars(BarsData(slug="bars", title="By month", desc="", months=months))

    if most == 0:
        assert drawing is None
        return
    for bar in of_class(parsed(drawing), "bar"):
        assert number(bar, "y") >= 21.9
        assert number(bar, "x") + number(bar, "width") <= 100.01
    tallest = max(months, key=lambda month: month.came_back)
    if tallest.came_back * 252 > most * 2:
        highest = max(number(bar, "height") for bar in of_class(parsed(drawing), "bar"))
        assert highest == pytest.approx(tallest.came_back / most * 252 - 1, abs=0.02)


def test_maturing_is_hatched_with_a_pattern_of_this_chart() -> None:
    months = [MonthBar(label="Nov", came_back=0, not_back=0, maturing=165)]

    tree = parsed(outcome_bars(BarsData(slug="bars", title="By month", desc="", months=months)))

    assert of_class(tree, "bar-maturing")[0].get("fill") == "url(#bars-h)"
    assert tree.find(".//pattern[@id='bars-h']") is not None
    assert not of_class(tree, "bar")


def amounts(*limits: LimitLine) -> HistogramData:
    return HistogramData(
        slug="hist",
        title="Amounts",
        desc="",
        edges_minor=[0, 1000, 2000, 3000, 4000],
        edge_words=["$0", "$10", "$20", "$30", "$40"],
        counts=[200, 100, 1, 0],
        limits=limits,
    )


def test_bars_between_the_limit_now_and_the_proposed_one_are_gained() -> None:
    now = LimitLine(at_minor=1000, words="limit now $10")
    proposed = LimitLine(at_minor=3000, words="proposed $30", is_proposed=True)

    tree = parsed(histogram(amounts(now, proposed)))

    assert [number(bar, "x") for bar in of_class(tree, "bar-gain")] == [26.25, 51.25]
    assert number(of_class(tree, "limit-line")[0], "x1") == 25
    assert number(of_class(tree, "limit-line-next")[0], "x1") == 75


def test_a_lower_proposed_limit_gains_nothing() -> None:
    now = LimitLine(at_minor=3000, words="limit now $30")
    proposed = LimitLine(at_minor=1000, words="proposed $10", is_proposed=True)

    assert not of_class(parsed(histogram(amounts(now, proposed))), "bar-gain")


def test_one_amount_among_many_is_still_seen_and_none_is_not() -> None:
    heights = [number(bar, "height") for bar in of_class(parsed(histogram(amounts())), "bar-quiet")]

    assert heights == [159, 79.5, 2, 0]


def test_the_meter_shows_used_now_and_the_line_of_one_decision() -> None:
    tree = parsed(
        meter(
            MeterData(
                slug="m",
                title="14 used",
                total_minor=7500,
                used_minor=1400,
                now_minor=1200,
                most_minor=2500,
            )
        )
    )

    assert number(of_class(tree, "m-used")[0], "width") == pytest.approx(18.67)
    now = of_class(tree, "m-this")[0]
    assert number(now, "x") == pytest.approx(18.67)
    assert number(now, "width") == 16
    assert number(of_class(tree, "limit-line")[0], "x1") == 52


@pytest.mark.parametrize(
    "used,now,look",
    [(0, 2500, "m-this"), (0, 2501, "m-over"), (6700, 800, "m-this"), (6700, 801, "m-over")],
)
def test_the_meter_turns_amber_one_cent_above_what_is_left(used: int, now: int, look: str) -> None:
    data = MeterData(
        slug="m", title="t", total_minor=7500, used_minor=used, now_minor=now, most_minor=2500
    )

    assert len(of_class(parsed(meter(data)), look)) == 1


@given(
    st.integers(0, 10**10), st.integers(0, 10**10), st.integers(0, 10**10), st.integers(0, 10**10)
)
def test_the_meter_never_leaves_its_track(total: int, used: int, now: int, most: int) -> None:
    data = MeterData(
        slug="m", title="t", total_minor=total, used_minor=used, now_minor=now, most_minor=most
    )

    tree = parsed(meter(data))

    parts = [*of_class(tree, "m-this"), *of_class(tree, "m-over")]
    assert len(parts) == 1
    assert number(parts[0], "x") + number(parts[0], "width") <= 100.02


def test_time_left_is_full_at_one_and_empty_at_zero() -> None:
    widths = [
        number(of_class(parsed(time_left("t", "left", share=share)), "m-this")[0], "width")
        for share in (1.5, 1, 0.5, -1)
    ]

    assert widths == [100, 100, 50, 0]


def test_a_sparkline_marks_its_last_value_and_a_flat_one_lies_in_the_middle() -> None:
    rising = parsed(sparkline(SparkData(slug="s", title="t", values=[1, 2, 3])))
    flat = parsed(sparkline(SparkData(slug="s", title="t", values=[5, 5])))

    assert of_class(rising, "curve")[0].get("d") == "M0.00 26.00L50.00 14.00L100.00 2.00"
    assert number(of_class(rising, "point")[0], "cy") == 2
    assert number(of_class(flat, "point")[0], "cy") == 14
    assert sparkline(SparkData(slug="s", title="t", values=[5])) is None


@given(st.integers(1, 10**9))
def test_a_round_step_needs_at_most_four(most: int) -> None:
    chosen = nice_step(most)

    assert chosen * 4 >= most
    assert re.fullmatch(r"[125]0*", str(chosen))


@given(st.integers(1, 400))
def test_labels_are_few_and_hold_the_first_and_the_last(count: int) -> None:
    shown = shown_labels(count)

    assert shown[0] == 0
    assert shown[-1] == count - 1
    assert len(shown) <= 7
    assert shown == sorted(set(shown))


@given(st.floats(-1e9, 1e9), st.floats(0, 1e6), st.floats(1e-3, 1e6))
def test_a_place_is_never_outside_the_drawing(value: float, low: float, span: float) -> None:
    assert 0 <= place(value, low, low + span) <= 100
