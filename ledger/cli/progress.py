"""Progress on long work, for whoever is watching: one line that is written over and then gone."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY_SECONDS = 0.1


@contextmanager
def progress(doing: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Yield a function that is told how much is done; it shows that if somebody is watching.

    Args:
        doing: what is going on, such as "Verifying the journal".
        total: how much there is to do, where that is known.

    """
    screen = sys.stderr
    if not screen.isatty():
        yield lambda _: None
        return
    shown_at = 0.0
    of = f" of {total:,}" if total is not None else ""

    def tell(done: int) -> None:
        nonlocal shown_at
        if time.monotonic() - shown_at < EVERY_SECONDS and done != total:
            return
        shown_at = time.monotonic()
        screen.write(f"\r\x1b[K{doing}: {done:,}{of}")
        screen.flush()

    tell(0)
    try:
        yield tell
    finally:
        screen.write("\r\x1b[K")
        screen.flush()
