"""One import at a time, over all processes: the lock that an import holds from check to end."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from ledger.database import Database

try:
    import fcntl
except (
    ImportError
):  # Windows has no flock: there an import that was overtaken is refused at its end
    fcntl = None  # type: ignore[assignment]  # the module is simply absent there

# An arbitrary number that only imports use: PostgreSQL's locks by number are per database.
IMPORT_LOCK = 0x1A717D0F


class ImportRunningError(Exception):
    """Another import into this ledger is under way."""

    def __str__(self) -> str:
        """Say what to do."""
        return "Another import is under way. Wait until it is done, then run this one again."


@contextmanager
def import_turn(database: Database) -> Iterator[None]:
    """Hold the import lock inside.

    Raises:
        ImportRunningError: if somebody else holds it.

    """
    path = database.path
    if path is None:
        with database.engine.connect() as connection:
            wanted = {"key": IMPORT_LOCK}
            query = text("SELECT pg_try_advisory_lock(:key)")
            if not connection.execute(query, wanted).scalar_one():
                raise ImportRunningError
            # The lock belongs to the connection, not to this transaction.
            connection.commit()
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), wanted)
        return
    with path.with_name(path.name + ".import").open("ab") as lock:
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ImportRunningError from None
        yield
