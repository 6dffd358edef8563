"""The form of an ask's next version: how much, and why; the rest stays as it was."""

import uuid

from wtforms import HiddenField, StringField
from wtforms.validators import ValidationError

from ledger.core import money, notes
from ledger.core.ask_versions import CARRIED
from ledger.core.asks import AskDraft
from ledger.core.drafts import DecisionDraft
from ledger.core.tables import Ask
from ledger.web.forms import Form
from ledger.web.typed_values import minor_of, note_of
from ledger.web.words import _


class NextVersionForm(Form):
    """What is asked for now, for the same customer, remedy and reason."""

    uid = HiddenField()
    amount = StringField(
        _("Amount"),
        render_kw={"autocomplete": "off", "inputmode": "decimal", "maxlength": 14},
    )
    why = StringField(
        _("Why? Whoever decides or reads it sees this"),
        render_kw={
            "autocomplete": "off",
            "maxlength": notes.LONGEST,
            "placeholder": _("Short note, no names or card numbers"),
        },
    )

    def __init__(self, ask: Ask, *, why: str) -> None:
        """Begin with what was asked for last."""
        self.ask = ask
        super().__init__(amount=money.plain(ask.amount_minor, ask.currency), why=why)
        self.uid.data = self.uid.data or str(uuid.uuid4())

    def validate_amount(self, field: StringField) -> None:
        """Read the amount."""
        if not minor_of(field.data, self.ask.currency):
            raise ValidationError(_("Type the amount"))

    def validate_why(self, field: StringField) -> None:
        """Refuse what a note must not hold."""
        note_of(field.data)

    def draft(self) -> AskDraft:
        """Return the next version."""
        ask = self.ask
        wanted = DecisionDraft(
            uid=self.uid.data or "",
            site_id=ask.site_id,
            remedy_id=ask.remedy_id,
            reason_id=ask.reason_id,
            amount_minor=money.parse((self.amount.data or "").strip(), ask.currency),
            customer_id=ask.customer_id,
            note=(self.why.data or "").strip() or None,
            declared_own=ask.declared_own,
            **{name: getattr(ask, name) for name in CARRIED},
        )
        return AskDraft(
            uid=wanted.uid,
            wanted=wanted,
            refusal_uid=ask.refusal_uid,
            previous_uid=ask.uid,
        )
