"""Whether this server can take decisions now: the database answers, and is as it must be.

Asked often and by anybody, so it is cheap: the answer is kept for a second, and however many ask,
one thread looks.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLongError
from enum import Enum

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ledger import places, revisions
from ledger.database import Database, MovedFileError, UnsafeDatabaseError

PATIENCE_SECONDS = 2.0
KEPT_SECONDS = 1.0
LEAST_FREE_BYTES = 16 * 1024 * 1024

_REVISIONS = text("SELECT version_num FROM alembic_version")
_TAKES_NO_WRITES = text(
    "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool"
)


class State(Enum):
    """What was found; each value is what is said of it."""

    READY = "ready"
    SILENT = "The database does not answer."
    MOVED = "The ledger's file was moved or replaced: start the server again."
    UNSAFE = "The database is not set to keep what it acknowledges: run latitude doctor."
    OTHER_TABLES = "The tables are not the ones of this program: run latitude upgrade."
    READ_ONLY = "The database takes no writes."
    FULL = "There is no room left on the disk."


class Readiness:
    """Looks whether a database is ready, at most once at a time and once a second."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Look at this database when asked; nothing is started before."""
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._looking: Future[State] | None = None
        self._looker: ThreadPoolExecutor | None = None
        self._known: tuple[float, State] | None = None
        self._newest = revisions.newest()

    def state(self) -> State:
        """Return what was found within the last second, or within PATIENCE_SECONDS from now."""
        with self._lock:
            if self._known is not None and self._clock() - self._known[0] < KEPT_SECONDS:
                return self._known[1]
            looking = self._looking
            if looking is None or looking.done():
                looking = self._looking = self._started()
        try:
            found = looking.result(timeout=PATIENCE_SECONDS)
        except TooLongError:
            # It goes on looking: whoever asks next waits for the same answer.
            return State.SILENT
        with self._lock:
            self._known = (self._clock(), found)
        return found

    def _started(self) -> Future[State]:
        if self._looker is None:
            self._looker = ThreadPoolExecutor(1, thread_name_prefix="readiness")
        return self._looker.submit(look, self._database, self._newest)


def look(database: Database, newest: frozenset[str]) -> State:
    """Look at the database now; nothing is written."""
    try:
        database.check_place()
        database.check_settings()
        with database.reading() as session:
            if set(session.execute(_REVISIONS).scalars()) != newest:
                return State.OTHER_TABLES
            if not database.is_sqlite and session.execute(_TAKES_NO_WRITES).scalar_one():
                return State.READ_ONLY
        return _place(database)
    except MovedFileError:
        return State.MOVED
    except UnsafeDatabaseError:
        return State.UNSAFE
    except (SQLAlchemyError, OSError):
        return State.SILENT


def _place(database: Database) -> State:
    """Look at the disk under a SQLite file; PostgreSQL's is its own affair."""
    if database.path is None:
        return State.READY
    left = places.room(database.path.absolute().parent)
    if left.is_read_only or not places.is_writable(database.path.absolute()):
        return State.READ_ONLY
    return State.FULL if left.free_bytes < LEAST_FREE_BYTES else State.READY
