"""The curve and the months of the outcomes page: from the report's values to charts with words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ledger.core.reports.overview import AXIS, Overview, Part
from ledger.web.charts import (
    ENOUGH,
    BarsData,
    CurveData,
    CurveStep,
    MonthBar,
    Numbers,
    Watched,
    count_words,
    curve_chart,
    outcome_bars,
    share_on,
)
from ledger.web.outcome_rows import Row, Share, share_of
from ledger.web.outcome_words import Wording, month_words
from ledger.web.words import _

# Horizon to the days whose share is written out.
MARKS: Mapping[int, Sequence[int]] = {
    7: (1, 3, 7),
    30: (7, 14, 30),
    60: (14, 30, 60),
    90: (14, 30, 90),
    180: (30, 90, 180),
    365: (30, 180, 365),
}
ONE_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure as templates/macros/figure.html takes it; `size` is its width in the grid.

    `rows` are the lines of its table as values.
    """

    title: str
    how: str
    chart: Markup | None
    key: Sequence[tuple[str, str]]
    table: Numbers
    rows: Sequence[Row] = ()
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
    cells = [row.cells(with_sign=True) for row in rows]
    chart = curve_chart(
        CurveData(
            slug="curve",
            title=words.curve_title,
            desc=_curve_finding(cells),
            last_day=horizon,
            steps=steps,
            watched=[Watched(day=day, count=found.watched[day]) for day in AXIS[horizon]],
            # At none there is nothing to point at but the axis.
            marks=[day for day in MARKS[horizon] if share_on(steps, day)],
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
            head=[_("Day"), words.curve_watched, words.curve_share, _("95 % band")], rows=cells
        ),
        rows=rows,
        size="c7",
    )


def _curve_finding(rows: Sequence[Sequence[str]]) -> str:
    """Return the share on the last day of the numbers that has one, with its band."""
    known = [row for row in rows if row[3]]
    if not known:
        return _("Not enough yet.")
    day, _count, share, band = known[-1]
    return _("By day %(day)s: %(share)s (%(band)s).", day=day, share=share, band=band)


def _on_day(steps: Sequence[CurveStep], day: int, watched: int) -> Row:
    """Return a row of the numbers: day, still watched, share, band."""
    before = [step for step in steps if step.day <= day]
    low, high = (before[-1].low, before[-1].high) if before else (None, None)
    return Row(
        part="curve",
        key=str(day),
        name=str(day),
        counts={"watched": watched},
        share=Share(rate=share_on(steps, day), low=low, high=high) if watched >= ENOUGH else None,
    )


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
    rows = [_month_row(part) for part in found.by_month]
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
    return Figure(
        title=title,
        how=_("Recent months are maturing. They are not bad months."),
        chart=chart,
        key=[("back", words.good), ("notback", words.bad), ("maturing", _("Maturing"))],
        table=Numbers(head=_months_head(words), rows=[row.cells() for row in rows]),
        rows=rows,
        size="c5",
    )


def _months_head(words: Wording) -> Sequence[str]:
    rate = _("%(good)s, %%", good=words.good)
    return [_("Month"), words.good, words.bad, _("Maturing"), rate, _("95 % range")]


def _month_row(part: Part) -> Row:
    at = part.at
    return Row(
        part="month",
        key=part.key,
        name=month_words(part.key, is_long=True),
        counts={"came_back": at.came_back, "not_back": at.not_back, "maturing": at.maturing},
        share=share_of(at),
    )
