"""Dots and ranges: a rate with its 95 % range in each row, on one scale."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

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
    percent_range,
    place,
)

ROOM = 310.0
LABEL_LETTER, WORDS_LETTER = 7.8, 6.9
"""Pixels of one line on a phone and of a letter; a longer row puts its numbers on a second line."""

WIDE_SPAN = 0.5
"""Length of scale above which ticks stand 20 points apart instead of 10."""

SUFFIX: dict[str, str] = {"estimate": "", "compare": "-compare", "weak": "-weak"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DotRow:
    """One group: its rate and limits as shares of 1, from `n` matured customers.

    Below `needed` the rate is not drawn: a dashed outline spans the limits (or the whole scale),
    and the row says how many there are. `kind`: estimate, compare (hollow) or weak (grey).
    """

    label: str
    n: int
    rate: float | None
    low: float | None
    high: float | None
    needed: int = ENOUGH
    kind: Literal["estimate", "compare", "weak"] = "estimate"

    @property
    def is_enough(self) -> bool:
        """Whether the rate may be drawn."""
        return self.n >= self.needed and None not in {self.rate, self.low, self.high}


@dataclass(frozen=True, slots=True, kw_only=True)
class DotsData:
    """All that the chart shows, rows in the order given (never by rate).

    `overall` is the rate of all together, a dotted line. `scale` is (start, end) in shares;
    without one it is the tens around the ranges. The words take `rate`, `range` and `n`, or `n`
    and `needed`.
    """

    slug: str
    title: str
    desc: str
    rows: Sequence[DotRow]
    overall: float | None = None
    scale: tuple[float, float] | None = None
    words: str = "%(rate)s (%(range)s) · n %(n)s"
    none_words: str = "not enough yet · %(n)s of %(needed)s"

    @property
    def axis(self) -> tuple[float, float]:
        """Where the scale starts and ends, in shares; the page says the start if it is not 0."""
        if self.scale is not None:
            return self.scale
        drawn = [row for row in self.rows if row.is_enough]
        lows = [row.low for row in drawn if row.low is not None]
        highs = [row.high for row in drawn if row.high is not None]
        if not lows or not highs:
            return (0.0, 1.0)
        # Rounded first: 0.6 * 10 is a little more than 6 for a computer.
        start = math.floor(round(min(lows) * 10, 6)) / 10
        end = math.ceil(round(max(highs) * 10, 6)) / 10
        return (start, end) if end > start else (max(0.0, start - 0.1), min(1.0, start + 0.1))


def dots_chart(data: DotsData) -> Markup | None:
    """Draw a row for each group; None when there is no group."""
    if not data.rows:
        return None
    is_tall = any(_length(data, row) > ROOM for row in data.rows)
    step = 70 if is_tall else 52
    foot = step * len(data.rows)
    parts = list(_ticks(data, foot))
    if data.overall is not None:
        x = place(data.overall, *data.axis)
        parts.append(line("ref", (x, x), (0, foot)))
    for number, row in enumerate(data.rows):
        parts += _row(data, row, top=number * step, is_tall=is_tall)
    return frame(data.slug, data.title, data.desc, parts, height=foot + 24)


def _length(data: DotsData, row: DotRow) -> float:
    return len(row.label) * LABEL_LETTER + len(_words(data, row)) * WORDS_LETTER


def _words(data: DotsData, row: DotRow) -> str:
    if row.rate is None or row.low is None or row.high is None or row.n < row.needed:
        return data.none_words % {"n": count_words(row.n), "needed": count_words(row.needed)}
    return data.words % {
        "rate": percent(row.rate),
        "range": percent_range(row.low, row.high),
        "n": count_words(row.n),
    }


def _ticks(data: DotsData, foot: float) -> Iterator[Markup]:
    """Yield the scale: a line at each ten (or twenty) points, the sign at both ends."""
    start, end = (round(share * 100) for share in data.axis)
    apart = 20 if end - start > WIDE_SPAN * 100 else 10
    ticks = [*range(start, end, apart), end]
    for tick in ticks:
        x = place(tick, start, end)
        is_end = tick in {start, end}
        # A tick just before the end would write over it.
        if not is_end and end - tick < apart:
            continue
        words = percent(tick / 100, digits=0) if is_end else str(tick)
        yield line("grid-line", (x, x), (0, foot))
        yield label(words, x, foot + 18, class_="t-quiet")


def _row(data: DotsData, row: DotRow, *, top: float, is_tall: bool) -> Iterator[Markup]:
    words_y = top + (36 if is_tall else 17)
    middle = top + (53 if is_tall else 34)
    suffix = SUFFIX[row.kind]
    yield label(row.label, 0, top + 17, class_="halo" if row.kind == "weak" else "t-strong halo")
    quiet = "t-quiet halo" if not row.is_enough or row.kind == "weak" else "halo"
    if is_tall:
        yield label(_words(data, row), 0, words_y, class_=quiet)
    else:
        yield label(_words(data, row), 100, words_y, class_=quiet)
    start, end = data.axis
    low = place(start if row.low is None else row.low, start, end)
    high = place(end if row.high is None else row.high, start, end)
    if not row.is_enough or row.rate is None:
        width = percent_of(high - low)
        yield element(
            "rect", class_="none", x=percent_of(low), y=middle - 7, width=width, height=14, rx=7
        )
        return
    x = percent_of(place(row.rate, start, end))
    yield line(f"whisker{suffix}", (low, high), (middle, middle))
    yield element("circle", class_=f"point{suffix}", cx=x, cy=middle, r=6.5)
