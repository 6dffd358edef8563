"""The dots of the outcomes page: a rate with its range by reason, amount, remedy and site."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import compress, product
from math import ceil, floor

from ledger.core.reports.overview import Overview, Part
from ledger.web.charts import (
    ENOUGH,
    DotRow,
    DotsData,
    Numbers,
    dots_chart,
    percent,
)
from ledger.web.outcome_charts import Figure
from ledger.web.outcome_rows import Row, share_of
from ledger.web.outcome_words import Wording, band_words
from ledger.web.words import _, ngettext

FEW = 12
"""Groups up to which also those that are not enough yet are drawn."""

NARROWEST = 0.3
"""Shortest scale of the dots: a shorter one makes small differences look large."""

MOST_DRAWN = 40
"""Groups that are drawn at most; the table has all."""

HEAD_ROWS = 5
"""How high the words around the dots are, in rows of dots."""


def group_figures(found: Overview, words: Wording) -> Sequence[Figure]:
    """Return the figures by reason, amount, remedy and site, as far as there is something to show.

    What the choice has narrowed to one has no figure of its own: it would be the headline again.
    """
    scope = found.choice.scope
    once = [part for part in found.by_remedy if not part.needs_visit]
    later = [part for part in found.by_remedy if part.needs_visit]
    by_reason = _("Problems differ, and so do the people who have them: this describes who came.")
    by_remedy = _("Different problems get different remedies: this describes, it does not compare.")
    by_site = _("In order of name, never of rate. Each site sees other customers and problems.")
    named = [
        (scope.reason_id is None, ("reason", _("By reason")), by_reason, found.by_reason),
        (scope.remedy_id is None, ("remedy", _("By remedy")), by_remedy, once),
        (
            scope.remedy_id is None,
            ("visit", _("Used at a later visit")),
            words.visit_how,
            later,
        ),
        (len(found.by_site) > 1, ("site", _("By site")), by_site, found.by_site),
    ]
    figures = [
        _dots_figure(found, words, name, how=how, parts=parts)
        for is_shown, name, how, parts in named
        if is_shown
    ]
    if scope.band is None:
        figures[1:1] = _amount_figures(found, words)
    return [figure for figure in figures if figure.table.rows]


def columns(figures: Sequence[Figure]) -> Sequence[Sequence[Figure]]:
    """Return the figures in two columns, as even as they can be, with the first one in the first.

    Side by side in pairs, a short one would stand beside the empty rest of a long one.
    """
    heights = [HEAD_ROWS + min(len(figure.table.rows), MOST_DRAWN) for figure in figures]
    ways = ((0, *way) for way in product((0, 1), repeat=max(0, len(figures) - 1)))
    best = min(ways, key=lambda way: abs(sum(compress(heights, way)) * 2 - sum(heights)))
    found = [[one for one, at in zip(figures, best, strict=False) if at == side] for side in (0, 1)]
    return [column for column in found if column]


def _amount_figures(found: Overview, words: Wording) -> Sequence[Figure]:
    """Return a figure for each currency: amounts of two are never on one scale."""
    how = _("People choose the amount, so this describes who got what, not what an amount does.")
    several = len(found.spend) > 1
    figures = []
    for row in found.spend:
        own = [
            replace(part, name=band_words(part.key.rpartition(" ")[2], row.currency))
            for part in found.by_band
            if not several or part.key.startswith(f"{row.currency} ")
        ]
        title = _("By amount, %(currency)s", currency=row.currency) if several else _("By amount")
        named = (f"amount-{row.currency.lower()}", title)
        figures.append(_dots_figure(found, words, named, how=how, parts=own))
    return figures


def _dots_figure(
    found: Overview, words: Wording, named: tuple[str, str], *, how: str, parts: Sequence[Part]
) -> Figure:
    """Return a figure with a row for each part, in the order given; `named` is slug and title."""
    slug, title = named
    rows = [_line(part, slug.partition("-")[0]) for part in parts]
    enough = [part for part in parts if part.at.known >= ENOUGH]
    drawn = list(parts) if len(parts) <= FEW else enough[:MOST_DRAWN]
    overall = found.at.rate if found.at.known >= ENOUGH else None
    within = words.within % {"days": found.choice.horizon_days}
    dots = DotsData(
        slug=slug,
        title=f"{within}, {title}",
        desc=_desc(enough, len(parts)),
        rows=[_row(part) for part in drawn],
        overall=overall,
        scale=_scale(found),
        none_words=_("not enough yet · %(n)s of %(needed)s"),
    )
    return Figure(
        title=title,
        how=" ".join([how, *_how_more(dots, len(parts))]),
        chart=dots_chart(dots),
        key=_dots_key(dots, overall),
        table=Numbers(
            head=[title, _("Matured"), _("%(good)s, %%", good=words.good), _("95 % range")],
            rows=[row.cells() for row in rows],
        ),
        rows=rows,
    )


def _scale(found: Overview) -> tuple[float, float]:
    """Return the scale of all dots on the page: the tens around every range that is drawn."""
    parts = [*found.by_reason, *found.by_band, *found.by_remedy, *found.by_site]
    limits = [part.at.interval for part in parts if part.at.known >= ENOUGH]
    lows = [limit.low for limit in limits if limit is not None]
    highs = [limit.high for limit in limits if limit is not None]
    if not lows:
        return 0.0, 1.0
    start, end = floor(min(lows) * 10) / 10, ceil(max(highs) * 10) / 10
    return min(start, max(0.0, end - NARROWEST)), end


def _row(part: Part) -> DotRow:
    # The range of a few may lie outside the scale of the others: then the outline spans it all.
    limits = part.at.interval if part.at.known >= ENOUGH else None
    return DotRow(
        label=part.name,
        n=part.at.known,
        rate=part.at.rate,
        low=limits.low if limits else None,
        high=limits.high if limits else None,
    )


def _desc(enough: Sequence[Part], count: int) -> str:
    rates = [part.at.rate for part in enough if part.at.rate is not None]
    if not rates:
        return ngettext(
            "%(count)s group, not enough yet.", "%(count)s groups, not enough yet in any.", count
        )
    return _(
        "%(enough)s of %(count)s groups have enough: from %(low)s to %(high)s.",
        enough=len(rates),
        count=count,
        low=percent(min(rates)),
        high=percent(max(rates)),
    )


def _how_more(dots: DotsData, count: int) -> Sequence[str]:
    """Return what else has to be said: where the scale starts, and who is not drawn."""
    more = []
    start = dots.axis[0]
    if start > 0 and dots.rows:
        more.append(_("The scale starts at %(start)s.", start=percent(start, digits=0)))
    left_out = count - len(dots.rows)
    if left_out and not dots.rows:
        more.append(
            _(
                "None of %(count)s has %(enough)s matured yet. They are in the numbers.",
                count=count,
                enough=ENOUGH,
            )
        )
    elif left_out:
        more.append(
            ngettext(
                "%(count)s more is in the numbers.",
                "%(count)s more, most with fewer than %(enough)s matured, are in the numbers.",
                left_out,
                enough=ENOUGH,
            )
        )
    return more


def _dots_key(dots: DotsData, overall: float | None) -> Sequence[tuple[str, str]]:
    key = []
    if any(row.is_enough for row in dots.rows):
        key.append(("estimate", _("Estimate and 95 % range")))
    if not all(row.is_enough for row in dots.rows):
        key.append(("none", _("Not enough yet")))
    if overall is not None:
        key.append(("ref", _("All, %(rate)s", rate=percent(overall))))
    return key


def _line(part: Part, grouping: str) -> Row:
    return Row(
        part=grouping,
        key=part.key,
        name=part.name,
        counts={"matured": part.at.known},
        share=share_of(part.at),
    )
