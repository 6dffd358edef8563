"""Handing asks over: somebody else answers them in a person's place, on dates, and no longer."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session, col

from ledger.core import journal, people, same_human, sites, submissions, typed_days, work_places
from ledger.core.driver import Driver, stored
from ledger.core.errors import BadValueError, NotFoundError, NotPermittedError
from ledger.core.permissions import Action, Role, may
from ledger.core.submissions import Claim
from ledger.core.tables import Delegation, DelegationEnd, Person

_ANSWERING = sorted(role.value for role in Role if may(role, Action.ANSWER_ASKS))
_YEARS_AHEAD = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelegation:
    """To whom asks are to be handed over, and on which business dates (both included)."""

    uid: str
    to: Person
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """A delegation that holds or is to come, with the two people that it is about."""

    row: Delegation
    person: Person
    to: Person
    is_coming: bool


def hand_over(
    session: Session, person: Person, new: NewDelegation, *, by: Person, now: datetime
) -> Delegation:
    """Let somebody else answer asks in a person's place; asks that wait already move with them.

    It ends by itself after its last date. The same form sent again gives the same delegation.

    Args:
        session: an open write transaction; takes both persons' locks, and the chain's.
        person: whose asks they are.
        new: to whom, and when.
        by: who does it: they themselves, or an administrator.
        now: the instant.

    Raises:
        NotPermittedError: if it is somebody else's to do, or the person answers no asks.
        BadValueError: "to": "themselves" (or another record of them), "may not answer", "left", or
            "goes round" (it would come back to the person); "starts_on": "past", or "taken" (they
            have handed over then already); "ends_on": "before start" or "far".
        SubmissionReusedError: if the form's id was used for something else.

    """
    if not _may(by, person) or not may(person.role, Action.ANSWER_ASKS):
        raise NotPermittedError(Action.ANSWER_ASKS)
    driver = Driver(session)
    claimed = submissions.claim(
        driver, _claim(session, person, new, by), became="delegation", now=now
    )
    if claimed is not None:
        return session.scalars(select(Delegation).where(col(Delegation.uid) == new.uid)).one()
    in_order = sorted((person, new.to), key=lambda one: one.id)
    fresh = {one.id: people.locked(session, one) for one in in_order}
    # What others hand over at the same moment is seen, or comes after.
    journal.lock_chain(driver)
    _check_to(session, fresh[person.id], fresh[new.to.id], now=now)
    _check_days(session, person, new, now=now)
    delegation = Delegation(
        uid=new.uid,
        person_id=person.id,
        to_id=new.to.id,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        made_by_id=by.id,
        made_at=now,
    )
    actor, subject = people.subject_of(by), people.subject_of(person)
    return journal.add_to_book(
        session, delegation, kind="asks.handed_over", actor=actor, subject=subject, now=now
    )


def take_back(session: Session, uid: str, *, by: Person, now: datetime) -> DelegationEnd:
    """Take a delegation back before its last date is over; one taken back already stays so.

    Raises:
        NotFoundError: if there is none, or it is not this person's to take back, or it is over.

    """
    found = session.scalars(select(Delegation).where(col(Delegation.uid) == uid)).one_or_none()
    person = None if found is None else session.get(Person, found.person_id)
    if found is None or person is None or not _may(by, person):
        raise NotFoundError("delegation")
    # Somebody who lets one of the two go just then ends it too: the second of them finds it ended.
    journal.lock_chain(Driver(session))
    ended = session.scalars(
        select(DelegationEnd).where(col(DelegationEnd.delegation_id) == found.id)
    ).one_or_none()
    if ended is not None:
        return ended
    if found.ends_on < first_today(session, person, now=now):
        raise NotFoundError("delegation")
    return _end(session, found, person, by=by, actor=people.subject_of(by), now=now)


def end_for_leaver(session: Session, person: Person, *, actor: str, now: datetime) -> int:
    """Take back all that somebody who leaves has handed over, or was handed; return how many.

    `actor` is who lets them go, as the journal names them. Needs the person's lock, and takes the
    chain's.
    """
    journal.lock_chain(Driver(session))
    found = open_of(session, person, now=now)
    for one in found:
        _end(session, one.row, one.person, by=None, actor=actor, now=now)
    return len(found)


def open_of(session: Session, person: Person, *, now: datetime) -> Sequence[HandedOver]:
    """Return what a person has handed over and was handed, now and to come, by its first date."""
    is_theirs = or_(col(Delegation.person_id) == person.id, col(Delegation.to_id) == person.id)
    return _open(session, is_theirs, now=now)


def all_open(session: Session, *, now: datetime) -> Sequence[HandedOver]:
    """Return everything that is handed over, now and to come, by its first date."""
    return _open(session, col(Delegation.id) > 0, now=now)


def could_stand_in(session: Session, person: Person, *, now: datetime) -> Sequence[Person]:
    """Return to whom a person could hand over, by name: others who answer asks here."""
    own = same_human.records_of(session, person.id)
    query = (
        select(Person)
        .where(
            col(Person.role).in_(_ANSWERING),
            people.are_here(now=now),
            col(Person.id).not_in(sorted(own)),
        )
        .order_by(col(Person.name), col(Person.id))
    )
    return session.scalars(query).all()


def first_today(session: Session, person: Person, *, now: datetime) -> date:
    """Return the earliest of today's business dates: the company's, and a person's sites'."""
    own = [site.id for site in work_places.open_sites_now(session, person, now=now)]
    calendars = [sites.company_calendar(session), *sites.calendars(session, own).values()]
    return min(calendar.business_date(now) for calendar in calendars)


def _may(by: Person, person: Person) -> bool:
    """Whether somebody may hand a person's asks over and take them back."""
    is_own = by.id == person.id and may(by.role, Action.ANSWER_ASKS)
    return is_own or may(by.role, Action.ADD_PERSON)


def _claim(session: Session, person: Person, new: NewDelegation, by: Person) -> Claim:
    submissions.check_uid(new.uid)
    content = {
        "person": person.id,
        "to": new.to.id,
        "starts_on": stored(new.starts_on),
        "ends_on": stored(new.ends_on),
    }
    return Claim(
        uid=new.uid,
        person_id=by.id,
        device_id=None,
        fingerprint=submissions.fingerprint(session, content),
    )


def _check_to(session: Session, person: Person, to: Person, *, now: datetime) -> None:
    why = ""
    if people.is_same_human(session, person.id, to.id):
        why = "themselves"
    elif not people.works_here(to, now=now):
        why = "left"
    elif not may(to.role, Action.ANSWER_ASKS):
        why = "may not answer"
    if why:
        raise BadValueError(field="to", value=to.uid, why=why)


def _check_days(session: Session, person: Person, new: NewDelegation, *, now: datetime) -> None:
    today = first_today(session, person, now=now)
    if new.starts_on < today:
        raise BadValueError(field="starts_on", value=new.starts_on.isoformat(), why="past")
    if new.ends_on < new.starts_on:
        raise BadValueError(field="ends_on", value=new.ends_on.isoformat(), why="before start")
    typed_days.check_day("ends_on", new.ends_on, today=today, years_ahead=_YEARS_AHEAD)
    rows = [one.row for one in all_open(session, now=now)]
    span = (new.starts_on, new.ends_on)
    if any(row.person_id == person.id and _common(row, span) for row in rows):
        raise BadValueError(field="starts_on", value=new.starts_on.isoformat(), why="taken")
    if _comes_back(rows, new.to.id, person.id, span):
        raise BadValueError(field="to", value=new.to.uid, why="goes round")


def _comes_back(
    rows: Sequence[Delegation], to_id: int, person_id: int, span: tuple[date, date]
) -> bool:
    """Whether on a day of these asks handed to somebody would be handed on to the person.

    It ends: nothing that stands goes round, and nobody has two that meet.
    """
    for row in rows:
        common = _common(row, span) if row.person_id == to_id else None
        if common is None:
            continue
        if row.to_id == person_id or _comes_back(rows, row.to_id, person_id, common):
            return True
    return False


def _common(row: Delegation, span: tuple[date, date]) -> tuple[date, date] | None:
    """Return the days that a delegation and a span have in common, if there are any."""
    first, last = max(row.starts_on, span[0]), min(row.ends_on, span[1])
    return (first, last) if first <= last else None


def _open(session: Session, which: ColumnElement[bool], *, now: datetime) -> Sequence[HandedOver]:
    query = (
        select(Delegation)
        .outerjoin(DelegationEnd, col(DelegationEnd.delegation_id) == col(Delegation.id))
        .where(
            which,
            col(DelegationEnd.id).is_(None),
            col(Delegation.ends_on) >= now.date() - timedelta(days=2),
        )
        .order_by(col(Delegation.starts_on), col(Delegation.id))
    )
    found = []
    for row in session.scalars(query):
        person, to = session.get_one(Person, row.person_id), session.get_one(Person, row.to_id)
        today = first_today(session, person, now=now)
        if row.ends_on >= today:
            is_coming = row.starts_on > today
            found.append(HandedOver(row=row, person=person, to=to, is_coming=is_coming))
    return found


def _end(  # which, whose, and who ends it
    session: Session,
    delegation: Delegation,
    person: Person,
    *,
    by: Person | None,
    actor: str,
    now: datetime,
) -> DelegationEnd:
    end = DelegationEnd(
        uid=str(uuid.uuid4()),
        delegation_id=delegation.id,
        made_by_id=None if by is None else by.id,
        made_at=now,
    )
    return journal.add_to_book(
        session,
        end,
        kind="asks.taken_back",
        actor=actor,
        subject=people.subject_of(person),
        now=now,
    )
