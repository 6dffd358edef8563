"""Unmet needs: "wanted to, could not", in one tap. What a higher limit would have done."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import decisions, drafts, journal, money, posting, reasons, submissions
from ledger.core.driver import Driver
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.people import subject_of
from ledger.core.submissions import Claim
from ledger.core.tables import Person, Reason, UnmetNeed


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmetNeedDraft:
    """An unmet need as the form hands it over; the customer only if one is chosen."""

    uid: str
    site_id: int
    reason_id: int
    amount_minor: int
    customer_id: int | None = None
    refusal_uid: str | None = None


def record_unmet_need(
    session: Session, person: Person, draft: UnmetNeedDraft, *, now: datetime
) -> UnmetNeed:
    """Record that this person wanted to give this much and could not.

    The same form again gives the first row again; and so does another form after the same refusal,
    for what could not be given once is one need.

    Raises:
        BadValueError: if the amount or the reason cannot be used.
        NotFoundError: if the person does not work at the site today, or a row is not there.
        SubmissionReusedError: if the form's id was used before for something else.

    """
    submissions.check_uid(draft.uid)
    wanted = _claim(session, person, draft)
    driver = Driver(session)
    is_replay = submissions.claim(driver, wanted, became="unmet_need", now=now) is not None
    # Of two forms at once the second finds the row of the first.
    posting.lock_person(driver, person.id, even_if_left=True)
    first = need_by_uid(session, draft.uid) or _after_same_refusal(session, person, draft)
    if first is not None:
        return first
    if is_replay:
        raise submissions.SubmissionReusedError
    place = drafts.workplace(session, person, draft.site_id, now=now)
    since = place.calendar.start_of(place.calendar.business_date(now))
    _check(session, person, draft, since=since)
    return journal.add_to_book(
        session,
        _need(session, person, draft, place, now=now),
        kind="unmet_need.recorded",
        actor=subject_of(person),
        subject=f"unmet_need:{draft.uid}",
        now=now,
    )


def need_by_uid(session: Session, uid: str) -> UnmetNeed | None:
    """Return the unmet need with this id."""
    return session.scalars(select(UnmetNeed).where(col(UnmetNeed.uid) == uid)).one_or_none()


def need_after(session: Session, person: Person, refusal_uid: str) -> UnmetNeed | None:
    """Return the unmet need that this person recorded after a refusal of theirs, the first one."""
    query = (
        select(UnmetNeed)
        .where(col(UnmetNeed.refusal_uid) == refusal_uid, col(UnmetNeed.person_id) == person.id)
        .order_by(col(UnmetNeed.id))
    )
    return session.scalars(query.limit(1)).one_or_none()


def _after_same_refusal(
    session: Session, person: Person, draft: UnmetNeedDraft
) -> UnmetNeed | None:
    if draft.refusal_uid is None:
        return None
    return need_after(session, person, draft.refusal_uid)


def _claim(session: Session, person: Person, draft: UnmetNeedDraft) -> Claim:
    content = {
        "person_id": person.id,
        "site_id": draft.site_id,
        "customer_id": draft.customer_id,
        "reason_id": draft.reason_id,
        "unmet_minor": draft.amount_minor,
    }
    return Claim(
        uid=draft.uid,
        person_id=person.id,
        device_id=None,
        fingerprint=submissions.fingerprint(session, content),
    )


def _need(
    session: Session,
    person: Person,
    draft: UnmetNeedDraft,
    place: drafts.Workplace,
    *,
    now: datetime,
) -> UnmetNeed:
    day = place.calendar.business_date(now)
    return UnmetNeed(
        uid=draft.uid,
        person_id=person.id,
        site_id=place.site.id,
        customer_id=drafts.known_customer(session, draft.customer_id),
        reason_id=draft.reason_id,
        amount_minor=draft.amount_minor,
        currency=place.site.currency,
        refusal_uid=draft.refusal_uid,
        made_at=now,
        business_date=day,
        zone=place.calendar.zone_on(day),
    )


def _check(session: Session, person: Person, draft: UnmetNeedDraft, *, since: datetime) -> None:
    reason = session.get(Reason, draft.reason_id)
    if not reasons.may_still_be_given(session, reason, since=since):
        raise BadValueError(field="reason_id", value=str(draft.reason_id), why="not offered")
    if not 0 < draft.amount_minor <= money.MAX_MINOR:
        raise BadValueError(field="amount", value=str(draft.amount_minor), why="out of bounds")
    if draft.refusal_uid is None:
        return
    refusal = decisions.refusal_by_uid(session, draft.refusal_uid)
    if refusal is None or refusal.person_id != person.id:
        raise NotFoundError("refusal")
