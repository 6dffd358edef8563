"""The tables come to be by migrations alone, and are guarded on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from ledger import revisions, schema
from ledger.core.tables import BOOKS, METADATA, ORDINARY, TALLIES
from ledger.database import Database

GUARDED = {str(book.__tablename__) for book in BOOKS}
GUARDS = {
    "sqlite": ("no_update", "no_delete", "no_replace"),
    "postgresql": ("no_update", "no_delete", "no_truncate"),
}
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_schema WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


def dialect_of(database: Database) -> str:
    return "sqlite" if database.is_sqlite else "postgresql"


def test_the_migrated_tables_are_the_ones_that_the_models_declare(database: Database) -> None:
    assert schema.drift(database) == []


def test_the_tables_are_at_the_newest_revision(database: Database) -> None:
    at, newest = revisions.found(database)

    assert at == newest
    assert all(revision in revisions.known() for revision in at)
    assert "9999" not in revisions.known()


def test_every_table_is_of_one_kind() -> None:
    kinds = [str(table.__tablename__) for table in (*BOOKS, *TALLIES, *ORDINARY)]

    assert sorted(kinds) == sorted(METADATA.tables)


def test_after_an_upgrade_every_book_has_its_guards_and_nothing_else_has(
    empty_url: str, open_database: Callable[[str], Database]
) -> None:
    database = open_database(empty_url)

    schema.upgrade(database)

    with database.reading() as session:
        found = set(session.execute(text(TRIGGERS[dialect_of(database)])).scalars())
    assert found == {
        f"{book}_{guard}" for book in GUARDED for guard in GUARDS[dialect_of(database)]
    }


def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    before = revisions.found(database)

    schema.upgrade(database)

    assert revisions.found(database) == before


FIRST_ROW = "SELECT * FROM journal WHERE seq = 1"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET kind = 'ledger.found' WHERE seq = 1",
        "DELETE FROM journal",
        f"INSERT INTO journal {FIRST_ROW}",
    ],
)
def test_a_row_of_the_journal_stays_as_it_was_written(session: Session, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"only grows|duplicate key"):
        session.execute(text(statement))


def test_replacing_a_row_of_the_journal_is_refused_on_sqlite(sqlite_database: Database) -> None:
    with (
        pytest.raises(DBAPIError, match="only grows"),
        sqlite_database.writing() as session,
    ):
        session.execute(text(f"REPLACE INTO journal {FIRST_ROW}"))


@pytest.mark.postgres
@pytest.mark.parametrize("book", sorted(GUARDED))
def test_truncating_a_book_is_refused_on_postgresql(
    postgresql_url: str, open_database: Callable[[str], Database], book: str
) -> None:
    database = open_database(postgresql_url)

    with pytest.raises(DBAPIError, match="only grows"), database.writing() as session:
        session.execute(text(f"TRUNCATE {book} CASCADE"))


def test_a_column_of_a_sqlite_table_takes_no_other_kind_of_value(
    sqlite_database: Database,
) -> None:
    with sqlite_database.reading() as session:
        listed = session.execute(text("PRAGMA table_list")).mappings().all()

    strict = {row["name"] for row in listed if row["strict"]}
    assert strict >= set(METADATA.tables)


def test_a_stopped_imports_customers_may_be_cleared_away(session: Session) -> None:
    session.execute(
        text("INSERT INTO customer (id, pseudonym, commitment, import_id) VALUES (1, 'p', 'c', 7)")
    )

    cleared = session.execute(text("DELETE FROM customer WHERE import_id = 7"))

    assert cleared.rowcount == 1  # type: ignore[attr-defined]  # a DELETE's result has it


def test_a_customer_who_was_added_at_the_log_stays(session: Session) -> None:
    session.execute(
        text(
            "INSERT INTO customer (id, pseudonym, commitment, journal_seq) VALUES (1, 'p', 'c', 1)"
        )
    )

    with pytest.raises(DBAPIError, match="only grows"):
        session.execute(text("DELETE FROM customer WHERE id = 1"))
