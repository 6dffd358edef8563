"""Small drawings inside other things: the headroom meter, time that is left, the sparkline."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ledger.web.chart_svg import element, frame, line, percent_of

SPARK_TOP, SPARK_FOOT, SPARK_WIDTH = 2.0, 26.0, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterData:
    """A budget in minor units: used, taken by this decision, and the most for one decision.

    `total_minor` is the budget, or without a budget the limit itself (then nothing is used).
    `most_minor` is the limit of one decision; its line is drawn where it binds before the budget
    does.
    """

    slug: str
    title: str
    total_minor: int
    used_minor: int = 0
    now_minor: int = 0
    most_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SparkData:
    """Values in order of time; only their shape is drawn. The title says them in words."""

    slug: str
    title: str
    values: Sequence[float]
    is_weak: bool = False


def meter(data: MeterData) -> Markup:
    """Draw used (grey), now (petrol; amber above what is left), left (pale), the limit's line.

    The script `meter.js` moves the same parts from the data-… attributes while an amount is typed.
    """
    room = max(0, data.total_minor - data.used_minor)
    most = room if data.most_minor is None else data.most_minor
    used = _part(min(data.used_minor, data.total_minor), data.total_minor)
    now = _part(min(data.now_minor, room), data.total_minor) if room else 0.0
    is_over = data.now_minor > min(room, most)
    parts = [
        element("rect", class_="m-track", y=8, width="100%", height=12, rx=6),
        element("rect", class_="m-used", y=8, width=percent_of(used), height=12, rx=6),
        element(
            "rect",
            class_="m-over" if is_over else "m-this",
            x=percent_of(used),
            y=8,
            width=percent_of(now),
            height=12,
            rx=3,
        ),
    ]
    if most < room:
        at = _part(data.used_minor + most, data.total_minor)
        parts.append(line("limit-line", (at, at), (2, 26)))
    inside = [element("title", data.title, id=f"{data.slug}-t"), *parts]
    return element(
        "svg",
        Markup("\n").join(inside),
        class_="chart meter",
        height=30,
        role="img",
        aria_labelledby=f"{data.slug}-t",
        data_used_minor=str(data.used_minor),
        data_total_minor=str(data.total_minor),
        data_most_minor=str(most),
    )


def time_left(slug: str, title: str, *, share: float) -> Markup:
    """Draw a bar that is full at 1 and empty at 0; the time stands in words beside it."""
    parts = [
        element("rect", class_="m-track", width="100%", height=8, rx=4),
        element(
            "rect",
            class_="m-this",
            width=percent_of(min(1.0, max(0.0, share)) * 100),
            height=8,
            rx=4,
        ),
    ]
    return frame(slug, title, "", parts, height=8, class_="chart meter countdown")


def sparkline(data: SparkData) -> Markup | None:
    """Draw the shape with its last value marked; None with fewer than two values."""
    if len(data.values) < 2:  # noqa: PLR2004 (one value has no shape)
        return None
    least, most = min(data.values), max(data.values)
    spread = most - least

    def depth(value: float) -> float:
        if spread == 0:
            return (SPARK_TOP + SPARK_FOOT) / 2
        return SPARK_FOOT - (value - least) / spread * (SPARK_FOOT - SPARK_TOP)

    last = len(data.values) - 1
    points = [
        f"{number / last * 100:.2f} {depth(value):.2f}" for number, value in enumerate(data.values)
    ]
    suffix = "-weak" if data.is_weak else ""
    shape = element(
        "svg",
        element("path", class_=f"curve{suffix}", d="M" + "L".join(points)),
        width=SPARK_WIDTH,
        height=28,
        viewBox="0 0 100 28",
        preserveAspectRatio="none",
    )
    dot = element("circle", class_=f"point{suffix}", cx=SPARK_WIDTH, cy=depth(data.values[-1]), r=4)
    return frame(data.slug, data.title, "", [shape, dot], height=28, class_="chart spark")


def _part(amount: int, total: int) -> float:
    """Return an amount of a total in per cent; all of it when there is no total."""
    return min(100.0, amount / total * 100) if total > 0 else 100.0
