"""What is said of a limit's evidence, of its drift, and of who raised each other's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date
from markupsafe import Markup

from ledger.core import money
from ledger.core.reports.drift import FEW, Drift, Month
from ledger.core.reports.limit_evidence import LimitEvidence
from ledger.core.reports.reciprocal import Pair, Raise
from ledger.web.chart_steps import StepMonth, StepsData, steps_chart, steps_scale
from ledger.web.charts import (
    Numbers,
    SparkData,
    count_words,
    percent,
    percent_range,
    sparkline,
)
from ledger.web.when import day_of_words
from ledger.web.words import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceCard:
    """What there is for a limit: its days, facts in pairs, and how to read the pile at it."""

    days: int
    facts: Sequence[tuple[str, str]]
    reading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftCard:
    """The drift chart with its words and its numbers; `chart` is None while there is too little."""

    title: str
    how: str
    chart: Markup | None
    key: Sequence[tuple[str, str]]
    table: Numbers


def evidence_card(found: LimitEvidence) -> EvidenceCard:
    """Return the evidence in words; "not enough yet" stands in it as any other fact."""
    facts = [
        (_("Given within it"), count_words(found.within)),
        (_("Of them exactly at it"), count_words(found.at_limit)),
        (_("Up to a tenth below"), count_words(found.just_under)),
        (_("Asks above it"), count_words(found.asks)),
    ]
    if found.asks:
        facts += [
            *_approved(found),
            (_("Offered less"), count_words(found.countered)),
            (_("Declined"), count_words(found.declined)),
            (_("Nobody answered in time"), count_words(found.unanswered)),
        ]
    if found.waits.median is not None:
        waited = (
            _("half %(half)s, nine in ten %(most)s", **_within(found))
            if found.waits.is_enough
            else _(
                "%(count)s, at most %(most)s",
                count=count_words(found.waits.answered),
                most=_minutes(found.waits.durations[-1]),
            )
        )
        facts.append((_("Customers waited"), waited))
    return EvidenceCard(
        days=(found.until - found.since).days + 1,
        facts=facts,
        reading=_("A pile at a limit says that it binds, never what a gift does."),
    )


def used_sparks(weeks: Mapping[str, Sequence[int]], currency: str) -> Mapping[str, Markup]:
    """Return the shape of what was given a week under each limit, by uid, where there is any."""
    found = {}
    for number, (uid, given) in enumerate(weeks.items()):
        title = _(
            "Given a week, in the last %(count)s: %(least)s to %(most)s, now %(now)s",
            count=len(given),
            least=money.show_round(min(given), currency),
            most=money.show_round(max(given), currency),
            now=money.show_round(given[-1], currency),
        )
        drawn = sparkline(SparkData(slug=f"used-{number}", title=title, values=given))
        if drawn is not None and any(given):
            found[uid] = drawn
    return found


def drift_card(found: Drift) -> DriftCard:
    """Return the drift of a limit as a card."""
    currency = found.currency
    scale = _scale(found)
    chart = None
    if found.has_enough:
        chart = steps_chart(
            StepsData(
                slug="drift",
                title=_("The limit in force and what was given, month by month"),
                desc=_drift_desc(found),
                months=[
                    StepMonth(
                        label=_month_label(month.first),
                        median_minor=month.median_minor,
                        most_minor=month.most_minor,
                    )
                    for month in found.months
                ],
                limit=[(_share(found, one.on), one.per_decision_minor) for one in found.steps],
                until=_share(found, found.until + timedelta(days=1)),
                scale=[(minor, money.show_round(minor, currency)) for minor in scale],
                limit_words=_limit_words(found),
            )
        )
    return DriftCard(
        title=_("Limit against what is given"),
        how=_(
            "Amber: the limit in force. Bars: from the median up to the 95th percentile of all "
            "that was given, with what was approved or went past the limit; a month with fewer "
            "than %(few)s says so.",
            few=FEW,
        ),
        chart=chart,
        key=[
            ("limit", _("Limit in force")),
            ("reach", _("Median to 95th percentile")),
        ],
        table=Numbers(
            head=_drift_head(), rows=[_drift_row(found, month) for month in found.months]
        ),
    )


def raised_words(raised: Sequence[Raise], *, today: date, zone: str) -> str:
    """Return who raised the reader's own limit lately; nothing if nobody did."""
    if not raised:
        return ""
    said = [
        _(
            "%(name)s raised yours to %(amount)s on %(on)s.",
            name=one.by.name,
            amount=money.show_round(one.limit.per_decision_minor, one.limit.currency),
            on=day_of_words(one.limit.set_at, zone, today=today),
        )
        for one in raised[:3]
    ]
    said.append(
        _(
            "If this raises theirs, both are shown to administrators and auditors, with the dates. "
            "It may be quite right; say why in the reason."
        )
    )
    return " ".join(said)


def pair_words(pair: Pair, *, today: date, zone: str) -> str:
    """Return two raises of each other in one sentence, with dates and amounts."""

    def one(each: Raise) -> str:
        return _(
            "%(by)s raised what %(whose)s may give from %(before)s to %(after)s on %(on)s",
            by=each.by.name,
            whose=each.whose.name,
            before=money.show_round(each.before_minor, each.limit.currency),
            after=money.show_round(each.limit.per_decision_minor, each.limit.currency),
            on=day_of_words(each.limit.set_at, zone, today=today),
        )

    return _("%(first)s; %(second)s.", first=one(pair.first), second=one(pair.second))


def _approved(found: LimitEvidence) -> Sequence[tuple[str, str]]:
    of = _(
        "%(part)s of %(whole)s",
        part=count_words(found.approved),
        whole=count_words(found.answered),
    )
    facts = [(_("Approved, of those answered"), of)]
    if found.rate is not None and found.interval is not None:
        rate = _(
            "%(rate)s (%(range)s)",
            rate=percent(found.rate, digits=0),
            range=percent_range(found.interval.low, found.interval.high, digits=0),
        )
        facts.append((_("Approval rate"), rate))
    return facts


def _within(found: LimitEvidence) -> dict[str, str]:
    waits = found.waits
    return {
        "half": _minutes(waits.median or timedelta()),
        "most": _minutes(waits.nine_in_ten or timedelta()),
    }


def _minutes(waited: timedelta) -> str:
    minutes = max(1, round(waited.total_seconds() / 60))
    return ngettext("%(count)s min", "%(count)s min", minutes)


def _scale(found: Drift) -> Sequence[int]:
    limits = [one.per_decision_minor or 0 for one in found.steps]
    given = [month.most_minor or 0 for month in found.months]
    return steps_scale(max([*limits, *given, 1]), 10 ** money.decimals(found.currency))


def _share(found: Drift, on: date) -> float:
    """Return where a day lies across the months, each as wide as the others."""
    firsts = [month.first for month in found.months]
    number = max(place for place, first in enumerate(firsts) if first <= on)
    first = firsts[number]
    following = (first + timedelta(days=31)).replace(day=1)
    inside = (on - first).days / (following - first).days
    return min(1.0, (number + inside) / len(firsts))


def _limit_on(found: Drift, on: date) -> int | None:
    held = [one for one in found.steps if one.on <= on]
    return held[-1].per_decision_minor if held else None


def _limit_words(found: Drift) -> str:
    last = next((one for one in reversed(found.steps) if one.per_decision_minor is not None), None)
    if last is None or last.per_decision_minor is None:
        return ""
    return _("limit %(amount)s", amount=money.show_round(last.per_decision_minor, found.currency))


def _drift_desc(found: Drift) -> str:
    told = [month for month in found.months if month.median_minor is not None]
    last = told[-1]
    return _(
        "In %(month)s the limit was %(limit)s; half of %(count)s amounts given were at most "
        "%(median)s, and 95 of 100 at most %(most)s; %(past)s went past the limit.",
        month=_month_words(last.first),
        limit=_amount(found, _limit_on(found, _last_day(found, last))),
        count=count_words(last.count),
        median=_amount(found, last.median_minor),
        most=_amount(found, last.most_minor),
        past=count_words(last.past),
    )


def _drift_head() -> Sequence[str]:
    return [
        _("Month"),
        _("Limit at its end"),
        _("Median"),
        _("95th percentile"),
        _("Given"),
        _("Past the limit"),
        _("After an ask"),
        _("Exceptions"),
        _("Alone"),
        _("95th percentile alone"),
    ]


def _drift_row(found: Drift, month: Month) -> Sequence[str]:
    def told(minor: int | None) -> str:
        return _("fewer than %(few)s", few=FEW) if minor is None else _amount(found, minor)

    return (
        _month_words(month.first),
        _amount(found, _limit_on(found, _last_day(found, month))),
        told(month.median_minor),
        told(month.most_minor),
        count_words(month.count),
        count_words(month.past),
        count_words(month.after_ask),
        count_words(month.exceptions),
        count_words(month.alone),
        told(month.alone_most_minor),
    )


def _last_day(found: Drift, month: Month) -> date:
    following = (month.first + timedelta(days=31)).replace(day=1)
    return min(found.until, following - timedelta(days=1))


def _amount(found: Drift, minor: int | None) -> str:
    return _("none") if minor is None else money.show(minor, found.currency)


def _month_label(first: date) -> str:
    """Return a month as short as it can be: with its year only where one begins."""
    return format_date(first, "MMM y" if first.month == 1 else "MMM", locale="en")


def _month_words(first: date) -> str:
    return format_date(first, "MMM y", locale="en")
