"""The forms of the decisions: the number at the till, and the void."""

import uuid

from flask import request
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired

from ledger.core import notes
from ledger.core.voids import VoidDraft
from ledger.web.forms import Form
from ledger.web.picks import ChipsField, chips
from ledger.web.typed_values import note_of
from ledger.web.words import _


class NumberForm(Form):
    """The number on a slip of the till, which leads to its decision."""

    number = StringField(
        _("Number at the till"),
        description=_("As the receipt says it, such as D-000123."),
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )

    def __init__(self) -> None:
        super().__init__(formdata=request.args, meta={"csrf": False})


class VoidForm(Form):
    """Why a decision is cancelled, and whether the customer gave it back."""

    uid = HiddenField()
    reason = StringField(
        _("Why is it voided?"),
        [DataRequired(_("Say why it is voided"))],
        render_kw={"maxlength": notes.LONGEST, "autocomplete": "off"},
    )
    taken_back = ChipsField(
        _("Was it taken back from the customer?"),
        choices=chips(("yes", _("Yes, taken back")), ("no", _("No, they keep it"))),
        description=_("If they keep it, its cost stays in the figures."),
    )

    def __init__(self) -> None:
        super().__init__()
        # The idempotency key: the same page sent twice is one void.
        self.uid.data = self.uid.data or str(uuid.uuid4())

    def validate_reason(self, field: StringField) -> None:
        """Hold the reason to the rules of a note: it is kept as one."""
        note_of(field.data)

    def draft(self) -> VoidDraft:
        """Return the void as it was typed."""
        return VoidDraft(
            uid=self.uid.data or "",
            reason=(self.reason.data or "").strip(),
            taken_back=self.taken_back.data == "yes",
        )
