"""Leaving and coming back: what is open is said before; at once, or at the end of a last day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from ledger.core import (
    administrators,
    asks,
    asks_left,
    delegations,
    limit_book,
    people,
    signing_in,
    sites,
    typed_days,
    uploads,
    work_places,
)
from ledger.core.asks_left import AsksLeft
from ledger.core.delegations import HandedOver
from ledger.core.errors import BadValueError
from ledger.core.permissions import Role
from ledger.core.tables import Decision, Limit, Person, PersonSite, Recognition, Site, Upload


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWork:
    """What somebody leaves behind: counts, and the sites that would have no supervisor then.

    `files` are those that they brought, and that wait to be taken in. `asks` are their own that
    wait or may be given, `asked_of` those of others that wait for them, `handed_over` what they
    handed over or were handed.
    """

    sign_ins: int
    has_code: bool
    site_names: Sequence[str]
    limits: int
    decisions: int
    thanks: int
    files: int
    asks: int
    asked_of: AsksLeft
    handed_over: Sequence[HandedOver]
    without_supervisor: Sequence[str]


def open_work_of(
    session: Session, person: Person, *, now: datetime, site: Site | None = None
) -> OpenWork:
    """Return what is open of somebody who may leave, move or get another role.

    With a site: the limits and the decisions there alone, and whether they alone supervise it.
    """
    today = sites.company_calendar(session).business_date(now)
    own = sites.sites_of(session, person, on=today) if site is None else [site]
    at = None if site is None else site.id
    return OpenWork(
        sign_ins=len(signing_in.open_sign_ins(session, person, now=now)),
        has_code=signing_in.open_code_until(session, person, now=now) is not None,
        site_names=[site.name for site in own],
        limits=_count(
            session,
            Limit,
            person,
            or_(col(Limit.ends_on).is_(None), col(Limit.ends_on) >= today),
            *([] if at is None else [col(Limit.site_id) == at]),
        ),
        decisions=_count(
            session, Decision, person, *([] if at is None else [col(Decision.site_id) == at])
        ),
        thanks=_count(session, Recognition, person),
        files=_count(session, Upload, person, uploads.holds(col(Upload.uid))),
        asks=sum(at in (None, ask.site_id) for ask in asks.open_of(session, person, now=now)),
        asked_of=asks_left.asks_left_by(session, person, now=now, site_id=at),
        handed_over=delegations.open_of(session, person, now=now) if at is None else [],
        without_supervisor=_alone_at(session, person, own, on=today, now=now),
    )


def asks_elsewhere(session: Session, person: Person, site_id: int, *, now: datetime) -> int:
    """Return how many of somebody's open asks are of another site than this."""
    return sum(ask.site_id != site_id for ask in asks.open_of(session, person, now=now))


def limits_of(session: Session, person: Person) -> Sequence[Limit]:
    """Return the limits that were ever set for this person alone, the newest first, at most 100."""
    query = select(Limit).where(col(Limit.person_id) == person.id)
    return session.scalars(query.order_by(col(Limit.id).desc()).limit(100)).all()


def limits_in_force(session: Session, person: Person, *, now: datetime) -> Sequence[Limit]:
    """Return the limits for this person alone that are in force, the newest of each scope."""
    today = sites.company_calendar(session).business_date(now)
    newest: dict[object, Limit] = {}
    for limit in limits_of(session, person):
        if limit_book.is_in_force(limit, on=today):
            newest.setdefault((limit.site_id, limit.grade, limit.remedy_id, limit.currency), limit)
    return list(newest.values())


def end_of(session: Session, person: Person, last_day: date) -> datetime:
    """Return when a last day is over: for the company and at every site of the person."""
    ids = session.scalars(
        select(col(PersonSite.site_id)).where(
            col(PersonSite.person_id) == person.id,
            or_(col(PersonSite.until).is_(None), col(PersonSite.until) >= last_day),
        )
    ).all()
    calendars = [sites.company_calendar(session), *sites.calendars(session, ids).values()]
    return max(calendar.next_start(last_day) for calendar in calendars)


def leave(
    session: Session, person: Person, *, last_day: date | None, actor: str, now: datetime
) -> None:
    """Let a person go, at once or at the end of a last day.

    Their sign-ins end, codes count no more, and they work at no site from then on. Their asks end,
    and so does what they handed over or were handed. What they did stays, and so do limits that
    were set for them, which bind nobody.

    Args:
        session: an open write transaction.
        person: who leaves.
        last_day: the last business date on which they work; None lets them go at once.
        actor: who says so, as the journal names them.
        now: the instant; today is the company's business date then.

    Raises:
        BadValueError: if the last day is over, or too far ahead.
        LastAdministratorError: if nobody would be left to administer the ledger.

    """
    person = people.locked(session, person)
    if not people.works_here(person, now=now):
        return
    today = sites.company_calendar(session).business_date(now)
    if last_day is not None and last_day < today:
        raise BadValueError(field="last_day", value=last_day.isoformat(), why="past")
    if last_day is not None:
        years = typed_days.PERSON_YEARS_AHEAD
        typed_days.check_day("last_day", last_day, today=today, years_ahead=years)
    administrators.check_another(session, person, now=now)
    person.last_day = last_day or today
    if last_day is None:
        person.active = False
        person.leaves_at = now
        signing_in.spend_codes(session, person, now=now)
        signing_in.end_all(session, person, actor=actor, now=now)
        asks.end_for_leaver(session, person, site_id=None, now=now)
        delegations.end_for_leaver(session, person, actor=actor, now=now)
    else:
        person.leaves_at = end_of(session, person, last_day)
    changed = ["last_day"]
    if work_places.end_everywhere(session, person, last_day=person.last_day, now=now):
        changed.append("works_at")
    people.note(session, person, changed, actor=actor, now=now, kind="person.left")


def come_back(session: Session, person: Person, *, actor: str, now: datetime) -> bool:
    """Let somebody work here again, or stay whose last day was set; say whether that is news.

    Who had left needs a new password, by a one-time code. Sites are given to them anew.
    """
    person = people.locked(session, person)
    if person.active and person.leaves_at is None:
        return False
    if not people.works_here(person, now=now):
        person.password_hash = None
        signing_in.end_all(session, person, actor=actor, now=now)
    person.active, person.last_day, person.leaves_at = True, None, None
    people.note(session, person, ["last_day"], actor=actor, now=now, kind="person.returned")
    return True


def _count(
    session: Session,
    table: type[Limit | Decision | Recognition | Upload],
    person: Person,
    *which: object,
) -> int:
    query = select(func.count()).select_from(table).where(col(table.person_id) == person.id)
    return session.scalar(query.where(*which)) or 0  # type: ignore[arg-type]  # conditions


def _alone_at(
    session: Session, person: Person, own: Sequence[Site], *, on: date, now: datetime
) -> Sequence[str]:
    """Return the names of the sites whose only supervisor this is."""
    if person.role != Role.SUPERVISOR:
        return []
    others = (
        select(col(PersonSite.site_id))
        .join(Person, col(Person.id) == col(PersonSite.person_id))
        .where(
            col(PersonSite.site_id).in_([site.id for site in own]),
            col(PersonSite.from_date) <= on,
            or_(col(PersonSite.until).is_(None), col(PersonSite.until) >= on + timedelta(days=1)),
            col(Person.id) != person.id,
            col(Person.role) == Role.SUPERVISOR.value,
            people.are_here(now=now),
        )
    )
    led = set(session.scalars(others))
    return [site.name for site in own if site.id not in led and not site.retired]
