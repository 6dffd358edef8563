"""The fair queue in front of SQLite's write lock.

SQLite lets waiting writers sleep and try again, so the quick ones overtake the slow ones again
and again. A lock in the process and a file lock across processes let them in one by one.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no flock: there one process serves, and its own lock is enough
    fcntl = None  # type: ignore[assignment]  # the module is simply absent there


# Whoever has waited this long is told to come back, instead of waiting for ever.
LONGEST_WAIT_SECONDS = 5.0
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.0001, 0.001


class QueueTooLongError(Exception):
    """The turn to write did not come in time; nothing was written."""


class FileQueue:
    """Writers' turns at one SQLite file, across the threads and processes of this machine."""

    def __init__(self, database: Path) -> None:
        """Queue for the database at this path, by a lock file that lies beside it."""
        self._turn = threading.Lock()
        self._file = database.with_name(database.name + ".queue").open("ab")

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn, hold it inside, then let the next one in.

        Raises:
            QueueTooLongError: if it does not come within LONGEST_WAIT_SECONDS.

        """
        until = time.monotonic() + LONGEST_WAIT_SECONDS
        if not self._turn.acquire(timeout=LONGEST_WAIT_SECONDS):
            raise QueueTooLongError
        try:
            self._lock_file(until)
            try:
                yield
            finally:
                self._unlock_file()
        finally:
            self._turn.release()

    def _lock_file(self, until: float) -> None:
        """Wait for the other processes, of which each has one thread here at most."""
        pause = SHORTEST_PAUSE_SECONDS
        while not self._is_file_ours():
            if time.monotonic() > until:
                raise QueueTooLongError
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _is_file_ours(self) -> bool:
        if fcntl is None:
            return True
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock_file(self) -> None:
        if fcntl is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the lock file back; nobody may be in the queue."""
        self._file.close()
