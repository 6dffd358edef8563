"""Changing somebody who works here: the row is ordinary, and the journal says that it changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from ledger.core import (
    administrators,
    asks,
    commitments,
    delegations,
    journal,
    leaving,
    people,
    signing_in,
    sites,
    work_places,
)
from ledger.core.administrators import LastAdministratorError
from ledger.core.driver import Driver
from ledger.core.errors import BadValueError, LedgerError
from ledger.core.lines import typed_line
from ledger.core.money import MAX_MINOR
from ledger.core.permissions import Action, may
from ledger.core.tables import Person

__all__ = ["LastAdministratorError", "PersonChange", "PersonChangedError", "change_person"]

# Takes an approval ceiling away again: they approve as much as they may set.
AS_MUCH_AS_THEY_SET = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChange:
    """What is to be changed; None leaves it as it is.

    An empty `grade`, `email` or `same_as_uid` takes it away, AS_MUCH_AS_THEY_SET the approval
    ceiling. `site_ids` are all sites from today on. `active` False lets the person go at once, True
    lets them come back.
    """

    name: str | None = None
    employee_id: str | None = None
    email: str | None = None
    role: str | None = None
    grade: str | None = None
    ceiling_minor: int | None = None
    approval_ceiling_minor: int | None = None
    same_as_uid: str | None = None
    active: bool | None = None
    site_ids: Collection[int] | None = None


class PersonChangedError(LedgerError):
    """Somebody changed this person after the form was shown."""


_SEEN = (
    "name",
    "employee_id",
    "email",
    "role",
    "grade",
    "ceiling_minor",
    "approval_ceiling_minor",
    "same_as_id",
    "last_day",
)


def version_of(person: Person) -> str:
    """Return a short text that is another one once the person was changed; it says nothing."""
    seen = {name: str(getattr(person, name)) for name in _SEEN}
    return commitments.commitment("0" * 64, seen)[:16]


def change_person(
    session: Session,
    person: Person,
    change: PersonChange,
    *,
    actor: str,
    now: datetime,
    seen: str | None = None,
) -> bool:
    """Change a person from today on, and say whether anything is other than before.

    Who leaves, gets another role or has their e-mail taken away is signed out everywhere. The
    journal gets all that it may know of them as it is now, and a new commitment to the rest.

    Args:
        session: an open write transaction; takes the person's lock, and the chain's.
        person: who is changed, of this session.
        change: what is to be other than it is.
        actor: who changes it, as the journal names them.
        now: the instant of the change; today is the company's business date then.
        seen: `version_of` when the form was shown; None changes them whatever happened since.

    Raises:
        BadValueError: if a value cannot be used; the field is named.
        PersonChangedError: if somebody was quicker.
        LastAdministratorError: if nobody would be left to administer the ledger.
        LookupError: if the person was erased.

    """
    person = people.locked(session, person)
    if seen is not None and seen != version_of(person):
        raise PersonChangedError
    is_other = _change_row(session, person, change, actor=actor, now=now)
    if change.active is True:
        is_other |= leaving.come_back(session, person, actor=actor, now=now)
    if change.active is False and people.works_here(person, now=now):
        leaving.leave(session, person, last_day=None, actor=actor, now=now)
        return True
    return is_other


def _change_row(
    session: Session, person: Person, change: PersonChange, *, actor: str, now: datetime
) -> bool:
    news = {**_news(person, change), **_same_human(session, person, change)}
    if "role" in news:
        people.check_role(str(news["role"]))
    if change.ceiling_minor is not None:
        people.check_ceiling(change.ceiling_minor)
    if news.get("approval_ceiling_minor") is not None:
        _check_approval(news["approval_ceiling_minor"])
    is_signed_out = "role" in news or ("email" in news and news["email"] is None)
    if is_signed_out:
        administrators.check_another(session, person, now=now)
        signing_in.spend_codes(session, person, now=now)
        signing_in.end_all(session, person, actor=actor, now=now)
    if "role" in news:
        _end_what_the_role_may(session, person, str(news["role"]), actor=actor, now=now)
    if news:
        # One after the other, so that of two with one e-mail the second is told.
        journal.lock_chain(Driver(session))
    employee_id, email = news.get("employee_id"), news.get("email")
    people.check_free(
        session,
        employee_id=None if employee_id is None else str(employee_id),
        email=None if email is None else str(email),
    )
    for name, value in news.items():
        setattr(person, name, value)
    changed = list(news)
    today = sites.company_calendar(session).business_date(now)
    if change.site_ids is not None and work_places.move(
        session, person, change.site_ids, on=today, now=now
    ):
        changed.append("works_at")
    if not changed:
        return False
    people.note(session, person, changed, actor=actor, now=now)
    return True


def _end_what_the_role_may(
    session: Session, person: Person, role: str, *, actor: str, now: datetime
) -> None:
    """End the asks of somebody who records no decisions any more, and what was handed over."""
    if not may(role, Action.RECORD_DECISION):
        asks.end_for_leaver(session, person, site_id=None, now=now)
    if not may(role, Action.ANSWER_ASKS):
        delegations.end_for_leaver(session, person, actor=actor, now=now)


def _news(person: Person, change: PersonChange) -> Mapping[str, object]:
    """Return the fields that are to be other than they are, with what they are to be."""
    wanted: dict[str, object] = {}
    if change.name is not None:
        wanted["name"] = typed_line("name", change.name)
    if change.employee_id is not None:
        wanted["employee_id"] = typed_line("employee_id", change.employee_id)
    if change.email is not None:
        wanted["email"] = people.check_email(change.email) if change.email.strip() else None
    if change.grade is not None:
        is_given = change.grade.strip()
        wanted["grade"] = typed_line("grade", change.grade) if is_given else None
    if change.role is not None:
        wanted["role"] = change.role
    if change.ceiling_minor is not None:
        wanted["ceiling_minor"] = change.ceiling_minor
    if change.approval_ceiling_minor is not None:
        is_taken = change.approval_ceiling_minor == AS_MUCH_AS_THEY_SET
        wanted["approval_ceiling_minor"] = None if is_taken else change.approval_ceiling_minor
    return {name: value for name, value in wanted.items() if value != getattr(person, name)}


def _same_human(session: Session, person: Person, change: PersonChange) -> Mapping[str, object]:
    """Return which other record the person is to be the same human as, where that is news."""
    if change.same_as_uid is None:
        return {}
    if not change.same_as_uid.strip():
        return {} if person.same_as_id is None else {"same_as_id": None}
    other = people.person_by_uid(session, change.same_as_uid.strip())
    if other is None or other.id == person.id:
        why = "unknown" if other is None else "themselves"
        raise BadValueError(field="same_as", value=change.same_as_uid, why=why)
    return {} if person.same_as_id == other.id else {"same_as_id": other.id}


def _check_approval(minor: object) -> None:
    if not isinstance(minor, int) or not 0 <= minor <= MAX_MINOR:
        raise BadValueError(field="approval_ceiling", value=str(minor), why="out of bounds")
