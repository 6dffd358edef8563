"""What the list of decisions can be filtered by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core.reports.decision_list import sites_of_decisions
from ledger.core.tables import Person, PersonSite, Reason, Remedy, Site

MOST_CHOICES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a filter can be set to."""

    sites: Sequence[Site]
    people: Sequence[tuple[int, str]]
    remedies: Sequence[tuple[int, str]]
    reasons: Sequence[tuple[int, str]]


def choices(session: Session, person: Person, *, now: datetime) -> Choices:
    """Return what a person may filter decisions by: their sites, who works there, and so on."""
    in_sight = sites_of_decisions(session, person, now=now)
    here = select(col(PersonSite.person_id)).where(
        col(PersonSite.site_id).in_([site.id for site in in_sight])
    )
    people = (
        select(col(Person.id), col(Person.name))
        .where(col(Person.id).in_(here))
        .order_by(col(Person.name), col(Person.id))
        .limit(MOST_CHOICES)
    )
    remedies = select(col(Remedy.id), col(Remedy.name)).order_by(col(Remedy.position))
    reasons = select(col(Reason.id), col(Reason.name)).order_by(col(Reason.position))
    return Choices(
        sites=in_sight,
        people=[(key, name) for key, name in session.execute(people)],
        remedies=[(key, name) for key, name in session.execute(remedies.limit(MOST_CHOICES))],
        reasons=[(key, name) for key, name in session.execute(reasons.limit(MOST_CHOICES))],
    )
