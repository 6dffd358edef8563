"""The steps of an ask: each one row of the book, and a reservation that is freed exactly once.

Everything here needs the lock of the asker (`posting.lock_person`): under it an ask has one state,
and who comes second finds what the first has done.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from ledger.core import ask_states, budgets, clock, commitments, journal, sites
from ledger.core.ask_states import ANSWERS, ENDS, PERMISSIONS, AskState
from ledger.core.driver import Driver
from ledger.core.errors import LedgerError
from ledger.core.people import subject_of
from ledger.core.tables import Ask, AskAnswer, Person

SYSTEM = "system"


class AskMovedOnError(LedgerError):
    """The ask is not where this step begins: `state` is how it stands."""

    def __init__(self, state: AskState) -> None:
        super().__init__(state.name)
        self.state = state


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of an ask, before it has its place in the book; see `AskAnswer` for the values.

    `person` None is the ledger itself. `words` were checked.
    """

    kind: str
    number: int
    uid: str | None = None
    person: Person | None = None
    for_person_id: int | None = None
    ceiling_minor: int | None = None
    in_place: bool = False
    amount_minor: int | None = None
    words: str | None = None
    lapses_at: datetime | None = None
    decision_uid: str | None = None


def ledgers_time(session: Session, now: datetime) -> datetime:
    """Return `now`, or the journal's last instant where this machine's clock is behind it.

    What one machine has let expire does not come back to life on another.
    """
    return max(now, clock.from_text(journal.read_head(Driver(session)).at))


def state_now(session: Session, ask: Ask, *, now: datetime) -> AskState:
    """Return how an ask stands under its asker's lock."""
    return ask_states.state_of(session, ask, now=ledgers_time(session, now))


def take(session: Session, ask: Ask, step: Step, *, now: datetime) -> AskAnswer:
    """Write a step of an ask; one that ends it frees what it reserved. Takes the chain lock.

    It is made at the ledger's time: where this machine's clock is behind, not before the ask.
    """
    now = ledgers_time(session, now)
    if step.kind not in PERMISSIONS:
        _reserve(Driver(session), ask, -ask.reserved_minor)
    uid = step.uid or str(uuid.uuid4())
    sealed = None
    if step.words is not None:
        sealed = commitments.keep_words(session, words_subject(uid), step.words, now=now)
    row = AskAnswer(
        uid=uid,
        ask_id=ask.id,
        step=step.number,
        kind=step.kind,
        ask_version=ask.version,
        ask_hash=ask.content_hash,
        person_id=None if step.person is None else step.person.id,
        for_person_id=step.for_person_id,
        ceiling_minor=step.ceiling_minor,
        in_place=step.in_place,
        amount_minor=step.amount_minor,
        words_commitment=sealed,
        lapses_at=step.lapses_at,
        decision_uid=step.decision_uid,
        made_at=now,
        business_date=sites.calendar_of(session, ask.site_id).business_date(now),
    )
    return journal.add_to_book(
        session,
        row,
        kind=f"ask.{step.kind}",
        actor=SYSTEM if step.person is None else subject_of(step.person),
        subject=f"ask:{ask.uid}",
        now=now,
    )


def reserve(driver: Driver, ask: Ask) -> None:
    """Keep what an ask reserves free in every budget row that it falls under."""
    _reserve(driver, ask, ask.reserved_minor)


def settle(session: Session, person_id: int, *, now: datetime) -> int:
    """Write down what time has done to a person's asks, and free what they kept.

    Takes the chain lock where there is anything to write. Returns how many rows were written.
    """
    at = ledgers_time(session, now)
    written = 0
    for ask in _due(session, person_id, at):
        state = ask_states.state_of(session, ask, now=at)
        written += write_due(session, ask, state, now=now)
    return written


def write_due(session: Session, ask: Ask, state: AskState, *, now: datetime) -> int:
    """Write the rows that an ask lacks for what time has made of it; return how many."""
    if not state.is_due:
        return 0
    if state.name == "expired":
        take(session, ask, Step(kind="expired", number=ANSWERS), now=now)
        return 1
    written = 0
    if state.answer is None:
        take(
            session,
            ask,
            Step(
                kind="allowed",
                number=ANSWERS,
                amount_minor=ask.amount_minor,
                lapses_at=ask_states.lapse_after_timeout(ask),
            ),
            now=now,
        )
        written += 1
    if state.name == "lapsed":
        take(session, ask, Step(kind="lapsed", number=ENDS), now=now)
        written += 1
    return written


def words_subject(uid: str) -> str:
    """Return under which subject the words of an answer are kept."""
    return f"ask_answer:{uid}"


def not_ended_of(session: Session, person_id: int) -> Sequence[Ask]:
    """Return a person's asks that no row has ended yet, the oldest first."""
    query = select(Ask).where(col(Ask.person_id) == person_id, ask_states.is_not_ended())
    return session.scalars(query.order_by(col(Ask.id))).all()


def _due(session: Session, person_id: int, at: datetime) -> Sequence[Ask]:
    """Return a person's asks that wait past their time, or hold a permission past its own."""
    query = (
        select(Ask)
        .outerjoin(
            AskAnswer, and_(col(AskAnswer.ask_id) == col(Ask.id), col(AskAnswer.step) == ANSWERS)
        )
        .where(
            col(Ask.person_id) == person_id,
            ask_states.is_not_ended(),
            or_(
                and_(col(AskAnswer.id).is_(None), col(Ask.expires_at) <= at),
                col(AskAnswer.lapses_at) <= at,
            ),
        )
        .order_by(col(Ask.id))
    )
    return session.scalars(query).all()


def _reserve(driver: Driver, ask: Ask, amount_minor: int) -> None:
    if not amount_minor:
        return
    budgets.count_apart(
        driver,
        person_id=ask.person_id,
        site_id=ask.site_id,
        remedy_id=ask.remedy_id,
        on=ask.business_date,
        column="reserved",
        amount_minor=amount_minor,
    )
