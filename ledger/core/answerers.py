"""Who may answer an ask at a site: those who lead it, and who stands in for them today."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlmodel import Session, col

from ledger.core import delegations, people, same_human, sites
from ledger.core.permissions import Action, Role, may
from ledger.core.tables import Person, PersonSite

_ANSWERING = sorted(role.value for role in Role if may(role, Action.ANSWER_ASKS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """As whom somebody answers: up to how much, in minor units, and in whose place, if so."""

    ceiling_minor: int
    for_person_id: int | None


def standing(
    session: Session, person: Person, *, site_id: int, now: datetime, asker_id: int | None = None
) -> Standing | None:
    """Return as whom a person may answer the asks of a site now; None is not at all.

    They may for themselves where they work that day, and elsewhere in the place of somebody who
    does and has handed over to them, whatever is said of who has handed over themselves: they are
    not asked, and may answer. With an asker: nobody stands in for them for their own ask.
    """
    if not (may(person.role, Action.ANSWER_ASKS) and people.works_here(person, now=now)):
        return None
    on = sites.calendar_of(session, site_id).business_date(now)
    leads = {one.id for one in leading(session, site_id=site_id, on=on, now=now)}
    ceiling = ceiling_of(person)
    if person.id in leads:
        return Standing(ceiling_minor=ceiling, for_person_id=None)
    if asker_id is not None:
        leads -= same_human.records_of(session, asker_id)
    handed_over = delegations.in_force(session, on=on)
    givers = sorted(one for one in leads if person.id in delegations.reaches(handed_over, one))
    return Standing(ceiling_minor=ceiling, for_person_id=givers[0]) if givers else None


def ceiling_of(person: Person) -> int:
    """Return the most that somebody may approve, in minor units of whatever currency.

    Unless an administrator set it, it is as much as they may set as a limit.
    """
    if person.approval_ceiling_minor is None:
        return person.ceiling_minor
    return person.approval_ceiling_minor


def leading(session: Session, *, site_id: int, on: date, now: datetime) -> list[Person]:
    """Return who answers for a site on a business date of its own accord, by name."""
    query = (
        select(Person)
        .join(PersonSite, col(PersonSite.person_id) == col(Person.id))
        .where(
            col(PersonSite.site_id) == site_id,
            col(PersonSite.from_date) <= on,
            or_(col(PersonSite.until).is_(None), col(PersonSite.until) >= on),
            col(Person.role).in_(_ANSWERING),
            people.are_here(now=now),
        )
        .order_by(col(Person.name), col(Person.id))
    )
    return list(session.scalars(query).unique())
