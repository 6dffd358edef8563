"""The people whom somebody may see: those of one's own sites, and everybody for administrators."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, not_, select
from sqlmodel import Session, col

from ledger.core import people, sites
from ledger.core.errors import NotFoundError
from ledger.core.permissions import Role
from ledger.core.tables import Person, PersonSite, Site

ON_A_PAGE = 50
MOST_GRADES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """A person in a list of people; `signs_in` says whether they have a password."""

    uid: str
    employee_id: str
    name: str
    role: str
    grade: str | None
    site_names: Sequence[str]
    email: str | None
    signs_in: bool
    is_here: bool
    last_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """One page of a list of people, and how many there are in all."""

    rows: Sequence[Colleague]
    count: int
    page: int
    pages: int


def people_visible_to(
    session: Session,
    person: Person,
    *,
    now: datetime,
    find: str = "",
    gone: bool = False,
    page: int = 1,
) -> Team:
    """Return a page of the people whom this person may see, by name.

    Args:
        session: an open transaction.
        person: who looks; an administrator sees everybody, others the people of their sites.
        now: the instant; today is the company's business date then.
        find: a part of a name, an employee id or an e-mail, in any case and without accents.
        gone: those who have left, instead of those who work here; for administrators.
        page: from 1; one that is not there becomes the nearest that is.

    """
    on = sites.company_calendar(session).business_date(now)
    query = select(Person).where(
        not_(people.are_here(now=now)) if gone else people.are_here(now=now)
    )
    if person.role != Role.ADMINISTRATOR:
        own = sites.site_ids_of(session, person, on=on)
        query = query.where(col(Person.id).in_(_who_works_at(own, on=on)))
    if find.strip():
        query = query.where(col(Person.id).in_(_matching_ids(session, find)))
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-count // ON_A_PAGE))
    page = min(max(page, 1), pages)
    query = query.order_by(col(Person.name), col(Person.id))
    found = session.scalars(query.limit(ON_A_PAGE).offset((page - 1) * ON_A_PAGE)).all()
    names = _site_names(session, [one.id for one in found], on=on)
    return Team(
        rows=[_colleague(one, names.get(one.id, ()), now=now) for one in found],
        count=count,
        page=page,
        pages=pages,
    )


def person_with(session: Session, uid: str) -> Person:
    """Return the person with this pseudonym, whether they still work here or not.

    Raises:
        NotFoundError: if there is none.

    """
    found = people.person_by_uid(session, uid)
    if found is None:
        raise NotFoundError("person", uid)
    return found


def person_to_give_a_code(session: Session, uid: str, *, now: datetime) -> Person:
    """Return the person with this pseudonym, if they work here and have an e-mail to sign in with.

    Raises:
        NotFoundError: if there is none.

    """
    found = person_with(session, uid)
    if found.email is None or not people.works_here(found, now=now):
        raise NotFoundError("person", uid)
    return found


def who_sets_limits_at(
    session: Session, site: Site, *, but: Person, now: datetime
) -> Sequence[str]:
    """Return who may set limits for others at a site, by name: its supervisors with a ceiling.

    `but` is left out: nobody sets a limit for themselves. Administrators set limits everywhere.
    """
    on = sites.calendar_of(session, site.id).business_date(now)
    query = (
        select(col(Person.name))
        .where(
            col(Person.role) == Role.SUPERVISOR.value,
            col(Person.ceiling_minor) > 0,
            col(Person.id) != but.id,
            col(Person.id).in_(_who_works_at(frozenset([site.id]), on=on)),
            people.are_here(now=now),
        )
        .order_by(col(Person.name), col(Person.id))
    )
    return session.scalars(query).all()


def grades(session: Session) -> Sequence[str]:
    """Return the grades that anybody has, in order of the alphabet."""
    query = (
        select(col(Person.grade))
        .where(col(Person.grade).is_not(None))
        .distinct()
        .order_by(col(Person.grade))
        .limit(MOST_GRADES)
    )
    return [grade for grade in session.scalars(query) if grade is not None]


def currencies_of(session: Session, person: Person | None, *, on: date) -> Sequence[str]:
    """Return the currencies of the sites where a person works or will work; else the company's.

    The ceiling is one number of minor units, which counts in the currency of each.
    """
    found: Sequence[str] = ()
    if person is not None:
        query = (
            select(col(Site.currency))
            .join(PersonSite, col(PersonSite.site_id) == col(Site.id))
            .where(
                col(PersonSite.person_id) == person.id,
                col(PersonSite.until).is_(None) | (col(PersonSite.until) >= on),
            )
            .distinct()
            .order_by(col(Site.currency))
        )
        found = session.scalars(query).all()
    own = sites.company(session).currency
    if not found:
        return [own]
    return sorted(found, key=lambda currency: (currency != own, currency))


def _colleague(one: Person, site_names: Sequence[str], *, now: datetime) -> Colleague:
    return Colleague(
        uid=one.uid,
        employee_id=one.employee_id,
        name=one.name,
        role=one.role,
        grade=one.grade,
        site_names=site_names,
        email=one.email,
        signs_in=one.password_hash is not None,
        is_here=people.works_here(one, now=now),
        last_day=one.last_day,
    )


def _matching_ids(session: Session, find: str) -> Sequence[int]:
    """Return whose name, employee id or e-mail holds every word of a text.

    Compared here: SQLite knows no letters beyond ASCII. A company has thousands of people, not
    millions.
    """
    words = [_plain(word) for word in find.split()]
    query = select(col(Person.id), col(Person.name), col(Person.employee_id), col(Person.email))
    return [
        person_id
        for person_id, name, employee_id, email in session.execute(query)
        if all(word in _plain(f"{name}\n{employee_id}\n{email or ''}") for word in words)
    ]


def _plain(text: str) -> str:
    """Return a text as it is compared: without accents, in one case."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(mark for mark in apart if not unicodedata.combining(mark))


def _who_works_at(site_ids: frozenset[int], *, on: date) -> Select[int]:
    return select(col(PersonSite.person_id)).where(
        col(PersonSite.site_id).in_(site_ids),
        col(PersonSite.from_date) <= on,
        col(PersonSite.until).is_(None) | (col(PersonSite.until) >= on),
    )


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
