"""Statements that are compiled once, in the words of each database."""

from sqlalchemy import bindparam, select
from sqlmodel import col

from ledger.core.driver import Driver, Prepared
from ledger.core.tables import Journal
from ledger.database import Database

SEQS = select(col(Journal.seq)).order_by(col(Journal.seq))


def test_sqlite_plans_a_statement_with_a_limit_once(sqlite_database: Database) -> None:
    first = Prepared(SEQS.limit(1))
    planned: list[object] = []

    def may(*asked: object) -> int:
        """Allow everything: SQLite asks whenever it makes a plan."""
        planned.append(asked)
        return 0

    with sqlite_database.reading() as session:
        connection = session.connection().connection.driver_connection
        assert connection is not None
        connection.set_authorizer(may)
        found = [first.run(Driver(session)).fetchall(), len(planned)]
        again = [first.run(Driver(session)).fetchall(), len(planned)]
        connection.set_authorizer(None)

    assert planned
    assert again == found


def test_a_limit_may_be_given_with_each_run(database: Database) -> None:
    first = Prepared(SEQS.limit(bindparam("count")))

    with database.reading() as session:
        driver = Driver(session)
        found = [len(first.run(driver, count=count).fetchall()) for count in (0, 1)]

    assert found == [0, 1]
