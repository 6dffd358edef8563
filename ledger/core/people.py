"""People: added with their sites; the journal knows them by a pseudonym."""

import unicodedata
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlmodel import Session, col

from ledger.core import clock, commitments, journal, money, same_human
from ledger.core.driver import Driver, Stored, stored, stored_row
from ledger.core.errors import BadValueError
from ledger.core.loaded import Loaded
from ledger.core.permissions import Role
from ledger.core.tables import Person, PersonSite, Site, SubjectKey

LONGEST_EMAIL = 254

_OF_EMAIL = Loaded(Person, select(Person).where(col(Person.email) == bindparam("email_key")))


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
    Takes the chain lock.

    Raises:
        BadValueError: if a value cannot be used, the employee id or e-mail is taken, or a site is
            retired; the field is named.

    """
    # One after the other, so that of two with one e-mail the second is told.
    journal.lock_chain(Driver(session))
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
        **standing(key, person),
        "added_at": clock.as_text(person.added_at),
        "works_at": works_at(session, person),
    }
    entry = journal.Entry(
        kind="person.added", actor=actor, subject=subject_of(person), content=content
    )
    journal.append(session, entry, now=now)
    session.flush()
    return person


def standing(key: str, person: Person) -> Mapping[str, Stored]:
    """Return what the journal says of a person whenever it does: as they are now.

    `key` is theirs, under which it commits to who they are.
    """
    return {
        "role": person.role,
        "grade": person.grade,
        "ceiling_minor": person.ceiling_minor,
        "active": int(person.active),
        "last_day": stored(person.last_day),
        "leaves_at": stored(person.leaves_at),
        "approval_ceiling_minor": person.approval_ceiling_minor,
        "same_as_id": person.same_as_id,
        "commitment": person_commitment(key, person),
    }


def locked(session: Session, person: Person) -> Person:
    """Return a person as they are now, whom nobody else changes until the transaction ends.

    With an administrator all of them are locked, in the order of their ids: of two who would each
    take the other away, the second waits here, and then finds that they are the last.
    """
    which = col(Person.id) == person.id
    if person.role == Role.ADMINISTRATOR:
        which = or_(which, col(Person.role) == Role.ADMINISTRATOR.value)
    query = select(Person).where(which).order_by(col(Person.id)).with_for_update(key_share=True)
    found = session.scalars(query.execution_options(populate_existing=True)).all()
    return next(one for one in found if one.id == person.id)


def note(
    session: Session,
    person: Person,
    changed: Sequence[str],
    *,
    actor: str,
    now: datetime,
    kind: str = "person.changed",
) -> None:
    """Write into the journal what a person is now, and the names of what is other than before.

    With "works_at" among those, all of their work places too. Takes the chain lock.

    Raises:
        LookupError: if the person was erased.

    """
    session.add(person)
    session.flush()
    key = session.get(SubjectKey, subject_of(person))
    if key is None:
        raise LookupError(subject_of(person))
    content: dict[str, object] = {**standing(key.key, person), "changed": list(changed)}
    if "works_at" in changed:
        content["works_at"] = works_at(session, person)
    entry = journal.Entry(kind=kind, actor=actor, subject=subject_of(person), content=content)
    journal.append(session, entry, now=now)


def works_here(person: Person, *, now: datetime) -> bool:
    """Whether a person works here at an instant: they have not left, and no last day is over."""
    return person.active and (person.leaves_at is None or person.leaves_at > now)


def are_here(*, now: datetime | ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition on `person` that `works_here` states; `now` may be a parameter."""
    leaves_at = col(Person.leaves_at)
    return and_(col(Person.active) == 1, or_(leaves_at.is_(None), leaves_at > now))


def is_same_human(session: Session, one_id: int, other_id: int) -> bool:
    """Whether two records are of one human being, as either says, or a third that both know."""
    return other_id in same_human.records_of(session, one_id)


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


def whose_email(session: Session, email: str) -> Person | None:
    """Return the person with this e-mail address, to be looked at and not changed."""
    return _OF_EMAIL.first(session, email_key=email_key(email))


def person_by_email(session: Session, email: str) -> Person | None:
    """Return the person with this e-mail address."""
    return session.scalars(
        select(Person).where(col(Person.email) == email_key(email))
    ).one_or_none()


def everybody(session: Session) -> Sequence[Person]:
    """Return everybody who works or worked here, by name."""
    return session.scalars(select(Person).order_by(col(Person.name), col(Person.id))).all()


def person_by_uid(session: Session, uid: str) -> Person | None:
    """Return the person with this pseudonym, whether they still work here or not."""
    return session.scalars(select(Person).where(col(Person.uid) == uid)).one_or_none()


def check_email(text: str) -> str:
    """Return an e-mail address as it is kept.

    Raises:
        BadValueError: if it is none (`why` is "not_an_email").

    """
    key = email_key(text)
    before, _at, after = key.rpartition("@")
    is_plain = before and len(key) <= LONGEST_EMAIL and _is_domain(after)
    if not is_plain or any(mark.isspace() or mark in ";,<>" for mark in key):
        raise BadValueError(field="email", value=text, why="not_an_email")
    return key


def _is_domain(name: str) -> bool:
    """Whether mail can go there: parts with points between them, or this very machine."""
    return name == "localhost" or ("." in name and all(name.split(".")))


def check_free(session: Session, *, employee_id: str | None, email: str | None) -> None:
    """Refuse an employee id or an e-mail that somebody has.

    Raises:
        BadValueError: if one is taken; the field is named.

    """
    if employee_id is not None and person_by_employee_id(session, employee_id) is not None:
        raise BadValueError(field="employee_id", value=employee_id, why="taken")
    if email and person_by_email(session, email) is not None:
        raise BadValueError(field="email", value=email, why="taken")


def check_role(role: str) -> None:
    """Refuse what is not a role.

    Raises:
        BadValueError: if it is none.

    """
    if role not in set(Role):
        raise BadValueError(field="role", value=role, why="unknown")


def check_ceiling(ceiling_minor: int) -> None:
    """Refuse a ceiling that no limit could reach.

    Raises:
        BadValueError: if it lies below zero, or above the most that can be kept.

    """
    if not 0 <= ceiling_minor <= money.MAX_MINOR:
        raise BadValueError(field="ceiling", value=str(ceiling_minor), why="out of bounds")


def check_sites(session: Session, site_ids: Collection[int]) -> None:
    """Refuse sites at which nobody begins to work any more, and ones that are not there.

    Raises:
        BadValueError: if a site is retired or unknown.

    """
    for site_id in site_ids:
        site = session.get(Site, site_id)
        if site is None or site.retired:
            why = "unknown" if site is None else "retired"
            value = str(site_id) if site is None else site.name
            raise BadValueError(field="site", value=value, why=why)


def _check(session: Session, new: NewPerson) -> None:
    check_role(new.role)
    check_ceiling(new.ceiling_minor)
    if not new.name.strip():
        raise BadValueError(field="name", value=new.name, why="empty")
    if new.email:
        check_email(new.email)
    check_free(session, employee_id=new.employee_id, email=new.email)
    check_sites(session, new.site_ids)
