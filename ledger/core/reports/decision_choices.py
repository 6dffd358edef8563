"""What the list of decisions can be filtered by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlmodel import Session, col

from ledger.core.driver import Driver, Prepared
from ledger.core.permissions import Action, Role, may
from ledger.core.reports.decision_list import sites_of_decisions
from ledger.core.tables import Decision, Person, PersonSite, Reason, Remedy, Site

MOST_CHOICES = 500
_DECIDING = tuple(role for role in Role if may(role, Action.RECORD_DECISION))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a filter can be set to."""

    sites: Sequence[Site]
    people: Sequence[tuple[int, str]]
    remedies: Sequence[tuple[int, str]]
    reasons: Sequence[tuple[int, str]]


def choices(session: Session, person: Person, *, now: datetime) -> Choices:
    """Return what a person may filter decisions by: their sites, who decides there, and so on.

    Of those who work there, only who may record decisions or has recorded one before.
    """
    in_sight = sites_of_decisions(session, person, now=now)
    here = select(col(PersonSite.person_id)).where(
        col(PersonSite.site_id).in_([site.id for site in in_sight])
    )
    has_decided = select(col(Decision.id)).where(col(Decision.person_id) == col(Person.id)).exists()
    people = (
        select(col(Person.id), col(Person.name))
        .where(
            col(Person.id).in_(here),
            or_(col(Person.role).in_(_DECIDING), has_decided),
        )
        .order_by(col(Person.name), col(Person.id))
        .limit(MOST_CHOICES)
    )
    driver = Driver(session)
    return Choices(
        sites=in_sight,
        people=[(key, name) for key, name in session.execute(people)],
        remedies=_REMEDIES.run(driver).fetchall(),
        reasons=_REASONS.run(driver).fetchall(),
    )


_REMEDIES = Prepared(
    select(col(Remedy.id), col(Remedy.name)).order_by(col(Remedy.position)).limit(MOST_CHOICES)
)
_REASONS = Prepared(
    select(col(Reason.id), col(Reason.name)).order_by(col(Reason.position)).limit(MOST_CHOICES)
)
