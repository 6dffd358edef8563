"""Whatever single thing is changed in the file behind the program's back, verify says so.

FAULTS K12: a verifier that skips something is worse than none. Triggers and checks are off, as they
are for somebody with the file in hand.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from ledger.core import checkpoint
from ledger.core.checkpoint import CheckpointError
from ledger.core.settings import SETTINGS
from ledger.core.tables import BOOKS, METADATA, PersonSite
from ledger.core.verification import BadRowError, verify
from ledger.database import Database
from tests.founded import SIGNING_KEY

TABLES = [str(book.__tablename__) for book in BOOKS]
# No book, for it can be erased; but as long as it is there, it is the one that was made.
KEPT = "export_file"
# Of these a hash or a key is all that there is: every byte of theirs is tried, not three of them;
# every fifth in each row, so that five rows together try all of them.
EVERY = 5
WHOLE = {"seq", "id", "journal_seq", "previous_hash", "hash", "commitment"}

# What is not verified, and why it need not be. Whatever else there is, must be.
UNVERIFIED = {
    "sign_in": "opens pages for a while, and is nothing that the numbers are made from",
    "one_time_code": "as sign_in",
    "throttle": "as sign_in",
    "submission": "only answers a form that is sent twice, by what the books hold",
    "in_place": "as sign_in; that somebody proved it is in the journal, its use in ask_answer",
    "upload": "a file that waits to be taken in; what came of it is in import_file",
    "upload_piece": "as upload",
    "import_run": "says which import is under way; what it brought is in import_file",
    "person.password_hash": "a secret that its owner changes without a journal row",
    "company.fingerprint_key": "a secret; with another one a repeated form or file is not known",
    "words.made_at": "no page shows it: the row that the words belong to has the instant",
    "budget.id": "a number that nothing refers to",
    "budget.remedy_id": "moved, it has the wrong sums, or the right ones for where it is; a budget "
    "that has no row is counted from the books",
}
# Their rows are told whole: none may be missing, and none be there that was not told.
TOLD = [*(str(table.__tablename__) for table in SETTINGS), PersonSite.__tablename__]

Cell = int | str | None


@pytest.fixture(scope="module")
def ledger(filled_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Lend one small ledger to every test here; each takes back what it changes."""
    path = tmp_path_factory.mktemp("mutated") / "ledger.sqlite"
    shutil.copyfile(filled_file, path)
    database = Database(f"sqlite:///{path}")
    try:
        with database.writing() as session:
            connection = session.connection()
            triggers = "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
            for (name,) in connection.exec_driver_sql(triggers).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield database
    finally:
        database.close()


@contextmanager
def behind_the_back(ledger: Database) -> Iterator[tuple[Session, Connection]]:
    """Open the file as somebody who minds no rule; nothing of it may stay."""
    with ledger.writing() as session:
        connection = session.connection()
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        try:
            yield session, connection
            verify(session)
        finally:
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")
            session.rollback()


def is_caught(session: Session, statements: Sequence[tuple[str, tuple[Cell, ...]]]) -> bool:
    """Make a change, verify, and take it back; one that an index refuses cannot be made."""
    connection = session.connection()
    savepoint = connection.begin_nested()
    try:
        for statement, values in statements:
            changed = connection.exec_driver_sql(statement, values)
            assert changed.rowcount == 1, statement
    except IntegrityError:
        savepoint.rollback()
        return True
    try:
        verify(session)
    except BadRowError:
        return True
    finally:
        savepoint.rollback()
    return False


def rows_of(connection: Connection, table: str) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
    """Return the columns and the rows of a table, the key first."""
    found = connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1")
    return list(found.keys()), [tuple(row) for row in found]


def mutants(column: str, value: Cell, turn: int) -> Iterator[Cell]:
    """Yield the value with one byte changed, at its start, middle and end, or at its turn's."""
    if value is None:
        yield 1
        return
    if isinstance(value, int):
        yield value ^ 64
        yield value ^ 1
        return
    places = (
        range(turn % EVERY, len(value), EVERY)
        if column in WHOLE
        else {0, len(value) // 2, len(value) - 1}
    )
    for place in places:
        if value:
            changed = chr(ord(value[place]) ^ 1)
            yield value[:place] + changed + value[place + 1 :]
    if not value:
        yield "x"


def test_the_small_ledger_is_whole_as_it_was_made(ledger: Database) -> None:
    with behind_the_back(ledger) as (session, connection):
        for table in (*TABLES, KEPT):
            assert rows_of(connection, table)[1], f"{table} is empty: the tests below try nothing"

        assert verify(session).size > 30
        assert not is_caught(session, [])


@pytest.mark.parametrize("table", [*TABLES, KEPT])
def test_any_changed_byte_is_caught(ledger: Database, table: str) -> None:
    missed = []
    with behind_the_back(ledger) as (session, connection):
        columns, rows = rows_of(connection, table)
        for turn, row in enumerate(rows):
            for column, value in zip(columns, row, strict=True):
                for mutant in mutants(column, value, turn):
                    statement = f"UPDATE {table} SET {column} = ? WHERE {columns[0]} = ?"
                    if not is_caught(session, [(statement, (mutant, row[0]))]):
                        missed.append((row[0], column, value, mutant))

    assert not missed


def columns_to_try(table: str) -> Sequence[str]:
    """Return the columns that verify answers for."""
    if table in UNVERIFIED:
        return []
    columns = METADATA.tables[table].columns.keys()
    return [column for column in columns if f"{table}.{column}" not in UNVERIFIED]


def test_what_need_not_be_verified_is_there_at_all() -> None:
    places = {*METADATA.tables}
    places |= {
        f"{column.table.name}.{column.name}"
        for name in places
        for column in METADATA.tables[name].c
    }

    assert places >= UNVERIFIED.keys()


@pytest.mark.parametrize("table", sorted(METADATA.tables.keys() - {*TABLES, KEPT}))
def test_any_changed_value_is_caught_in_whatever_table(ledger: Database, table: str) -> None:
    missed = []
    wanted = columns_to_try(table)
    with behind_the_back(ledger) as (session, connection):
        _, rows = rows_of(connection, table)
        assert rows or not wanted, f"{table} is empty: nothing was tried"
        for column in wanted:
            found = connection.exec_driver_sql(f"SELECT rowid, {column} FROM {table}").all()
            for turn, (rowid, value) in enumerate(found):
                for mutant in mutants(column, value, turn):
                    statement = f"UPDATE {table} SET {column} = ? WHERE rowid = ?"
                    if not is_caught(session, [(statement, (mutant, rowid))]):
                        missed.append((rowid, column, value, mutant))

    assert not missed


@pytest.mark.parametrize("table", TOLD)
def test_any_settings_row_that_was_not_told_is_caught(ledger: Database, table: str) -> None:
    with behind_the_back(ledger) as (session, connection):
        columns, rows = rows_of(connection, table)
        another = [
            99
            if name in {"id", "version"} or (name == columns[0] and type(value) is int)
            else value
            for name, value in zip(columns, rows[0], strict=True)
        ]
        # What must be unique in its table is another value here.
        for place, name in enumerate(columns):
            if name in {"location_ref", "kind", "code", "from_date"}:
                another[place] = "2026-07-01"
        statement = f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})"

        assert is_caught(session, [(statement, tuple(another))])


@pytest.mark.parametrize("table", [*TABLES, *TOLD, "person", "customer_detail", "words"])
def test_any_dropped_row_is_caught(ledger: Database, table: str) -> None:
    missed = []
    with behind_the_back(ledger) as (session, connection):
        columns, rows = rows_of(connection, table)
        # A last row of the journal that made nothing is what the checkpoint is for: see below.
        for row in rows if table != "journal" else rows[:-1]:
            statement = f"DELETE FROM {table} WHERE {columns[0]} = ?"
            if not is_caught(session, [(statement, (row[0],))]):
                missed.append(row[0])

    assert not missed


@pytest.mark.parametrize("table", TABLES)
def test_any_two_swapped_rows_are_caught(ledger: Database, table: str) -> None:
    missed = []
    with behind_the_back(ledger) as (session, connection):
        columns, rows = rows_of(connection, table)
        keys = [row[0] for row in rows]
        pairs = [*pairwise(keys), (keys[0], keys[-1])]
        swap = f"UPDATE {table} SET {columns[0]} = ? WHERE {columns[0]} = ?"
        for one, other in pairs:
            moves = [(swap, (-1, one)), (swap, (one, other)), (swap, (other, -1))]
            if one != other and not is_caught(session, moves):
                missed.append((one, other))

    assert not missed


def test_rows_taken_from_the_end_are_caught_with_a_checkpoint(ledger: Database) -> None:
    with behind_the_back(ledger) as (session, connection):
        held = checkpoint.sign(checkpoint.checkpoint_now(session), SIGNING_KEY)
        size = verify(session).size
        for last in range(1, size):
            savepoint = connection.begin_nested()
            connection.exec_driver_sql("DELETE FROM journal WHERE seq > ?", (last,))
            with pytest.raises(CheckpointError) as caught:
                checkpoint.check(session, held)
            savepoint.rollback()
            assert caught.value.why in {"cut", "older"}
            assert (caught.value.found, caught.value.size) == (last, size)
