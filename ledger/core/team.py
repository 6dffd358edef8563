"""The people whom somebody may see: those of one's own sites, and everybody for administrators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import sites
from ledger.core.errors import NotFoundError
from ledger.core.permissions import Role
from ledger.core.tables import Person, PersonSite, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """A person in a list of people; `signs_in` says whether they have a password."""

    uid: str
    name: str
    role: str
    grade: str | None
    site_names: Sequence[str]
    email: str | None
    signs_in: bool


def people_visible_to(
    session: Session, person: Person, *, on: date, count: int = 500
) -> Sequence[Colleague]:
    """Return the active people whom this person may see on a business date, by name."""
    query = select(Person).where(col(Person.active) == 1)
    if person.role != Role.ADMINISTRATOR:
        own = sites.site_ids_of(session, person, on=on)
        here = select(col(PersonSite.person_id)).where(
            col(PersonSite.site_id).in_(own),
            col(PersonSite.from_date) <= on,
            col(PersonSite.until).is_(None) | (col(PersonSite.until) >= on),
        )
        query = query.where(col(Person.id).in_(here))
    found = session.scalars(query.order_by(col(Person.name), col(Person.id)).limit(count)).all()
    names = _site_names(session, [one.id for one in found], on=on)
    return [
        Colleague(
            uid=one.uid,
            name=one.name,
            role=one.role,
            grade=one.grade,
            site_names=names.get(one.id, ()),
            email=one.email,
            signs_in=one.password_hash is not None,
        )
        for one in found
    ]


def person_to_give_a_code(session: Session, uid: str) -> Person:
    """Return the active person with this pseudonym, who has an e-mail to sign in with.

    Raises:
        NotFoundError: if there is none.

    """
    query = select(Person).where(
        col(Person.uid) == uid, col(Person.active) == 1, col(Person.email).is_not(None)
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFoundError("person", uid)
    return found


def _site_names(
    session: Session, person_ids: Sequence[int], *, on: date
) -> Mapping[int, Sequence[str]]:
    query = (
        select(col(PersonSite.person_id), col(Site.name))
        .join(Site, col(Site.id) == col(PersonSite.site_id))
        .where(
            col(PersonSite.person_id).in_(person_ids),
            col(PersonSite.from_date) <= on,
            col(PersonSite.until).is_(None) | (col(PersonSite.until) >= on),
        )
        .order_by(col(Site.name))
    )
    names: dict[int, list[str]] = {}
    for person_id, name in session.execute(query):
        names.setdefault(person_id, []).append(name)
    return names
