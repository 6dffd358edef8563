"""Who leads a site: whoever works there and may answer asks, and read what went past a limit."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlmodel import Session, col

from ledger.core import people, same_human
from ledger.core.permissions import Action, Role, may
from ledger.core.tables import Person, PersonSite

ANSWERING = sorted(role.value for role in Role if may(role, Action.ANSWER_ASKS))


def has_reader(session: Session, *, site_id: int, person_id: int, on: date, now: datetime) -> bool:
    """Whether somebody at a site can read what this person gives past a limit there."""
    own = same_human.records_of(session, person_id)
    return any(lead.id not in own for lead in leading(session, site_id=site_id, on=on, now=now))


def leading(session: Session, *, site_id: int, on: date, now: datetime) -> Sequence[Person]:
    """Return who answers at a site of their own accord on a business date, by name."""
    query = (
        select(Person)
        .join(PersonSite, col(PersonSite.person_id) == col(Person.id))
        .where(
            col(PersonSite.site_id) == site_id,
            col(PersonSite.from_date) <= on,
            or_(col(PersonSite.until).is_(None), col(PersonSite.until) >= on),
            col(Person.role).in_(ANSWERING),
            people.are_here(now=now),
        )
        .order_by(col(Person.name), col(Person.id))
    )
    return session.scalars(query).unique().all()
