"""The words of the completeness page: what is in the till and not here, and what that means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.core import money
from ledger.core.reports.completeness import Comparison, SiteTally, Sum, Tally, Wanted
from ledger.core.till_matching import BOTH, DIFFERS, HERE_ONLY, TILL_ONLY, UNDONE
from ledger.web.charts import count_words, percent
from ledger.web.outcome_words import sum_words
from ledger.web.when import day_words
from ledger.web.words import _, ngettext

SHOWN_STATES = (TILL_ONLY, HERE_ONLY, DIFFERS, BOTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One figure with the list behind it; `arguments` are those of the address."""

    state: str
    count: str
    amount: str
    arguments: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing behind it."""
        return self.count == "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyLine:
    """A site, or a site on a day, with its four figures."""

    label: str
    note: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A headline figure: what it is, how much, of how many."""

    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletenessPage:
    """All that the template shows, in words."""

    lede: str
    period: str
    figures: Sequence[Figure]
    by_site: Sequence[TallyLine]
    by_day: Sequence[TallyLine]
    even: str
    not_compared: Sequence[str]
    undone: str
    is_compared: bool
    number: int
    pages: int


def page_of(
    found: Comparison, wanted: Wanted, *, today: date, number: int, size: int
) -> CompletenessPage:
    """Return the page for what was found; days are shown in pages of this size."""
    pages = max(1, -(-len(found.by_day) // size))
    number = min(number, pages)
    shown = found.by_day[(number - 1) * size : number * size]
    return CompletenessPage(
        lede=_lede(found),
        period=_period_words(wanted, today=today),
        figures=[figure for tally in found.totals for figure in _figures(tally)],
        by_site=[_line(one, wanted, today=today) for one in found.by_site],
        by_day=[_line(one, wanted, today=today) for one in shown],
        even=_even(found),
        not_compared=_not_compared(found, wanted, today=today),
        undone=_undone(found),
        is_compared=found.days > 0,
        number=number,
        pages=pages,
    )


def state_words(state: str) -> str:
    """Return what a class of the comparison is called."""
    return {
        TILL_ONLY: _("In the till and not here"),
        HERE_ONLY: _("Here and not in the till"),
        DIFFERS: _("Another amount in the till"),
        BOTH: _("In the till and here"),
        UNDONE: _("Undone here before it was rung up"),
    }[state]


def scope_words(wanted: Wanted, names: Mapping[str, str], *, today: date) -> str:
    """Return which site and days a list is of."""
    site = names.get(str(wanted.site_id or ""), "")
    return _("%(site)s, %(days)s", site=site, days=_period_words(wanted, today=today))


def _lede(found: Comparison) -> str:
    if not found.days:
        return _("Nothing can be compared yet: no file of a till covers these days.")
    parts = []
    for tally in found.totals:
        till, here, differs = tally.of(TILL_ONLY), tally.of(HERE_ONLY), tally.of(DIFFERS)
        parts.append(_both_ways(till, here, tally.currency))
        all_ = sum_words(tally.unexplained.amount_minor, tally.currency)
        if differs.count:
            parts.append(
                _(
                    "Another %(sum)s lies in other amounts: %(all)s is unexplained.",
                    sum=sum_words(differs.amount_minor, tally.currency),
                    all=all_,
                )
            )
        else:
            parts.append(_("%(all)s is unexplained.", all=all_))
    return " ".join(parts) or _("Neither the till nor this ledger has anything on these days.")


def _both_ways(till: Sum, here: Sum, currency: str) -> str:
    """Return what is in one of the two only, in one currency."""
    facts = {
        "till": sum_words(till.amount_minor, currency),
        "here": sum_words(here.amount_minor, currency),
        "currency": currency,
    }
    if till.count and here.count:
        return _(
            "%(till)s in the till is not written here; %(here)s written here is not in the till.",
            **facts,
        )
    if till.count:
        return _(
            "%(till)s in the till is not written here; all that is written here in %(currency)s is "
            "in the till.",
            **facts,
        )
    if here.count:
        return _(
            "%(here)s written here is not in the till; all that the till has in %(currency)s is "
            "written here.",
            **facts,
        )
    return _("All that the till has in %(currency)s is written here, and the reverse.", **facts)


def _figures(tally: Tally) -> Sequence[Figure]:
    figures = [
        Figure(
            label=state_words(state),
            value=sum_words(each.amount_minor, tally.currency),
            note=_counted(state, each),
        )
        for state in (TILL_ONLY, HERE_ONLY, DIFFERS)
        for each in [tally.of(state)]
    ]
    here, all_ = tally.written
    figures.append(
        Figure(
            label=_("Of the till, written here"),
            value=percent(here / all_) if all_ else _("none"),
            note=_("%(here)s of %(all)s entries", here=count_words(here), all=count_words(all_))
            + other_amount_words(tally),
        )
    )
    return figures


def other_amount_words(tally: Tally) -> str:
    """Return how many of the entries that are written here have another amount here; or nothing."""
    count = tally.of(DIFFERS).entries
    if not count:
        return ""
    return _(", %(shown)s of them with another amount", shown=count_words(count))


def _counted(state: str, each: Sum) -> str:
    shown = count_words(each.count)
    if not each.count:
        return _("none")
    if state == TILL_ONLY:
        return ngettext("%(shown)s entry", "%(shown)s entries", each.count, shown=shown)
    if state == HERE_ONLY:
        return _("%(shown)s written", shown=shown)
    return ngettext(
        "the differences of %(shown)s decision",
        "the differences of %(shown)s decisions",
        each.count,
        shown=shown,
    )


def _line(one: SiteTally, wanted: Wanted, *, today: date) -> TallyLine:
    first = max(wanted.since, one.covered.since)
    last = min(wanted.until, one.covered.until)
    label, note = one.site.name, _days_words(first, last, today=today)
    if one.business_date is not None:
        first = last = one.business_date
        label, note = day_words(first, today=today), one.site.name
    arguments = {
        "site": str(one.site.id),
        "period": "dates",
        "since": first.isoformat(),
        "until": last.isoformat(),
    }
    return TallyLine(
        label=label,
        note=note,
        cells=[
            Cell(
                state=state,
                count=count_words(each.count),
                amount=money.show(each.amount_minor, one.tally.currency),
                arguments=arguments,
            )
            for state in SHOWN_STATES
            for each in [one.tally.of(state)]
        ],
    )


def _even(found: Comparison) -> str:
    return ngettext(
        "On %(shown)s of %(all)s day of a site all was in the till and here.",
        "On %(shown)s of %(all)s days of sites all was in the till and here.",
        found.days,
        shown=count_words(found.even_days),
        all=count_words(found.days),
    )


def _undone(found: Comparison) -> str:
    count = sum(tally.of(UNDONE).count for tally in found.totals) // 2
    if not count:
        return ""
    return ngettext(
        "%(shown)s decision was undone here on its day and never rung up: it is no gap.",
        "%(shown)s decisions were undone here on their day and never rung up: they are no gap.",
        count,
        shown=count_words(count),
    )


def _not_compared(found: Comparison, wanted: Wanted, *, today: date) -> Sequence[str]:
    """Return which sites and days of the choice are not compared, and why."""
    said = []
    for one in found.by_site:
        days = one.covered
        if days.since > wanted.since:
            said.append(
                _(
                    "%(site)s: days before %(day)s, the first that its till has brought",
                    site=one.site.name,
                    day=day_words(days.since, today=today),
                )
            )
        if days.until < wanted.until:
            said.append(
                _(
                    "%(site)s: days after %(day)s, the last that its till has brought",
                    site=one.site.name,
                    day=day_words(days.until, today=today),
                )
            )
        if not days.is_stated and days.until >= wanted.since:
            said.append(
                _(
                    "%(site)s: %(day)s may be incomplete, nobody stated that its till had all of "
                    "it",
                    site=one.site.name,
                    day=day_words(days.until, today=today),
                )
            )
    said += [
        _("%(site)s: no till has brought anything for these days", site=site.name)
        for site in found.not_compared
    ]
    return said


def _period_words(wanted: Wanted, *, today: date) -> str:
    return _days_words(wanted.since, wanted.until, today=today)


def _days_words(first: date, last: date, *, today: date) -> str:
    if first == last:
        return day_words(first, today=today)
    return _(
        "%(first)s to %(last)s",
        first=day_words(first, today=today),
        last=day_words(last, today=today),
    )
