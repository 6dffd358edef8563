"""The part of the limit form that copies a limit to other sites and grades in the same step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.core import limit_copies
from ledger.core.limit_book import Scope
from ledger.core.limit_copies import Copy
from ledger.core.limit_setting import NewLimit
from ledger.core.tables import Person, Site
from ledger.web.limit_fixes import field_fix
from ledger.web.limit_words import now_words, scope_words
from ledger.web.log_fields import TicksField
from ledger.web.step_up import StepUpForm
from ledger.web.transactions import reading
from ledger.web.words import _


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLine:
    """One copy in words: for whom, what they have now, and why it cannot be set, if so."""

    who: str
    now: str
    fix: str


class CopyForm(StepUpForm):
    """A form with ticks for the sites and grades to which a limit is copied."""

    copy_sites = TicksField(
        _("The same for other sites"),
        description=_("Ticked ones get a limit of their own, for the same reason, in one step."),
    )
    copy_grades = TicksField(
        _("The same for other grades"),
        description=_("At each of the sites: every site with every grade."),
    )

    copies: Sequence[Copy] = ()
    site_names: dict[str, str] = {}  # noqa: RUF012  # each form sets its own in offer_copies

    def offer_copies(self, scope: Scope, sites: Sequence[Site], grades: Sequence[str]) -> None:
        """Say to which sites and grades the limit of a scope can be copied."""
        others = [site for site in sites if site.id != scope.site_id]
        can_move = scope.person_id is None and scope.site_id is not None
        self.site_names = {str(site.id): site.name for site in sites}
        self.copy_sites.offer(*((str(one.id), one.name) for one in others if can_move))
        others_of = [grade for grade in grades if grade != scope.grade and scope.grade is not None]
        self.copy_grades.offer(*((grade, grade) for grade in others_of))

    def spread(self, new: NewLimit) -> Sequence[NewLimit]:
        """Return the copies that are ticked."""
        if self.copy_sites.errors or self.copy_grades.errors:
            return []
        site_ids = [int(value) for value in self.copy_sites.data or []]
        return limit_copies.spread(new, site_ids=site_ids, grades=self.copy_grades.data or [])

    def look_at_copies(self, setter: Person, new: NewLimit, *, now: datetime) -> bool:
        """Look at the copies with what their scopes have now; whether all of them can be set."""
        self.copies = limit_copies.copies(reading(), setter, self.spread(new), now=now)
        return not any(copy.problems for copy in self.copies)

    def copy_lines(self, *, remedy: str | None) -> Sequence[CopyLine]:
        """Return the copies in words."""
        return [
            CopyLine(
                who=scope_words(
                    person=None,
                    site=self.site_names.get(str(copy.new.site_id)),
                    grade=copy.new.grade,
                    remedy=remedy,
                ),
                now=now_words(copy.now),
                fix=field_fix(copy.problems[0])[1] if copy.problems else "",
            )
            for copy in self.copies
        ]

    def copies_seen(self) -> Sequence[str | None]:
        """Return the last limit of each copy's scope, as it was looked at."""
        return [None if copy.now.newest is None else copy.now.newest.uid for copy in self.copies]

    def copy_tokens(self) -> frozenset[str]:
        """Return what stands for having seen these copies, with what they take the place of."""
        return frozenset(
            f"copy:{copy.new.site_id}:{(copy.new.grade or '').encode().hex()}:{seen or ''}"
            for copy, seen in zip(self.copies, self.copies_seen(), strict=True)
        )
