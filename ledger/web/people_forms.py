"""The forms of one person: where they work from when until when, and when they leave."""

from collections.abc import Sequence
from datetime import date, timedelta

from wtforms import BooleanField
from wtforms.validators import ValidationError

from ledger.core.administrators import LastAdministratorError
from ledger.core.errors import LedgerError
from ledger.core.tables import Site
from ledger.core.work_places import NewPlace
from ledger.web.forms import Form
from ledger.web.moment import Days
from ledger.web.picks import ChipsField, DayField, PersonDayField, PickField, chips
from ledger.web.team_forms import say_at_field
from ledger.web.team_words import last_administrator_words
from ledger.web.words import _


class PlaceForm(Form):
    """A site at which somebody is to work."""

    site = PickField(_("Site"))
    from_date = PersonDayField(_("First day"), description=_("Empty: the site's own today."))
    until = DayField(_("Last day"), description=_("Empty: no end."))
    instead = BooleanField(_("Instead of every other site, from that day on"))

    def __init__(self, sites: Sequence[Site], *, days: Days) -> None:
        super().__init__()
        self.days = days
        choose = ("", _("Choose"))
        self.site.offer([choose, *((str(site.id), site.name) for site in sites)])

    def validate_site(self, field: PickField) -> None:
        """Ask for the site."""
        if not field.data:
            raise ValidationError(_("Choose the site"))

    def new_place(self) -> NewPlace:
        """Return the work place."""
        site_id = int(self.site.data)
        return NewPlace(
            site_id=site_id,
            from_date=self.from_date.data or self.days.at(site_id),
            until=self.until.data,
            instead=bool(self.instead.data),
        )

    def say(self, problem: LedgerError) -> None:
        """Put what a rule said at the field that it is about."""
        say_at_field(self, problem)


class EndForm(Form):
    """The last day at a site."""

    last_day = PersonDayField(_("Last day there"))

    def __init__(self, *, today: date) -> None:
        super().__init__()
        yesterday = (today - timedelta(days=1)).isoformat()
        self.last_day.render_kw = {"min": yesterday}

    def validate_last_day(self, field: DayField) -> None:
        """Ask for the day."""
        if field.data is None and not field.errors:
            raise ValidationError(_("Choose the last day"))

    def day(self) -> date | None:
        """Return the last day."""
        found: date | None = self.last_day.data
        return found

    def say(self, problem: LedgerError) -> None:
        """Put what a rule said at the field."""
        say_at_field(self, problem)


class LeaveForm(Form):
    """When somebody leaves: at once, or after a last day."""

    when = ChipsField(
        _("When do they leave?"),
        choices=chips(("day", _("After a last day")), ("now", _("At once"))),
    )
    last_day = PersonDayField(
        _("Last day"), description=_("Included. They can work and sign in until it is over.")
    )

    def validate_last_day(self, field: DayField) -> None:
        """Ask for the day, unless it is now."""
        if self.when.data == "day" and field.data is None and not field.errors:
            raise ValidationError(_("Choose the last day, or At once"))

    def day(self) -> date | None:
        """Return the last day; None is at once."""
        found: date | None = self.last_day.data if self.when.data == "day" else None
        return found

    def say(self, problem: LedgerError) -> None:
        """Put what a rule said at the field, or over the form."""
        if isinstance(problem, LastAdministratorError):
            self.form_errors.append(last_administrator_words(problem.name))
        else:
            say_at_field(self, problem)
