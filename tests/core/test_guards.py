"""The guards of the books are compared word for word: dropped, switched off, replaced, added."""

from collections.abc import Sequence

import pytest
from sqlalchemy import text

from ledger import guards
from ledger.database import Database

NOTHING = "BEGIN SELECT 1; END"


def run(database: Database, *statements: str) -> None:
    with database.writing() as session:
        for statement in statements:
            session.execute(text(statement))


def test_after_the_migrations_every_guard_is_as_it_must_be(database: Database) -> None:
    assert guards.guard_faults(database) == {}


def test_a_guard_that_is_gone_is_found(database: Database) -> None:
    place = "" if database.is_sqlite else " ON journal"

    run(database, f"DROP TRIGGER journal_no_delete{place}")

    assert guards.guard_faults(database) == {"journal_no_delete": guards.MISSING}


@pytest.mark.parametrize(
    "statements,name,why",
    [
        (
            (
                "DROP TRIGGER decision_no_update",
                f"CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision {NOTHING}",
            ),
            "decision_no_update",
            guards.CHANGED,
        ),
        (
            (
                "DROP TRIGGER void_no_delete",
                (
                    "CREATE TRIGGER void_no_delete BEFORE DELETE ON void WHEN OLD.id > 99 "
                    "BEGIN SELECT RAISE(ABORT, 'void only grows'); END"
                ),
            ),
            "void_no_delete",
            guards.CHANGED,
        ),
        (
            (f"CREATE TRIGGER quietly AFTER INSERT ON journal {NOTHING}",),
            "quietly",
            guards.UNKNOWN,
        ),
        (
            (
                "DROP TRIGGER journal_no_update",
                f"CREATE TRIGGER journal_no_update BEFORE UPDATE ON site {NOTHING}",
            ),
            "journal_no_update",
            guards.MISSING,
        ),
    ],
)
def test_a_guard_that_was_replaced_on_sqlite_is_found(
    sqlite_database: Database, statements: Sequence[str], name: str, why: str
) -> None:
    run(sqlite_database, *statements)

    assert guards.guard_faults(sqlite_database) == {name: why}


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement,faults",
    [
        (
            "ALTER TABLE journal DISABLE TRIGGER journal_no_update",
            {"journal_no_update": guards.MISSING},
        ),
        (
            "ALTER TABLE journal ENABLE REPLICA TRIGGER journal_no_update",
            {"journal_no_update": guards.MISSING},
        ),
        (
            (
                "CREATE OR REPLACE FUNCTION latitude_only_grows() RETURNS trigger LANGUAGE plpgsql "
                "AS $$ BEGIN RETURN NEW; END $$"
            ),
            {"latitude_only_grows": guards.CHANGED},
        ),
    ],
)
def test_a_guard_that_was_replaced_on_postgresql_is_found(
    postgresql_url: str, statement: str, faults: dict[str, str]
) -> None:
    database = Database(postgresql_url)
    try:
        run(database, statement)
        assert guards.guard_faults(database) == faults
    finally:
        database.close()
