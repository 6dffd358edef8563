"""The fields of the log: answers that may stay open, quick amounts and ticks."""

from wtforms import RadioField, SelectMultipleField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput

from ledger.web.words import _


class AnswerField(RadioField):
    """A few choices side by side, of which none needs to be answered unless the form says so."""

    values: frozenset[str] = frozenset()

    def offer(self, *choices: tuple[str, str]) -> None:
        """Set what can be answered."""
        self.choices = list(choices)
        self.values = frozenset(value for value, _ in choices)

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002  # WTForms hands the form over
        """Refuse an answer that was not offered."""
        if self.data and self.data not in self.values:
            raise ValidationError(_("Choose one of these"))


class QuickField(RadioField):
    """Amounts to choose by one tap; what is sent is read as an amount, whether it was offered."""

    def pre_validate(self, form: BaseForm) -> None:
        """Leave it to the amount: a limit may have changed since these were offered."""


class TicksField(SelectMultipleField):
    """Ticks of which none is needed."""

    option_widget = CheckboxInput()
    values: frozenset[str] = frozenset()

    def offer(self, *choices: tuple[str, str]) -> None:
        """Set what can be ticked."""
        self.choices = list(choices)
        self.values = frozenset(value for value, _ in choices)

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002  # WTForms hands the form over
        """Refuse a tick that was not offered."""
        if not self.values.issuperset(self.data or []):
            raise ValidationError(_("Choose among these"))
