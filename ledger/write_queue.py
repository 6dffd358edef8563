"""The fair queue in front of SQLite's write lock.

SQLite lets waiting writers sleep and try again, so the quick ones overtake the slow ones again
and again. A lock in the process and a file lock across processes let them in one by one.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no flock: there one process serves, and its own lock is enough
    fcntl = None  # type: ignore[assignment]  # the module is simply absent there


class FileQueue:
    """Writers' turns at one SQLite file, across the threads and processes of this machine."""

    def __init__(self, database: Path) -> None:
        """Queue for the database at this path, by a lock file that lies beside it."""
        self._turn = threading.Lock()
        self._file = database.with_name(database.name + ".queue").open("ab")

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn, hold it inside, then let the next one in."""
        with self._turn:
            if fcntl is None:
                yield
                return
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the lock file back; nobody may be in the queue."""
        self._file.close()
