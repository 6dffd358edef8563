"""The fixed cast: four sites and the people who work there, made by core's own functions.

Ana and Ben are staff at Elm Street, Chidi at Harbour. Dana supervises Elm Street, Sam all four
sites. Hana is HR, Otto the auditor, Vera the executive, Ada the administrator.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlmodel import Session

from ledger.core import people, sites
from ledger.core.people import NewPerson
from ledger.core.permissions import Role
from ledger.core.sites import NewSite
from ledger.core.tables import Person, Site
from ledger.database import Database

HIRED_AT = datetime(2026, 1, 5, 10, tzinfo=UTC)
HIRED_ON = date(2026, 1, 5)
# 11:20 in New York, long after everybody was hired.
MONDAY = datetime(2026, 3, 2, 16, 20, tzinfo=UTC)
PASSWORD = "a kettle by the window"

SITES = {
    "elm_street": ("S1", "Elm Street"),
    "harbour": ("S2", "Harbour"),
    "station": ("S3", "Station"),
    "old_mill": ("S4", "Old Mill"),
}
EVERYWHERE = tuple(SITES)

# Name, employee id, role, grade, sites, ceiling
PEOPLE: Mapping[str, tuple[str, str, Role, str | None, tuple[str, ...], int]] = {
    "ana": ("Ana", "00412", Role.STAFF, "Associate", ("elm_street",), 0),
    "ben": ("Ben", "00413", Role.STAFF, "Senior", ("elm_street",), 0),
    "chidi": ("Chidi", "00414", Role.STAFF, "Associate", ("harbour",), 0),
    "dana": ("Dana", "00101", Role.SUPERVISOR, "Lead", ("elm_street",), 10_000),
    "sam": ("Sam", "00102", Role.SUPERVISOR, "Lead", EVERYWHERE, 20_000),
    "hana": ("Hana", "00201", Role.HR, None, (), 0),
    "otto": ("Otto", "00202", Role.AUDITOR, None, EVERYWHERE, 0),
    "vera": ("Vera", "00203", Role.EXECUTIVE, None, EVERYWHERE, 0),
    "ada": ("Ada", "00204", Role.ADMINISTRATOR, None, EVERYWHERE, 0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The sites and the people by their names: `cast.people["ana"]`, `cast.sites["harbour"]`."""

    sites: Mapping[str, Site]
    people: Mapping[str, Person]


@cache
def password_hash() -> str:
    """Return the hash of everybody's password, at a cost that tests can bear."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return hasher.hash(PASSWORD)


def email_of(name: str) -> str:
    """Return the e-mail of one of the cast."""
    return f"{name}@mapleandmain.example"


def person(session: Session, name: str) -> Person:
    """Return one of the cast, as they are kept now.

    Raises:
        LookupError: if they were not hired in this ledger.

    """
    found = people.person_by_email(session, email_of(name))
    if found is None:
        message = f"{name} does not work in this ledger"
        raise LookupError(message)
    return found


def found(session: Session) -> Cast:
    """Return the sites and the people of a ledger into which they were hired, as they are now."""
    by_ref = {site.location_ref: site for site in session.scalars(select(Site))}
    by_id = {person.employee_id: person for person in session.scalars(select(Person))}
    return Cast(
        sites={key: by_ref[ref] for key, (ref, _) in SITES.items()},
        people={key: by_id[employee_id] for key, (_, employee_id, *_) in PEOPLE.items()},
    )


def hire_at(url: str) -> None:
    """Hire the cast in the founded ledger at this address."""
    database = Database(url)
    try:
        with database.writing() as session:
            hire(session)
    finally:
        database.close()


def hire(session: Session) -> Cast:
    """Add the sites and the people to a founded ledger; everybody can sign in with PASSWORD."""
    made = {
        key: sites.add_site(
            session, NewSite(location_ref=ref, name=name), actor="system", now=HIRED_AT
        )
        for key, (ref, name) in SITES.items()
    }
    hired = {}
    for key, (name, employee_id, role, grade, where, ceiling) in PEOPLE.items():
        new = NewPerson(
            employee_id=employee_id,
            name=name,
            email=email_of(key),
            role=role,
            grade=grade,
            site_ids=[made[site].id for site in where],
            from_date=HIRED_ON,
            ceiling_minor=ceiling,
        )
        hired[key] = people.add_person(session, new, actor="system", now=HIRED_AT)
        hired[key].password_hash = password_hash()
    session.flush()
    return Cast(sites=made, people=hired)
