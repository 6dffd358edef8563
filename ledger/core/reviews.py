"""Reviews: a supervisor reads what went past a limit, within a day of when it was written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, union_all
from sqlmodel import Session, col

from ledger.core import (
    commitments,
    journal,
    notes,
    posting,
    same_human,
    sites,
    submissions,
    work_places,
)
from ledger.core.ask_states import ANSWERS
from ledger.core.driver import Driver, Stored
from ledger.core.errors import BadValueError, LedgerError, NotFoundError, NotPermittedError
from ledger.core.people import subject_of
from ledger.core.permissions import Action, may
from ledger.core.submissions import Claim
from ledger.core.tables import AskAnswer, Decision, Person, Review, Void

READ_WITHIN = timedelta(hours=24)
# What the site's rule lets somebody give when nobody has answered in time.
ALLOWED = "allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A decision that somebody is to read, and until when."""

    decision: Decision
    due_at: datetime
    is_late: bool


class AlreadyReviewedError(LedgerError):
    """Somebody has read it before: `review` is the row that says so."""

    def __init__(self, review: Review) -> None:
        super().__init__(review.decision_id)
        self.review = review


class OwnDecisionError(LedgerError):
    """Nobody reads their own exception, under whatever record."""


def needs_review(session: Session, person: Person, *, now: datetime) -> Sequence[Unread]:
    """Return what this person is to read at the sites they lead today, what is due first on top.

    It is what went past a limit with nobody's answer: exceptions, and what was given when an ask's
    time ran out. Their own is for somebody else to read. What was undone by somebody else, taken
    back from the customer or replaced needs no reading any more.
    """
    if not may(person.role, Action.READ_EXCEPTIONS):
        return []
    site_ids = [site.id for site in work_places.open_sites_now(session, person, now=now)]
    own = same_human.records_of(session, person.id)
    unread = unread_at(session, site_ids, now=now)
    return [one for one in unread if one.decision.person_id not in own]


def unread_at(session: Session, site_ids: Sequence[int], *, now: datetime) -> Sequence[Unread]:
    """Return what is to be read at these sites, whoever gave it, what is due first on top."""
    return [
        Unread(decision=one, due_at=due_at(one), is_late=due_at(one) <= now)
        for one in session.scalars(_unread(site_ids))
    ]


def review(
    session: Session,
    person: Person,
    decision: Decision,
    *,
    uid: str,
    words: str | None = None,
    now: datetime,
) -> Review:
    """Note that this person has read it, perhaps with words; the same form again gives it again.

    Raises:
        NotFoundError: if it is not at a site they lead today, or went past no limit.
        OwnDecisionError: if they gave it themselves.
        AlreadyReviewedError: if somebody has read it before.
        NotPermittedError: if they may not read exceptions.
        BadValueError: if the words are none that a note could be.
        SubmissionReusedError: if the form's id was used before for something else.

    """
    submissions.check_uid(uid)
    said = _checked(words)
    driver = Driver(session)
    wanted = _claim(session, person, decision, uid=uid, said=said)
    if submissions.claim(driver, wanted, became="review", now=now) is not None:
        return session.scalars(select(Review).where(col(Review.uid) == uid)).one()
    today = _check_may(session, person, decision, now=now)
    # Of two who read it at once, one sees the other.
    posting.lock_person(driver, decision.person_id, even_if_left=True)
    before = review_of(session, decision)
    if before is not None:
        raise AlreadyReviewedError(before)
    read = Review(
        uid=uid,
        decision_id=decision.id,
        person_id=person.id,
        words_commitment=_kept(session, uid, said, now=now),
        made_at=now,
        business_date=today,
    )
    return journal.add_to_book(
        session,
        read,
        kind="decision.reviewed",
        actor=subject_of(person),
        subject=f"decision:{decision.uid}",
        now=now,
    )


def review_of(session: Session, decision: Decision) -> Review | None:
    """Return who has read a decision, if somebody has."""
    query = select(Review).where(col(Review.decision_id) == decision.id)
    return session.scalars(query).one_or_none()


def words_of(session: Session, read: Review) -> str | None:
    """Return what was said to it, or None if nothing was or these words were erased."""
    subject = words_subject(read.uid)
    return commitments.words_of(session, [subject]).get(subject)


def words_subject(uid: str) -> str:
    """Return under which subject the words of a review are kept."""
    return f"review:{uid}"


def is_to_be_read(session: Session, decision: Decision) -> bool:
    """Whether it went past a limit with nobody's answer, so that somebody reads it or has."""
    query = select(col(Decision.id)).where(col(Decision.id) == decision.id, _went_past())
    return session.scalars(query).first() is not None


def due_at(decision: Decision) -> datetime:
    """Return until when it is to be read."""
    return decision.received_at + READ_WITHIN


def _went_past() -> ColumnElement[bool]:
    """Return the condition that a decision went past a limit, and no person had allowed it."""
    let_by_time = select(col(AskAnswer.ask_id)).where(
        col(AskAnswer.step) == ANSWERS, col(AskAnswer.kind) == ALLOWED
    )
    return or_(col(Decision.exception_reason).is_not(None), col(Decision.ask_id).in_(let_by_time))


def _unread(site_ids: Sequence[int]) -> Select[Decision]:
    # Each part is a look-up among the few: a condition with "or" would read every decision.
    exceptions = select(col(Decision.id)).where(
        col(Decision.site_id).in_(site_ids), col(Decision.exception_reason).is_not(None)
    )
    allowed = (
        select(col(Decision.id))
        .join(AskAnswer, col(AskAnswer.ask_id) == col(Decision.ask_id))
        .where(
            # Added to nothing, so that SQLite comes to the decisions by their asks, not by site.
            (col(Decision.site_id) + 0).in_(site_ids),
            col(AskAnswer.step) == ANSWERS,
            col(AskAnswer.kind) == ALLOWED,
        )
    )
    settled = and_(
        col(Void.decision_id) == col(Decision.id),
        or_(
            col(Void.taken_back) == 1,
            col(Void.replacement_uid).is_not(None),
            col(Void.person_id) != col(Decision.person_id),
        ),
    )
    return (
        select(Decision)
        .where(
            col(Decision.id).in_(union_all(exceptions, allowed)),
            ~exists().where(col(Review.decision_id) == col(Decision.id)),
            ~exists().where(settled),
        )
        .order_by(col(Decision.received_at), col(Decision.id))
    )


def _checked(words: str | None) -> str | None:
    if words is None or not words.strip():
        return None
    try:
        return notes.check_note(words)
    except BadValueError as found:
        raise BadValueError(field="words", value=found.value, why=found.why) from found


def _claim(
    session: Session, person: Person, decision: Decision, *, uid: str, said: str | None
) -> Claim:
    content: dict[str, Stored] = {"review_of": decision.uid, "by": person.id, "words": said}
    return Claim(
        uid=uid,
        person_id=person.id,
        device_id=None,
        fingerprint=submissions.fingerprint(session, content),
    )


def _kept(session: Session, uid: str, said: str | None, *, now: datetime) -> str | None:
    if said is None:
        return None
    return commitments.keep_words(session, words_subject(uid), said, now=now)


def _check_may(session: Session, person: Person, decision: Decision, *, now: datetime) -> date:
    """Check whose it is to read, and return the business date at its site."""
    if not person.active or not may(person.role, Action.READ_EXCEPTIONS):
        raise NotPermittedError(Action.READ_EXCEPTIONS)
    today = sites.calendar_of(session, decision.site_id).business_date(now)
    if decision.site_id not in sites.site_ids_of(session, person, on=today):
        raise NotFoundError("decision", decision.uid)
    if not is_to_be_read(session, decision):
        raise NotFoundError("decision", decision.uid)
    if decision.person_id in same_human.records_of(session, person.id):
        raise OwnDecisionError
    return today
