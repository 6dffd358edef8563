"""The figures of the outcomes page: from the report's values to charts with their words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor

from markupsafe import Markup

from ledger.core.reports.overview import AXIS, Overview, Part
from ledger.web.charts import (
    ENOUGH,
    BarsData,
    CurveData,
    CurveStep,
    DotRow,
    DotsData,
    MonthBar,
    Numbers,
    Watched,
    count_words,
    curve_chart,
    dots_chart,
    outcome_bars,
    percent,
    percent_range,
    share_on,
)
from ledger.web.outcome_words import Wording, band_words, month_words
from ledger.web.words import _, ngettext

# Horizon to the days whose share is written out.
MARKS: Mapping[int, Sequence[int]] = {
    7: (1, 3, 7),
    30: (7, 14, 30),
    60: (14, 30, 60),
    90: (14, 30, 90),
    180: (30, 90, 180),
    365: (30, 180, 365),
}
FEW = 12
"""Groups up to which also those that are not enough yet are drawn."""

NARROWEST = 0.3
"""Shortest scale of the dots: a shorter one makes small differences look large."""

MOST_DRAWN = 40
"""Groups that are drawn at most; the table has all."""

ONE_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure as templates/macros/figure.html takes it; `size` is its width in the grid."""

    title: str
    how: str
    chart: Markup | None
    key: Sequence[tuple[str, str]]
    table: Numbers
    size: str = "c6"


def curve_figure(found: Overview, words: Wording) -> Figure:
    """Return the curve of days until the event, up to the horizon."""
    horizon = found.choice.horizon_days
    steps = [
        CurveStep(
            day=point.day, at_risk=point.at_risk, share=point.share, low=point.low, high=point.high
        )
        for point in found.curve
        if point.day <= horizon
    ]
    rows = [_on_day(steps, day, found.watched[day]) for day in AXIS[horizon] if day]
    chart = curve_chart(
        CurveData(
            slug="curve",
            title=words.curve_title,
            desc=_(
                "By day %(day)s: %(finding)s.",
                day=rows[-1][0],
                finding=f"{rows[-1][2]} ({rows[-1][3]})" if rows[-1][3] else rows[-1][2],
            ),
            last_day=horizon,
            steps=steps,
            watched=[Watched(day=day, count=found.watched[day]) for day in AXIS[horizon]],
            marks=MARKS[horizon],
            mark_words=_("%(percent)s by day %(day)s"),
            day_words=_("Day 0"),
            watched_words=words.curve_watched,
        )
    )
    stops = _(" It stops where fewer than %(count)s are watched.", count=ENOUGH)
    return Figure(
        title=words.curve_title,
        how=words.curve_how + (stops if found.watched[horizon] < ENOUGH else ""),
        chart=chart,
        key=[("band", words.curve_key)],
        table=Numbers(
            head=[_("Day"), words.curve_watched, words.curve_share, _("95 % band")], rows=rows
        ),
        size="c7",
    )


def _on_day(steps: Sequence[CurveStep], day: int, watched: int) -> Sequence[str]:
    """Return a row of the numbers: day, still watched, share, band."""
    if watched < ENOUGH:
        return [str(day), count_words(watched), _("not enough yet"), ""]
    before = [step for step in steps if step.day <= day]
    low, high = (before[-1].low, before[-1].high) if before else (None, None)
    band = percent_range(low, high) if low is not None and high is not None else ""
    return [str(day), count_words(watched), percent(share_on(steps, day)), band]


def months_figure(found: Overview, words: Wording) -> Figure:
    """Return the bars of what is known of each month's decisions."""
    title = _("Outcome by month of decision")
    has_years = len(found.by_month) > ONE_YEAR
    bars = [
        MonthBar(
            label=month_words(part.key, with_year=has_years),
            came_back=part.at.came_back,
            not_back=part.at.not_back,
            maturing=part.at.maturing,
        )
        for part in found.by_month
    ]
    chart = outcome_bars(
        BarsData(
            slug="months",
            title=title,
            desc=_(
                "%(good)s: %(came)s. %(bad)s: %(left)s. Maturing: %(maturing)s.",
                good=words.good,
                came=count_words(found.at.came_back),
                bad=words.bad,
                left=count_words(found.at.not_back),
                maturing=count_words(found.at.maturing),
            ),
            months=bars,
        )
    )
    rows = [
        [
            month_words(part.key, is_long=True),
            *(
                count_words(count)
                for count in (part.at.came_back, part.at.not_back, part.at.maturing)
            ),
        ]
        for part in found.by_month
    ]
    return Figure(
        title=title,
        how=_("Recent months are maturing. They are not bad months."),
        chart=chart,
        key=[("back", words.good), ("notback", words.bad), ("maturing", _("Maturing"))],
        table=Numbers(head=[_("Month"), words.good, words.bad, _("Maturing")], rows=rows),
        size="c5",
    )


def group_figures(found: Overview, words: Wording) -> Sequence[Figure]:
    """Return the figures by amount, by remedy and by site, as far as there is something to show."""
    once = [part for part in found.by_remedy if not part.needs_visit]
    later = [part for part in found.by_remedy if part.needs_visit]
    by_remedy = _("Different problems get different remedies: this describes, it does not compare.")
    by_site = _("In order of name, never of rate. Each site sees other customers and problems.")
    figures = [
        *_amount_figures(found, words),
        _dots_figure(found, words, ("remedy", _("By remedy")), how=by_remedy, parts=once),
        _dots_figure(
            found, words, ("visit", _("Used at a later visit")), how=words.visit_how, parts=later
        ),
    ]
    if len(found.by_site) > 1:
        named = ("site", _("By site"))
        figures.append(_dots_figure(found, words, named, how=by_site, parts=found.by_site))
    shown = [figure for figure in figures if figure.table.rows]
    if len(shown) % 2:
        # The last one would leave half a line empty.
        shown[-1] = replace(shown[-1], size="")
    return shown


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
            rows=[_numbers(part) for part in parts],
        ),
    )


def _scale(found: Overview) -> tuple[float, float]:
    """Return the scale of all dots on the page: the tens around every range that is drawn."""
    parts = [*found.by_band, *found.by_remedy, *found.by_site]
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
    if left_out:
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


def _numbers(part: Part) -> Sequence[str]:
    limits = part.at.interval
    if part.at.known < ENOUGH or part.at.rate is None or limits is None:
        return [part.name, count_words(part.at.known), _("not enough yet"), ""]
    return [
        part.name,
        count_words(part.at.known),
        f"{part.at.rate * 100:.1f}",
        percent_range(limits.low, limits.high),
    ]
