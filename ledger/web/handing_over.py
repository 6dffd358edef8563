"""Handing asks over, as a form and as lines: for the inbox, and for an administrator."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import request
from wtforms import HiddenField
from wtforms.validators import ValidationError

from ledger.core.delegations import HandedOver, NewDelegation
from ledger.core.errors import BadValueError, LedgerError
from ledger.core.submissions import SubmissionReusedError
from ledger.core.tables import Person
from ledger.web.forms import Form
from ledger.web.picks import DayField, PickField
from ledger.web.when import day_words
from ledger.web.words import _


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOverLine:
    """One handing over as it is shown: between whom, and on which days, all of it words."""

    uid: str
    person: str
    to: str
    to_uid: str
    days: str
    is_coming: bool


class HandOverForm(Form):
    """To whom asks are handed over, and on which days."""

    uid = HiddenField()
    to = PickField(_("Who answers instead?"))
    starts_on = DayField(_("From"))
    ends_on = DayField(_("Until"), description=_("Included. It ends by itself."))

    def __init__(self, possible: Sequence[Person], *, today: date) -> None:
        """Take what was sent, or begin with today; `possible` as delegations.could_stand_in."""
        super().__init__()
        self._possible = {one.uid: one for one in possible}
        self.uid.data = self.uid.data or str(uuid.uuid4())
        if request.method == "GET":
            self.starts_on.data = today
        choose = ("", _("Choose"))
        self.to.offer([choose, *((one.uid, one.name) for one in possible)])

    def validate_to(self, field: PickField) -> None:
        """Ask for the person."""
        if not field.data:
            raise ValidationError(_("Choose who answers instead"))

    def validate_starts_on(self, field: DayField) -> None:
        """Ask for the first day."""
        if field.data is None and not field.errors:
            raise ValidationError(_("Choose the first day"))

    def validate_ends_on(self, field: DayField) -> None:
        """Ask for the last day."""
        if field.data is None and not field.errors:
            raise ValidationError(_("Choose the last day"))

    def new_delegation(self) -> NewDelegation:
        """Return what is to be handed over.

        Raises:
            ValueError: if a day is not there: ask whether the form is sent and fine first.

        """
        starts_on, ends_on = self.starts_on.data, self.ends_on.data
        if starts_on is None or ends_on is None:
            raise ValueError
        return NewDelegation(
            uid=self.uid.data or "",
            to=self._possible[self.to.data],
            starts_on=starts_on,
            ends_on=ends_on,
        )

    def say(self, problem: LedgerError) -> None:
        """Put what a rule said at its field.

        Raises:
            LedgerError: the problem itself, if it is of none of the fields.

        """
        if isinstance(problem, SubmissionReusedError):
            self.form_errors.append(_("This was sent before. Open the page again."))
            return
        if not isinstance(problem, BadValueError):
            raise problem
        words = _fixes().get((problem.field, problem.why))
        if words is None:
            raise problem
        self[problem.field].errors = [words]


def handed_over_line(one: HandedOver, *, today: date) -> HandedOverLine:
    """Return one handing over as it is shown."""
    facts = {
        "start": day_words(one.row.starts_on, today=today),
        "end": day_words(one.row.ends_on, today=today),
    }
    days = _("from %(start)s until %(end)s", **facts) if one.is_coming else ""
    return HandedOverLine(
        uid=one.row.uid,
        person=one.person.name,
        to=one.to.name,
        to_uid=one.to.uid,
        days=days or _("until %(end)s", end=facts["end"]),
        is_coming=one.is_coming,
    )


def _fixes() -> dict[tuple[str, str], str]:
    return {
        ("to", "themselves"): _("That is the same person. Choose somebody else."),
        ("to", "left"): _("They do not work here any more. Choose somebody else."),
        ("to", "may not answer"): _("They answer no asks. Choose a supervisor."),
        ("to", "goes round"): _(
            "They have handed their own asks over, and those would come back. Choose somebody "
            "else, or other days."
        ),
        ("starts_on", "past"): _("That day is over. Choose today or a later day."),
        ("starts_on", "taken"): _(
            "These asks are handed over on some of these days already. Take that back first, or "
            "choose other days."
        ),
        ("ends_on", "before start"): _("The last day is before the first. Choose a later one."),
        ("ends_on", "far"): _("Choose a day within a year"),
    }
