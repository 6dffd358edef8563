"""The executive's one page: what it costs, what came of it, and what is not known yet."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ledger.core.permissions import Action
from ledger.core.reports import summary
from ledger.web.access import requires
from ledger.web.moment import today
from ledger.web.summary_words import page_of
from ledger.web.transactions import reading

bp: Blueprint = Blueprint("summary", __name__)


@bp.get("/summary")
@requires(Action.SEE_SUMMARY)
def show() -> ResponseReturnValue:
    """Show the last twelve months on one page, which prints on one."""
    page = page_of(summary.summary(reading(), on=today()), today=today())
    return render_template("summary/show.html", page=page)
