"""Eight long-lived worker processes behind one barrier, and a shop for them to meet in."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from random import Random

import pytest

from ledger.core import people
from ledger.core.permissions import Role
from ledger.core.verification import verify
from ledger.database import Database
from tests.cast import HIRED_AT, HIRED_ON, hire
from tests.counter import Shop, open_shop
from tests.patience import PATIENCE_SECONDS
from tests.races.work import Answer, Job, Later, work

EIGHT = 8
# About as long as eight take, one after the other, for what they do here.
MOMENT_SECONDS = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """The processes, and this end of the pipe to each."""

    processes: Sequence[BaseProcess]
    pipes: Sequence[Connection]

    def open(self, url: str) -> None:
        """Let every worker open this database."""
        for pipe in self.pipes:
            pipe.send(url)

    def race(self, jobs: Sequence[Job | Later]) -> Sequence[Answer]:
        """Let the workers do these eight jobs at one instant; return what each was answered."""
        self.send(jobs)
        return self.answers()

    def send(self, jobs: Sequence[Job | Later]) -> None:
        """Let the workers begin these eight jobs at one instant."""
        assert len(jobs) == len(self.pipes)
        for pipe, job in zip(self.pipes, jobs, strict=True):
            pipe.send(job)

    def wait_for_the_first(self) -> None:
        """Wait until the first worker is done; its answer stays to be read."""
        assert self.pipes[0].poll(PATIENCE_SECONDS), "the first worker has not answered"

    def answers(self) -> Sequence[Answer]:
        """Return what each worker was answered."""
        answers: list[Answer] = []
        for pipe in self.pipes:
            assert pipe.poll(PATIENCE_SECONDS), "a worker has not answered"
            answers.append(pipe.recv())
        return answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Arena:
    """The shop as it was set up, eight people who work there, and the workers."""

    database: Database
    shop: Shop
    person_ids: Sequence[int]
    workers: Workers

    def race(self, jobs: Sequence[Job]) -> Sequence[Answer]:
        """Let the workers do these jobs at one instant."""
        return self.workers.race(jobs)

    def race_apart(self, jobs: Sequence[Job], drawn: Random) -> Sequence[Answer]:
        """Let the workers begin these jobs within some milliseconds, as chance has it.

        Where any of them can be first, each is now and then.
        """
        return self.workers.race(
            [Later(job=job, seconds=drawn.uniform(0, MOMENT_SECONDS)) for job in jobs]
        )

    @contextmanager
    def quiet(self) -> Iterator[Shop]:
        """Open the shop with nobody else there; what is done in it stays."""
        with self.database.writing() as session:
            yield replace(self.shop, session=session)

    def verify(self) -> None:
        """Check that the chain has no gap, the books are dense and every tally is right."""
        with self.database.reading() as session:
            verify(session)


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    """Start the eight processes once for all races."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.races.work"])
    start = context.Barrier(EIGHT)
    ends = [context.Pipe() for _ in range(EIGHT)]
    processes = [
        context.Process(target=work, args=(theirs, start), daemon=True) for _, theirs in ends
    ]
    for process in processes:
        process.start()
    yield Workers(processes=processes, pipes=[ours for ours, _ in ends])
    for ours, _ in ends:
        ours.send(None)
    for process in processes:
        process.join(PATIENCE_SECONDS)


@pytest.fixture
def arena(ledger_url: str, workers: Workers, open_database: Callable[[str], Database]) -> Arena:
    """Open a shop in which eight people work, on each database by turns."""
    database = open_database(ledger_url)
    with database.writing() as session:
        shop = open_shop(session, hire(session))
        eight = [
            people.add_person(
                session,
                people.NewPerson(
                    employee_id=f"9000{number}",
                    name=f"Eight {number}",
                    role=Role.STAFF,
                    site_ids=[shop.sites["elm_street"].id],
                    from_date=HIRED_ON,
                ),
                actor="system",
                now=HIRED_AT,
            )
            for number in range(EIGHT)
        ]
    workers.open(ledger_url)
    return Arena(
        database=database,
        shop=shop,
        person_ids=[person.id for person in eight],
        workers=workers,
    )
