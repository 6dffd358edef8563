"""Receipts: what to do at the till now, what is left, and the two minutes to undo it."""

import uuid
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from ledger.core import voids
from ledger.core.errors import NotPermittedError
from ledger.core.permissions import Action
from ledger.core.reports.own_receipt import own_receipt
from ledger.core.submissions import SubmissionReusedError
from ledger.core.voids import AlreadyReplacedError, AlreadyVoidedError, VoidDraft
from ledger.web import receipt_page
from ledger.web.access import requires, signed_in
from ledger.web.forms import Form
from ledger.web.log_words import void_reasons
from ledger.web.moment import utc_now
from ledger.web.notices import notice
from ledger.web.picks import ChipsField
from ledger.web.transactions import reading, writing
from ledger.web.words import _

bp: Blueprint = Blueprint("receipts", __name__)


class AskedField(ChipsField):
    """A question that must be answered: what is missing is named by the question."""

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse an answer that was not offered, and none."""
        try:
            super().pre_validate(form)
        except ValidationError as problem:
            asked = str(self.label.text)
            raise ValidationError(_("Choose an answer: %(asked)s", asked=asked)) from problem


class UndoForm(Form):
    """Why it is undone, and whether the customer gave it back. Nothing is preselected."""

    uid = HiddenField()
    why = AskedField(_("Why do you undo it?"))
    taken_back = AskedField(_("Was it taken back from the customer?"))

    def __init__(self) -> None:
        """Take what was sent, or begin with a new id."""
        super().__init__()
        self.uid.data = self.uid.data or str(uuid.uuid4())
        self.why.offer(list(void_reasons().items()))
        self.taken_back.offer(
            [("yes", _("Yes, or never handed over")), ("no", _("No, they keep it"))]
        )

    def draft(self) -> VoidDraft:
        """Return the void that was asked for."""
        return VoidDraft(
            uid=self.uid.data or "",
            reason=void_reasons()[self.why.data],
            taken_back=self.taken_back.data == "yes",
        )


@bp.get("/receipts/<uuid:uid>")
@requires(Action.RECORD_DECISION)
def show(uid: UUID) -> ResponseReturnValue:
    """Show the receipt of a decision of one's own."""
    found = own_receipt(reading(), signed_in(), str(uid))
    is_replay = bool(request.args.get("again"))
    return render_template(
        "receipts/show.html", receipt=receipt_page.receipt(found, is_replay=is_replay)
    )


@bp.get("/receipts/<uuid:uid>/undo")
@requires(Action.RECORD_DECISION)
def undo(uid: UUID) -> ResponseReturnValue:
    """Ask why a decision is undone, and whether it was taken back."""
    return _undo_page(uid, UndoForm())


@bp.post("/receipts/<uuid:uid>/undo")
@requires(Action.RECORD_DECISION)
def undo_submit(uid: UUID) -> ResponseReturnValue:
    """Undo a decision; or go on to write another in its place, which undoes it in one step."""
    form, found = UndoForm(), own_receipt(reading(), signed_in(), str(uid))
    if not form.is_sent_and_fine():
        return _undo_page(uid, form), 422
    if request.form.get("step") == "correct":
        why, back = form.why.data, form.taken_back.data
        return redirect(url_for("log.correct", uid=uid, why=why, taken_back=back), code=303)
    try:
        with writing() as session:
            voids.void_decision(session, signed_in(), found.decision, form.draft(), now=utc_now())
    except (
        AlreadyVoidedError,
        AlreadyReplacedError,
        NotPermittedError,
        SubmissionReusedError,
    ):
        notice("care", _("Nothing was changed."), receipt_page.too_late_words(found.decision))
    return redirect(url_for(".show", uid=uid), code=303)


def _undo_page(uid: UUID, form: UndoForm) -> str:
    found = own_receipt(reading(), signed_in(), str(uid))
    receipt = receipt_page.receipt(found, is_replay=False)
    return render_template("receipts/undo.html", receipt=receipt, form=form)
