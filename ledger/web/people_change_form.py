"""The form that changes a person: who they are, up to how much they approve, and who else they are.

What lets somebody approve more, or says which records are of one human being, asks for the
password.
"""

from dataclasses import replace

from wtforms import StringField
from wtforms.validators import ValidationError

from ledger.core import money, people, same_human, team
from ledger.core.errors import BadValueError
from ledger.core.person_changes import AS_MUCH_AS_THEY_SET, PersonChange
from ledger.core.tables import Person
from ledger.web.moment import today
from ledger.web.team_forms import PersonForm, check_amount
from ledger.web.team_words import person_fix
from ledger.web.transactions import reading
from ledger.web.words import _


class ChangePersonForm(PersonForm):
    """Somebody who is here, as they are to be."""

    approval_ceiling = StringField(
        _("May approve up to"), render_kw={"inputmode": "decimal", "autocomplete": "off"}
    )
    same_as = StringField(
        _("The same person as"),
        description=_(
            "The employee id of another record of theirs: from before, or a second account. "
            "Neither answers an ask of the other. Empty: none."
        ),
        render_kw={"autocomplete": "off"},
    )

    def __init__(self, person: Person, currency: str, *, same_as: str) -> None:
        """Take what was sent; else show the person. `same_as`: the employee id they name now."""
        approval = person.approval_ceiling_minor
        typed = "" if approval is None else money.plain(approval, currency)
        super().__init__(person, currency, approval_ceiling=typed, same_as=same_as)
        self._changed = person
        self._was_same_as = same_as

    def validate_approval_ceiling(self, field: StringField) -> None:
        """Read the amount, if there is one."""
        check_amount(field, self.currency)

    def validate_same_as(self, field: StringField) -> None:
        """Find the other record, if there is one."""
        typed = (field.data or "").strip()
        if not typed:
            return
        other = people.person_by_employee_id(reading(), typed)
        if other is None or other.id == self._changed.id:
            why = "unknown" if other is None else "themselves"
            raise ValidationError(person_fix(BadValueError(field="same_as", value=typed, why=why)))

    def change(self) -> PersonChange:
        """Return what the person is to be."""
        return replace(
            super().change(),
            approval_ceiling_minor=self._approval_minor(),
            same_as_uid=self._same_as_uid(),
        )

    def needs_proof(self) -> bool:
        """Whether this gives somebody more, another's sign-in, or another human being."""
        approval = self._changed.approval_ceiling_minor
        was = AS_MUCH_AS_THEY_SET if approval is None else approval
        is_other = self._approval_minor() != was and not self.approval_ceiling.errors
        is_same_as = (self.same_as.data or "").strip() == self._was_same_as
        return super().needs_proof() or is_other or not is_same_as

    def _approval_minor(self) -> int:
        typed = (self.approval_ceiling.data or "").strip()
        if not typed or self.approval_ceiling.errors:
            return AS_MUCH_AS_THEY_SET
        return money.parse(typed, self.currency)

    def _same_as_uid(self) -> str:
        typed = (self.same_as.data or "").strip()
        other = people.person_by_employee_id(reading(), typed) if typed else None
        return "" if other is None else other.uid


def change_form(person: Person) -> ChangePersonForm:
    """Return the form of a person, with what was sent or what is."""
    session = reading()
    (currency, *_others) = team.currencies_of(session, person, on=today())
    other = same_human.named_by(session, person)
    return ChangePersonForm(person, currency, same_as="" if other is None else other.employee_id)
