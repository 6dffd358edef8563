"""Before and after: what customers spent around a decision, and how often they came. Weak."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ledger.core import activity
from ledger.core.permissions import Action
from ledger.core.reports.around import Around, Spent, Summary, around
from ledger.web.access import requires
from ledger.web.charts import ENOUGH, Numbers, count_words, percent
from ledger.web.outcome_filters import asked
from ledger.web.outcome_words import exact_words, sum_words
from ledger.web.transactions import reading
from ledger.web.when import day_words
from ledger.web.words import _, ngettext

bp: Blueprint = Blueprint("outcome_around", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One card: its title, what is said, and its numbers."""

    title: str
    said: Sequence[str]
    numbers: Numbers


@bp.get("/outcomes/around")
@requires(Action.SEE_OUTCOMES)
def show() -> ResponseReturnValue:
    """Show what customers spent in the time before and after, and how often they came."""
    seen, form = asked()
    if not form.validate():
        return render_template("outcomes/around.html", form=form, blocks=None), 422
    choice, through = form.choice(), activity.through(reading()).on
    found = around(reading(), choice, through=through)
    return render_template(
        "outcomes/around.html",
        form=form,
        days=choice.horizon_days,
        asof=day_words(through, today=seen.on) if through else "",
        active=form.active(today=seen.on),
        address=form.address(),
        blocks=_blocks(found, choice.horizon_days),
        is_enough=found.known >= ENOUGH,
        known=count_words(found.known),
        enough=ENOUGH,
        uncovered=_uncovered_words(found, choice.horizon_days),
    )


def _blocks(found: Around, days: int) -> Sequence[Block]:
    return [*(_spent(one, days) for one in found.spent), *_visits(found, days)]


def _spent(found: Spent, days: int) -> Block:
    named = (
        (_("%(days)s days before", days=days), found.before),
        (_("%(days)s days after", days=days), found.after),
    )
    change = found.change
    if found.before.n < ENOUGH:
        said = [_("Not enough yet: %(n)s of %(enough)s.", n=count_words(change.n), enough=ENOUGH)]
        rows: Sequence[Sequence[str]] = []
    else:
        said = [
            _(
                "Half of the %(n)s spent %(after)s or less in the time after, and %(before)s or "
                "less in the time before.",
                n=count_words(change.n),
                after=sum_words(found.after.median, found.currency),
                before=sum_words(found.before.median, found.currency),
            ),
            *(words for name, one in named if (words := _outlier_words(name, one))),
        ]
        rows = [_sums(name, one, found.currency) for name, one in named]
        rows = [*rows, _sums(_("After less before, of each"), change, found.currency)]
    return Block(
        title=_("Spent, in %(currency)s", currency=found.currency),
        said=[*said, _same_day_words(found)],
        numbers=Numbers(
            head=[_("Of each"), *_spread_words(), _("Standing out")],
            rows=rows,
        ),
    )


def _same_day_words(found: Spent) -> str:
    if not found.same_day:
        return _("On the very day nobody spent anything.")
    return ngettext(
        "On the very day %(count)s of them spent %(sum)s: part of neither.",
        "On the very day %(count)s of them together spent %(sum)s: part of neither.",
        found.same_day,
        sum=exact_words(found.same_day_minor, found.currency),
    )


def _spread_words() -> Sequence[str]:
    return [_("Median"), _("Lower quartile"), _("Upper quartile"), _("Mean")]


def _sums(name: str, one: Summary, currency: str) -> Sequence[str]:
    values = (one.median, one.lower, one.upper, one.mean)
    return [name, *(_signed(value, currency) for value in values), count_words(one.outliers)]


def _signed(minor: int, currency: str) -> str:
    return exact_words(minor, currency) if minor >= 0 else f"−{exact_words(-minor, currency)}"  # noqa: RUF001 (a minus sign)


def _outlier_words(name: str, one: Summary) -> str:
    """Return who stands out, and what they carry of the sum; empty for nobody."""
    share = one.outliers_share
    if not one.outliers or share is None:
        return ""
    return ngettext(
        "%(name)s: %(count)s stands out far above the others and carries %(share)s of the sum.",
        "%(name)s: %(count)s stand out far above the others and carry %(share)s of the sum.",
        one.outliers,
        name=name,
        share=percent(share),
    )


def _visits(found: Around, days: int) -> Sequence[Block]:
    one = found.visits
    if one is None or one.n < ENOUGH:
        return []
    said = _(
        "Days with a visit in the %(days)s days after, of the %(n)s: half had %(median)s or fewer, "
        "a quarter %(lower)s or fewer, a quarter %(upper)s or more.",
        n=count_words(one.n),
        median=one.median,
        days=days,
        lower=one.lower,
        upper=one.upper,
    )
    cells = [count_words(value) for value in (one.n, one.median, one.lower, one.upper, one.mean)]
    head = [_("Visits in the time after"), _("Counted"), *_spread_words()]
    return [
        Block(
            title=_("How often they came"),
            said=[said],
            numbers=Numbers(head=head, rows=[[_("Days with a visit, of each"), *cells]]),
        )
    ]


def _uncovered_words(found: Around, days: int) -> str:
    if not found.uncovered:
        return ""
    return ngettext(
        "%(shown)s more was decided less than %(days)s days after the first visit that is known, "
        "so the time before is not known whole: left out of what was spent.",
        "%(shown)s more were decided less than %(days)s days after the first visit that is known, "
        "so the time before is not known whole: left out of what was spent.",
        found.uncovered,
        shown=count_words(found.uncovered),
        days=days,
    )
