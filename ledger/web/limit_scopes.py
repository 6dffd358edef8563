"""Whom a limit is for, and whose is explained: the forms that only choose."""

from collections.abc import Mapping, Sequence

from flask import request
from wtforms import HiddenField
from wtforms.validators import ValidationError

from ledger.core import limit_changes
from ledger.core.limit_book import Scope
from ledger.core.permissions import Role
from ledger.core.tables import Person, Remedy, Site
from ledger.web.forms import Form
from ledger.web.moment import today
from ledger.web.picks import ChipsField, PickField, whole
from ledger.web.transactions import reading
from ledger.web.words import _

# What a level needs to be told beside itself.
NEEDS = {
    "site": ("site",),
    "site_grade": ("site", "grade"),
    "person": ("person",),
    "grade": ("grade",),
    "everyone": (),
}
# Beyond the sites of any supervisor.
ADMINISTRATORS_ONLY = ("grade", "everyone")


class ExplainForm(Form):
    """Whose limit is explained, and for what."""

    site = HiddenField()
    person = PickField(_("Explain the limit of"))
    remedy = PickField(_("For"))

    def __init__(self, site: Site, people: Sequence[Person], remedies: Sequence[Remedy]) -> None:
        super().__init__(formdata=request.args, meta={"csrf": False})
        self.site.data = str(site.id)
        self.person.offer([(str(person.id), person.name) for person in people])
        named = [(str(remedy.id), remedy.name) for remedy in remedies]
        self.remedy.offer([("", _("Any remedy without a limit of its own")), *named])

    def chosen(self, people: Sequence[Person]) -> tuple[Person | None, int | None]:
        """Return whose limit is explained (the first by name, unless chosen), and for what."""
        person = next((one for one in people if str(one.id) == self.person.data), None)
        remedy = self.remedy.data if self.remedy.data in self.remedy.names else None
        return person or next(iter(people), None), whole(remedy)


class ScopeForm(Form):
    """Whom a limit is for."""

    level = ChipsField(_("Whom is it for?"))
    site = PickField(_("Site"))
    grade = PickField(_("Grade"))
    person = PickField(_("Person"))
    remedy = PickField(_("Remedy"))

    def __init__(
        self,
        setter: Person,
        sites: Sequence[Site],
        people: Sequence[Person],
        remedies: Sequence[Remedy],
        grades: Sequence[str],
    ) -> None:
        super().__init__(formdata=request.values, meta={"csrf": False})
        levels = [
            ("site", _("A site")),
            ("site_grade", _("A grade at a site")),
            ("person", _("One person")),
            ("grade", _("A grade everywhere")),
            ("everyone", _("Everyone")),
        ]
        is_administrator = setter.role == Role.ADMINISTRATOR
        self.is_beyond = not is_administrator and self.level.data in ADMINISTRATORS_ONLY
        self.level.offer(
            [
                (key, words)
                for key, words in levels
                if is_administrator or key not in ADMINISTRATORS_ONLY
            ]
        )
        unset = ("", _("Choose"))
        self.site.offer([unset, *((str(site.id), site.name) for site in sites)])
        self.grade.offer([unset, *((grade, grade) for grade in grades)])
        # Nobody sets a limit for themselves.
        others = [person for person in people if person.id != setter.id]
        self.person.offer([unset, *((str(person.id), person.name) for person in others)])
        named = [(str(remedy.id), remedy.name) for remedy in remedies]
        self.remedy.offer([("", _("Every remedy")), *named])

    def is_asked(self) -> bool:
        """Whether somebody has sent the form, or an address that chooses."""
        return any(field.name in request.values for field in self)

    def validate(self, extra_validators: Mapping[str, Sequence[object]] | None = None) -> bool:
        """Check what was chosen; say of the level who may set it, or that it is to be chosen."""
        is_fine: bool = super().validate(extra_validators)
        if self.is_beyond:
            words = _(
                "An administrator sets a limit for everyone, and for a grade everywhere. You set "
                "limits for your own sites and the people there."
            )
            self.level.errors = [words]
        elif self.level.errors:
            self.level.errors = [_("Choose whom the limit is for")]
        return is_fine

    def validate_site(self, field: PickField) -> None:
        """Ask for the site where the level needs one."""
        self._check_needed("site", field, _("Choose the site"))

    def validate_grade(self, field: PickField) -> None:
        """Ask for the grade where the level needs one."""
        self._check_needed("grade", field, _("Choose the grade"))

    def validate_person(self, field: PickField) -> None:
        """Ask for the person where the level needs one."""
        self._check_needed("person", field, _("Choose the person"))

    def scope(self) -> Scope:
        """Return whom the limit is for; what the level does not ask for is left out."""
        needed = NEEDS[self.level.data]
        site_id = whole(self.site.data) if "site" in needed else None
        person_id = whole(self.person.data) if "person" in needed else None
        return Scope(
            site_id=site_id,
            grade=self.grade.data if "grade" in needed else None,
            person_id=person_id,
            remedy_id=whole(self.remedy.data),
            currency=limit_changes.currency_of(
                reading(), person_id=person_id, site_id=site_id, on=today()
            ),
        )

    def names(self) -> dict[str, str | None]:
        """Return the names of what the limit is for."""
        needed = NEEDS[self.level.data]
        return {
            "site": self.site.names[self.site.data] if "site" in needed else None,
            "grade": self.grade.names[self.grade.data] if "grade" in needed else None,
            "person": self.person.names[self.person.data] if "person" in needed else None,
            "remedy": self.remedy.names[self.remedy.data] if self.remedy.data else None,
        }

    def _check_needed(self, name: str, field: PickField, words: str) -> None:
        if name in NEEDS.get(self.level.data or "", ()) and not field.data:
            raise ValidationError(words)
