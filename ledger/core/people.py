"""People: added with their sites; the journal knows them by a pseudonym."""

import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import clock, commitments, journal
from ledger.core.driver import Stored, stored_row
from ledger.core.errors import BadValueError
from ledger.core.permissions import Role
from ledger.core.tables import Person, PersonSite, SubjectKey


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A person as they are asked for; the sites are ids."""

    employee_id: str
    name: str
    email: str | None = None
    role: str = Role.STAFF
    grade: str | None = None
    site_ids: Sequence[int] = ()
    from_date: date
    ceiling_minor: int = 0


def add_person(session: Session, new: NewPerson, *, actor: str, now: datetime) -> Person:
    """Add a person with their sites; they can sign in once they have an e-mail and a password.

    The journal gets their pseudonym, role, grade, ceiling and sites, and a commitment to the rest.

    Raises:
        BadValueError: if the role is not one, or the employee id or e-mail is taken.

    """
    _check(session, new)
    person = Person(
        uid=str(uuid.uuid4()),
        employee_id=new.employee_id,
        name=unicodedata.normalize("NFC", new.name),
        email=email_key(new.email) if new.email else None,
        role=new.role,
        grade=new.grade,
        ceiling_minor=new.ceiling_minor,
        added_at=now,
    )
    session.add(person)
    session.flush()
    for site_id in new.site_ids:
        session.add(PersonSite(person_id=person.id, site_id=site_id, from_date=new.from_date))
    session.flush()
    key = commitments.new_key()
    session.add(SubjectKey(subject=subject_of(person), key=key))
    content = {
        "id": person.id,
        "role": person.role,
        "grade": person.grade,
        "ceiling_minor": person.ceiling_minor,
        "active": int(person.active),
        "added_at": clock.as_text(person.added_at),
        "works_at": works_at(session, person),
        "commitment": person_commitment(key, person),
    }
    entry = journal.Entry(
        kind="person.added", actor=actor, subject=subject_of(person), content=content
    )
    journal.append(session, entry, now=now)
    session.flush()
    return person


def subject_of(person: Person) -> str:
    """Return the pseudonym by which the journal and the keys know a person."""
    return f"person:{person.uid}"


def works_at(session: Session, person: Person) -> Sequence[Mapping[str, Stored]]:
    """Return where a person works and worked, as stored: the last such list in the journal counts.

    The session was flushed.
    """
    query = (
        select(PersonSite)
        .where(col(PersonSite.person_id) == person.id)
        .order_by(col(PersonSite.id))
    )
    return [stored_row(row) for row in session.scalars(query)]


def person_commitment(key: str, person: Person) -> str:
    """Return the commitment to who a person is."""
    who = {"employee_id": person.employee_id, "name": person.name, "email": person.email}
    return commitments.commitment(key, who)


def email_key(written: str) -> str:
    """Return an e-mail address as it is kept and looked for: NFC, in lower case."""
    return unicodedata.normalize("NFC", written.strip()).lower()


def person_by_employee_id(session: Session, employee_id: str) -> Person | None:
    """Return the person with this employee id."""
    return session.scalars(
        select(Person).where(col(Person.employee_id) == employee_id)
    ).one_or_none()


def person_by_email(session: Session, email: str) -> Person | None:
    """Return the person with this e-mail address."""
    return session.scalars(
        select(Person).where(col(Person.email) == email_key(email))
    ).one_or_none()


def everybody(session: Session) -> Sequence[Person]:
    """Return everybody who works or worked here, by name."""
    return session.scalars(select(Person).order_by(col(Person.name), col(Person.id))).all()


def _check(session: Session, new: NewPerson) -> None:
    if new.role not in set(Role):
        raise BadValueError(field="role", value=new.role, why="unknown")
    if not new.name.strip():
        raise BadValueError(field="name", value=new.name, why="empty")
    if person_by_employee_id(session, new.employee_id) is not None:
        raise BadValueError(field="employee_id", value=new.employee_id, why="taken")
    if new.email and person_by_email(session, new.email) is not None:
        raise BadValueError(field="email", value=new.email, why="taken")
