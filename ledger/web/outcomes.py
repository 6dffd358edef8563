"""Outcomes: what came of the decisions of one's sites, with n, ranges and what is not known yet."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ledger.core import horizons
from ledger.core.permissions import Action
from ledger.core.reports import overview
from ledger.core.reports.overview import Outlook
from ledger.web.access import requires
from ledger.web.feed_words import stopped_names
from ledger.web.outcome_filters import OutcomesForm, asked
from ledger.web.outcome_horizon import unsuitable_words
from ledger.web.outcome_list import FIGURES
from ledger.web.outcome_page import page_of
from ledger.web.outcome_taking import taken, taking_page
from ledger.web.outcome_words import wording
from ledger.web.step_up import StepUpForm
from ledger.web.transactions import reading

bp: Blueprint = Blueprint("outcomes", __name__)


@bp.get("/outcomes")
@requires(Action.SEE_OUTCOMES)
def show() -> ResponseReturnValue:
    """Show whether the customers came back."""
    seen, form = asked()
    if not form.validate():
        return _page(seen, form), 422
    return _page(seen, form)


@bp.get("/outcomes/list")
@requires(Action.SEE_OUTCOMES)
def take() -> ResponseReturnValue:
    """Show which figures a file would hold, and ask before it leaves."""
    seen, form = asked()
    if not form.validate():
        return _page(seen, form), 422
    return taking_page(FIGURES, seen, form, StepUpForm())


@bp.post("/outcomes/list")
@requires(Action.SEE_OUTCOMES)
def take_submit() -> ResponseReturnValue:
    """Give the figures of the page with the same filters as a CSV."""
    seen, form = asked()
    if not form.validate():
        return _page(seen, form), 422
    return taken(FIGURES, seen, form)


def _page(seen: Outlook, form: OutcomesForm) -> str:
    page = advice = better = None
    if not form.errors:
        choice = form.choice()
        found = overview.overview(reading(), seen, choice)
        page = page_of(found, today=seen.on, noticed=stopped_names("activity"))
        if choice.horizon_days == seen.horizon_days:
            proposal = horizons.proposal(reading())
            advice, better = unsuitable_words(proposal), proposal.days
    return render_template(
        "outcomes/show.html",
        form=form,
        words=wording(seen.watch),
        page=page,
        active=form.active(today=seen.on) if page else [],
        advice=advice,
        better=better,
    )
