"""Recording a decision, in one request and one transaction: once, within the latitude, for good."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import commitments, journal, outcomes, posting, submissions
from ledger.core.drafts import DecisionDraft, Prepared, prepare
from ledger.core.driver import Driver
from ledger.core.headroom import Headroom
from ledger.core.loaded import SETTINGS_KEPT, Loaded
from ledger.core.posting import Judgement, Posting
from ledger.core.tables import Decision, Person, Refusal, Remedy

_REMEDIES = Loaded(
    Remedy,
    select(Remedy).where(col(Remedy.retired) == 0).order_by(col(Remedy.position), col(Remedy.id)),
    kept=SETTINGS_KEPT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The decision stands; `is_replay` when this form had already been answered."""

    decision: Decision
    is_replay: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Above the headroom: nothing was given; the refusal is kept under the form's id."""

    refusal: Refusal
    is_replay: bool


def record(session: Session, ready: Prepared, *, now: datetime) -> Recorded | Refused:
    """Judge and write a prepared decision, all or nothing, in this write transaction.

    The same form again gives the first answer again. Above the headroom the refusal is kept, or an
    exception is recorded, if the draft says that it was given already or may be at once.

    Raises:
        SubmissionReusedError: if the form's id was used before for something else.
        NotPermittedError: if the person is no longer active.

    """
    driver = Driver(session)
    before = submissions.claim(driver, ready.claim, became="decision", now=now)
    wanted = ready.posting
    if before is not None or wanted is None:
        return first_answer(session, ready.claim.uid)
    posting.lock_person(driver, wanted.asked.person_id)
    judged = posting.judge(session, wanted, now=now)
    if judged.is_refused:
        return Refused(refusal=refuse(session, wanted, judged, now=now), is_replay=False)
    made = write_judged(session, wanted, judged, note=ready.note, now=now)
    return Recorded(decision=made, is_replay=False)


def record_decision(
    session: Session, person: Person, draft: DecisionDraft, *, now: datetime
) -> Recorded | Refused:
    """Prepare and record a decision in one write transaction."""
    return record(session, prepare(session, person, draft, now=now), now=now)


def write_judged(
    session: Session, wanted: Posting, judged: Judgement, *, note: str | None, now: datetime
) -> Decision:
    """Write a decision that was not refused, with its note and its outcome."""
    if note is not None:
        sealed = commitments.keep_words(session, f"note:{wanted.claim.uid}", note, now=now)
        wanted = replace(wanted, row={**wanted.row, "note_commitment": sealed})
    decision = posting.write(session, wanted, judged, now=now)
    outcomes.note_decision(session, decision)
    return decision


def decision_by_uid(session: Session, uid: str) -> Decision | None:
    """Return the decision with this id."""
    return session.scalars(select(Decision).where(col(Decision.uid) == uid)).one_or_none()


def refusal_by_uid(session: Session, uid: str) -> Refusal | None:
    """Return the refusal that a form with this id met."""
    return session.scalars(select(Refusal).where(col(Refusal.uid) == uid)).one_or_none()


def remedies_offered(session: Session) -> Sequence[Remedy]:
    """Return the remedies that can be given, in their order."""
    return _REMEDIES.all(session)


def first_answer(session: Session, uid: str) -> Recorded | Refused:
    """Return what a form that was answered before became."""
    decision = decision_by_uid(session, uid)
    if decision is not None:
        return Recorded(decision=decision, is_replay=True)
    refusal = refusal_by_uid(session, uid)
    if refusal is None:
        raise submissions.SubmissionReusedError
    return Refused(refusal=refusal, is_replay=True)


def refuse(session: Session, wanted: Posting, judged: Judgement, *, now: datetime) -> Refusal:
    """Keep the refusal of a decision that is above the headroom."""
    room: Headroom = judged.headroom
    refusal = Refusal(
        uid=wanted.claim.uid,
        person_id=wanted.asked.person_id,
        site_id=wanted.asked.site_id,
        customer_id=wanted.asked.customer_id,
        remedy_id=wanted.remedy_id,
        reason_id=wanted.reason_id,
        amount_minor=wanted.amount_minor,
        currency=room.currency,
        rule=room.rule,
        headroom_minor=room.headroom_minor,
        limit_id=room.limit_id,
        until=room.resets_at,
        made_at=now,
        business_date=wanted.asked.business_date,
    )
    return journal.add_to_book(
        session,
        refusal,
        kind="decision.refused",
        actor=wanted.actor,
        subject=f"decision:{wanted.claim.uid}",
        now=now,
    )
