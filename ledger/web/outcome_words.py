"""The words of the outcomes page: one set for coming back, one for staying (contracts)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from ledger.core import money
from ledger.core.reports.spend import Spend
from ledger.web.charts import count_words
from ledger.web.words import _, ngettext

ROUND_FROM = 1_000
"""Major units from which a sum is written without its fraction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What the page calls things: `good` is what we hope for, `bad` the other.

    `within` has a place for `days`, `finding` for `rate` and `days`, `too_long` for both, `asof`
    for `day`.
    """

    question: str
    asof: str
    no_activity: str
    good: str
    bad: str
    within_label: str
    within: str
    finding: str
    curve_title: str
    curve_how: str
    curve_key: str
    curve_watched: str
    curve_share: str
    visit_how: str
    too_long: str
    definition: Sequence[str]


def wording(watch: str) -> Wording:
    """Return the words for what the company watches: "returns" or "stays"."""
    return _stays() if watch == "stays" else _returns()


def _returns() -> Wording:
    return Wording(
        question=_("Did they come back?"),
        asof=_("Visits up to %(day)s"),
        no_activity=_("No file of visits yet"),
        good=_("Came back"),
        bad=_("Not back"),
        within_label=_("Came back within"),
        within=_("Came back within %(days)s days"),
        finding=_("%(rate)s came back within %(days)s days."),
        curve_title=_("Days until the customer came back"),
        curve_how=_(
            "Share who have come back by each day, with its 95 % band. Customers still maturing "
            "count for as long as we have watched them."
        ),
        curve_key=_("Came back, 95 % band"),
        curve_watched=_("Still being watched, not back yet"),
        curve_share=_("Came back"),
        visit_how=_(
            "Coming back is part of using these, so they are drawn apart and not put beside the "
            "others."
        ),
        too_long=_(
            "%(rate)s came back, nearly everybody: %(days)s days is too long to tell anything "
            "apart. Choose a shorter time."
        ),
        definition=(
            _(
                "Came back: a purchase, visit or renewal by the same customer, at any site, on a "
                "later business date than the decision's. The same day is never counted."
            ),
            *_shared_definition(),
        ),
    )


def _stays() -> Wording:
    return Wording(
        question=_("Did they stay?"),
        asof=_("Cancellations up to %(day)s"),
        no_activity=_("No file of cancellations yet"),
        good=_("Stayed"),
        bad=_("Left"),
        within_label=_("Stayed for"),
        within=_("Stayed for %(days)s days"),
        finding=_("%(rate)s stayed for %(days)s days."),
        curve_title=_("Days until the customer left"),
        curve_how=_(
            "Share who have left by each day, with its 95 % band. Customers still maturing count "
            "for as long as we have watched them."
        ),
        curve_key=_("Left, 95 % band"),
        curve_watched=_("Still being watched, not left yet"),
        curve_share=_("Left"),
        visit_how=_(
            "Staying is part of using these, so they are drawn apart and not put beside the others."
        ),
        too_long=_(
            "%(rate)s stayed, nearly everybody: %(days)s days is too short to tell anything "
            "apart. Choose a longer time."
        ),
        definition=(
            _(
                "Left: a cancellation by the same customer on a later business date than the "
                "decision's. Stayed: none within the days chosen above."
            ),
            *_shared_definition(),
        ),
    )


def _shared_definition() -> Sequence[str]:
    return (
        _(
            "Maturing: the time since the decision is shorter than the days chosen above, so "
            "nobody knows yet. Maturing is in neither count."
        ),
        _(
            "First per customer: each customer counts once, where their first decision in "
            "the ledger falls under the choice above. Every decision: a customer may count several "
            "times, so the intervals are too narrow."
        ),
        _(
            "Every episode: a decision with none for the same customer, at any site, in the days "
            "chosen above before it. Ranges then allow for customers with several episodes: their "
            "variance is summed by customer, and Wilson's range is taken for as many independent "
            "customers as are as sure."
        ),
        _(
            "Walk-ins are counted in what was given and never among outcomes. Voided decisions "
            "count in neither; what was not taken back from the customer stays in what was given."
        ),
        _(
            "Ranges are 95 % intervals: Wilson for shares; Kaplan-Meier with Greenwood's "
            "variance on the log-log scale for the curve. Below 30 no rate is drawn."
        ),
    )


def month_words(key: str, *, is_long: bool = False, with_year: bool = False) -> str:
    """Return a month, "2026-01", as "Jan" or "Jan '26" under a bar, or long: "January 2026"."""
    pattern = (
        "MMMM y" if is_long else "MMM \N{RIGHT SINGLE QUOTATION MARK}yy" if with_year else "MMM"
    )
    return format_date(date.fromisoformat(f"{key}-01"), pattern, locale="en")


def sum_words(minor: int, currency: str) -> str:
    """Return a sum for a headline: "$172.50", and from a thousand on rounded half up: "$21,940"."""
    unit: int = 10 ** money.decimals(currency)
    if minor < ROUND_FROM * unit:
        return money.show_round(minor, currency)
    return money.show_round((minor + unit // 2) // unit * unit, currency)


def band_words(key: str, currency: str) -> str:
    """Return what a band of amounts is called: "Nothing of value", "Up to $5", "Above $100"."""
    unit = 10 ** money.decimals(currency)
    low, dash, high = key.partition("-")
    if key.endswith("+"):
        return _("Above %(low)s", low=money.show_round(int(key[:-1]) * unit, currency))
    if not dash:
        return _("Nothing of value")
    if low == "0":
        return _("Up to %(high)s", high=money.show_round(int(high) * unit, currency))
    return _(
        "%(low)s to %(high)s",
        low=money.show_round(int(low) * unit, currency),
        high=money.show_round(int(high) * unit, currency),
    )


def exact_words(minor: int, currency: str) -> str:
    """Return a sum to the minor unit, as the ledger shows it: "$13,770.25"."""
    return money.show(minor, currency)


def not_taken_back_words(given: Sequence[Spend]) -> str:
    """Return how many voided decisions are in the sums all the same; nothing if none is."""
    kept = sum(row.not_taken_back for row in given)
    if not kept:
        return ""
    return ngettext(
        "Given includes %(shown)s voided decision that was not taken back.",
        "Given includes %(shown)s voided decisions that were not taken back.",
        kept,
        shown=count_words(kept),
    )
