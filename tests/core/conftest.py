"""The shop that the tests of the rules stand in."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from ledger.database import Database
from tests.cast import hire
from tests.counter import Shop, open_shop


@pytest.fixture
def shop(session: Session) -> Shop:
    """Open the shop with the cast in it and no limit set, on each database by turns."""
    return open_shop(session, hire(session))


@pytest.fixture
def sqlite_shop(sqlite_database: Database) -> Iterator[Shop]:
    """Open the same shop on SQLite, where the database makes no difference to the test."""
    with sqlite_database.writing() as session:
        yield open_shop(session, hire(session))
        session.rollback()
