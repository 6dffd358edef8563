"""Changing somebody who works here: the row is ordinary, and the journal says that it changed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import journal, people
from ledger.core.tables import Person, PersonSite, SubjectKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be changed; None leaves it as it is. `site_ids` are all sites from now on."""

    name: str | None = None
    email: str | None = None
    role: str | None = None
    grade: str | None = None
    site_ids: Collection[int] | None = None


def change_person(
    session: Session, person: Person, change: Change, *, actor: str, on: date, now: datetime
) -> Person:
    """Change a person from this business date on, with a journal row that holds a new commitment.

    Raises:
        LookupError: the person was erased.

    """
    key = session.get(SubjectKey, people.subject_of(person))
    if key is None:
        raise LookupError(people.subject_of(person))
    person.name = change.name or person.name
    person.email = change.email or person.email
    person.role = change.role or person.role
    person.grade = change.grade or person.grade
    session.add(person)
    content: dict[str, object] = {
        "role": person.role,
        "grade": person.grade,
        "commitment": people.person_commitment(key.key, person),
    }
    if change.site_ids is not None:
        _move(session, person, change.site_ids, on=on)
        content |= {"sites": sorted(change.site_ids), "from_date": on.isoformat()}
    session.flush()
    entry = journal.Entry(
        kind="person.changed", actor=actor, subject=people.subject_of(person), content=content
    )
    journal.append(session, entry, now=now)
    return person


def _move(session: Session, person: Person, site_ids: Collection[int], *, on: date) -> None:
    query = select(PersonSite).where(
        col(PersonSite.person_id) == person.id,
        (col(PersonSite.until).is_(None)) | (col(PersonSite.until) >= on),
    )
    stays = set()
    for row in session.scalars(query).all():
        if row.site_id in site_ids:
            stays.add(row.site_id)
        elif row.from_date < on:
            row.until = on - timedelta(days=1)
            session.add(row)
        else:
            session.delete(row)
    session.flush()
    for site_id in sorted(set(site_ids) - stays):
        session.add(PersonSite(person_id=person.id, site_id=site_id, from_date=on))
