"""What pages know of the database: the session they are handed, and what may happen to it."""

from enum import Enum

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session

from ledger.database import MovedFileError, sqlite_module
from ledger.write_queue import QueueTooLongError

try:
    from psycopg import OperationalError as PostgresError
except ImportError:  # the extra "postgres" is not installed: no such trouble can come
    PostgresError = PoolTimeoutError  # type: ignore[misc,assignment]  # one that is listed anyway

__all__ = ["DATABASE_TROUBLES", "Session", "Trouble", "trouble_of"]


class Trouble(Enum):
    """What the database said instead of doing its work."""

    CLASH = "two transactions stood in each other's way: the same again works"
    BUSY = "others are writing, or the database is being started: a little later works"
    MOVED = "the file was moved or replaced: the server must be started again"
    FULL = "there is no room: nothing can be written until somebody makes some"
    OTHER = "something that waiting does not mend"


# What SQLAlchemy wraps, and what comes straight from a driver (core/driver.py).
DATABASE_TROUBLES: tuple[type[Exception], ...] = (
    DBAPIError,
    PoolTimeoutError,
    QueueTooLongError,
    MovedFileError,
    sqlite_module().OperationalError,
    PostgresError,
)

_SQLSTATES = {
    "40001": Trouble.CLASH,  # serialization_failure
    "40P01": Trouble.CLASH,  # deadlock_detected
    # unique_violation: what was free when it was asked for was taken meanwhile. Asked again, the
    # rules see it and say so in their own words.
    "23505": Trouble.CLASH,
    "55P03": Trouble.BUSY,  # lock_not_available
    "53300": Trouble.BUSY,  # too_many_connections
    "57P01": Trouble.BUSY,  # admin_shutdown
    "57P03": Trouble.BUSY,  # cannot_connect_now
    "53100": Trouble.FULL,  # disk_full
}
# SQLite's primary result codes: BUSY, LOCKED, READONLY, FULL.
_RESULT_CODES = {5: Trouble.BUSY, 6: Trouble.BUSY, 8: Trouble.FULL, 13: Trouble.FULL}


def trouble_of(problem: BaseException) -> Trouble:
    """Say what kind of trouble this exception is."""
    if isinstance(problem, PoolTimeoutError | QueueTooLongError):
        return Trouble.BUSY
    if isinstance(problem, MovedFileError):
        return Trouble.MOVED
    original = problem.orig if isinstance(problem, DBAPIError) else problem
    sqlstate = getattr(original, "sqlstate", None)
    if sqlstate is not None:
        return _SQLSTATES.get(sqlstate, Trouble.OTHER)
    if isinstance(original, PostgresError):
        # Without a state the server never answered: it is away, and may come back.
        return Trouble.BUSY
    code = getattr(original, "sqlite_errorcode", None)
    # The lower byte is the kind, the rest says more exactly where.
    return _RESULT_CODES.get(code & 0xFF, Trouble.OTHER) if code is not None else Trouble.OTHER
