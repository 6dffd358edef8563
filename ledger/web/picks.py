"""Fields that choose one of a few, and days, with words of ours when nothing fits."""

from collections.abc import Mapping, Sequence
from datetime import date

from markupsafe import escape
from wtforms import DateField, RadioField, SelectField
from wtforms.fields.choices import Choice, SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.form import BaseForm
from wtforms.validators import ValidationError
from wtforms.widgets import Select

from ledger.core import typed_days
from ledger.web.moment import utc_now
from ledger.web.words import _


class Options(Select):
    """A list whose options are a value with its words: WTForms takes far longer for a long one."""

    @classmethod
    def render_option(cls, choice: Choice, **_attributes: object) -> str:  # type: ignore[override]  # newer than the stubs
        """Return one option."""
        selected = "selected " if choice.selected else ""
        words = escape(choice.label or choice.value)
        return f'<option {selected}value="{escape(choice.value)}">{words}</option>'


class PickField(SelectField):
    """A list to choose from. Values are texts; an empty one means "all" or "none"."""

    widget = Options()
    names: Mapping[str, str] = {}

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Set what can be chosen; what was not sent becomes the empty value."""
        self.choices = list(choices)
        self.names = dict(choices)
        self.data = self.data or ""

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002  # WTForms hands the form over
        """Refuse what is not in the list."""
        if self.data not in self.names:
            raise ValidationError(_("Choose one from the list"))


class ChipsField(RadioField):
    """A few choices side by side."""

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Set what can be chosen."""
        self.choices = chips(*choices)

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002  # WTForms hands the form over
        """Refuse an answer that was not offered, and none."""
        if self.data not in {option.data for option in self}:
            raise ValidationError(_("Choose one"))


class DayField(DateField):
    """A day from the year 2000 on until so many years ahead, or nothing."""

    years_ahead = typed_days.YEARS_AHEAD

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a day as browsers send it."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = date.fromisoformat(valuelist[0].strip())
        except ValueError:
            raise ValueError(_("Choose a day, or type it as 2026-11-30")) from None
        last = typed_days.latest(utc_now().date(), years_ahead=self.years_ahead)
        if not typed_days.EARLIEST <= self.data <= last:
            self.data = None
            raise ValueError(
                _(
                    "Choose a day from %(first)s to %(last)s",
                    first=typed_days.EARLIEST.isoformat(),
                    last=last.isoformat(),
                )
            )


class PersonDayField(DayField):
    """Somebody's first or last day, which nobody plans far ahead."""

    years_ahead = typed_days.PERSON_YEARS_AHEAD


def chips(*choices: tuple[str, str]) -> list[SelectChoice]:
    """Return values with their words as WTForms takes them."""
    return [SelectChoice(value, words) for value, words in choices]


def every_site_words(count: int) -> str:
    """Return what stands in a list of sites for all of them."""
    return _("All %(count)s sites", count=count) if count else _("No site yet")


def whole(value: str | None) -> int | None:
    """Return the number that a pick stands for; None for none."""
    return int(value) if value else None
