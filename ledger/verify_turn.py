"""One verification on a page at a time, over all processes: each reads the whole ledger."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from ledger.database import Database

try:
    import fcntl
except ImportError:  # Windows has no flock: there two may run at once, and both are right
    fcntl = None  # type: ignore[assignment]  # the module is simply absent there

# An arbitrary number that only verifications use: PostgreSQL's locks by number are per database.
VERIFY_LOCK = 0x1A717D10


class VerifyRunningError(Exception):
    """Somebody else has a verification of this ledger under way."""


@contextmanager
def verify_turn(database: Database) -> Iterator[None]:
    """Hold the turn to verify inside; writers are not kept waiting by it.

    Raises:
        VerifyRunningError: if somebody else holds it.

    """
    path = database.path
    if path is None:
        with _turn_on_server(database):
            yield
        return
    with path.with_name(path.name + ".verify").open("ab") as lock:
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise VerifyRunningError from None
        yield


@contextmanager
def _turn_on_server(database: Database) -> Iterator[None]:
    wanted = {"key": VERIFY_LOCK}
    with database.engine.connect() as connection:
        query = text("SELECT pg_try_advisory_lock(:key)")
        if not connection.execute(query, wanted).scalar_one():
            raise VerifyRunningError
        # The lock belongs to the connection, not to this transaction.
        connection.commit()
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), wanted)
