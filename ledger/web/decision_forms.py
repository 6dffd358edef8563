"""The forms of the decisions: the filter, which stands in the address, and the void."""

import uuid

from flask import request
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, ValidationError

from ledger.core import money, notes
from ledger.core.errors import AmountError, BadValueError
from ledger.core.reports.decision_choices import Choices
from ledger.core.reports.decision_list import DecisionFilter
from ledger.core.voids import VoidDraft
from ledger.web.forms import Form
from ledger.web.limit_fixes import amount_fix, note_fix
from ledger.web.picks import ChipsField, DayField, PickField, chips, whole
from ledger.web.way_words import how_choices
from ledger.web.words import _


class FilterForm(Form):
    """Which decisions are shown. What cannot be used is said at its field and left out."""

    site = PickField(_("Site"))
    person = PickField(_("Person"))
    remedy = PickField(_("Remedy"))
    reason = PickField(_("Reason"))
    state = PickField(_("What came of it"))
    how = PickField(_("How it came about"))
    source = PickField(_("Written"))
    since = DayField(_("From"))
    until = DayField(_("To"))
    least = StringField(
        _("Amount at least"), render_kw={"inputmode": "decimal", "autocomplete": "off"}
    )

    def __init__(self, choices: Choices, *, currency: str, watch: str) -> None:
        super().__init__(formdata=request.args, meta={"csrf": False})
        everything = ("", _("All"))
        self.site.offer([everything, *((str(site.id), site.name) for site in choices.sites)])
        self.person.offer([everything, *((str(key), name) for key, name in choices.people)])
        self.remedy.offer([everything, *((str(key), name) for key, name in choices.remedies)])
        self.reason.offer([everything, *((str(key), name) for key, name in choices.reasons)])
        self.state.offer(
            [
                everything,
                ("came_back", _("Stayed") if watch == "stays" else _("Came back")),
                ("not_back", _("Left") if watch == "stays" else _("Not back")),
                ("maturing", _("Maturing")),
                ("walk_in", _("Walk-in")),
                ("voided", _("Voided")),
            ]
        )
        self.how.offer([everything, *((key, words) for key, words in how_choices())])
        self.source.offer(
            [
                everything,
                ("logged", _("At the log")),
                ("late", _("Told later")),
                ("imported", _("Imported")),
            ]
        )
        here = {str(site.id): site.currency for site in choices.sites}
        seen = sorted(set(here.values()))
        usual = currency if currency in seen or not seen else seen[0]
        self.currency = here.get(self.site.data or "", usual)
        if len(seen) > 1 and self.site.data not in here:
            self.least.description = _(
                "Only decisions in %(currency)s. Choose a site for its currency.",
                currency=self.currency,
            )

    def validate_least(self, field: StringField) -> None:
        """Read the amount."""
        try:
            money.parse((field.data or "0").strip(), self.currency)
        except AmountError as problem:
            raise ValidationError(amount_fix(problem)) from problem

    def validate_until(self, field: DayField) -> None:
        """Ask for days in their order."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(_("This is before the first day. Choose a later one."))

    def is_elsewhere(self) -> bool:
        """Whether a site was asked for that is not one of those to choose from."""
        return bool(self.site.data) and self.site.data not in self.site.names

    def wanted(self) -> DecisionFilter:
        """Return the filter; a field with something to fix leaves everything in."""
        fine = {field.name: field.data for field in self if not field.errors and field.data}
        least_minor = self._least_minor() if "least" in fine else None
        return DecisionFilter(
            site_id=whole(fine.get("site")),
            person_id=whole(fine.get("person")),
            remedy_id=whole(fine.get("remedy")),
            reason_id=whole(fine.get("reason")),
            since=fine.get("since"),
            until=fine.get("until"),
            least_minor=least_minor,
            currency=None if least_minor is None else self.currency,
            state=fine.get("state"),
            source=fine.get("source"),
            how=fine.get("how"),
        )

    def address(self) -> dict[str, str]:
        """Return the filter as the arguments of an address."""
        return {field.name: request.args[field.name] for field in self if field.data}

    def _least_minor(self) -> int | None:
        typed = (self.least.data or "").strip()
        return money.parse(typed, self.currency) if typed else None


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
        try:
            notes.check_note(field.data or "")
        except BadValueError as problem:
            raise ValidationError(note_fix(problem)) from problem

    def draft(self) -> VoidDraft:
        """Return the void as it was typed."""
        return VoidDraft(
            uid=self.uid.data or "",
            reason=(self.reason.data or "").strip(),
            taken_back=self.taken_back.data == "yes",
        )
