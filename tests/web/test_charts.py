"""Curves and dots stand where the numbers say, and show nothing that is not known."""

import pytest

from ledger.web.charts import (
    CurveData,
    CurveStep,
    DotRow,
    DotsData,
    Watched,
    curve_chart,
    dots_chart,
    percent,
    percent_range,
    share_on,
)
from tests.web.drawings import number, of_class, parsed, words

FOOT, TOP = 250.0, 14.0


def step(day: int, at_risk: int, share: float, *, limits: bool = True) -> CurveStep:
    return CurveStep(
        day=day,
        at_risk=at_risk,
        share=share,
        low=share - 0.05 if limits else None,
        high=share + 0.05 if limits else None,
    )


def a_curve(
    *steps: CurveStep,
    watched: tuple[tuple[int, int], ...] = ((0, 100), (90, 40)),
    marks: tuple[int, ...] = (),
) -> CurveData:
    return CurveData(
        slug="days",
        title="Days until the customer came back",
        desc="Half are back by day 30.",
        last_day=90,
        steps=steps,
        watched=[Watched(day=day, count=count) for day, count in watched],
        marks=marks,
    )


def test_the_curve_is_a_stair_that_starts_at_nobody_and_runs_to_the_last_day() -> None:
    tree = parsed(curve_chart(a_curve(step(10, 100, 0.25), step(30, 60, 0.5))))

    assert of_class(tree, "curve")[0].get("d") == "M0 100H10V75H30V50H90"


def test_the_band_follows_the_limits_in_steps_and_closes() -> None:
    tree = parsed(curve_chart(a_curve(step(10, 100, 0.25), step(30, 60, 0.5))))

    assert of_class(tree, "curve-band")[0].get("d") == "M10 70V70H30V45H90V55H30V80H10Z"


def test_the_band_leaves_out_days_without_limits() -> None:
    first = step(10, 100, 0.0, limits=False)

    tree = parsed(curve_chart(a_curve(first, step(30, 60, 0.5))))

    assert [band.get("d") for band in of_class(tree, "curve-band")] == ["M30 45V45H90V55H30Z"]


@pytest.mark.parametrize("at_risk,end", [(30, "H90"), (29, "H10")])
def test_the_curve_stops_where_fewer_than_30_are_watched(at_risk: int, end: str) -> None:
    data = a_curve(step(10, 100, 0.25), step(40, at_risk, 0.4), watched=((0, 100),))

    path = of_class(parsed(curve_chart(data)), "curve")[0].get("d") or ""

    assert path.endswith(end)


def test_a_small_count_under_the_axis_stops_the_curve_too() -> None:
    data = a_curve(step(10, 100, 0.25), watched=((0, 100), (30, 50), (60, 29), (90, 12)))

    path = of_class(parsed(curve_chart(data)), "curve")[0].get("d") or ""

    assert path == "M0 100H10V75H30"


def test_no_curve_is_drawn_for_29_customers() -> None:
    assert curve_chart(a_curve(step(1, 29, 0.1), watched=((0, 29),))) is None
    assert curve_chart(a_curve(watched=((0, 0),))) is None


def test_marks_stand_on_the_curve_and_say_the_share() -> None:
    data = a_curve(step(10, 100, 0.25), step(30, 60, 0.5), marks=(14, 30, 90))

    tree = parsed(curve_chart(data))

    points = [(number(p, "cx"), number(p, "cy")) for p in of_class(tree, "point")]
    assert points == [
        (pytest.approx(15.56), FOOT - 0.25 * (FOOT - TOP)),
        (pytest.approx(33.33), FOOT - 0.5 * (FOOT - TOP)),
        (100, FOOT - 0.5 * (FOOT - TOP)),
    ]
    assert "25\N{NO-BREAK SPACE}% by day 14" in words(tree)


def test_a_day_after_the_end_of_the_curve_is_not_marked() -> None:
    data = a_curve(step(10, 100, 0.25), step(40, 29, 0.4), marks=(10, 60))

    assert len(of_class(parsed(curve_chart(data)), "point")) == 1


def test_the_share_on_a_day_is_that_of_the_last_step_not_after_it() -> None:
    steps = [step(10, 100, 0.25), step(30, 60, 0.5)]

    assert [share_on(steps, day) for day in (9, 10, 29, 30, 99)] == [0, 0.25, 0.25, 0.5, 0.5]


def a_row(label: str = "Credit", *, n: int = 528, rate: float | None = 0.8) -> DotRow:
    return DotRow(label=label, n=n, rate=rate, low=0.7, high=0.9)


def dots(*rows: DotRow, overall: float | None = None) -> DotsData:
    return DotsData(slug="dots", title="By remedy", desc="All alike.", rows=rows, overall=overall)


def test_a_dot_stands_in_its_range_on_a_scale_of_whole_tens() -> None:
    data = dots(a_row(), overall=0.85)

    tree = parsed(dots_chart(data))

    assert data.axis == (0.7, 0.9)
    assert number(of_class(tree, "point")[0], "cx") == 50
    whisker = of_class(tree, "whisker")[0]
    assert (number(whisker, "x1"), number(whisker, "x2")) == (0, 100)
    assert number(of_class(tree, "ref")[0], "x1") == 75


def test_the_scale_says_where_it_starts() -> None:
    tree = parsed(dots_chart(dots(a_row())))

    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in words(tree)[:3]] == [
        "70 %",
        "80",
        "90 %",
    ]


def test_29_customers_have_no_dot_but_a_dashed_outline_and_words() -> None:
    tree = parsed(dots_chart(dots(a_row(), a_row("Upgrade", n=29))))

    assert len(of_class(tree, "point")) == 1
    assert len(of_class(tree, "none")) == 1
    assert "not enough yet · 29 of 30" in words(tree)


def test_30_customers_have_a_dot() -> None:
    tree = parsed(dots_chart(dots(a_row(n=30))))

    assert len(of_class(tree, "point")) == 1
    assert not of_class(tree, "none")


def test_a_row_without_a_rate_spans_the_whole_scale() -> None:
    row = DotRow(label="New", n=0, rate=None, low=None, high=None)

    outline = of_class(parsed(dots_chart(dots(row))), "none")[0]

    assert (number(outline, "x"), number(outline, "width")) == (0, 100)


def test_a_range_of_one_value_still_has_a_scale() -> None:
    row = DotRow(label="All", n=40, rate=1.0, low=1.0, high=1.0)

    start, end = dots(row).axis

    assert start < end


def test_rows_keep_the_order_they_are_given_in() -> None:
    tree = parsed(dots_chart(dots(a_row("B", rate=0.72), a_row("A", rate=0.88))))

    assert [text for text in words(tree) if text in {"A", "B"}] == ["B", "A"]


def test_no_group_makes_no_chart() -> None:
    assert dots_chart(dots()) is None


def test_words_from_people_cannot_become_markup() -> None:
    drawing = dots_chart(dots(a_row("<script>&")))

    assert "<script>" not in str(drawing)
    assert "&lt;script&gt;&amp;" in str(drawing)


def test_shares_are_written_with_a_space_that_does_not_break() -> None:
    assert percent(0.7756) == "77.6\N{NO-BREAK SPACE}%"
    assert percent_range(0.757, 0.793) == "75.7\N{EN DASH}79.3"
