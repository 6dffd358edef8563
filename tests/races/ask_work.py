"""What a worker process does with an ask in a race, and in a word what came of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from ledger.core import answers, asks, giving
from ledger.core.answers import AlreadyAnsweredError, AnswerDraft
from ledger.core.ask_steps import AskMovedOnError
from ledger.core.asks import AskDraft
from ledger.core.tables import Ask, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFor:
    """An ask to make."""

    person_id: int
    draft: AskDraft
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTo:
    """An ask to answer, by its id."""

    person_id: int
    ask_id: int
    draft: AnswerDraft
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandIn:
    """An ask to give, by its id, under the id of the decision."""

    person_id: int
    ask_id: int
    uid: str
    now: datetime


AskJob = AskFor | AnswerTo | HandIn


def done(session: Session, job: AskJob) -> tuple[str, int]:
    """Do it in an open write transaction; return what came of it, and the amount."""
    person = session.get_one(Person, job.person_id)
    if isinstance(job, AskFor):
        made = asks.make_ask(session, person, job.draft, now=job.now)
        return "asked", made.ask.reserved_minor
    ask = session.get_one(Ask, job.ask_id)
    try:
        if isinstance(job, AnswerTo):
            answer = answers.answer(session, person, ask, job.draft, now=job.now)
            return answer.kind, answer.amount_minor or 0
        given = giving.give(session, person, ask, uid=job.uid, now=job.now)
    except AlreadyAnsweredError as found:
        return f"already {found.state.name}", 0
    except AskMovedOnError as found:
        return f"moved on: {found.state.name}", 0
    return "handed in", given.decision.amount_minor
