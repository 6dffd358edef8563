"""A period in a form: one of the last months, or from one day to another."""

from datetime import date, timedelta

from babel.dates import format_date
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from ledger.core import clock
from ledger.web.forms import Form
from ledger.web.picks import DayField, PickField
from ledger.web.words import _

DAYS = "days"
MONTHS_OFFERED = 13


class PeriodForm(Form):
    """Which period, in the address: a page can be kept, and sent to somebody."""

    class Meta:
        """Reading changes nothing, so there is no token."""

        csrf = False

    period = PickField(_("Period"))
    start = DayField(_("First day"))
    end = DayField(_("Last day"))

    def __init__(self, given: MultiDict[str, str], *, today: date, usual: date) -> None:
        """Offer the last months; what the address does not say is the month of `usual`."""
        first, last = month_of(usual)
        plain = {
            "period": f"{first:%Y-%m}",
            "start": first.isoformat(),
            "end": last.isoformat(),
        }
        super().__init__(formdata=MultiDict(plain | given.to_dict()))
        self.period.offer([*_months(today), (DAYS, _("From … to …"))])

    @property
    def asks_for_days(self) -> bool:
        """Whether the two days are to be shown."""
        return bool(self.period.data == DAYS)

    def validate_start(self, field: DayField) -> None:
        """Ask for a first day where days are asked for."""
        if self.asks_for_days and field.data is None:
            raise ValidationError(_("Choose the first day"))

    def validate_end(self, field: DayField) -> None:
        """Ask for a last day that is not before the first one."""
        if not self.asks_for_days:
            return
        if field.data is None:
            raise ValidationError(_("Choose the last day"))
        if self.start.data is not None and field.data < self.start.data:
            raise ValidationError(_("Choose a day that is not before the first one"))

    def days(self) -> tuple[date, date]:
        """Return the first and the last day."""
        if self.asks_for_days:
            return day_in(self.start), day_in(self.end)
        return month_of(date.fromisoformat(f"{self.period.data}-01"))


def day_in(field: DayField) -> date:
    """Return the day that was chosen.

    Raises:
        LookupError: if none was: the form was not checked.

    """
    if field.data is None:
        raise LookupError(field.name)
    return field.data


def month_of(day: date) -> tuple[date, date]:
    """Return the first and the last day of the month in which a day lies."""
    month = clock.period_of(day, "month")
    return month.start, month.end


def month_before(day: date) -> date:
    """Return a day of the month before the one in which this day lies."""
    return day.replace(day=1) - timedelta(days=1)


def period_words(start: date, end: date) -> str:
    """Return a period as people say it: "October 2026", or "3 Oct 2026 to 9 Nov 2026"."""
    if month_of(start) == (start, end):
        return format_date(start, "LLLL y", locale="en")
    first, last = (format_date(day, "d MMM y", locale="en") for day in (start, end))
    return _("%(first)s to %(last)s", first=first, last=last)


def _months(today: date) -> list[tuple[str, str]]:
    months, day = [], today
    for _back in range(MONTHS_OFFERED):
        months.append((f"{day:%Y-%m}", format_date(day, "LLLL y", locale="en")))
        day = month_before(day)
    return months
