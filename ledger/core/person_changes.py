"""Changing somebody who works here: the row is ordinary, and the journal says that it changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import journal, people, signing_in, sites
from ledger.core.errors import BadValueError, LedgerError
from ledger.core.permissions import Role
from ledger.core.tables import Person, PersonSite, SubjectKey


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChange:
    """What is to be changed; None leaves it as it is.

    An empty `grade` takes the grade away. `site_ids` are all sites from today on.
    """

    name: str | None = None
    email: str | None = None
    role: str | None = None
    grade: str | None = None
    ceiling_minor: int | None = None
    active: bool | None = None
    site_ids: Collection[int] | None = None


class LastAdministratorError(LedgerError):
    """Nobody would be left to administer the ledger: `name` is its last active administrator."""

    def __init__(self, name: str) -> None:
        """Keep who it is."""
        super().__init__()
        self.name = name


def change_person(
    session: Session, person: Person, change: PersonChange, *, actor: str, now: datetime
) -> bool:
    """Change a person from today on, and say whether anything is other than before.

    Who is made inactive or gets another role is signed out everywhere. The journal gets all that
    it may know of them as it is now, and a new commitment to the rest.

    Args:
        session: an open write transaction.
        person: who is changed, of this session.
        change: what is to be other than it is.
        actor: who changes it, as the journal names them.
        now: the instant of the change; today is the company's business date then.

    Raises:
        BadValueError: if the role is not one, or the ceiling lies below zero.
        LastAdministratorError: if nobody would be left to administer the ledger.
        LookupError: if the person was erased.

    """
    key = session.get(SubjectKey, people.subject_of(person))
    if key is None:
        raise LookupError(people.subject_of(person))
    today = sites.company_calendar(session).business_date(now)
    news = _news(session, person, change, on=today)
    if not news:
        return False
    _check(session, person, news)
    for name, value in news.items():
        if name != "site_ids":
            setattr(person, name, value)
    session.add(person)
    content: dict[str, object] = {
        "role": person.role,
        "grade": person.grade,
        "ceiling_minor": person.ceiling_minor,
        "active": int(person.active),
        "commitment": people.person_commitment(key.key, person),
    }
    session.flush()
    if "site_ids" in news and change.site_ids is not None:
        content |= _move(session, person, change.site_ids, on=today)
    if "role" in news or news.get("active") is False:
        signing_in.end_all(session, person, actor=actor, now=now)
    entry = journal.Entry(
        kind="person.changed", actor=actor, subject=people.subject_of(person), content=content
    )
    journal.append(session, entry, now=now)
    return True


def _news(
    session: Session, person: Person, change: PersonChange, *, on: date
) -> Mapping[str, object]:
    """Return the fields that are to be other than they are, with what they are to be."""
    wanted: dict[str, object | None] = {
        "name": change.name,
        "email": change.email,
        "role": change.role,
        "grade": change.grade,
        "ceiling_minor": change.ceiling_minor,
        "active": change.active,
    }
    news = {
        name: value
        for name, value in wanted.items()
        if value is not None and value != getattr(person, name)
    }
    if "grade" in news:
        news["grade"] = news["grade"] or None
        if person.grade == news["grade"]:
            del news["grade"]
    if change.site_ids is not None:
        site_ids = frozenset(change.site_ids)
        if site_ids != sites.site_ids_of(session, person, on=on):
            news["site_ids"] = site_ids
    return news


def _check(session: Session, person: Person, news: Mapping[str, object]) -> None:
    role = str(news.get("role", person.role))
    if role not in set(Role):
        raise BadValueError(field="role", value=role, why="unknown")
    ceiling = news.get("ceiling_minor", 0)
    if isinstance(ceiling, int) and ceiling < 0:
        raise BadValueError(field="ceiling", value=str(ceiling), why="below zero")
    is_leaving = role != Role.ADMINISTRATOR or news.get("active") is False
    if person.role == Role.ADMINISTRATOR and person.active and is_leaving:
        _check_another(session, person)


def _check_another(session: Session, person: Person) -> None:
    """Refuse to take the last active administrator away; of two at once, the second waits here."""
    query = (
        select(col(Person.id))
        .where(col(Person.role) == Role.ADMINISTRATOR.value, col(Person.active) == 1)
        .order_by(col(Person.id))
        .with_for_update()
    )
    if set(session.scalars(query)) <= {person.id}:
        raise LastAdministratorError(person.name)


def _move(
    session: Session, person: Person, site_ids: Collection[int], *, on: date
) -> Mapping[str, object]:
    """Move a person to these sites, and return what the journal says of it."""
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
    session.flush()
    return {
        "sites": sorted(set(site_ids)),
        "from_date": on.isoformat(),
        "works_at": people.works_at(session, person),
    }
