"""The forms of the team: finding somebody, and who they are."""

from collections.abc import Sequence

from flask import request
from wtforms import HiddenField, StringField
from wtforms.validators import ValidationError

from ledger.core import money
from ledger.core.administrators import LastAdministratorError
from ledger.core.errors import BadValueError, LedgerError
from ledger.core.lines import typed_line
from ledger.core.people import NewPerson, check_email, check_free, email_key
from ledger.core.permissions import Role
from ledger.core.person_changes import PersonChange, PersonChangedError, version_of
from ledger.core.tables import Person, Site
from ledger.web.forms import Form
from ledger.web.moment import Days
from ledger.web.picks import DayField, PersonDayField, PickField, whole
from ledger.web.step_up import StepUpForm
from ledger.web.team_words import last_administrator_words, person_fix
from ledger.web.transactions import reading
from ledger.web.typed_values import minor_of
from ledger.web.words import _, role_words

_PLAIN = {"autocomplete": "off"}


class FindForm(Form):
    """Whom to look for; it stands in the address."""

    find = StringField(
        _("Name, id or e-mail"),
        render_kw={"type": "search", "autocomplete": "off"},
    )
    gone = PickField(_("Show"))

    def __init__(self) -> None:
        super().__init__(formdata=request.args, meta={"csrf": False})
        self.gone.offer([("", _("Who works here")), ("1", _("Who has left"))])

    def address(self) -> dict[str, str]:
        """Return what the address says."""
        typed = {"find": (self.find.data or "").strip(), "gone": "1" if self.wants_gone else ""}
        return {name: value for name, value in typed.items() if value}

    @property
    def wants_gone(self) -> bool:
        """Whether those who have left are looked for."""
        return bool(self.gone.data == "1")


class PersonForm(StepUpForm):
    """Who somebody is; what they may do or sign in with is changed with the password."""

    seen = HiddenField()
    name = StringField(_("Name"), description=_("As colleagues know them."), render_kw=_PLAIN)
    employee_id = StringField(
        _("Employee id"),
        description=_("As payroll knows it. Zeros in front stay."),
        render_kw=_PLAIN,
    )
    email = StringField(
        _("E-mail"),
        description=_("To sign in with. Empty: they cannot sign in."),
        render_kw={"autocomplete": "off", "inputmode": "email"},
    )
    role = PickField(_("Role"))
    grade = StringField(
        _("Grade"),
        description=_("Limits may be set by grade. Empty: none."),
        render_kw={"autocomplete": "off", "list": "grades"},
    )
    ceiling = StringField(
        _("Highest limit they may set"), render_kw={"inputmode": "decimal", "autocomplete": "off"}
    )

    def __init__(self, person: Person | None, currency: str, **more: object) -> None:
        """Take what was sent; else show the person, and these values of a form that has more."""
        values: dict[str, object] = {"role": Role.STAFF.value}
        if person is not None:
            ceiling = money.plain(person.ceiling_minor, currency) if person.ceiling_minor else ""
            values = {
                "seen": version_of(person),
                "name": person.name,
                "employee_id": person.employee_id,
                "email": person.email or "",
                "role": person.role,
                "grade": person.grade or "",
                "ceiling": ceiling,
            }
        super().__init__(**values, **more)
        self.person = person
        self.currency = currency
        self.role.offer([(role.value, role_words(role)) for role in Role])

    def validate_name(self, field: StringField) -> None:
        """Ask for the name."""
        _check_line("name", field)

    def validate_employee_id(self, field: StringField) -> None:
        """Ask for the employee id, which nobody else has."""
        typed = _check_line("employee_id", field)
        if self.person is None or typed != self.person.employee_id:
            self._check_free(employee_id=typed)

    def validate_email(self, field: StringField) -> None:
        """Read the e-mail, if there is one; nobody else has it."""
        if not (field.data or "").strip():
            return
        try:
            typed = check_email(field.data or "")
        except BadValueError as problem:
            raise ValidationError(person_fix(problem)) from problem
        if self.person is None or typed != self.person.email:
            self._check_free(email=typed)

    def validate_grade(self, field: StringField) -> None:
        """Read the grade, if there is one."""
        if (field.data or "").strip():
            _check_line("grade", field)

    def validate_ceiling(self, field: StringField) -> None:
        """Read the amount."""
        check_amount(field, self.currency)

    def may_be_saved(self) -> bool:
        """Whether all of it can be used, and it is proven who does it where that is needed.

        It is needed for what gives somebody more, or another's sign-in; typed without need, it is
        read all the same, and counts. Says everything at once.
        """
        is_fine = self.is_sent_and_fine()
        is_typed = bool(self.password.data)
        is_proven = not (is_typed or self.needs_proof()) or self.is_proven()
        return is_fine and is_proven

    def change(self) -> PersonChange:
        """Return what the person is to be."""
        return PersonChange(
            name=self.name.data or "",
            employee_id=self.employee_id.data or "",
            email=self.email.data or "",
            role=self.role.data,
            grade=self.grade.data or "",
            ceiling_minor=self._ceiling_minor(),
        )

    def say(self, problem: LedgerError) -> None:
        """Put what a rule said at the field that it is about, or over the form."""
        if isinstance(problem, LastAdministratorError):
            is_role = self.person is not None and self.role.data != self.person.role
            field = self.role if is_role else self.email
            field.errors = [last_administrator_words(problem.name)]
        elif isinstance(problem, PersonChangedError):
            self.form_errors.append(
                _(
                    "Not saved: somebody changed this person in the meantime. Open the page again, "
                    "look, and make the change once more if it is still needed."
                )
            )
        else:
            say_at_field(self, problem)

    def needs_proof(self) -> bool:
        """Whether this gives somebody more, or another's sign-in, as far as it can be read."""
        person, change = self.person, self.change()
        role, ceiling_minor = Role.STAFF.value, 0
        if person is not None:
            role, ceiling_minor = person.role, person.ceiling_minor
        if change.role != role or (
            not self.ceiling.errors and change.ceiling_minor != ceiling_minor
        ):
            return True
        if person is None:
            return False
        if email_key(change.email or "") != (person.email or ""):
            return True
        is_read = not self.employee_id.errors
        return is_read and typed_line("employee_id", change.employee_id or "") != person.employee_id

    def _check_free(self, *, employee_id: str | None = None, email: str | None = None) -> None:
        try:
            check_free(reading(), employee_id=employee_id, email=email)
        except BadValueError as problem:
            raise ValidationError(person_fix(problem)) from problem

    def _ceiling_minor(self) -> int:
        typed = (self.ceiling.data or "").strip()
        return money.parse(typed, self.currency) if typed and not self.ceiling.errors else 0


class NewPersonForm(PersonForm):
    """Somebody new, with the site at which they begin."""

    site = PickField(_("Works at"), description=_("More sites can be added afterwards."))
    from_date = PersonDayField(
        _("From"), description=_("Their first day there. Empty: the site's own today.")
    )

    def __init__(self, sites: Sequence[Site], *, currency: str, days: Days) -> None:
        super().__init__(None, currency)
        # What is typed in the ceiling is in the currency of where they will set limits.
        self.currency = {str(one.id): one.currency for one in sites}.get(
            self.site.data or "", currency
        )
        self.days = days
        none = ("", _("No site"))
        self.site.offer([none, *((str(site.id), site.name) for site in sites)])

    def validate_from_date(self, field: DayField) -> None:
        """Ask for a day that is not over at the site."""
        today = self.days.at(whole(self.site.data))
        if field.data is not None and field.data < today:
            raise ValidationError(_("That day is over there. Choose today or a later day."))

    def new_person(self) -> NewPerson:
        """Return the person as they were typed."""
        site_id = whole(self.site.data)
        grade, email = (self.grade.data or "").strip(), (self.email.data or "").strip()
        return NewPerson(
            employee_id=typed_line("employee_id", self.employee_id.data or ""),
            name=typed_line("name", self.name.data or ""),
            email=email or None,
            role=self.role.data,
            grade=typed_line("grade", grade) if grade else None,
            site_ids=[] if site_id is None else [site_id],
            from_date=self.from_date.data or self.days.at(site_id),
            ceiling_minor=self._ceiling_minor(),
        )


def check_amount(field: StringField, currency: str) -> None:
    """Refuse what is no amount of a currency; nothing is zero.

    Raises:
        ValidationError: with what to do, for the field.

    """
    minor_of((field.data or "").strip() or "0", currency)


def _check_line(name: str, field: StringField) -> str:
    try:
        return typed_line(name, field.data or "")
    except BadValueError as problem:
        raise ValidationError(person_fix(problem)) from problem


def say_at_field(form: Form, problem: LedgerError) -> None:
    """Put what a rule said of a value at its field.

    Raises:
        LedgerError: the problem itself, if it is of none of the fields.

    """
    if not isinstance(problem, BadValueError) or problem.field not in form:
        raise problem
    form[problem.field].errors = [person_fix(problem)]
