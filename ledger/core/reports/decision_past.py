"""What came before and after one decision that went past the latitude: its ask, and its reading."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ledger.core import asks, commitments, reviews, voids
from ledger.core.ask_states import ANSWERS
from ledger.core.tables import Ask, AskAnswer, Decision, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPast:
    """The ask that a decision came from, and how it was answered.

    `kind` is approved, countered or allowed (nobody answered in time). `minutes` is how long the
    customer waited, in whole minutes, from the first version of the ask to its answer. `why` and
    `words` are what was typed, None if nothing was or it was erased.
    """

    amount_minor: int
    currency: str
    versions: int
    asked_at: datetime
    kind: str
    answer_minor: int | None
    approver: str | None
    for_person: str | None
    in_place: bool
    answered_at: datetime
    minutes: int
    why: str | None
    words: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingPast:
    """Whether what went past the limit with nobody's yes was read: by whom, when, in which words.

    Without a reader, `due_at` is until when; `is_needless` is that a void settled it.
    """

    due_at: datetime
    is_late: bool
    is_needless: bool
    reader: str | None
    read_at: datetime | None
    words: str | None


def ask_past(session: Session, decision: Decision) -> AskPast | None:
    """Return the ask that a decision came from; None if nobody was asked."""
    if decision.ask_id is None:
        return None
    approver, instead_of = aliased(Person), aliased(Person)
    query = (
        select(Ask, AskAnswer, approver.name, instead_of.name)  # type: ignore[call-overload]  # columns of many kinds
        .join(AskAnswer, col(AskAnswer.ask_id) == col(Ask.id))
        .outerjoin(approver, approver.id == col(AskAnswer.person_id))
        .outerjoin(instead_of, instead_of.id == col(AskAnswer.for_person_id))
        .where(col(Ask.id) == decision.ask_id, col(AskAnswer.step) == ANSWERS)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    ask, answer, by, for_person = found
    first = session.scalars(
        select(Ask).where(col(Ask.thread_uid) == ask.thread_uid, col(Ask.version) == 1)
    ).one()
    subject = f"ask_answer:{answer.uid}"
    return AskPast(
        amount_minor=ask.amount_minor,
        currency=ask.currency,
        versions=ask.version,
        asked_at=first.made_at,
        kind=answer.kind,
        answer_minor=answer.amount_minor,
        approver=by,
        for_person=for_person,
        in_place=bool(answer.in_place),
        answered_at=answer.made_at,
        minutes=int((answer.made_at - first.made_at).total_seconds()) // 60,
        why=asks.why_of(session, [ask]).get(ask.uid),
        words=commitments.words_of(session, [subject]).get(subject),
    )


def reading_past(session: Session, decision: Decision, *, now: datetime) -> ReadingPast | None:
    """Return whether a decision was read; None if it went past no limit, or somebody approved."""
    if not reviews.is_to_be_read(session, decision):
        return None
    review, due_at = reviews.review_of(session, decision), reviews.due_at(decision)
    void = voids.void_of(session, decision)
    is_needless = void is not None and (
        bool(void.taken_back)
        or void.replacement_uid is not None
        or void.person_id != decision.person_id
    )
    return ReadingPast(
        due_at=due_at,
        is_late=review is None and not is_needless and due_at <= now,
        is_needless=review is None and is_needless,
        reader=None if review is None else session.get_one(Person, review.person_id).name,
        read_at=None if review is None else review.made_at,
        words=None if review is None else reviews.words_of(session, review),
    )
