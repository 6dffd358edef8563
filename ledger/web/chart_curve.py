"""The curve: share of customers who have come back by each day, in steps, with its 95 % band."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ledger.web.chart_svg import (
    ENOUGH,
    count_words,
    element,
    frame,
    label,
    line,
    percent,
    percent_of,
)

TOP, BOTTOM = 14.0, 250.0
"""Pixels down at which all and none have come back."""

HEIGHT = 330
NEAR = 18.0
"""Pixels down within which two labels would touch."""

PHONE_DAYS = 5
"""Days under the axis that a phone has room for."""

FAR_ACROSS = 60.0
"""Per cent across from which a label is written to the left of its point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveStep:
    """The share that has come back by the end of `day`; limits are absent where there are none.

    `at_risk` counts those watched on that day and not back before it.
    """

    day: int
    at_risk: int
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How many are still being watched, and not back yet, on a day written under the chart."""

    day: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveData:
    """All that the curve shows. Days count from the decision; `last_day` is where the axis ends.

    `steps` are in order of day, `watched` too (its first is day 0). `marks` are the days whose
    share is written out, at most three; `mark_words` takes `percent` and `day`.
    """

    slug: str
    title: str
    desc: str
    last_day: int
    steps: Sequence[CurveStep]
    watched: Sequence[Watched]
    marks: Sequence[int] = ()
    mark_words: str = "%(percent)s by day %(day)s"
    day_words: str = "Day 0"
    watched_words: str = "Still being watched, not back yet"


def curve_chart(data: CurveData) -> Markup | None:
    """Draw the curve up to the last day with at least 30 watched; None if there never were."""
    steps = list(itertools.takewhile(lambda step: step.at_risk >= ENOUGH, data.steps))
    if not steps:
        return None
    end = _end(data, steps)
    return frame(
        data.slug,
        data.title,
        data.desc,
        [
            *_scale(),
            *_days(data),
            _curve(data, steps, end),
            *_marks(data, steps, end),
        ],
        height=HEIGHT,
    )


def share_on(steps: Sequence[CurveStep], day: int) -> float:
    """Return the share that has come back by `day`: that of the last step not after it, else 0."""
    before = [step.share for step in steps if step.day <= day]
    return before[-1] if before else 0.0


def _end(data: CurveData, steps: Sequence[CurveStep]) -> int:
    """Return the last day known to have 30 watched: the axis's end, unless fewer are known."""
    counts = sorted(
        [(step.day, step.at_risk) for step in data.steps]
        + [(watched.day, watched.count) for watched in data.watched]
    )
    thin = next((day for day, count in counts if count < ENOUGH), None)
    if thin is None or thin > data.last_day:
        return data.last_day
    return max([steps[-1].day, *(day for day, count in counts if day < thin and count >= ENOUGH)])


def _across(data: CurveData, day: int) -> float:
    return day / data.last_day * 100


def _down(share: float) -> float:
    return BOTTOM - share * (BOTTOM - TOP)


def _scale() -> Iterator[Markup]:
    yield line("axis", (0, 100), (BOTTOM, BOTTOM))
    for quarter in (0.25, 0.5, 0.75, 1.0):
        yield line("grid-line", (0, 100), (_down(quarter), _down(quarter)))
        yield label(percent(quarter, digits=0), 0, _down(quarter) - 5, class_="t-quiet halo")


def _days(data: CurveData) -> Iterator[Markup]:
    last = len(data.watched) - 1
    for number, watched in enumerate(data.watched):
        x = _across(data, watched.day)
        words = data.day_words if watched.day == 0 else str(watched.day)
        # On a phone there is room for about four: every second one is left out there.
        wide = " t-wide" if last >= PHONE_DAYS and number % 2 and number != last else ""
        yield label(words, x, BOTTOM + 19, class_=wide.strip())
        yield label(count_words(watched.count), x, BOTTOM + 70, class_=f"t-quiet{wide}")
    yield label(data.watched_words, 0, BOTTOM + 50, class_="t-strong")


def _curve(data: CurveData, steps: Sequence[CurveStep], end: int) -> Markup:
    parts = [element("path", class_="curve-band", d=path) for path in _bands(steps, end)]
    parts.append(element("path", class_="curve", d=_stair(steps, end)))
    return element(
        "svg",
        Markup().join(parts),
        x=0,
        y=TOP,
        width="100%",
        height=BOTTOM - TOP,
        viewBox=f"0 0 {data.last_day} 100",
        preserveAspectRatio="none",
    )


def _stair(steps: Sequence[CurveStep], end: int) -> str:
    """Return the path of the estimate: level until a step's day, then straight up."""
    moves = [f"H{step.day}V{_depth(step.share)}" for step in steps]
    return f"M0 100{''.join(moves)}H{end}"


def _bands(steps: Sequence[CurveStep], end: int) -> Iterator[str]:
    """Yield a closed path for each run of steps that have limits."""
    ends = [*(step.day for step in steps[1:]), end]
    spans = [
        (step.day, after, step.low, step.high) for step, after in zip(steps, ends, strict=True)
    ]
    for has_limits, run in itertools.groupby(
        spans, lambda s: s[2] is not None and s[3] is not None
    ):
        if not has_limits:
            continue
        known = [
            (a, b, low, high) for a, b, low, high in run if low is not None and high is not None
        ]
        over = "".join(f"V{_depth(high)}H{b}" for _, b, _, high in known)
        under = "".join(f"V{_depth(low)}H{a}" for a, _, low, _ in reversed(known))
        yield f"M{known[0][0]} {_depth(known[0][3])}{over}{under}Z"


def _depth(share: float) -> str:
    return f"{100 - share * 100:.2f}".rstrip("0").rstrip(".")


def _marks(data: CurveData, steps: Sequence[CurveStep], end: int) -> Iterator[Markup]:
    used: list[float] = []
    for day in (day for day in data.marks if day <= end):
        share = share_on(steps, day)
        x, y = _across(data, day), _down(share)
        is_far = x >= FAR_ACROSS
        # The curve climbs to the right: below it is free on the left, above it on the right.
        text_y = y - 14 if is_far else y + 20
        if not is_far and any(abs(text_y - other) < NEAR for other in used):
            text_y = y - 14
        used.append(text_y)
        yield element("circle", class_="point", cx=percent_of(x), cy=y, r=5.5)
        yield label(
            data.mark_words % {"percent": percent(share, digits=0), "day": day},
            x,
            text_y,
            class_="t-strong halo",
            anchor="end" if is_far else "start",
            dx=0 if is_far else 8,
        )
