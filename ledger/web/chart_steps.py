"""Steps: the limit in force as it changed, against what was given under it, month by month."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ledger.web.chart_svg import (
    element,
    frame,
    label,
    line,
    nice_step,
    percent_of,
    place,
    shown_labels,
)

TOP, FOOT = 30.0, 208.0
GUTTER = 9.0
"""Per cent across, at the start, for the amounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMonth:
    """One month: its name, and the median and the 95th percentile given, or None for a few."""

    label: str
    median_minor: int | None
    most_minor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsData:
    """Months in order of time, and the limit across them.

    `limit` are places across (0 the first day of the first month, 1 the end of the last one drawn)
    with the limit in force from there on, None where there is none; `until` is where it ends.
    `scale` are the amounts at which lines are drawn, with their words, from nothing upwards;
    `limit_words` stand on the limit's last level.
    """

    slug: str
    title: str
    desc: str
    months: Sequence[StepMonth]
    limit: Sequence[tuple[float, int | None]]
    until: float
    scale: Sequence[tuple[int, str]]
    limit_words: str


def steps_scale(most_minor: int, unit: int) -> Sequence[int]:
    """Return the amounts at which lines are drawn: whole units, the last at or above the most."""
    step = nice_step(max(1, -(-most_minor // unit))) * unit
    return list(range(0, most_minor + step, step))


def steps_chart(data: StepsData) -> Markup | None:
    """Draw the limit as steps over each month's median and 95th percentile; None without either."""
    if all(month.median_minor is None for month in data.months):
        return None
    top_minor = data.scale[-1][0]
    parts = [*_scale(data.scale, top_minor)]
    pitch = (100 - GUTTER) / len(data.months)
    shown = set(shown_labels(len(data.months)))
    for number, month in enumerate(data.months):
        if number in shown:
            x = GUTTER + pitch * (number + 0.5)
            parts.append(label(month.label, x, FOOT + 19, anchor="middle"))
    parts += _given(data.months, top_minor, pitch)
    parts += _limit(data, top_minor)
    return frame(data.slug, data.title, data.desc, parts, height=FOOT + 28)


def _scale(scale: Sequence[tuple[int, str]], top_minor: int) -> Iterator[Markup]:
    for minor, words in scale:
        y = _y(minor, top_minor)
        yield line("axis" if minor == 0 else "grid-line", (GUTTER, 100), (y, y))
        yield label(words, 0, y + 4, class_="t-quiet", anchor="start")


def _given(months: Sequence[StepMonth], top_minor: int, pitch: float) -> Iterator[Markup]:
    """Yield for each month the way from the median up to the 95th percentile, and the median."""
    for number, month in enumerate(months):
        if month.median_minor is None or month.most_minor is None:
            continue
        x = GUTTER + pitch * number
        high, low = _y(month.most_minor, top_minor), _y(month.median_minor, top_minor)
        yield element(
            "rect",
            class_="step-reach",
            x=percent_of(x + pitch * 0.18),
            width=percent_of(pitch * 0.64),
            y=high,
            height=max(2.0, low - high),
            rx=2,
        )
        yield line("step-most", (x + pitch * 0.18, x + pitch * 0.82), (high, high))
        yield line("step-median", (x + pitch * 0.18, x + pitch * 0.82), (low, low))


def _limit(data: StepsData, top_minor: int) -> Iterator[Markup]:
    """Yield the limit in force: level lines, upright ones where it changed, and its words."""
    ends = [start for start, _ in data.limit[1:]] + [data.until]
    before: float | None = None
    last: tuple[float, float] | None = None
    for (start, minor), end in zip(data.limit, ends, strict=True):
        x = (_x(start), _x(end))
        y = None if minor is None else _y(minor, top_minor)
        if y is not None:
            yield line("limit-line", x, (y, y))
            last = x[0], y
        if y is not None and before is not None and y != before:
            yield line("limit-line", (x[0], x[0]), (before, y))
        before = y
    if last is not None:
        yield label(data.limit_words, 100, last[1] - 7, class_="t-limit halo", anchor="end")


def _x(share: float) -> float:
    return GUTTER + share * (100 - GUTTER)


def _y(minor: int, top_minor: int) -> float:
    return FOOT - place(minor, 0, top_minor) / 100 * (FOOT - TOP)
