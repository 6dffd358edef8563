"""Before and after: what customers spent around a decision, and how often they came. Weak."""

from collections.abc import Mapping

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ledger.core import activity
from ledger.core.permissions import Action
from ledger.core.reports.around import around
from ledger.core.reports.overview import Choice, Outlook
from ledger.sessions import Session
from ledger.web.access import requires
from ledger.web.charts import ENOUGH, count_words
from ledger.web.outcome_around_blocks import blocks_of, known_words
from ledger.web.outcome_filters import OutcomesForm, asked
from ledger.web.outcome_taking import Figures, Found, taken, taking_page
from ledger.web.step_up import StepUpForm
from ledger.web.transactions import reading
from ledger.web.when import day_words
from ledger.web.words import _

bp: Blueprint = Blueprint("outcome_around", __name__)

COLUMNS: Mapping[str, str] = {
    "table": _("what the page calls the table"),
    "currency": _("of the sums; empty where visits are counted"),
    "key": _("before, after, change or visits"),
    "name": _("what the page calls the line"),
    "counted": _("how many it is of"),
    "median": _("half have as much or less"),
    "lower_quartile": _("a quarter has as much or less"),
    "upper_quartile": _("a quarter has as much or more"),
    "mean": _("the sum by how many it is of"),
    "standing_out": _("how many stand out far above the others"),
}


@bp.get("/outcomes/around")
@requires(Action.SEE_OUTCOMES)
def show() -> ResponseReturnValue:
    """Show what customers spent in the time before and after, and how often they came."""
    seen, form = asked()
    return _page(seen, form) if form.validate() else _unusable(form)


@bp.get("/outcomes/around/list")
@requires(Action.SEE_OUTCOMES)
def take() -> ResponseReturnValue:
    """Show which figures a file would hold, and ask before it leaves."""
    seen, form = asked()
    if not form.validate():
        return _unusable(form)
    return taking_page(FIGURES, seen, form, StepUpForm())


@bp.post("/outcomes/around/list")
@requires(Action.SEE_OUTCOMES)
def take_submit() -> ResponseReturnValue:
    """Give the figures of the page with the same filters as a CSV."""
    seen, form = asked()
    return taken(FIGURES, seen, form) if form.validate() else _unusable(form)


def read(session: Session, _seen: Outlook, choice: Choice) -> Found:
    """Return what the page shows for a choice, as one reading session finds it."""
    found = around(session, choice, through=activity.through(session).on)
    blocks = blocks_of(found, choice.horizon_days)
    return Found(
        said=[
            known_words(found, choice.horizon_days),
            *(sentence for block in blocks for sentence in block.said),
        ],
        rows=[row.filed(block.title) for block in blocks for row in block.rows],
    )


FIGURES = Figures(
    subject="around",
    blueprint="outcome_around",
    title=_("Take before and after out"),
    back_words=_("Before and after"),
    columns=COLUMNS,
    read=read,
)


def _page(seen: Outlook, form: OutcomesForm) -> str:
    choice, through = form.choice(), activity.through(reading()).on
    found = around(reading(), choice, through=through)
    return render_template(
        "outcomes/around.html",
        form=form,
        days=choice.horizon_days,
        asof=day_words(through, today=seen.on) if through else "",
        active=form.active(today=seen.on),
        address=form.address(),
        blocks=blocks_of(found, choice.horizon_days),
        is_enough=found.known >= ENOUGH,
        known=count_words(found.known),
        enough=ENOUGH,
        counted=known_words(found, choice.horizon_days),
    )


def _unusable(form: OutcomesForm) -> ResponseReturnValue:
    return render_template("outcomes/around.html", form=form, blocks=None), 422
