"""A decision as the form hands it over, checked before anybody has to wait for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import clock, money, notes, sites, submissions
from ledger.core.driver import Stored, stored
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.headroom import Asked
from ledger.core.people import subject_of
from ledger.core.posting import Posting
from ledger.core.submissions import Claim
from ledger.core.tables import Customer, Person, Reason, Remedy, Site

FORECASTS = ("comes_back", "buys_more", "tells_others", "not_sure")
ASKED_FOR_NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDraft:
    """A decision as the form hands it over. Nothing is preselected: unanswered is None.

    `uid` is the idempotency key that the server put into the form. `claimed_at` None means now,
    else a quarter hour of the open business day. `asked_for` is a remedy's kind or "nothing".
    """

    uid: str
    site_id: int
    remedy_id: int
    reason_id: int
    amount_minor: int
    customer_id: int | None = None
    note: str | None = None
    forecast: str | None = None
    apologised: bool | None = None
    noticed_first: bool | None = None
    asked_for: str | None = None
    claimed_at: datetime | None = None
    criteria_version: int | None = None
    criteria_ticks: str | None = None
    device_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A draft that is well formed, ready for the transaction."""

    posting: Posting
    note: str | None


def prepare(session: Session, person: Person, draft: DecisionDraft, *, now: datetime) -> Prepared:
    """Check everything that needs no lock; run it in a reading transaction, before the queue.

    Raises:
        BadValueError: if a value cannot be used; the field is named.
        NotFoundError: if the person does not work at the site today, or a row is not there.

    """
    submissions.check_uid(draft.uid)
    site = site_of(session, person, draft.site_id, now=now)
    calendar = sites.calendar_of(session, site.id)
    decided_at = _decided_at(calendar, draft.claimed_at, now=now)
    day = calendar.business_date(decided_at)
    remedy, reason = _remedy_and_reason(session, draft)
    if draft.customer_id is not None and session.get(Customer, draft.customer_id) is None:
        raise NotFoundError("customer")
    _check_answers(session, draft)
    note = notes.check_note(draft.note) if draft.note and draft.note.strip() else None
    row: dict[str, Stored] = {
        "uid": draft.uid,
        "person_id": person.id,
        "site_id": site.id,
        "customer_id": draft.customer_id,
        "remedy_id": remedy.id,
        "reason_id": reason.id,
        "amount_minor": draft.amount_minor,
        "cost_minor": money.cost(draft.amount_minor, remedy.cost_share_bp),
        "currency": site.currency,
        "claimed_at": stored(decided_at),
        "decided_at": stored(decided_at),
        "skew": None,
        "business_date": day.isoformat(),
        "zone": calendar.zone_on(day),
        "written_later": stored(draft.claimed_at is not None),
        "device_id": draft.device_id,
        "device_seq": None,
        "source": "logged",
        "import_id": None,
        "feed": None,
        "external_id": None,
        "revision": 1,
        "replaces_id": None,
        "ask_id": None,
        "exception_reason": None,
        "declared_own": 0,
        "forecast": draft.forecast,
        "apologised": stored(draft.apologised),
        "noticed_first": stored(draft.noticed_first),
        "asked_for": draft.asked_for,
        "criteria_version": draft.criteria_version,
        "criteria_ticks": draft.criteria_ticks,
        "note_commitment": None,
    }
    asked = Asked(
        person_id=person.id,
        grade=person.grade,
        site_id=site.id,
        currency=site.currency,
        remedy_id=remedy.id,
        customer_id=draft.customer_id,
        calendar=calendar,
        business_date=day,
        at=decided_at,
    )
    fingerprint = _fingerprint(session, row, note)
    return Prepared(
        posting=Posting(
            claim=Claim(
                uid=draft.uid,
                person_id=person.id,
                device_id=draft.device_id,
                fingerprint=fingerprint,
            ),
            asked=asked,
            actor=subject_of(person),
            row=row,
            amount_minor=draft.amount_minor,
            remedy_id=remedy.id,
            reason_id=reason.id,
        ),
        note=note,
    )


def _fingerprint(session: Session, row: Mapping[str, Stored], note: str | None) -> str:
    told = ("person_id", "site_id", "customer_id", "remedy_id", "reason_id", "amount_minor")
    later = row["claimed_at"] if row["written_later"] else None
    return submissions.fingerprint(
        session, {name: row[name] for name in told} | {"note": note, "at": later}
    )


def site_of(session: Session, person: Person, site_id: int, *, now: datetime) -> Site:
    """Return a site at which the person works today.

    Raises:
        NotFoundError: if there is none, or they do not work there.

    """
    site = session.get(Site, site_id)
    if site is None or site.retired:
        raise NotFoundError("site")
    today = sites.calendar_of(session, site_id).business_date(now)
    if site_id not in sites.site_ids_of(session, person, on=today):
        raise NotFoundError("site")
    return site


def _decided_at(
    calendar: clock.Calendar, claimed_at: datetime | None, *, now: datetime
) -> datetime:
    if claimed_at is None:
        return now
    if claimed_at not in clock.quarter_hours(calendar, now):
        raise BadValueError(field="claimed_at", value=clock.as_text(claimed_at), why="not today")
    return claimed_at


def _remedy_and_reason(session: Session, draft: DecisionDraft) -> tuple[Remedy, Reason]:
    remedy, reason = session.get(Remedy, draft.remedy_id), session.get(Reason, draft.reason_id)
    if remedy is None or remedy.retired:
        raise BadValueError(field="remedy_id", value=str(draft.remedy_id), why="not offered")
    if reason is None or reason.retired:
        raise BadValueError(field="reason_id", value=str(draft.reason_id), why="not offered")
    if not 0 <= draft.amount_minor <= money.MAX_MINOR:
        raise BadValueError(field="amount", value=str(draft.amount_minor), why="out of bounds")
    if remedy.worthless and draft.amount_minor:
        raise BadValueError(field="amount", value=str(draft.amount_minor), why="worthless")
    if not remedy.worthless and not draft.amount_minor:
        raise BadValueError(field="amount", value="0", why="zero")
    return remedy, reason


def _check_answers(session: Session, draft: DecisionDraft) -> None:
    if draft.forecast is not None and draft.forecast not in FORECASTS:
        raise BadValueError(field="forecast", value=draft.forecast[:40], why="unknown")
    if draft.asked_for in (None, ASKED_FOR_NOTHING):
        return
    if session.scalars(select(Remedy).where(col(Remedy.kind) == draft.asked_for)).first() is None:
        raise BadValueError(field="asked_for", value=str(draft.asked_for)[:40], why="unknown")
