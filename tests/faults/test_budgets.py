"""What goes wrong around a budget (FAULTS B12, B13, B14), and what must happen."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from ledger.core import decisions
from ledger.core.decisions import Recorded
from ledger.core.drafts import DecisionDraft
from ledger.core.tables import Budget, Journal, Person
from ledger.core.verification import BadRowError, verify
from ledger.database import Database
from tests.cast import hire
from tests.conftest import rows_of_the_journal
from tests.counter import MONDAY, Shop, open_shop
from tests.patience import PATIENCE_SECONDS

TIMES = 8


class ClashError(Exception):
    """The database says that two stood in each other's way."""


class Report:
    """A report in a thread of its own: it reads one row, and the rest when it may end.

    Whatever waited for it would go on only once it is over, by itself, after all patience.
    """

    def __init__(self, database: Database) -> None:
        self.database, self.read = database, 0
        self.has_begun, self.may_end, self.is_over = (threading.Event() for _ in range(3))

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let it run beside what is done in the block, and end it there."""
        thread = threading.Thread(target=self._go)
        thread.start()
        assert self.has_begun.wait(PATIENCE_SECONDS)
        try:
            yield
        finally:
            self.may_end.set()
            thread.join()

    def _go(self) -> None:
        with self.database.reading() as session:
            query = select(Journal).order_by(col(Journal.seq))
            lines = session.scalars(query.execution_options(yield_per=1))
            next(lines)
            self.has_begun.set()
            self.may_end.wait(PATIENCE_SECONDS)
            self.read = 1 + sum(1 for _ in lines)
        self.is_over.set()


@pytest.fixture
def shop(database: Database) -> Shop:
    """Open the shop with a limit and a budget of $20 a day, and Ana's first $5 of it."""
    with database.writing() as session:
        shop = open_shop(session, hire(session))
        shop.limit(1_000, budget_minor=2_000, budget_period="day")
        shop.give("ana", 500)
    return shop


def test_b12_what_was_rolled_back_leaves_nothing_and_its_key_is_free(
    database: Database, shop: Shop
) -> None:
    draft, ana = shop.draft(700), shop.people["ana"]

    for _ in range(5):
        with pytest.raises(ClashError):
            record_and_clash(database, ana, draft)
    with database.reading() as session:
        assert verify(session).rows["decision"] == 1

    with database.writing() as session:
        answer = decisions.record_decision(session, ana, draft, now=MONDAY)
        assert isinstance(answer, Recorded)
        assert not answer.is_replay


def record_and_clash(database: Database, person: Person, draft: DecisionDraft) -> None:
    """Record a decision, and be told by the database that nothing of it stays."""
    with database.writing() as session:
        decisions.record_decision(session, person, draft, now=MONDAY)
        raise ClashError


def test_b13_a_long_report_delays_no_decision(database: Database, shop: Shop) -> None:
    """None waits for the report's end; how long one takes beside it is for tests/bench to say."""
    report = Report(database)
    before = rows_of_the_journal(database)

    with report.running():
        for number in range(TIMES):
            with database.writing() as session:
                counter = replace(shop, session=session)
                counter.give("ana", 1, now=MONDAY + timedelta(seconds=number))
            assert not report.is_over.is_set()

    # It tells of the ledger as it was when it began.
    assert report.read == before
    assert rows_of_the_journal(database) == before + TIMES


@pytest.mark.parametrize("column", ["alone", "gross", "reserved", "approved", "exceptions"])
def test_b14_a_budget_that_disagrees_with_the_decisions_is_found_and_the_ledger_wins(
    database: Database, shop: Shop, column: str
) -> None:
    with database.writing() as session:
        row_id = session.scalars(select(col(Budget.id))).first()
        session.execute(text(f"UPDATE budget SET {column} = {column} + 10000"))

    with database.reading() as session, pytest.raises(BadRowError) as found:
        verify(session)

    assert (found.value.table, found.value.key, found.value.column) == ("budget", row_id, column)
    with database.writing() as session:
        session.execute(text("DELETE FROM budget"))
        # What a budget holds is counted from the decisions where it has no row.
        assert replace(shop, session=session).left("ana") == 1_000
        assert replace(shop, session=session).headroom("ana").budget_left_minor == 1_500
