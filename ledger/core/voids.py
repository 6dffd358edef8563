"""Voids: a decision is cancelled by a new row, which may carry its replacement."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import (
    ask_steps,
    budgets,
    commitments,
    corrections,
    customer_joins,
    decisions,
    drafts,
    journal,
    notes,
    outcomes,
    posting,
    sites,
    standing,
    submissions,
)
from ledger.core.decisions import Recorded, Refused
from ledger.core.drafts import DecisionDraft
from ledger.core.driver import Driver, Stored
from ledger.core.errors import BadValueError, LedgerError, NotFoundError, NotPermittedError
from ledger.core.people import is_same_human, subject_of
from ledger.core.permissions import Action, may
from ledger.core.posting import Judgement, Posting
from ledger.core.submissions import Claim
from ledger.core.tables import Decision, Person, Void

UNDO = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidDraft:
    """A void as the form hands it over; `taken_back` says whether the customer gave it back."""

    uid: str
    reason: str
    taken_back: bool


class AlreadyVoidedError(LedgerError):
    """The decision was voided before: `void` is the row that did it."""

    def __init__(self, void: Void) -> None:
        super().__init__(void.decision_id)
        self.void = void


class AlreadyReplacedError(LedgerError):
    """A later import corrected the decision: what counts now is another row, `decision_id`."""

    def __init__(self, decision_id: int) -> None:
        super().__init__(decision_id)
        self.decision_id = decision_id


class _RefusedError(Exception):
    """Leaves the savepoint of a replacement that is above the headroom."""

    def __init__(self, judged: Judgement) -> None:
        super().__init__()
        self.judged = judged


def void_decision(
    session: Session, person: Person, decision: Decision, draft: VoidDraft, *, now: datetime
) -> Void:
    """Cancel a decision by adding a void to the ledger; the decision itself stays.

    The budget gets the amount back if its period is still open. The same form again gives the
    first void again.

    Raises:
        NotPermittedError: if they may not: their own after two minutes, a stranger's ever.
        AlreadyVoidedError: if it was voided before.
        AlreadyReplacedError: if a later import corrected it.
        NotFoundError: if it was taken back with its import.
        SubmissionReusedError: if the form's id was used before for something else.
        BadValueError: if there is no reason, or one that a note could not be (see `notes`).

    """
    draft = _checked(draft)
    driver = Driver(session)
    content: dict[str, Stored] = {
        "void_of": decision.uid,
        "by": person.id,
        "reason": draft.reason,
        "taken_back": int(draft.taken_back),
    }
    wanted = Claim(
        uid=draft.uid,
        person_id=person.id,
        device_id=None,
        fingerprint=submissions.fingerprint(session, content),
    )
    if submissions.claim(driver, wanted, became="void", now=now) is not None:
        return session.scalars(select(Void).where(col(Void.uid) == draft.uid)).one()
    _check_may(session, person, decision, now=now)
    posting.lock_person(driver, decision.person_id, even_if_left=True)
    return _write(session, person, decision, draft, now=now)


def replace_decision(  # who, which, why, what instead
    session: Session,
    person: Person,
    decision: Decision,
    *,
    draft: VoidDraft,
    instead: DecisionDraft,
    now: datetime,
) -> Recorded | Refused:
    """Void a decision and record another in its place, in one step: both or neither.

    Above the headroom the first decision stands, and the refusal is kept. The replacement is a
    decision of the person who makes it, within their own latitude.

    Raises:
        NotPermittedError, AlreadyVoidedError, AlreadyReplacedError, SubmissionReusedError,
            BadValueError: as a void.
        NotFoundError: as a decision.

    """
    draft = _checked(draft)
    ready = drafts.prepare(session, person, instead, now=now, replaces=decision)
    driver = Driver(session)
    before = submissions.claim(driver, ready.claim, became="decision", now=now)
    wanted = ready.posting
    if before is not None or wanted is None:
        return decisions.first_answer(session, ready.claim.uid)
    _check_may(session, person, decision, now=now)
    _lock(driver, wanted, decision)
    try:
        made = _replaced(
            session, person, decision, wanted=wanted, note=ready.note, draft=draft, now=now
        )
    except _RefusedError as refused:
        refusal = decisions.refuse(session, wanted, refused.judged, now=now)
        return Refused(refusal=refusal, is_replay=False)
    return Recorded(decision=made, is_replay=False)


def may_void(session: Session, person: Person, decision: Decision, *, now: datetime) -> bool:
    """Whether this person may void this decision now, leaving aside whether it was voided.

    Their own, under whatever record, only for two minutes: then it is somebody else's to void.
    Judged at the ledger's time, if this machine's clock is behind it.
    """
    if not person.active:
        return False
    # Two minutes are over everywhere, also on a machine whose clock is behind.
    now = ask_steps.ledgers_time(session, now)
    if person.id == decision.person_id and undo_seconds_left(decision, now=now) > 0:
        return True
    is_own = is_same_human(session, person.id, decision.person_id)
    if is_own or not may(person.role, Action.VOID_DECISION):
        return False
    today = sites.calendar_of(session, decision.site_id).business_date(now)
    return decision.site_id in sites.site_ids_of(session, person, on=today)


def undo_seconds_left(decision: Decision, *, now: datetime) -> int:
    """Return for how many seconds the recorder may still void it without anybody: UNDO at most."""
    if decision.source == "imported":
        return 0
    # Never more, where the clock is behind the ledger's.
    left = min(UNDO, decision.received_at + UNDO - now)
    return max(0, int(left.total_seconds()))


def void_of(session: Session, decision: Decision) -> Void | None:
    """Return the void of a decision, if there is one."""
    query = select(Void).where(col(Void.decision_id) == decision.id)
    return session.scalars(query).one_or_none()


def reason_of(session: Session, void: Void) -> str | None:
    """Return why a decision was voided, or None if these words were erased."""
    subject = words_subject(void.uid)
    return commitments.words_of(session, [subject]).get(subject)


def words_subject(uid: str) -> str:
    """Return under which subject the reason of a void is kept."""
    return f"void:{uid}"


def _replaced(  # as its caller
    session: Session,
    person: Person,
    decision: Decision,
    *,
    wanted: Posting,
    note: str | None,
    draft: VoidDraft,
    now: datetime,
) -> Decision:
    """Void and write inside a savepoint, which a refusal leaves as if nothing had been."""
    uid = wanted.claim.uid
    voiding = replace(draft, uid=str(uuid.uuid5(uuid.UUID(uid), "void")))
    with session.begin_nested():
        _write(session, person, decision, voiding, replacement_uid=uid, now=now)
        left = undo_seconds_left(decision, now=ask_steps.ledgers_time(session, now))
        wanted, judged = corrections.judge(session, decision, wanted, seconds_left=left, now=now)
        if judged.is_refused:
            raise _RefusedError(judged)
        return decisions.write_judged(session, wanted, judged, note=note, now=now)


def _lock(driver: Driver, wanted: Posting, decision: Decision) -> None:
    """Take every lock of a replacement before its void takes the chain's, which comes last.

    Two who replace each other's decisions take the people in the same order.
    """
    recorder, replacer = decision.person_id, wanted.asked.person_id
    for person_id in sorted({recorder, replacer}):
        posting.lock_person(driver, person_id, even_if_left=person_id != replacer)
    if wanted.asked.customer_id is not None:
        customer_joins.lock(driver, [wanted.asked.customer_id])


def _checked(draft: VoidDraft) -> VoidDraft:
    """Return the draft with its reason as it is kept."""
    submissions.check_uid(draft.uid)
    if not draft.reason.strip():
        raise BadValueError(field="reason", value="", why="empty")
    try:
        return replace(draft, reason=notes.check_note(draft.reason))
    except BadValueError as found:
        raise BadValueError(field="reason", value=found.value, why=found.why) from found


def _check_may(session: Session, person: Person, decision: Decision, *, now: datetime) -> None:
    if not may_void(session, person, decision, now=now):
        raise NotPermittedError(Action.VOID_DECISION)


def _check_not_replaced(session: Session, decision: Decision) -> None:
    """Refuse to void what was corrected. An import corrects under the chain's lock: wait for it."""
    journal.lock_chain(Driver(session))
    counting = select(col(Decision.id)).where(
        col(Decision.feed) == decision.feed,
        col(Decision.external_id) == decision.external_id,
        standing.is_last_word(),
    )
    last = session.scalars(counting).one_or_none()
    if last is None:
        raise NotFoundError("decision", decision.uid)
    if last != decision.id:
        raise AlreadyReplacedError(last)


def _write(  # the void's own facts
    session: Session,
    person: Person,
    decision: Decision,
    draft: VoidDraft,
    *,
    replacement_uid: str | None = None,
    now: datetime,
) -> Void:
    """Write the void and give the budget back. Needs the lock of the decision's person."""
    before = void_of(session, decision)
    if before is not None:
        raise AlreadyVoidedError(before)
    if decision.source == "imported":
        _check_not_replaced(session, decision)
    today = sites.calendar_of(session, decision.site_id).business_date(now)
    is_alone = decision.ask_id is None and decision.exception_reason is None
    if decision.source != "imported" and is_alone:
        budgets.give_back(Driver(session), decision, voided_on=today)
    sealed = commitments.keep_words(session, words_subject(draft.uid), draft.reason, now=now)
    void = Void(
        uid=draft.uid,
        decision_id=decision.id,
        person_id=person.id,
        reason_commitment=sealed,
        taken_back=draft.taken_back,
        business_date=today,
        replacement_uid=replacement_uid,
        made_at=now,
    )
    void = journal.add_to_book(
        session,
        void,
        kind="decision.voided",
        actor=subject_of(person),
        subject=f"decision:{decision.uid}",
        now=now,
    )
    outcomes.note_void(session, decision.id)
    return void
