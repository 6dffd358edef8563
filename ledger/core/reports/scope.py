"""Which decisions a page or a report looks at: those of some sites, in some business dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select, true
from sqlmodel import Session, col

from ledger.core import sites
from ledger.core.permissions import Role
from ledger.core.tables import Decision, Outcome, Person, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Decisions of these sites (None: of all), from one business date to another, both included."""

    site_ids: frozenset[int] | None = None
    since: date | None = None
    until: date | None = None

    def holds(self) -> ColumnElement[bool]:
        """Return the condition on `decision` joined with `outcome`."""
        condition: ColumnElement[bool] = true()
        if self.site_ids is not None:
            condition &= col(Decision.site_id).in_(sorted(self.site_ids))
        if self.since is not None:
            condition &= col(Outcome.decided_on) >= self.since.toordinal()
        if self.until is not None:
            condition &= col(Outcome.decided_on) <= self.until.toordinal()
        return condition


def sites_in_sight(session: Session, person: Person, *, on: date) -> Sequence[Site]:
    """Return the sites whose outcomes this person may see on a business date, by name.

    A supervisor sees their own; auditors and executives see all.
    """
    if person.role == Role.SUPERVISOR:
        return sites.sites_of(session, person, on=on)
    return sites.all_sites(session)


def last_decided_on(session: Session, scope: Scope) -> date | None:
    """Return the business date of the latest decision in the scope, voided ones too, or None."""
    query = select(func.max(col(Outcome.decided_on))).join(
        Decision, col(Decision.id) == col(Outcome.decision_id)
    )
    found = session.scalar(query.where(scope.holds()))
    return None if found is None else date.fromordinal(found)
