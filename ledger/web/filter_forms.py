"""The filters of the lists of decisions and of unmet needs: they stand in the address."""

from flask import request
from wtforms import StringField
from wtforms.validators import ValidationError

from ledger.core import money, sites
from ledger.core.reports import decision_choices
from ledger.core.reports.decision_choices import Choices
from ledger.core.reports.decision_list import DecisionFilter
from ledger.web.access import signed_in
from ledger.web.forms import Form
from ledger.web.moment import utc_now
from ledger.web.picks import DayField, PickField, whole
from ledger.web.transactions import reading
from ledger.web.typed_values import minor_of
from ledger.web.way_words import how_choices
from ledger.web.words import _


class ListForm(Form):
    """Which rows of a list are shown. What cannot be used is said at its field and left out."""

    site = PickField(_("Site"))
    person = PickField(_("Person"))
    reason = PickField(_("Reason"))
    since = DayField(_("From"))
    until = DayField(_("To"))
    least = StringField(
        _("Amount at least"), render_kw={"inputmode": "decimal", "autocomplete": "off"}
    )

    def __init__(self, choices: Choices, *, currency: str) -> None:
        super().__init__(formdata=request.args, meta={"csrf": False})
        self.everything = ("", _("All"))
        sites_here = [(str(site.id), site.name) for site in choices.sites]
        self.site.offer([self.everything, *sites_here])
        self.person.offer([self.everything, *((str(key), name) for key, name in choices.people)])
        self.reason.offer([self.everything, *((str(key), name) for key, name in choices.reasons)])
        here = {str(site.id): site.currency for site in choices.sites}
        seen = sorted(set(here.values()))
        usual = currency if currency in seen or not seen else seen[0]
        self.currency = here.get(self.site.data or "", usual)
        self.is_one_of_several = len(seen) > 1 and self.site.data not in here
        if self.is_one_of_several:
            self.least.description = _(
                "Only those in %(currency)s. Choose a site for its currency.",
                currency=self.currency,
            )

    def validate_least(self, field: StringField) -> None:
        """Read the amount."""
        self._check_amount(field)

    def validate_until(self, field: DayField) -> None:
        """Ask for days in their order."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(_("This is before the first day. Choose a later one."))

    def is_elsewhere(self) -> bool:
        """Whether a site was asked for that is not one of those to choose from."""
        return bool(self.site.data) and self.site.data not in self.site.names

    def address(self) -> dict[str, str]:
        """Return the filter as the arguments of an address."""
        return {field.name: request.args[field.name] for field in self if field.data}

    def wanted(self) -> DecisionFilter:
        """Return the filter; a field with something to fix leaves everything in."""
        fine = {field.name: field.data for field in self if not field.errors and field.data}
        least, most = (self._minor(fine.get(name)) for name in ("least", "most"))
        return DecisionFilter(
            site_id=whole(fine.get("site")),
            person_id=whole(fine.get("person")),
            remedy_id=whole(fine.get("remedy")),
            reason_id=whole(fine.get("reason")),
            since=fine.get("since"),
            until=fine.get("until"),
            least_minor=least,
            most_minor=most,
            currency=self.currency if least is not None or most is not None else None,
            state=fine.get("state"),
            source=fine.get("source"),
            how=fine.get("how"),
        )

    def _check_amount(self, field: StringField) -> None:
        minor_of(field.data or "0", self.currency)

    def _minor(self, typed: str | None) -> int | None:
        words = (typed or "").strip()
        return money.parse(words, self.currency) if words else None


class FilterForm(ListForm):
    """Which decisions are shown."""

    remedy = PickField(_("Remedy"))
    state = PickField(_("What came of it"))
    how = PickField(_("How it came about"))
    source = PickField(_("Written"))

    def __init__(self, choices: Choices, *, currency: str, watch: str) -> None:
        super().__init__(choices, currency=currency)
        every = self.everything
        self.remedy.offer([every, *((str(key), name) for key, name in choices.remedies)])
        self.state.offer(
            [
                every,
                ("came_back", _("Stayed") if watch == "stays" else _("Came back")),
                ("not_back", _("Left") if watch == "stays" else _("Not back")),
                ("maturing", _("Maturing")),
                ("walk_in", _("Walk-in")),
                ("voided", _("Voided")),
            ]
        )
        self.how.offer([every, *how_choices()])
        self.source.offer(
            [
                every,
                ("logged", _("At the log")),
                ("late", _("Told later")),
                ("imported", _("Imported")),
            ]
        )


class NeedsForm(ListForm):
    """Which unmet needs are shown."""

    most = StringField(
        _("Amount at most"), render_kw={"inputmode": "decimal", "autocomplete": "off"}
    )

    def validate_most(self, field: StringField) -> None:
        """Read the amount."""
        if field.data:
            self._check_amount(field)


def filter_form() -> FilterForm:
    """Return the filter of the list of decisions, as the address has it."""
    session = reading()
    company = sites.company(session)
    choices = decision_choices.choices(session, signed_in(), now=utc_now())
    return FilterForm(choices, currency=company.currency, watch=company.watch)


def needs_form() -> NeedsForm:
    """Return the filter of the list of unmet needs, as the address has it."""
    session = reading()
    choices = decision_choices.choices(session, signed_in(), now=utc_now())
    return NeedsForm(choices, currency=sites.company(session).currency)
