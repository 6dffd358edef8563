"""A decision as the form hands it over, checked before anybody has to wait for it."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import clock, customer_finder, money, notes, reasons, sites, submissions
from ledger.core.driver import Stored, stored
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.headroom import Asked
from ledger.core.people import subject_of
from ledger.core.posting import Posting
from ledger.core.referred import Referred, referred
from ledger.core.submissions import Claim
from ledger.core.tables import Decision, Person, Reason, Remedy, Site

FORECASTS = ("comes_back", "buys_more", "tells_others", "not_sure")
ASKED_FOR_NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDraft:
    """A decision as the form hands it over. Nothing is preselected: unanswered is None.

    `uid` is the idempotency key that the server put into the form. `claimed_at` None means now,
    else a quarter hour of the open business day. `asked_for` is a remedy's kind or "nothing".

    `declared_own`: the customer is the person, family or a friend. What goes past the latitude is
    still recorded if it was `already_given`, or may be by the site's band to `act_now`.
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
    declared_own: bool = False
    already_given: bool = False
    act_now: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """A site, and the calendar in which its days are counted."""

    site: Site
    calendar: clock.Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A draft that is well formed, ready for the transaction.

    `posting` is None for a form that was answered before: it gets its first answer, whatever has
    changed since then.
    """

    claim: Claim
    posting: Posting | None
    note: str | None


def prepare(
    session: Session,
    person: Person,
    draft: DecisionDraft,
    *,
    now: datetime,
    replaces: Decision | None = None,
) -> Prepared:
    """Check everything that needs no lock; run it in a reading transaction, before the queue.

    `replaces` is the decision in whose place this one comes.

    Raises:
        BadValueError: if a value cannot be used; the field is named. What was given already, or
            is given at once past the limit, needs a note: `why` is "needed".
        NotFoundError: if the person does not work at the site today, or a row is not there.

    """
    submissions.check_uid(draft.uid)
    note = notes.check_note(draft.note) if draft.note and draft.note.strip() else None
    facts = referred(
        session,
        person,
        uid=draft.uid,
        site_id=draft.site_id,
        remedy_id=draft.remedy_id,
        reason_id=draft.reason_id,
        now=now,
    )
    if (draft.already_given or draft.act_now) and note is None:
        raise BadValueError(field="note", value="", why="needed")
    claim = Claim(
        uid=draft.uid,
        person_id=person.id,
        device_id=draft.device_id,
        fingerprint=submissions.fingerprint_by(
            facts.fingerprint_key, _content(person, draft, note=note, replaces=replaces)
        ),
    )
    if facts.is_known:
        return Prepared(claim=claim, posting=None, note=note)
    posting = _posting(session, person, draft, facts, claim=claim, now=now)
    if replaces is not None:
        posting = replace(posting, row={**posting.row, "replaces_id": replaces.id})
    return Prepared(claim=claim, posting=posting, note=note)


def _posting(
    session: Session,
    person: Person,
    draft: DecisionDraft,
    facts: Referred,
    *,
    claim: Claim,
    now: datetime,
) -> Posting:
    calendar, currency = facts.calendar, facts.currency
    if calendar is None or currency is None:
        raise NotFoundError("site")
    decided_at = _decided_at(calendar, draft.claimed_at, now=now)
    day = calendar.business_date(decided_at)
    remedy, reason = _remedy_and_reason(session, draft, facts, since=calendar.start_of(day))
    customer_id = known_customer(session, draft.customer_id)
    _check_answers(session, draft)
    asked = Asked(
        person_id=person.id,
        grade=person.grade,
        site_id=draft.site_id,
        currency=currency,
        remedy_id=remedy.id,
        customer_id=customer_id,
        calendar=calendar,
        business_date=day,
        at=decided_at,
    )
    return Posting(
        claim=claim,
        asked=asked,
        actor=subject_of(person),
        row=_row(draft, asked, remedy),
        amount_minor=draft.amount_minor,
        remedy_id=remedy.id,
        reason_id=reason.id,
        already_given=draft.already_given,
        act_now=draft.act_now,
    )


def _row(draft: DecisionDraft, asked: Asked, remedy: Remedy) -> dict[str, Stored]:
    day = asked.business_date
    return {
        "uid": draft.uid,
        "person_id": asked.person_id,
        "site_id": asked.site_id,
        "customer_id": asked.customer_id,
        "remedy_id": remedy.id,
        "reason_id": draft.reason_id,
        "amount_minor": draft.amount_minor,
        "cost_minor": money.cost(draft.amount_minor, remedy.cost_share_bp),
        "currency": asked.currency,
        "claimed_at": stored(asked.at),
        "decided_at": stored(asked.at),
        "skew": None,
        "business_date": day.isoformat(),
        "zone": asked.calendar.zone_on(day),
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
        "declared_own": stored(draft.declared_own),
        "forecast": draft.forecast,
        "apologised": stored(draft.apologised),
        "noticed_first": stored(draft.noticed_first),
        "asked_for": draft.asked_for,
        "criteria_version": draft.criteria_version,
        "criteria_ticks": draft.criteria_ticks,
        "note_commitment": None,
    }


def _content(
    person: Person, draft: DecisionDraft, *, note: str | None, replaces: Decision | None
) -> dict[str, Stored]:
    """Return what was sent, of which the fingerprint is made.

    What is set seldom is in it only then: so a form that was sent before these were is known again.
    """
    seldom = {
        "declared_own": draft.declared_own,
        "already_given": draft.already_given,
        "act_now": draft.act_now,
    }
    return {
        **{name: 1 for name, is_set in seldom.items() if is_set},
        "person_id": person.id,
        "site_id": draft.site_id,
        "customer_id": draft.customer_id,
        "remedy_id": draft.remedy_id,
        "reason_id": draft.reason_id,
        "amount_minor": draft.amount_minor,
        "note": note,
        "at": stored(draft.claimed_at),
        "replaces": None if replaces is None else replaces.uid,
    }


def known_customer(session: Session, customer_id: int | None) -> int | None:
    """Return as whom this customer counts; None is a walk-in.

    Raises:
        NotFoundError: if there is none; whom an unfinished import brought does not count yet.

    """
    if customer_id is None:
        return None
    found = customer_finder.customer(session, customer_id)
    if found is None:
        raise NotFoundError("customer")
    return found.id


def workplace(session: Session, person: Person, site_id: int, *, now: datetime) -> Workplace:
    """Return a site at which the person works today, with its calendar.

    Raises:
        NotFoundError: if there is none, or they do not work there.

    """
    site = sites.site(session, site_id)
    if site is None or site.retired:
        raise NotFoundError("site")
    calendar = sites.calendar_of(session, site_id)
    if site_id not in sites.site_ids_of(session, person, on=calendar.business_date(now)):
        raise NotFoundError("site")
    return Workplace(site=site, calendar=calendar)


def _decided_at(
    calendar: clock.Calendar, claimed_at: datetime | None, *, now: datetime
) -> datetime:
    if claimed_at is None:
        return now
    if claimed_at not in clock.quarter_hours(calendar, now):
        raise BadValueError(field="claimed_at", value=clock.as_text(claimed_at), why="not today")
    return claimed_at


def _remedy_and_reason(
    session: Session, draft: DecisionDraft, facts: Referred, *, since: datetime
) -> tuple[Remedy, Reason]:
    remedy, reason = facts.remedy, facts.reason
    if remedy is None or remedy.retired:
        raise BadValueError(field="remedy_id", value=str(draft.remedy_id), why="not offered")
    if reason is None or not reasons.may_still_be_given(session, reason, since=since):
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
