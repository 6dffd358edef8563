"""What is shown after an unmet need was recorded: "wanted to, could not"."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ledger.core import money
from ledger.core.permissions import Action
from ledger.core.reports.own_receipt import own_need
from ledger.web.access import requires, signed_in
from ledger.web.log_refusals import stopped_words
from ledger.web.transactions import reading

bp: Blueprint = Blueprint("unmet_needs", __name__)


@bp.get("/unmet-needs/<uuid:uid>")
@requires(Action.RECORD_DECISION)
def show(uid: UUID) -> ResponseReturnValue:
    """Say that an unmet need is kept, and who reads it."""
    found = own_need(reading(), signed_in(), str(uid))
    return render_template(
        "unmet_needs/show.html",
        found=found,
        amount=money.show(found.need.amount_minor, found.need.currency),
        stopped=None if found.refusal is None else stopped_words(found.refusal),
    )
