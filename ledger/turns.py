"""One at a time, over all processes: long work on the whole ledger that must not overlap itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy import text

from ledger.database import Database

try:
    import fcntl
except (
    ImportError
):  # Windows has no flock: an import that was overtaken is refused at its end, two checks are right
    fcntl = None  # type: ignore[assignment]  # the module is simply absent there

Work = Literal["import", "verify"]

# Arbitrary numbers that only these turns use: PostgreSQL's locks by number are per database.
LOCKS: dict[Work, int] = {"import": 0x1A717D0F, "verify": 0x1A717D10}


class TurnTakenError(Exception):
    """The same work on this ledger is under way already."""

    def __init__(self, work: Work) -> None:
        """Keep which work it is."""
        super().__init__(work)
        self.work = work

    def __str__(self) -> str:
        """Say what to do."""
        name = "import" if self.work == "import" else "verification"
        return f"Another {name} is under way. Wait until it is done, then run this one again."


@contextmanager
def turn(database: Database, work: Work) -> Iterator[None]:
    """Hold the turn for this work inside; other work, and whoever logs, is not kept waiting.

    Raises:
        TurnTakenError: if somebody else holds it.

    """
    path = database.path
    with _on_server(database, work) if path is None else _beside(path, work):
        yield


@contextmanager
def _beside(path: Path, work: Work) -> Iterator[None]:
    """Hold a lock on a file beside the database: it ends with the process that holds it."""
    with path.with_name(f"{path.name}.{work}").open("ab") as lock:
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise TurnTakenError(work) from None
        yield


@contextmanager
def _on_server(database: Database, work: Work) -> Iterator[None]:
    wanted = {"key": LOCKS[work]}
    with database.engine.connect() as connection:
        query = text("SELECT pg_try_advisory_lock(:key)")
        if not connection.execute(query, wanted).scalar_one():
            raise TurnTakenError(work)
        # The lock belongs to the connection, not to this transaction.
        connection.commit()
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), wanted)
