"""The engine, and the two kinds of transaction: reading and writing.

SQLite: every connection is set up and read back; writers queue fairly (a lock in the process, a
file lock across processes) and then begin with BEGIN IMMEDIATE; readers begin with BEGIN and see
one snapshot. PostgreSQL: READ COMMITTED; the rules take their locks in one fixed order.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from ledger.write_queue import FileQueue

try:
    import pysqlite3
except ImportError:  # no wheel for this platform: the standard library's SQLite serves
    pysqlite3 = None

# Older write-ahead logs can be corrupted by a checkpoint that restarts the log.
SAFE_WAL = (3, 51, 3)
BUSY_MS = 5_000
# PostgreSQL that does not answer within this is away.
CONNECT_SECONDS = 5


class UnsafeDatabaseError(Exception):
    """The database does not keep what it acknowledges; says which setting is not as it must be."""


class MovedFileError(Exception):
    """The SQLite file that is open is not the one at its place any more: it was moved or replaced.

    What would be written to it would be lost to everybody else; nothing is.
    """


class Database:
    """One ledger's database: hands out sessions in reading and writing transactions."""

    def __init__(self, url: str) -> None:
        """Open the database at this URL; nothing is created but an empty SQLite file, ours alone.

        Raises:
            UnsafeDatabaseError: if a setting that durability needs does not hold.

        """
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        # The file of a SQLite database; PostgreSQL has none.
        self.path = Path(self.url.database) if self.is_sqlite and self.url.database else None
        if self.path is not None:
            _touch(self.path)
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgresql_engine(url)
        self.writing_engine = self.engine.execution_options(latitude_writing=True)
        self._queue = FileQueue(self.path) if self.path else None
        try:
            self.check_settings()
        except BaseException:
            self.close()
            raise
        self._file = _identity(self.path)

    def check_place(self) -> None:
        """Check that the SQLite file is still the one that was opened.

        Raises:
            MovedFileError: if it was moved, removed or replaced.

        """
        if _identity(self.path) != self._file:
            raise MovedFileError

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session that sees one snapshot (on SQLite) and never takes the write lock."""
        self.check_place()
        with Session(self.engine, autoflush=False, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Yield a session in a write transaction; it commits once, at the end, or not at all."""
        if self._queue is None:
            with self._transaction() as session:
                yield session
            return
        with self._queue.turn():
            self.check_place()
            with self._transaction() as session:
                yield session

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with Session(self.writing_engine, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give every connection back, and the place in the queue."""
        self.engine.dispose()
        if self._queue is not None:
            self._queue.close()

    def check_settings(self) -> None:
        """Read back what durability needs.

        Raises:
            UnsafeDatabaseError: if a setting does not hold.

        """
        with self.engine.connect() as connection:
            wanted = (
                _sqlite_wanted() if self.is_sqlite else {"fsync": "on", "synchronous_commit": "on"}
            )
            for name, value in wanted.items():
                found = _setting(connection, name)
                if found != value:
                    message = f"{name} is {found}, and must be {value}"
                    raise UnsafeDatabaseError(message)


def sqlite_module() -> ModuleType:
    """Return the SQLite that this process uses: the bundled newer one where there is a wheel."""
    return pysqlite3 if pysqlite3 is not None else sqlite3


def is_wal_safe() -> bool:
    """Whether this SQLite's write-ahead log has no known corruption."""
    version: tuple[int, int, int] = sqlite_module().sqlite_version_info
    return version >= SAFE_WAL


def _sqlite_wanted() -> dict[str, object]:
    if is_wal_safe():
        return {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": BUSY_MS}
    return {
        "journal_mode": "truncate",
        "synchronous": 3,
        "foreign_keys": 1,
        "busy_timeout": BUSY_MS,
    }


def _setting(connection: Connection, name: str) -> object:
    statement = f"PRAGMA {name}" if connection.dialect.name == "sqlite" else f"SHOW {name}"
    return connection.execute(text(statement)).scalar_one()


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, module=sqlite_module(), connect_args={"timeout": BUSY_MS / 1000})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _postgresql_engine(url: str) -> Engine:
    asked = make_url(url).query
    wanted = {"connect_timeout": CONNECT_SECONDS, "application_name": "latitude"}
    given = {name: value for name, value in wanted.items() if name not in asked}
    return create_engine(url, pool_pre_ping=True, connect_args=given)


def _touch(path: Path) -> None:
    """Make a file that is not there, so that nobody else on this machine may read it."""
    if path.exists() or not path.parent.is_dir():
        return
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _identity(path: Path | None) -> tuple[int, int] | None:
    """Return what tells a file from every other one; None for what has no file, or is gone."""
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _set_up(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver must not open transactions by itself: it would begin too late, and deferred.
    connection.isolation_level = None
    cursor = connection.cursor()
    for name, value in _sqlite_wanted().items():
        cursor.execute(f"PRAGMA {name} = {value}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("latitude_writing", False)
    # On the driver's own cursor: SQLAlchemy's way around it takes longer than SQLite itself.
    cursor = connection.connection.cursor()
    cursor.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
    cursor.close()
