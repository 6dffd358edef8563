"""The filter of the journal, which stands in the address."""

from collections.abc import Sequence

from flask import request
from wtforms.validators import ValidationError

from ledger.core.people import subject_of
from ledger.core.reports.journal_list import GROUPS, OTHER, SYSTEM, JournalFilter
from ledger.core.tables import Person, Site
from ledger.web.forms import Form
from ledger.web.journal_looks import group_words
from ledger.web.picks import DayField, PickField, whole
from ledger.web.words import _


class JournalForm(Form):
    """Which rows are shown. What cannot be used is said at its field and left out."""

    group = PickField(_("What"))
    person = PickField(_("Who did it"))
    site = PickField(_("Site"))
    since = DayField(_("From"))
    until = DayField(_("To"))

    def __init__(self, people: Sequence[Person], sites: Sequence[Site]) -> None:
        super().__init__(formdata=request.args, meta={"csrf": False})
        everything = ("", _("All"))
        groups = [(name, group_words(name)) for name in (*GROUPS, OTHER)]
        self.group.offer([everything, *groups])
        who = [(person.uid, person.name) for person in people]
        self.person.offer([everything, *who, (SYSTEM, _("The system"))])
        self.site.offer([everything, *((str(site.id), site.name) for site in sites)])
        self._actors = {person.uid: subject_of(person) for person in people} | {SYSTEM: SYSTEM}

    def validate_until(self, field: DayField) -> None:
        """Ask for days in their order."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(_("This is before the first day. Choose a later one."))

    def wanted(self) -> JournalFilter:
        """Return the filter; a field with something to fix leaves everything in."""
        fine = {field.name: field.data for field in self if not field.errors and field.data}
        return JournalFilter(
            since=fine.get("since"),
            until=fine.get("until"),
            group=fine.get("group"),
            actor=self._actors.get(fine.get("person", "")),
            site_id=whole(fine.get("site")),
        )

    def address(self) -> dict[str, str]:
        """Return the filter as the arguments of an address."""
        return {field.name: request.args[field.name] for field in self if field.data}
