"""The forms of the customers: the finder, somebody new, and why two are joined or parted."""

from wtforms import StringField
from wtforms.validators import DataRequired, ValidationError

from ledger.core import notes
from ledger.core.customers import LONGEST_TEXT, NewCustomer, phone_key
from ledger.web.forms import Form
from ledger.web.typed_values import note_of
from ledger.web.words import _

# ITU-T E.164 numbers have at least so many digits that reach somebody.
PHONE_DIGITS = 6
LOYALTY_MARKS = 4


class FindForm(Form):
    """Who is looked for: sent as a form, so that no name or number is in an address or a log."""

    find = StringField(
        _("Name, phone or its last four digits, loyalty number or reference"),
        [DataRequired(_("Type a name or a number to look for"))],
        render_kw={"maxlength": LONGEST_TEXT, "autocomplete": "off"},
    )

    def text(self) -> str:
        """Return what is looked for."""
        return (self.find.data or "").strip()


class AddForm(Form):
    """Somebody who is not known yet: one number, and a name if they gave one."""

    number = StringField(
        _("Phone or loyalty number"),
        [DataRequired(_("Type a phone number with its area code, or a loyalty number"))],
        render_kw={"maxlength": LONGEST_TEXT, "autocomplete": "off"},
    )
    name = StringField(
        _("Name, if they gave one"), render_kw={"maxlength": LONGEST_TEXT, "autocomplete": "off"}
    )

    def validate_number(self, field: StringField) -> None:
        """Ask for enough of it to tell customers apart."""
        if sum(mark.isalnum() for mark in field.data or "") < LOYALTY_MARKS:
            raise ValidationError(
                _("A loyalty number has at least 4 characters, a phone number at least 6 digits")
            )

    def new_customer(self) -> NewCustomer:
        """Return who is to be added: a phone number if it looks like one, else a loyalty number."""
        typed, name = (self.number.data or "").strip(), (self.name.data or "").strip()
        is_phone = not any(mark.isalpha() for mark in typed)
        if is_phone and len(phone_key(typed)) >= PHONE_DIGITS:
            return NewCustomer(phone=typed, name=name or None)
        return NewCustomer(loyalty=typed, name=name or None)


class WhyForm(Form):
    """Why two customers are joined, or parted."""

    reason = StringField(
        _("How do you know?"),
        [DataRequired(_("Say how you know"))],
        render_kw={"maxlength": notes.LONGEST, "autocomplete": "off"},
    )

    def validate_reason(self, field: StringField) -> None:
        """Hold the reason to the rules of a note: it is kept as one."""
        note_of(field.data)

    def why(self) -> str:
        """Return the reason as it was typed."""
        return (self.reason.data or "").strip()
