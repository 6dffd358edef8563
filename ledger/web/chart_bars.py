"""Bars: outcomes by month, and amounts against a limit. Both start at zero."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ledger.web.chart_svg import (
    count_words,
    element,
    frame,
    label,
    line,
    nice_step,
    percent_of,
    place,
    shown_labels,
)

GAP = 1.0
"""Pixels between two parts of one bar."""

BARS_TOP, BARS_FOOT = 22.0, 274.0
AMOUNTS_TOP, AMOUNTS_FOOT = 43.0, 202.0
SIDE_BY_SIDE = 28.0
"""Per cent across below which the words of two limits do not fit on one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthBar:
    """Decisions of one month (or week) by what is known of them."""

    label: str
    came_back: int
    not_back: int
    maturing: int

    @property
    def total(self) -> int:
        """How many decisions the bar stands for."""
        return self.came_back + self.not_back + self.maturing


@dataclass(frozen=True, slots=True, kw_only=True)
class BarsData:
    """Months in order of time."""

    slug: str
    title: str
    desc: str
    months: Sequence[MonthBar]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitLine:
    """A limit across the amounts, in minor units; the proposed one is dashed."""

    at_minor: int
    words: str
    is_proposed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HistogramData:
    """How many amounts lie between each two edges (in minor units, rising, one more than counts).

    An amount exactly on an edge belongs to the bar below it, as a limit that is met is kept. Bars
    between the limit now and a higher proposed one are drawn as gained. `edge_words` are the
    edges, written.
    """

    slug: str
    title: str
    desc: str
    edges_minor: Sequence[int]
    edge_words: Sequence[str]
    counts: Sequence[int]
    limits: Sequence[LimitLine] = ()


def outcome_bars(data: BarsData) -> Markup | None:
    """Draw came back, not back and maturing (hatched) above each other; None without a decision."""
    most = max((month.total for month in data.months), default=0)
    if most == 0:
        return None
    gutter = 7.0 if most < 1_000 else 11.0  # noqa: PLR2004 (room for the letters of a thousand)
    pitch = (100 - gutter) / len(data.months)
    shown = set(shown_labels(len(data.months)))
    parts = [_hatch(data.slug), *_counts_scale(most, (BARS_TOP, BARS_FOOT), end=False)]
    for number, month in enumerate(data.months):
        x = gutter + pitch * number
        parts += _stack(data.slug, month, (x + pitch * 0.11, pitch * 0.78), most)
        if number in shown:
            parts.append(label(month.label, x + pitch / 2, BARS_FOOT + 18, anchor="middle"))
    return frame(data.slug, data.title, data.desc, parts, height=BARS_FOOT + 26)


def histogram(data: HistogramData) -> Markup | None:
    """Draw the amounts as bars with the limits across them; None when there is no amount."""
    most = max(data.counts, default=0)
    if most == 0:
        return None
    low, high = data.edges_minor[0], data.edges_minor[-1]
    parts = list(_counts_scale(most, (AMOUNTS_TOP, AMOUNTS_FOOT), end=True))
    per_one = (AMOUNTS_FOOT - AMOUNTS_TOP) / most
    gained = _gained(data.limits)
    for number, count in enumerate(data.counts):
        edges = (data.edges_minor[number], data.edges_minor[number + 1])
        left, right = place(edges[0], low, high), place(edges[1], low, high)
        # One amount among thousands is still an amount: never thinner than two pixels.
        height = max(2.0, count * per_one) if count else 0.0
        is_gain = gained is not None and gained[0] <= edges[0] and edges[1] <= gained[1]
        parts.append(
            element(
                "rect",
                class_="bar-gain" if is_gain else "bar-quiet",
                x=percent_of(left + (right - left) * 0.05),
                width=percent_of((right - left) * 0.9),
                y=AMOUNTS_FOOT - height,
                height=height,
                rx=min(3.0, height / 2),
            )
        )
    for number in shown_labels(len(data.edge_words), most=7):
        x = place(data.edges_minor[number], low, high)
        parts.append(label(data.edge_words[number], x, AMOUNTS_FOOT + 19))
    parts += _limits(data.limits, low, high)
    return frame(data.slug, data.title, data.desc, parts, height=AMOUNTS_FOOT + 28)


def _hatch(slug: str) -> Markup:
    inside = [
        element("rect", class_="hatch-back", width=7, height=7),
        element("path", class_="hatch-line", d="M0 0v7"),
    ]
    pattern = element(
        "pattern",
        Markup().join(inside),
        id=f"{slug}-h",
        width=7,
        height=7,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    return element("defs", pattern)


def _counts_scale(most: int, ends: tuple[float, float], *, end: bool) -> Iterator[Markup]:
    """Yield the ground line, and a line at each round count below the tallest bar."""
    top, foot = ends
    yield line("axis", (0, 100), (foot, foot))
    step = nice_step(most)
    for count in range(step, most + 1, step):
        y = foot - count / most * (foot - top)
        yield line("grid-line", (0, 100), (y, y))
        yield label(count_words(count), 100 if end else 0, y - 4, class_="t-quiet halo")


def _stack(slug: str, month: MonthBar, across: tuple[float, float], most: int) -> Iterator[Markup]:
    """Yield the parts of one bar from the ground up; heights add up to that of the total."""
    per_one = (BARS_FOOT - BARS_TOP) / most
    kinds: list[tuple[int, dict[str, str | float]]] = [
        (month.came_back, {"class_": "bar"}),
        (month.not_back, {"class_": "bar-quiet"}),
        (month.maturing, {"class_": "bar-maturing", "fill": f"url(#{slug}-h)"}),
    ]
    under = 0
    for count, look in kinds:
        if count == 0:
            continue
        foot = BARS_FOOT - under * per_one
        under += count
        top = BARS_FOOT - under * per_one
        height = max(0.5, foot - top - GAP)
        yield element(
            "rect",
            **look,
            x=percent_of(across[0]),
            width=percent_of(across[1]),
            y=top,
            height=height,
        )


def _gained(limits: Sequence[LimitLine]) -> tuple[int, int] | None:
    """Return the amounts that a higher proposed limit adds, or None."""
    now = [limit.at_minor for limit in limits if not limit.is_proposed]
    proposed = [limit.at_minor for limit in limits if limit.is_proposed]
    if not now or not proposed or proposed[0] <= now[0]:
        return None
    return (now[0], proposed[0])


def _limits(limits: Sequence[LimitLine], low: int, high: int) -> Iterator[Markup]:
    """Yield the lines with their words: the lower one's to its left, the higher one's to its right.

    Where there is no room beside it a label is written on the other side, one line down if need
    be.
    """
    ordered = sorted(limits, key=lambda limit: limit.at_minor)
    for number, limit in enumerate(ordered):
        x = place(limit.at_minor, low, high)
        is_last = number == len(ordered) - 1
        goes_left = x > 100 - SIDE_BY_SIDE or (not is_last and x >= SIDE_BY_SIDE)
        sits_alone = len(ordered) == 1 or (goes_left if number == 0 else not goes_left)
        yield line(
            "limit-line-next" if limit.is_proposed else "limit-line", (x, x), (18, AMOUNTS_FOOT)
        )
        yield label(
            limit.words,
            x,
            12 if not sits_alone and number == 0 else 26,
            class_="t-limit halo",
            anchor="end" if goes_left else "start",
            dx=-6 if goes_left else 6,
        )
