"""The outcomes page as its template takes it: headline figures, notes, charts, definition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.core.outcomes import DEFINITION
from ledger.core.reports.overview import Overview
from ledger.core.reports.way_figures import counted_by_way
from ledger.web.charts import ENOUGH, Numbers, count_words, percent, percent_range
from ledger.web.outcome_charts import Figure, curve_figure, months_figure
from ledger.web.outcome_dots import columns, group_figures
from ledger.web.outcome_empty import Empty, by_when, empty_of, is_enough
from ledger.web.outcome_words import (
    Wording,
    exact_words,
    not_taken_back_words,
    sum_words,
    wording,
)
from ledger.web.way_words import apart_words
from ledger.web.when import day_words
from ledger.web.words import _, ngettext

NEARLY_ALL = 0.95
HEADLINE = _("The headline in exact numbers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """A headline figure: `values` are pairs of a figure and what is said under it.

    Without one there is not enough yet, and `range` says how many there are.
    """

    label: str
    values: Sequence[tuple[str, str]] = ()
    unit: str = ""
    range: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomesPage:
    """All that the template shows, in words.

    `groups` are columns of figures, which stand side by side where there is room. `is_nearly_all`
    says that how often they came tells more than how many came at all.
    """

    lede: str
    asof: str
    notes: Sequence[str]
    cautions: Sequence[str]
    is_nearly_all: bool
    stats: Sequence[Stat]
    empty: Empty | None
    figures: Sequence[Figure]
    groups: Sequence[Sequence[Figure]]
    headline: str
    numbers: Numbers
    definition: Sequence[str]
    definition_tag: str


def page_of(found: Overview, *, today: date, noticed: Sequence[str] = ()) -> OutcomesPage:
    """Return the page for what was found, told on this business date of the company.

    Of feeds that are `noticed`, the page says elsewhere that they have stopped.
    """
    words = wording(found.watch)
    return OutcomesPage(
        lede=_lede(found, words),
        asof=_asof(found, words, today=today),
        notes=_notes(found, today=today),
        cautions=_cautions(found, words, today=today, noticed=noticed),
        is_nearly_all=_is_nearly_all(found),
        stats=_stats(found, words, today=today),
        empty=empty_of(found, today=today),
        figures=_figures(found, words),
        groups=_groups(found, words),
        headline=HEADLINE,
        numbers=_headline_numbers(found, words),
        definition=words.definition,
        definition_tag=_("Definition version %(number)s", number=DEFINITION),
    )


def _asof(found: Overview, words: Wording, *, today: date) -> str:
    """Return until when activity is known, and whether somebody has said that it is complete."""
    through = found.through
    if through.on is None:
        return words.no_activity
    upto = words.asof % {"day": day_words(through.on, today=today)}
    return upto if through.is_stated else _("%(upto)s, a day that may be incomplete", upto=upto)


def _lede(found: Overview, words: Wording) -> str:
    """Return the finding, and that it says nothing about why."""
    cause = _("This page says what happened after the decisions, not why.")
    rate = found.at.rate
    if rate is None or not is_enough(found):
        return cause
    finding = words.finding % {"rate": percent(rate), "days": found.at.days}
    return f"{finding} {cause}"


def _notes(found: Overview, *, today: date) -> Sequence[str]:
    """Return which decisions these figures are of, and how many of them are counted."""
    scope = found.choice.scope
    notes = []
    if scope.since and scope.until:
        since, until = (day_words(day, today=today) for day in (scope.since, scope.until))
        notes.append(_("Decided from %(since)s to %(until)s.", since=since, until=until))
    elif scope.since:
        notes.append(_("Decided from %(since)s on.", since=day_words(scope.since, today=today)))
    elif scope.until:
        notes.append(_("Decided up to %(until)s.", until=day_words(scope.until, today=today)))
    if found.choice.unit == "episode":
        notes.append(
            _(
                "An episode is a decision with none for that customer in the %(days)s days before.",
                days=found.at.days,
            )
        )
    of_words = {"units": count_words(found.units), "all": count_words(found.of_decisions)}
    notes.append(_("Counts %(units)s of %(all)s decisions.", **of_words))
    apart = apart_words(counted_by_way(found.ways))
    if apart:
        notes.append(_("Among all of them: %(apart)s.", apart=apart))
    visits = sum(part.units for part in found.by_remedy if part.needs_visit)
    if visits:
        notes.append(
            ngettext(
                "%(shown)s of those counted was given something to use at a later visit.",
                "%(shown)s of those counted were given something to use at a later visit.",
                visits,
                shown=count_words(visits),
            )
        )
    kept = not_taken_back_words(found.spend)
    return [*notes, kept] if kept else notes


def _cautions(
    found: Overview, words: Wording, *, today: date, noticed: Sequence[str]
) -> Sequence[str]:
    """Return what keeps these figures from being taken at their word."""
    through = found.through
    cautions = []
    behind = [feed for feed in through.late if feed not in noticed]
    if through.on is not None and behind:
        day, late = day_words(through.on, today=today), ", ".join(behind)
        cautions.append(
            _("Late: %(late)s. Every figure here stops at %(day)s.", late=late, day=day)
        )
    if found.choice.unit == "decision":
        cautions.append(
            _("One customer may count several times here: the intervals are too narrow.")
        )
    if _is_nearly_all(found):
        rate = percent(found.at.rate or 0.0)
        cautions.append(words.too_long % {"rate": rate, "days": found.at.days})
    return cautions


def _is_nearly_all(found: Overview) -> bool:
    rate = found.at.rate
    return rate is not None and rate >= NEARLY_ALL and is_enough(found)


def _stats(found: Overview, words: Wording, *, today: date) -> Sequence[Stat]:
    at = found.at
    known = (
        _("%(share)s of known customers, in neither count")
        if found.choice.unit == "customer"
        else _("%(share)s of those counted, in neither count")
    )
    maturing = known % {"share": _share(at.maturing, found.units)}
    if not is_enough(found) and found.waiting.next and found.through.on:
        day, count = found.waiting.next
        maturing = ngettext(
            "the next one is known %(when)s",
            "the next %(count)s are known %(when)s",
            count,
            when=by_when(day, today=today),
        )
    walk_ins = _(
        "%(share)s of decisions, outcome unknown", share=_share(found.walk_ins, found.of_decisions)
    )
    return [
        _rate_stat(found, words),
        Stat(label=_("Maturing"), values=[(count_words(at.maturing), maturing)]),
        Stat(label=_("Walk-ins"), values=[(count_words(found.walk_ins), walk_ins)]),
        Stat(label=_("Given"), values=_given(found)),
    ]


def _rate_stat(found: Overview, words: Wording) -> Stat:
    label = words.within % {"days": found.at.days}
    rate, limits, known = found.at.rate, found.at.interval, count_words(found.at.known)
    if rate is None or limits is None or not is_enough(found):
        range_ = _("%(known)s matured, we wait for %(enough)s", known=known, enough=ENOUGH)
        return Stat(label=label, range=range_)
    range_ = _(
        "%(range)s, of %(known)s matured", range=percent_range(limits.low, limits.high), known=known
    )
    return Stat(label=label, values=[(f"{rate * 100:.1f}", range_)], unit="%")


def _given(found: Overview) -> Sequence[tuple[str, str]]:
    """Return each currency's sum with its cost, side by side: they are never added up."""
    return [
        (
            sum_words(row.given_minor, row.currency),
            ngettext(
                "cost to us %(cost)s, %(shown)s decision",
                "cost to us %(cost)s, %(shown)s decisions",
                row.decisions,
                cost=sum_words(row.cost_minor, row.currency),
                shown=count_words(row.decisions),
            ),
        )
        for row in found.spend
    ] or [(_("none"), _("no decisions yet"))]


def _figures(found: Overview, words: Wording) -> Sequence[Figure]:
    """Return the charts; while there is not enough, only those that need no rate."""
    if found.units == 0 or found.through.on is None:
        return []
    figures = [curve_figure(found, words), months_figure(found, words)]
    if is_enough(found):
        return figures
    return [figure for figure in figures if figure.chart is not None]


def _groups(found: Overview, words: Wording) -> Sequence[Sequence[Figure]]:
    """Return the figures of the groups, in columns; none while there is not enough."""
    if found.units == 0 or found.through.on is None or not is_enough(found):
        return []
    return columns(group_figures(found, words))


def _headline_numbers(found: Overview, words: Wording) -> Numbers:
    """Return the exact numbers behind the headline."""
    at = found.at
    counts: Mapping[str, int] = {
        words.good: at.came_back,
        words.bad: at.not_back,
        _("Maturing"): at.maturing,
        _("Counted"): found.units,
        _("Walk-ins"): found.walk_ins,
        _("Decisions"): found.of_decisions,
    }
    rows = [[label, count_words(count)] for label, count in counts.items()]
    for row in found.spend:
        of = {"currency": row.currency}
        rows.append([_("Given, %(currency)s", **of), exact_words(row.given_minor, row.currency)])
        rows.append(
            [_("Cost to us, %(currency)s", **of), exact_words(row.cost_minor, row.currency)]
        )
    return Numbers(head=[_("What"), _("How much")], rows=rows)


def _share(part: int, whole: int) -> str:
    return percent(part / whole if whole else 0.0)
