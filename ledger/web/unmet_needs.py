"""What is shown after an unmet need was recorded: "wanted to, could not"."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ledger.core import money
from ledger.core.permissions import Action
from ledger.core.reports.own_receipt import own_need
from ledger.web.access import requires, signed_in
from ledger.web.transactions import reading
from ledger.web.words import _

bp: Blueprint = Blueprint("unmet_needs", __name__)


@bp.get("/unmet-needs/<uuid:uid>")
@requires(Action.RECORD_DECISION)
def show(uid: UUID) -> ResponseReturnValue:
    """Say that an unmet need is kept, and who reads it."""
    found = own_need(reading(), signed_in(), str(uid))
    refusal = found.refusal
    left = None if refusal is None else money.show(refusal.headroom_minor, refusal.currency)
    return render_template(
        "unmet_needs/show.html",
        found=found,
        amount=money.show(found.need.amount_minor, found.need.currency),
        stopped=None if left is None else _("%(left)s was left", left=left),
    )
