"""What one worker process does in a race: wait for the others, hand its form in, say what came."""

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from sqlalchemy import select
from sqlmodel import Session, col

from ledger import write_queue
from ledger.core import (
    criteria,
    customer_joins,
    customers,
    decisions,
    drafts,
    joining,
    reasons,
    voids,
)
from ledger.core.customers import NewCustomer
from ledger.core.decisions import Recorded, Refused
from ledger.core.drafts import DecisionDraft
from ledger.core.driver import Driver
from ledger.core.errors import BadValueError
from ledger.core.joining import AlreadyOneError, NotJoinedError
from ledger.core.submissions import SubmissionReusedError
from ledger.core.tables import Budget, Decision, Person
from ledger.core.voids import AlreadyVoidedError, VoidDraft
from ledger.database import Database
from ledger.sessions import DATABASE_TROUBLES, Trouble, trouble_of
from tests.patience import PATIENCE_SECONDS
from tests.races import ask_work
from tests.races.ask_work import AskJob


@dataclass(frozen=True, slots=True, kw_only=True)
class Give:
    """A decision to record."""

    person_id: int
    draft: DecisionDraft
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """A decision to void, by its id."""

    person_id: int
    decision_id: int
    draft: VoidDraft
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A decision to void and to replace by another."""

    person_id: int
    decision_id: int
    draft: VoidDraft
    instead: DecisionDraft
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Careless:
    """A budget row to raise as one must not: look first, and then write without looking."""

    row_id: int
    amount_minor: int
    budget_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Meet:
    """A customer to add by a phone number."""

    person_id: int
    phone: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unite:
    """Two customers to join, or, if they are one already, the first of them to part."""

    person_id: int
    customer_id: int
    into_id: int
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A reason to add under a short name, and a version of the criteria card with that line."""

    code: str
    line: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """A job to begin so much after the others."""

    job: "Job"
    seconds: float


Job = Give | Cancel | Exchange | Careless | Meet | Unite | Name | AskJob


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a form, in a word; the trace, if what came is no rule's answer."""

    what: str
    uid: str = ""
    amount_minor: int = 0


def work(jobs: Connection, start: Barrier) -> None:
    """Do what comes through the pipe until None comes; a text is the database to open."""
    # Eight wait for each other here, on whatever machine; how long is not what a race is about.
    write_queue.LONGEST_WAIT_SECONDS = PATIENCE_SECONDS
    database: Database | None = None
    while (job := jobs.recv()) is not None:
        if isinstance(job, str):
            if database is not None:
                database.close()
            database = Database(job)
        elif database is not None:
            jobs.send(_answered(database, job, start))
    if database is not None:
        database.close()


def _answered(database: Database, job: Job | Later, start: Barrier) -> Answer:
    try:
        return _done(database, job, start)
    except SubmissionReusedError:
        return Answer(what="reused")
    except (AlreadyOneError, NotJoinedError):
        return Answer(what="too late")
    except AlreadyVoidedError:
        return Answer(what="already voided")
    except Exception:  # noqa: BLE001 - whatever it is, the test shows it
        return Answer(what=traceback.format_exc())


def _done(database: Database, wanted: Job | Later, start: Barrier) -> Answer:
    job, seconds = (wanted.job, wanted.seconds) if isinstance(wanted, Later) else (wanted, 0.0)
    if isinstance(job, Give):
        # As a page does it: what needs no lock comes before the transaction.
        with database.reading() as session:
            person = session.get_one(Person, job.person_id)
            ready = drafts.prepare(session, person, job.draft, now=job.now)
        _wait(start, seconds)
        with database.writing() as session:
            return _told(decisions.record(session, ready, now=job.now))
    _wait(start, seconds)
    if isinstance(job, Unite):
        return _united(database, job)
    if isinstance(job, Careless):
        return _careless(database, job)
    if isinstance(job, Meet):
        return _met(database, job)
    if isinstance(job, Name):
        return _named(database, job)
    with database.writing() as session:
        return _cancelled(session, job) if isinstance(job, Cancel | Exchange) else _of(session, job)


def _wait(start: Barrier, seconds: float) -> None:
    start.wait(PATIENCE_SECONDS)
    time.sleep(seconds)


def _of(session: Session, job: AskJob) -> Answer:
    what, amount_minor = ask_work.done(session, job)
    return Answer(what=what, amount_minor=amount_minor)


def _met(database: Database, job: Meet) -> Answer:
    new = NewCustomer(phone=job.phone)
    with database.writing() as session:
        person = session.get_one(Person, job.person_id)
        met = customers.add_customer(session, person, new, now=job.now, on=job.now.date())
        return Answer(what="met", uid=met.pseudonym)


def _united(database: Database, job: Unite) -> Answer:
    return _again_after_a_clash(database, lambda session: _joined_or_parted(session, job))


def _named(database: Database, job: Name) -> Answer:
    def add(session: Session) -> Answer:
        made = criteria.add_version(session, [job.line], actor="system", now=job.now)
        return Answer(what="version", amount_minor=made.version if made else 0)

    version = _again_after_a_clash(database, add)
    try:
        return _again_after_a_clash(database, lambda session: _reason_added(session, job, version))
    except BadValueError as problem:
        return Answer(what=problem.why, amount_minor=version.amount_minor)


def _reason_added(session: Session, job: Name, version: Answer) -> Answer:
    reasons.add_reason(session, job.code, job.code, actor="system", now=job.now)
    return Answer(what="added", amount_minor=version.amount_minor)


def _again_after_a_clash(database: Database, do: Callable[[Session], Answer]) -> Answer:
    """Do as a page does: begin again where the database says that two stood in each other's way."""
    while True:
        try:
            with database.writing() as session:
                return do(session)
        except DATABASE_TROUBLES as problem:
            if trouble_of(problem) is not Trouble.CLASH:
                raise


def _joined_or_parted(session: Session, job: Unite) -> Answer:
    dana = session.get_one(Person, job.person_id)
    one, why = job.customer_id, "At the same instant"
    if customer_joins.current_id(Driver(session), one) != one:
        joining.part_customer(session, dana, one, reason=why, now=job.now)
        return Answer(what="parted")
    joining.join_customers(session, dana, one, job.into_id, reason=why, now=job.now)
    return Answer(what="joined")


def _cancelled(session: Session, job: Cancel | Exchange) -> Answer:
    person = session.get_one(Person, job.person_id)
    decision = session.get_one(Decision, job.decision_id)
    if isinstance(job, Exchange):
        made = voids.replace_decision(
            session, person, decision, draft=job.draft, instead=job.instead, now=job.now
        )
        return _told(made)
    void = voids.void_decision(session, person, decision, job.draft, now=job.now)
    return Answer(what="voided", uid=void.uid, amount_minor=decision.amount_minor)


def _told(answer: Recorded | Refused) -> Answer:
    if not isinstance(answer, Recorded):
        return Answer(what="refused", uid=answer.refusal.uid)
    decision = answer.decision
    what = "replayed" if answer.is_replay else "recorded"
    return Answer(what=what, uid=decision.uid, amount_minor=decision.amount_minor)


def _careless(database: Database, job: Careless) -> Answer:
    row = select(Budget).where(col(Budget.id) == job.row_id)
    with database.reading() as session:
        if session.scalars(row).one().alone + job.amount_minor > job.budget_minor:
            return Answer(what="refused")
    with database.writing() as session:
        session.scalars(row.with_for_update()).one().alone += job.amount_minor
    return Answer(what="recorded", amount_minor=job.amount_minor)
