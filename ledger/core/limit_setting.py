"""Setting a limit: a new row that takes over at its start, by somebody who may, with a reason."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, or_, select
from sqlmodel import Session, col

from ledger.core import clock, commitments, journal, money, notes, same_human, sites
from ledger.core.errors import BadValueError, LedgerError
from ledger.core.money import MAX_MINOR
from ledger.core.people import subject_of
from ledger.core.permissions import Action, Role, may
from ledger.core.tables import Limit, Person, PersonSite, Remedy, Site

LONGEST_WINDOW_DAYS = 3650
LARGEST_COUNT = 9_999
LONGEST_REASON = 500
PERIODS: Sequence[clock.PeriodKind] = ("day", "week", "month")
_WHO_GIVES = [role.value for role in Role if may(role, Action.RECORD_DECISION)]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLimit:
    """A limit as it is asked for. A scope that is None means "all of them".

    `starts_on` None means now; `ends_on` is included; the three customer values go together.
    """

    person_id: int | None = None
    site_id: int | None = None
    grade: str | None = None
    remedy_id: int | None = None
    currency: str
    per_decision_minor: int
    budget_minor: int | None = None
    budget_period: clock.PeriodKind | None = None
    customer_count: int | None = None
    customer_total_minor: int | None = None
    customer_days: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    reason: str


class OwnLimitError(LedgerError):
    """Nobody sets a limit for themselves: by name, under another record, or alone in a scope."""


class CeilingError(LedgerError):
    """The limit is above what this supervisor may set: `ceiling_minor` in `currency`."""

    def __init__(self, *, ceiling_minor: int, currency: str) -> None:
        super().__init__(ceiling_minor, currency)
        self.ceiling_minor = ceiling_minor
        self.currency = currency


class OutsideSitesError(LedgerError):
    """The limit reaches beyond the sites of this supervisor."""


def set_limit(session: Session, person: Person, new: NewLimit, *, now: datetime) -> Limit:
    """Add a limit; it takes over from the others at its start.

    Raises:
        BadValueError: if a value cannot be used; the field is named.
        OutsideSitesError: if a supervisor sets it for more than their own sites.
        OwnLimitError: if it is for the human being who sets it, and for nobody else.
        CeilingError: if a supervisor sets more than they were granted.

    """
    first = next(problems(session, person, new, now=now), None)
    if first is not None:
        raise first
    today = _business_date(session, new.site_id, now)
    starts_on = today if new.starts_on is None else new.starts_on
    reason = notes.check_note(new.reason, longest=LONGEST_REASON)
    uid = str(uuid.uuid4())
    limit = Limit(
        uid=uid,
        person_id=new.person_id,
        site_id=new.site_id,
        grade=new.grade,
        remedy_id=new.remedy_id,
        currency=new.currency,
        per_decision_minor=new.per_decision_minor,
        budget_minor=new.budget_minor,
        budget_period=new.budget_period,
        customer_count=new.customer_count,
        customer_total_minor=new.customer_total_minor,
        customer_days=new.customer_days,
        starts_on=starts_on,
        # Today has begun already: what starts today starts now.
        starts_at=now if starts_on == today else None,
        ends_on=new.ends_on,
        reason_commitment=commitments.keep_words(session, words_subject(uid), reason, now=now),
        set_by_id=person.id,
        set_at=now,
    )
    return journal.add_to_book(
        session,
        limit,
        kind="limit.set",
        actor=subject_of(person),
        subject=f"limit:{uid}",
        now=now,
    )


def problems(
    session: Session, person: Person, new: NewLimit, *, now: datetime
) -> Iterator[LedgerError]:
    """Yield all that keeps this person from setting this limit, as `set_limit` would raise it."""
    yield from _amounts_wrong(new)
    yield from _customer_cap_wrong(new)
    yield from _scope_wrong(session, new)
    yield from _reason_wrong(new.reason)
    today = _business_date(session, new.site_id, now)
    starts_on = today if new.starts_on is None else new.starts_on
    if starts_on < today:
        yield BadValueError(field="starts_on", value=starts_on.isoformat(), why="past")
    if new.ends_on is not None and new.ends_on < starts_on:
        yield BadValueError(field="ends_on", value=new.ends_on.isoformat(), why="before start")
    yield from _may_not(session, person, new, on=starts_on)


def words_subject(uid: str) -> str:
    """Return under which subject the reason of a limit is kept."""
    return f"limit:{uid}"


def _business_date(session: Session, site_id: int | None, now: datetime) -> date:
    if site_id is None:
        return sites.company_calendar(session).business_date(now)
    return sites.calendar_of(session, site_id).business_date(now)


def _reason_wrong(text: str) -> Iterator[BadValueError]:
    if not text.strip():
        yield BadValueError(field="reason", value="", why="empty")
        return
    try:
        notes.check_note(text, longest=LONGEST_REASON)
    except BadValueError as found:
        yield BadValueError(field="reason", value=found.value, why=found.why)


def _amounts_wrong(new: NewLimit) -> Iterator[BadValueError]:
    amounts: Mapping[str, int | None] = {
        "per_decision_minor": new.per_decision_minor,
        "budget_minor": new.budget_minor,
        "customer_total_minor": new.customer_total_minor,
    }
    for field, amount in amounts.items():
        if amount is not None and not 0 <= amount <= MAX_MINOR:
            yield BadValueError(field=field, value=str(amount), why="out of bounds")
    if (new.budget_minor is None) != (new.budget_period is None):
        yield BadValueError(field="budget_period", value=str(new.budget_period), why="incomplete")
    if new.budget_period is not None and new.budget_period not in PERIODS:
        yield BadValueError(field="budget_period", value=str(new.budget_period), why="unknown")


def _customer_cap_wrong(new: NewLimit) -> Iterator[BadValueError]:
    caps = (new.customer_count, new.customer_total_minor)
    if (new.customer_days is None) != (caps == (None, None)):
        yield BadValueError(field="customer_days", value=str(new.customer_days), why="incomplete")
    if new.customer_days is not None and not 1 <= new.customer_days <= LONGEST_WINDOW_DAYS:
        yield BadValueError(
            field="customer_days", value=str(new.customer_days), why="out of bounds"
        )
    if new.customer_count is not None and not 0 <= new.customer_count <= LARGEST_COUNT:
        yield BadValueError(
            field="customer_count", value=str(new.customer_count), why="out of bounds"
        )


def _scope_wrong(session: Session, new: NewLimit) -> Iterator[BadValueError]:
    if new.person_id is not None and (new.site_id is not None or new.grade is not None):
        yield BadValueError(field="person_id", value=str(new.person_id), why="scope")
    if new.person_id is not None and session.get(Person, new.person_id) is None:
        yield BadValueError(field="person_id", value=str(new.person_id), why="unknown")
    if new.remedy_id is not None and session.get(Remedy, new.remedy_id) is None:
        yield BadValueError(field="remedy_id", value=str(new.remedy_id), why="unknown")
    if new.grade is not None and not new.grade.strip():
        yield BadValueError(field="grade", value=new.grade, why="empty")
    if not money.known(new.currency):
        yield BadValueError(field="currency", value=new.currency, why="unknown")
    if new.site_id is not None:
        site = session.get(Site, new.site_id)
        if site is None or site.currency != new.currency:
            yield BadValueError(field="currency", value=new.currency, why="not the site's")
        elif site.retired:
            yield BadValueError(field="site_id", value=str(new.site_id), why="retired")


def _may_not(session: Session, person: Person, new: NewLimit, *, on: date) -> Iterator[LedgerError]:
    if not may(person.role, Action.SET_LIMIT):
        yield OutsideSitesError()
        return
    if _is_own(session, person, new, on=on):
        yield OwnLimitError()
    if person.role == Role.ADMINISTRATOR:
        return
    own = sites.site_ids_of(session, person, on=on)
    if new.person_id is not None:
        query = select(col(PersonSite.site_id)).where(
            col(PersonSite.person_id) == new.person_id,
            or_(col(PersonSite.until).is_(None), col(PersonSite.until) >= on),
        )
        reached = frozenset(session.scalars(query))
        if not reached or not reached <= own:
            yield OutsideSitesError()
    elif new.site_id is None or new.site_id not in own:
        yield OutsideSitesError()
    if new.per_decision_minor > person.ceiling_minor:
        yield CeilingError(ceiling_minor=person.ceiling_minor, currency=new.currency)


def _is_own(session: Session, person: Person, new: NewLimit, *, on: date) -> bool:
    """Whether a limit is for the human being who sets it, and for nobody else who gives."""
    own = same_human.records_of(session, person.id)
    if new.person_id is not None:
        return new.person_id in own
    here = select(col(Person.id)).where(col(Person.active) == 1, col(Person.role).in_(_WHO_GIVES))
    if new.grade is not None:
        here = here.where(col(Person.grade) == new.grade)
    if new.site_id is not None:
        there = exists().where(
            col(PersonSite.person_id) == col(Person.id),
            col(PersonSite.site_id) == new.site_id,
            or_(col(PersonSite.until).is_(None), col(PersonSite.until) >= on),
        )
        here = here.where(there)
    found = frozenset(session.scalars(here))
    return bool(found) and found <= own
