"""How long the tests wait for what another process, or another thread, is about to do.

Waiting costs nothing where it comes at once, so the limit is generous: it is only there so that a
test ends which waits for something that never comes.
"""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 0.02


def wait_until(is_so: Callable[[], bool]) -> None:
    """Return as soon as something is so.

    Raises:
        TimeoutError: it has not come to be for PATIENCE_SECONDS.

    """
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > until:
            raise TimeoutError("It never came to be.")
        time.sleep(_PAUSE_SECONDS)
