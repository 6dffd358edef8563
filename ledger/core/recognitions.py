"""Recognitions: a thank-you for a decision or a story, in words fit to be read aloud."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ledger.core import (
    commitments,
    customers,
    journal,
    notes,
    posting,
    sites,
    standing,
    submissions,
)
from ledger.core.driver import Driver, Stored
from ledger.core.errors import BadValueError, LedgerError, NotFoundError, NotPermittedError
from ledger.core.people import subject_of
from ledger.core.permissions import Action, may
from ledger.core.submissions import Claim
from ledger.core.tables import (
    CustomerDetail,
    Decision,
    ImportFile,
    Person,
    PersonSite,
    Recognition,
    Site,
    Void,
    Words,
)

JUDGEMENT = "judgement"
OUTCOME = "outcome"
STORY = "story"
EVENT_TYPES = (JUDGEMENT, OUTCOME, STORY)
LONGEST_WORDS = notes.LONGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionDraft:
    """A recognition as the form hands it over; a story needs no decision.

    `event_date` is the business date of what happened: with a decision, the decision's own.
    """

    uid: str
    person_id: int
    site_id: int
    decision_id: int | None
    event_type: str
    event_date: date
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThankYou:
    """A recognition as the person who got it reads it."""

    uid: str
    words: str
    given_by: str
    site_name: str
    event_date: date
    decision_uid: str | None


class DecisionVoidedError(LedgerError):
    """The decision was voided or replaced: there is nothing left to recognise."""


def give_recognition(
    session: Session, giver: Person, draft: RecognitionDraft, *, now: datetime
) -> Recognition:
    """Thank a person for a decision or a story; the same form again gives the first one again.

    The words are kept outside the journal, which holds a commitment to them.

    Raises:
        NotPermittedError: if the giver may not, or means themselves.
        NotFoundError: if the person, the site or the decision is not there for this giver.
        DecisionVoidedError: if the decision was voided or replaced.
        BadValueError: if the words, the date or the kind cannot be used; `why` of the words is
            one of empty, too_long, control, card, phone, customer.
        SubmissionReusedError: if the form's id was used before for something else.

    """
    words = _check(session, giver, draft, now=now)
    driver = Driver(session)
    wanted = Claim(
        uid=draft.uid,
        person_id=giver.id,
        device_id=None,
        fingerprint=_fingerprint(session, draft, words),
    )
    if submissions.claim(driver, wanted, became="recognition", now=now) is not None:
        return _by_uid(session, draft.uid)
    # A void takes the same lock: of the two, one sees the other.
    posting.lock_person(driver, draft.person_id, even_if_left=True)
    _check_decision(session, draft)
    given = Recognition(
        uid=draft.uid,
        person_id=draft.person_id,
        site_id=draft.site_id,
        given_by_id=giver.id,
        decision_id=draft.decision_id,
        event_type=draft.event_type,
        event_date=draft.event_date,
        words_commitment=commitments.keep_words(session, words_subject(draft.uid), words, now=now),
        made_at=now,
    )
    return journal.add_to_book(
        session,
        given,
        kind="recognition.given",
        actor=subject_of(giver),
        subject=subject_of(session.get_one(Person, draft.person_id)),
        now=now,
    )


def words_subject(uid: str) -> str:
    """Return the name under which a recognition's words and their key are kept."""
    return f"recognition:{uid}"


def recognitions_of(session: Session, person: Person, *, count: int = 50) -> Sequence[ThankYou]:
    """Return what a person was thanked for, latest first; not for decisions that were voided."""
    giver = aliased(Person)
    query = (
        select(Recognition, Words.body, giver.name, Site.name, Decision.uid)  # type: ignore[call-overload]  # columns of five kinds
        .join(Words, col(Words.subject) == "recognition:" + col(Recognition.uid))
        .join(giver, col(giver.id) == col(Recognition.given_by_id))
        .join(Site, col(Site.id) == col(Recognition.site_id))
        .outerjoin(Decision, col(Decision.id) == col(Recognition.decision_id))
        .where(
            col(Recognition.person_id) == person.id,
            ~exists().where(col(Void.decision_id) == col(Recognition.decision_id)),
        )
        .order_by(col(Recognition.event_date).desc(), col(Recognition.id).desc())
        .limit(count)
    )
    return [
        ThankYou(
            uid=given.uid,
            words=words,
            given_by=given_by,
            site_name=site_name,
            event_date=given.event_date,
            decision_uid=decision_uid,
        )
        for given, words, given_by, site_name, decision_uid in session.execute(query)
    ]


def decision_to_thank_for(session: Session, giver: Person, uid: str, *, on: date) -> Decision:
    """Return the decision with this id, if this giver may thank somebody for it.

    Raises:
        NotPermittedError: if it is the giver's own.
        NotFoundError: if there is none at the giver's sites.
        DecisionVoidedError: if it was voided or replaced.

    """
    query = select(Decision).where(
        col(Decision.uid) == uid,
        col(Decision.site_id).in_(sites.site_ids_of(session, giver, on=on)),
        col(Decision.import_id).is_(None)
        | exists().where(col(ImportFile.id) == col(Decision.import_id)),
    )
    decision = session.scalars(query).one_or_none()
    if decision is None:
        raise NotFoundError("decision", uid)
    if decision.person_id == giver.id:
        raise NotPermittedError(Action.GIVE_RECOGNITION)
    if _is_gone(session, decision.id):
        raise DecisionVoidedError
    return decision


def _check(session: Session, giver: Person, draft: RecognitionDraft, *, now: datetime) -> str:
    """Return the words as they are kept, if everything that needs no lock is as it must be."""
    submissions.check_uid(draft.uid)
    if not may(giver.role, Action.GIVE_RECOGNITION) or draft.person_id == giver.id:
        raise NotPermittedError(Action.GIVE_RECOGNITION)
    if session.get(Site, draft.site_id) is None:
        raise NotFoundError("site")
    today = sites.calendar_of(session, draft.site_id).business_date(now)
    if draft.site_id not in sites.site_ids_of(session, giver, on=today):
        raise NotFoundError("site")
    if draft.event_type not in EVENT_TYPES:
        raise BadValueError(field="event_type", value=draft.event_type[:40], why="unknown")
    if draft.decision_id is None:
        _check_story(session, draft, today=today)
    return _checked_words(session, draft)


def _check_story(session: Session, draft: RecognitionDraft, *, today: date) -> None:
    """Check a story without a decision: its day has been, and the person worked there then."""
    if draft.event_type != STORY:
        raise BadValueError(field="decision_id", value="", why="empty")
    if draft.event_date > today:
        raise BadValueError(field="event_date", value=str(draft.event_date), why="not yet")
    worked = select(col(PersonSite.id)).where(
        col(PersonSite.person_id) == draft.person_id,
        col(PersonSite.site_id) == draft.site_id,
        col(PersonSite.from_date) <= draft.event_date,
        col(PersonSite.until).is_(None) | (col(PersonSite.until) >= draft.event_date),
    )
    if session.scalars(worked.limit(1)).first() is None:
        raise BadValueError(field="event_date", value=str(draft.event_date), why="not there")


def _check_decision(session: Session, draft: RecognitionDraft) -> None:
    """Check that the decision is this person's at this site, on that day, and stands."""
    if draft.decision_id is None:
        return
    decision = session.get(Decision, draft.decision_id)
    if decision is None or (decision.person_id, decision.site_id) != (
        draft.person_id,
        draft.site_id,
    ):
        raise NotFoundError("decision")
    if decision.business_date != draft.event_date:
        raise BadValueError(field="event_date", value=str(draft.event_date), why="other day")
    if _is_gone(session, decision.id):
        raise DecisionVoidedError
    if draft.event_type == OUTCOME and not _was_judged(session, decision.id):
        raise BadValueError(field="event_type", value=OUTCOME, why="judgement first")


def _is_gone(session: Session, decision_id: int) -> bool:
    """Whether a decision was voided, replaced by a corrected file, or taken back with its file."""
    query = select(col(Decision.id)).where(
        col(Decision.id) == decision_id, standing.is_out_of_force()
    )
    return session.scalar(query) is not None


def _was_judged(session: Session, decision_id: int) -> bool:
    """Whether the judgement was recognised: an outcome is added to that, never the ground."""
    judged = select(col(Recognition.id)).where(
        col(Recognition.decision_id) == decision_id, col(Recognition.event_type) == JUDGEMENT
    )
    return session.scalars(judged.limit(1)).first() is not None


def _checked_words(session: Session, draft: RecognitionDraft) -> str:
    try:
        words = notes.check_note(draft.words)
    except BadValueError as problem:
        raise BadValueError(field="words", value=draft.words, why=problem.why) from problem
    if not words:
        raise BadValueError(field="words", value="", why="empty")
    decision = None if draft.decision_id is None else session.get(Decision, draft.decision_id)
    if decision is not None and decision.customer_id is not None:
        detail = session.get(CustomerDetail, decision.customer_id)
        if detail is not None and _names(words, detail):
            raise BadValueError(field="words", value=draft.words, why="customer")
    return words


def _names(words: str, detail: CustomerDetail) -> bool:
    """Whether the words hold a name, number or address of the customer.

    Names and numbers count as whole words, without regard to case and accents.
    """
    said = customers.name_key(words)
    known = [detail.reference, detail.email, detail.loyalty, detail.phone, detail.phone_last4]
    # Initials and particles ("J.", "de") name nobody, and stand in many sentences.
    known += [part for part in (detail.name or "").split() if len(part.strip(".")) > 2]  # noqa: PLR2004  # as said
    return any(
        re.search(rf"(?<!\w){re.escape(key)}(?!\w)", said)
        for key in (customers.name_key(one) for one in known if one)
        if key
    )


def _fingerprint(session: Session, draft: RecognitionDraft, words: str) -> str:
    content: dict[str, Stored] = {
        "person_id": draft.person_id,
        "site_id": draft.site_id,
        "decision_id": draft.decision_id,
        "event_type": draft.event_type,
        "event_date": draft.event_date.isoformat(),
        "words": words,
    }
    return submissions.fingerprint(session, content)


def _by_uid(session: Session, uid: str) -> Recognition:
    return session.scalars(select(Recognition).where(col(Recognition.uid) == uid)).one()
