"""The forms of a site: a new one, its name, and its clock."""

from wtforms import StringField
from wtforms.validators import ValidationError

from ledger.core import money, sites
from ledger.core.errors import BadValueError, LedgerError
from ledger.core.lines import typed_line
from ledger.core.site_changes import ClockNow, ClockToCome
from ledger.core.sites import NewSite
from ledger.core.tables import Company, Site
from ledger.web.forms import Form
from ledger.web.sites_words import site_fix
from ledger.web.words import _

_PLAIN = {"autocomplete": "off"}


class SiteForm(Form):
    """A site's name and currency."""

    name = StringField(_("Name"), description=_("As people know it."), render_kw=_PLAIN)
    currency = StringField(
        _("Currency"), render_kw={"autocomplete": "off", "maxlength": "3", "size": "3"}
    )

    def validate_name(self, field: StringField) -> None:
        """Ask for the name."""
        try:
            typed_line("name", field.data or "")
        except BadValueError as problem:
            raise ValidationError(site_fix(problem)) from problem

    def validate_currency(self, field: StringField) -> None:
        """Read the code of the currency."""
        try:
            money.code(field.data or "")
        except BadValueError as problem:
            raise ValidationError(site_fix(problem)) from problem

    def typed(self) -> tuple[str, str]:
        """Return the name and the currency."""
        return self.name.data or "", money.code(self.currency.data or "")

    def say(self, problem: LedgerError) -> None:
        """Put what a rule said at the field that it is about."""
        _say(self, problem)


class ClockForm(Form):
    """In which zone a site tells the time, and when its business day starts."""

    zone = StringField(
        _("Time zone"),
        description=_("Type a city and choose: Europe/Zurich, America/New_York."),
        render_kw={"autocomplete": "off", "list": "zones"},
    )
    day_start = StringField(
        _("The business day starts at"),
        description=_(
            "In the quiet of the night: what is given before then belongs to the day before."
        ),
        render_kw={"type": "time", "autocomplete": "off"},
    )

    def validate_zone(self, field: StringField) -> None:
        """Read the zone."""
        self._check(field.data or "", "00:00")

    def validate_day_start(self, field: StringField) -> None:
        """Read the time of day."""
        self._check("UTC", field.data or "")

    def clock(self) -> tuple[str, str]:
        """Return the zone and the day start."""
        return (self.zone.data or "").strip(), (self.day_start.data or "").strip()

    def say(self, problem: LedgerError) -> None:
        """Put what a rule said at the field that it is about, or over the form."""
        if isinstance(problem, BadValueError) and problem.field == "site":
            self.form_errors.append(site_fix(problem))
        else:
            _say(self, problem)

    def _check(self, zone: str, day_start: str) -> None:
        try:
            sites.check_clock(zone.strip(), day_start.strip())
        except BadValueError as problem:
            raise ValidationError(site_fix(problem)) from problem


class NewSiteForm(SiteForm, ClockForm):
    """A new site; what the company has is filled in."""

    location_ref = StringField(
        _("Reference"),
        description=_("As the till and your files name it. It cannot be changed afterwards."),
        render_kw=_PLAIN,
    )

    def __init__(self, company: Company) -> None:
        super().__init__(currency=company.currency, zone=company.zone, day_start=company.day_start)

    def validate_location_ref(self, field: StringField) -> None:
        """Ask for the reference."""
        try:
            typed_line("location_ref", field.data or "")
        except BadValueError as problem:
            raise ValidationError(site_fix(problem)) from problem

    def new_site(self) -> NewSite:
        """Return the site as it was typed."""
        name, currency = self.typed()
        zone, day_start = self.clock()
        return NewSite(
            location_ref=typed_line("location_ref", self.location_ref.data or ""),
            name=typed_line("name", name),
            currency=currency,
            zone=zone,
            day_start=day_start,
        )


def site_form(site: Site, *, is_sent: bool = True) -> SiteForm:
    """Return the form of a site there is; not sent, it shows what is there."""
    return SiteForm(**_shown(is_sent=is_sent), name=site.name, currency=site.currency)


def clock_form(now: ClockNow | ClockToCome, *, is_sent: bool = True) -> ClockForm:
    """Return the form of the clock that a site has; not sent, it shows what is there."""
    return ClockForm(**_shown(is_sent=is_sent), zone=now.zone, day_start=now.day_start)


def _shown(*, is_sent: bool) -> dict[str, None]:
    """Return what keeps a form from reading what the other form on its page sent."""
    return {} if is_sent else {"formdata": None}


def _say(form: Form, problem: LedgerError) -> None:
    if not isinstance(problem, BadValueError) or problem.field not in form:
        raise problem
    form[problem.field].errors = [site_fix(problem)]
