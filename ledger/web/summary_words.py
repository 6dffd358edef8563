"""The words of the executive's page. It says what happened and never that a gift caused it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.core.reports.completeness import Tally
from ledger.core.reports.summary import Summary
from ledger.core.till_matching import DIFFERS, HERE_ONLY, TILL_ONLY
from ledger.web.charts import ENOUGH, count_words, percent, percent_range
from ledger.web.completeness_words import other_amount_words, state_words
from ledger.web.limit_words import who_words
from ledger.web.outcome_words import exact_words, not_taken_back_words, sum_words, wording
from ledger.web.sponsor_words import CardWords, card_words
from ledger.web.summary_stats import Pair, Stat, counted, way_stats
from ledger.web.summary_unknown import share_words, unknown_words
from ledger.web.when import day_words
from ledger.web.words import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryPage:
    """All that the template shows, in words.

    `ways` are four figures that are never added up: given alone, approved, exceptions, unmet needs.
    `costs` and `till` are by currency, each under its heading, which is empty if there is but one.
    """

    title: str
    asof: str
    lede: str
    stats: Sequence[Stat]
    ways: Sequence[Stat]
    unknown: Sequence[Pair]
    costs: Sequence[tuple[str, Sequence[Sequence[str]]]]
    costs_note: str
    limits: Sequence[Sequence[str]]
    limits_note: str
    till: Sequence[tuple[str, Sequence[Pair]]]
    till_note: str
    counts: str
    card: CardWords | None


def page_of(found: Summary, *, today: date) -> SummaryPage:
    """Return the page for what was found, told on this business date of the company."""
    through = found.through.on
    words = wording(found.watch)
    return SummaryPage(
        title=_("One page, %(month)s", month=f"{today:%B %Y}"),
        asof=words.asof % {"day": day_words(through, today=today)}
        if through
        else words.no_activity,
        lede=_lede(found),
        stats=[_cost(found), _came_back(found), _maturing(found), counted(found)],
        ways=way_stats(found),
        unknown=unknown_words(found, today=today),
        costs=_costs(found),
        costs_note=not_taken_back_words(found.spend),
        limits=[
            (
                who_words(use.found),
                exact_words(use.found.limit.per_decision_minor, use.found.limit.currency),
                count_words(use.decisions),
                "" if use.median is None else percent(use.median, digits=0),
                percent(use.at_limit / use.decisions, digits=0) if use.decisions else "",
                "" if use.budget_used is None else percent(use.budget_used, digits=0),
                count_words(use.approved),
                count_words(use.exceptions),
            )
            for use in found.limits.shown
        ],
        limits_note=_limits_note(found),
        till=_till(found),
        till_note=_till_note(found),
        counts=_counts(found, today=today),
        card=card_words(found.cards[0], found, today=today) if found.cards else None,
    )


def _lede(found: Summary) -> str:
    """Return two sentences: what was spent, and what is known of what came of it."""
    spent = " + ".join(sum_words(row.cost_minor, row.currency) for row in found.spend)
    if not spent:
        return _(
            "Nothing was decided in the last 12 months, so there is nothing to tell yet. Figures "
            "appear once staff log decisions, or a file of decisions comes in."
        )
    first = ngettext(
        "We spent %(spent)s on %(shown)s decision in the last 12 months.",
        "We spent %(spent)s on %(shown)s decisions in the last 12 months.",
        found.paid_for,
        spent=spent,
        shown=count_words(found.paid_for),
    )
    rate = found.at.rate
    if rate is None or found.at.known < ENOUGH:
        return f"{first} " + _("What came of them is not known yet.")
    finding = wording(found.watch).finding % {"rate": percent(rate), "days": found.at.days}
    return f"{first} {finding} " + _("Whether that is because of them, nobody has compared.")


def _cost(found: Summary) -> Stat:
    values = [
        (
            sum_words(row.cost_minor, row.currency),
            _(
                "worth %(worth)s to customers; %(walk)s of the decisions were for walk-ins",
                worth=sum_words(row.given_minor, row.currency),
                walk=share_words(row.walk_ins, row.decisions),
            ),
        )
        for row in found.spend
    ]
    nothing = (count_words(0), _("no decisions yet"))
    return Stat(label=_("Cost to us, 12 months"), values=values or [nothing])


def _came_back(found: Summary) -> Stat:
    label = wording(found.watch).within % {"days": found.at.days}
    rate, limits, known = found.at.rate, found.at.interval, found.at.known
    if rate is None or limits is None or known < ENOUGH:
        note = _("%(known)s matured, we wait for %(enough)s", known=known, enough=ENOUGH)
        return Stat(label=label, values=(), note=note)
    range_ = percent_range(limits.low, limits.high)
    note = _("%(range)s, of %(known)s matured", range=range_, known=count_words(known))
    return Stat(label=label, values=[(percent(rate), note)])


def _maturing(found: Summary) -> Stat:
    note = _(
        "%(count)s of %(units)s, neither back nor not back yet",
        count=count_words(found.at.maturing),
        units=count_words(found.units),
    )
    label = _("Still maturing")
    if not found.units:
        return Stat(label=label, values=[("0", _("no customer to wait for yet"))])
    return Stat(label=label, values=[(share_words(found.at.maturing, found.units), note)])


def _costs(found: Summary) -> Sequence[tuple[str, Sequence[Sequence[str]]]]:
    rows: dict[str, list[Sequence[str]]] = {}
    for row in found.costs:
        cost = exact_words(row.cost_minor, row.currency)
        rows.setdefault(row.currency, []).append((row.reason, cost, count_words(row.decisions)))
    return [(_currency_words(currency, rows), rows[currency]) for currency in rows]


def _limits_note(found: Summary) -> str:
    """Return what the list leaves out: further limits, and decisions that others judged."""
    more, others, parts = found.limits.more, found.limits.others, []
    if more:
        words = ngettext(
            "%(shown)s limit more is in force.",
            "%(shown)s limits more are in force.",
            more,
            shown=count_words(more),
        )
        parts.append(words)
    if others:
        words = ngettext(
            "%(shown)s decision more was judged by a limit that is not shown: of one person, over, "
            "or beyond this list.",
            "%(shown)s decisions more were judged by limits that are not shown: of one person, "
            "over, or beyond this list.",
            others,
            shown=count_words(others),
        )
        parts.append(words)
    return " ".join(parts)


def _till(found: Summary) -> Sequence[tuple[str, Sequence[Pair]]]:
    tallies = {tally.currency: tally for tally in found.comparison.totals}
    return [
        (_currency_words(currency, tallies), _till_pairs(tally))
        for currency, tally in tallies.items()
    ]


def _till_pairs(tally: Tally) -> Sequence[Pair]:
    pairs = [
        (
            state_words(state),
            ngettext(
                "%(sum)s, %(shown)s entry",
                "%(sum)s, %(shown)s entries",
                tally.of(state).count,
                sum=exact_words(tally.of(state).amount_minor, tally.currency),
                shown=count_words(tally.of(state).count),
            ),
        )
        for state in (TILL_ONLY, HERE_ONLY, DIFFERS)
    ]
    together = exact_words(tally.unexplained.amount_minor, tally.currency)
    return [*pairs, (_("Unexplained, together"), together)]


def _currency_words(currency: str, among: Collection[str]) -> str:
    """Return the heading over what is in one currency; nothing where there is no other."""
    return _("In %(currency)s", currency=currency) if len(among) > 1 else ""


def _till_note(found: Summary) -> str:
    parts = [
        _(
            "Of %(all)s entries of the till %(share)s are written here%(but)s.",
            all=count_words(all_),
            share=share_words(here, all_),
            but=other_amount_words(tally),
        )
        for tally in found.comparison.totals
        for here, all_ in [tally.written]
        if all_
    ]
    parts.append(_("The last 28 days, as far as the tills cover them."))
    return " ".join(parts)


def _counts(found: Summary, *, today: date) -> str:
    """Return of which days and what is counted: a void is not, whatever became of its gift."""
    of = {"units": count_words(found.units), "all": count_words(found.decisions)}
    since, until = (day_words(day, today=today) for day in (found.since, found.until))
    days = _("Decided from %(since)s to %(until)s.", since=since, until=until)
    counted = days + " " + _("Counts %(units)s of %(all)s decisions in force.", **of)
    if found.unit == "episode":
        words = _(
            "An episode is a decision with none by that customer in the %(days)s days before.",
            days=found.at.days,
        )
        return f"{counted} {words}"
    return f"{counted} " + _("Each customer counts once, with the first decision.")
