"""A shop that faults happen to: one person who may give without end, on each database."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import pytest
from sqlalchemy import select
from sqlmodel import col

from ledger.core.tables import Decision
from ledger.core.verification import verify
from ledger.database import Database
from tests.cast import hire
from tests.counter import MONDAY, open_shop
from tests.faults.giving import Giver, give_for_ever


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """The ledger, who gives there, and a way to start processes that give."""

    database: Database
    url: str
    giver: Giver

    @contextmanager
    def giving(self) -> Iterator[tuple[BaseProcess, Connection]]:
        """Run a process that gives for ever; it is killed at the end of the block."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.faults.giving"])
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(
            target=give_for_ever, args=(self.url, self.giver, theirs), daemon=True
        )
        process.start()
        theirs.close()
        try:
            yield process, ours
        finally:
            process.kill()
            process.join()

    def uids(self) -> list[str]:
        """Return the ids of the decisions that are in the ledger, first to last."""
        with self.database.reading() as session:
            return list(session.scalars(select(col(Decision.uid)).order_by(col(Decision.id))))

    def verify(self) -> None:
        """Check the chain, the books, the budgets and the outcomes."""
        with self.database.reading() as session:
            verify(session)


@pytest.fixture
def counter(database: Database, ledger_url: str) -> Counter:
    """Open the shop with the cast and a limit that never binds, on each database by turns."""
    return counter_over(database, ledger_url)


@pytest.fixture
def sqlite_counter(sqlite_database: Database, sqlite_url: str) -> Counter:
    """Open the shop on SQLite, where the fault is one of files."""
    return counter_over(sqlite_database, sqlite_url)


def counter_over(database: Database, url: str) -> Counter:
    """Open the shop in this founded ledger."""
    with database.writing() as session:
        shop = open_shop(session, hire(session))
        shop.limit(2_500, budget_minor=900_000_000, budget_period="month")
        giver = Giver(
            person_id=shop.people["ana"].id,
            site_id=shop.sites["elm_street"].id,
            remedy_id=shop.remedies["refund"],
            reason_id=shop.reasons["late"],
            now=MONDAY,
        )
    return Counter(database=database, url=url, giver=giver)
