"""What all charts share: the frame, the elements, the scales and how numbers are written.

An SVG without a viewBox: places across are percentages, places down are pixels, so that letters
keep their size at every width. Only classes, no styles: the policy of the pages allows no other.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

ENOUGH = 30
"""Fewest customers a rate is drawn for; below it the page says "not enough yet"."""

EN_DASH = "\N{EN DASH}"
THIN_GAP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The numbers behind a chart, written out: first column names, the others figures."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def element(tag: str, content: str | Markup = "", /, **attributes: str | float) -> Markup:
    """Return one SVG element; text is escaped, `_` in a name means `-`, `class_` means `class`."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_value(value))}"'
        for name, value in attributes.items()
    )
    return Markup("<{0}{1}>{2}</{0}>").format(tag, Markup(written), content)  # noqa: S704 - escaped above


def joined(parts: Sequence[Markup]) -> Markup:
    """Return the elements one after the other, a line each."""
    return Markup("\n").join(parts)


def frame(
    slug: str,
    title: str,
    desc: str,
    parts: Sequence[Markup],
    *,
    height: float,
    class_: str = "chart",
) -> Markup:
    """Return the whole drawing with its name and, if there is one, its finding in words.

    `slug` is unique on the page: the ids are made from it.
    """
    named = [element("title", title, id=f"{slug}-t")]
    labels = f"{slug}-t"
    if desc:
        named.append(element("desc", desc, id=f"{slug}-d"))
        labels = f"{slug}-t {slug}-d"
    return element(
        "svg",
        joined([*named, *parts]),
        class_=class_,
        height=height,
        role="img",
        aria_labelledby=labels,
    )


def line(class_: str, ends_x: tuple[float, float], ends_y: tuple[float, float]) -> Markup:
    """Return a straight line; across in per cent, down in pixels."""
    return element(
        "line",
        class_=class_,
        x1=percent_of(ends_x[0]),
        x2=percent_of(ends_x[1]),
        y1=ends_y[0],
        y2=ends_y[1],
    )


def label(
    words: str, x: float, y: float, *, class_: str = "", anchor: str = "", dx: float = 0
) -> Markup:
    """Return a piece of text; across in per cent, down in pixels.

    Without an anchor it is written inwards at both ends of the drawing, and centred between them.
    """
    where = anchor or ("start" if x <= 0 else "end" if x >= 100 else "middle")  # noqa: PLR2004 (per cent)
    attributes: dict[str, str | float] = {"x": percent_of(x), "y": y, "text_anchor": where}
    if class_:
        attributes["class_"] = class_
    if dx:
        attributes["dx"] = dx
    return element("text", words, **attributes)


def percent_of(value: float) -> str:
    """Return a place across: 33.3333 -> "33.33%"."""
    return f"{_value(value)}%"


def place(value: float, low: float, high: float) -> float:
    """Return where `value` lies between `low` and `high`, in per cent, held inside 0 to 100."""
    return min(100.0, max(0.0, (value - low) / (high - low) * 100))


def nice_step(most: float, *, ticks: int = 4) -> int:
    """Return the smallest step of 1, 2 or 5 times a power of ten that needs at most `ticks`."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if step * factor * ticks >= most:
                return step * factor
        step *= 10


def shown_labels(count: int, *, most: int = 6) -> list[int]:
    """Return which of `count` labels to write: about `most`, evenly, and always the last."""
    if count <= most:
        return list(range(count))
    step = math.ceil((count - 1) / (most - 1))
    shown = list(range(0, count, step))
    if count - 1 - shown[-1] >= max(2, step - 1):
        return [*shown, count - 1]
    return [*shown[:-1], count - 1]


def percent(share: float, *, digits: int = 1) -> str:
    """Return a share as people read it: 0.7756 -> "77.6 %", with a space that does not break."""
    return f"{share * 100:.{digits}f}{THIN_GAP}%"


def percent_range(low: float, high: float, *, digits: int = 1) -> str:
    """Return a range of shares without the sign: 0.757 and 0.793 become 75.7 to 79.3, by a dash."""
    return f"{low * 100:.{digits}f}{EN_DASH}{high * 100:.{digits}f}"


def count_words(number: int) -> str:
    """Return a count with commas: 2062 -> "2,062"."""
    return f"{number:,}"


def _value(value: str | float) -> str:
    """Return a number with at most two decimals and no needless zeros; text as it is."""
    if isinstance(value, str):
        return value
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
