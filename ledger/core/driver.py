"""Statements of SQLAlchemy Core, compiled once and run on the driver's own cursor.

For the few places where every microsecond counts for everybody who is waiting: the recording of a
decision, bulk insertion, and verification. Values go in and come out as they are stored: instants
and days as text, flags as 0 and 1.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import count
from operator import itemgetter
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import Session, SQLModel

from ledger.core import clock


class _SQLiteWords(SQLiteCompiler):
    """Writes a limit that is always the same as the number that it is.

    SQLite makes its plan anew for each run of a statement whose LIMIT is a parameter.
    """

    def limit_clause(self, select: Any, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's signature
        kw["literal_binds"] = True
        return super().limit_clause(select, **kw)  # type: ignore[no-any-return,no-untyped-call]  # SQLAlchemy leaves it untyped

    def visit_bindparam(self, bindparam: Any, *args: Any, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's signature
        kw["literal_binds"] = kw.get("literal_binds", False) and not bindparam.required
        return super().visit_bindparam(bindparam, *args, **kw)  # type: ignore[no-any-return,no-untyped-call]  # as above


# How the two drivers write a parameter: pysqlite as "?", psycopg as "%(name)s".
_DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": psycopg.dialect()}  # type: ignore[no-untyped-call]  # SQLAlchemy leaves both untyped
_DIALECTS["sqlite"].statement_compiler = _SQLiteWords

Stored = int | str | None
# How a driver takes values: by their names, or in the order of the statement's parameters.
Given = Mapping[str, Any] | tuple[Any, ...]

_KEPT = "latitude_connection"
_NUMBERS = count(1)

# Rows in memory at a time: few enough to be small, enough that a round trip for each set is cheap.
STREAMED = 2_000


class Prepared:
    """One statement in the words of each database."""

    def __init__(self, statement: Executable) -> None:
        """Compile the statement for both databases."""
        self._compiled: dict[str, tuple[str, dict[str, Any], Callable[[Any], Given]]] = {}
        for name, dialect in _DIALECTS.items():
            compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # every Executable that we pass compiles
            if not isinstance(compiled, SQLCompiler):
                raise TypeError(name)
            given = dict(compiled.params)
            self._compiled[name] = str(compiled), given, _arrangement(compiled.positiontup)

    def run(self, driver: "Driver", **values: Stored) -> DBAPICursor:
        """Run the statement with these values; the cursor holds rows and row count."""
        text, given, arranged = self._compiled[driver.dialect]
        cursor = driver.cursor()
        cursor.execute(text, arranged(given | values))
        return cursor

    def stream(self, driver: "Driver", **values: Stored) -> Iterator[Sequence[Stored]]:
        """Yield the statement's rows as they come, without holding all of them."""
        text, given, arranged = self._compiled[driver.dialect]
        cursor = driver.streaming_cursor()
        try:
            cursor.execute(text, arranged(given | values))
            yield from cursor
        finally:
            cursor.close()

    def nth(self, driver: "Driver", number: int) -> Sequence[Any] | None:
        """Run a plain SELECT for its row with this number only, from 0."""
        text, given, arranged = self._compiled[driver.dialect]
        cursor = driver.cursor()
        cursor.execute(f"{text} LIMIT 1 OFFSET {int(number)}", arranged(given))
        row: Sequence[Any] | None = cursor.fetchone()
        return row

    def one(self, driver: "Driver", **values: Stored) -> Sequence[Any]:
        """Run the statement and return its one row.

        Raises:
            LookupError: if there is none.

        """
        row: Sequence[Any] | None = self.run(driver, **values).fetchone()
        if row is None:
            raise LookupError
        return row

    def run_many(self, driver: "Driver", rows: Iterable[Mapping[str, Stored]]) -> None:
        """Run the statement once for each row."""
        text, given, arranged = self._compiled[driver.dialect]
        whole = ({**given, **row} for row in rows) if given else rows
        rows_given: Any = map(arranged, whole)
        driver.cursor().executemany(text, rows_given)

    def run_rows(self, driver: "Driver", rows: Iterable[tuple[Stored, ...]]) -> None:
        """Run the statement once for each row of values, in the order of its parameters."""
        text, given, _ = self._compiled[driver.dialect]
        rows_given: Any = rows
        if driver.dialect != "sqlite":
            rows_given = (dict(zip(given, row, strict=True)) for row in rows)
        driver.cursor().executemany(text, rows_given)


class Driver:
    """The driver's connection of an open transaction."""

    def __init__(self, session: Session) -> None:
        """Take the connection on which the session's transaction runs.

        `trouble` is what the driver raises when the database cannot do what it was asked.
        """
        self.dialect, self._connection, self.trouble = _connection_of(session)

    def cursor(self) -> DBAPICursor:
        """Return a new cursor."""
        cursor: DBAPICursor = self._connection.cursor()
        return cursor

    def streaming_cursor(self) -> Any:  # noqa: ANN401 - iterating is in both drivers, and not in DBAPICursor
        """Return a new cursor that fetches rows as they are iterated over, not all at once."""
        if self.dialect == "sqlite":
            return self._connection.cursor()
        # Only a cursor with a name stays on PostgreSQL's server.
        cursor: Any = self._connection.cursor(name=f"latitude_{next(_NUMBERS)}")
        cursor.itersize = STREAMED
        return cursor


def _connection_of(session: Session) -> tuple[str, Any, type[Exception]]:
    """Return the dialect, the driver's connection, and the kind of what that raises.

    The session's transaction is begun if there is none. A request asks for it two dozen times, and
    the session looks for its connection anew each time.
    """
    transaction = _innermost(session)
    kept = session.info.get(_KEPT)
    if kept is not None and transaction is not None and kept[0] is transaction:
        known: tuple[str, Any, type[Exception]] = kept[1]
        return known
    connection = session.connection()
    module = connection.dialect.dbapi
    trouble = module.Error if module is not None else Exception
    found = connection.dialect.name, connection.connection.dbapi_connection, trouble
    session.info[_KEPT] = _innermost(session), found
    return found


def _innermost(session: Session) -> object:
    """Return the transaction; a savepoint only begins on a connection that is asked for in it."""
    return session.get_nested_transaction() or session.get_transaction()


def stored(value: object) -> Stored:
    """Return a value as it is stored: what is hashed, compared and bound."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return clock.as_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, int | str):
        return value
    message = f"{type(value).__name__} has no stored form"
    raise TypeError(message)


def stored_row(row: SQLModel) -> dict[str, Stored]:
    """Return a table row as column names and stored values, in the order of the columns."""
    columns = type(row).__table__.columns  # type: ignore[attr-defined]  # every table model has it
    return {column.name: stored(getattr(row, column.name)) for column in columns}


def _arrangement(order: Sequence[str] | None) -> Callable[[Any], Given]:
    """Return what arranges values, by their names, as the driver takes them."""
    if order is None:
        return lambda values: values
    if len(order) > 1:
        return itemgetter(*order)
    return lambda values: tuple(values[name] for name in order)
