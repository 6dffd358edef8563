"""The two sessions of a request: one that reads, and short ones that write."""

import functools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, g, request

from ledger.ledgers import Ledger
from ledger.sessions import DATABASE_TROUBLES, Session, Trouble, trouble_of

EXTENSION = "ledger"
TRIES = 5

P = ParamSpec("P")
R = TypeVar("R")


def the_ledger() -> Ledger:
    """Return the ledger that this application serves."""
    ledger: Ledger = current_app.extensions[EXTENSION]
    return ledger


def reading() -> Session:
    """Return the session in which this request reads; it sees one snapshot and never writes."""
    session: Session | None = g.get("reading")
    if session is None:
        g.reading_ends = ExitStack()
        session = g.reading = g.reading_ends.enter_context(the_ledger().database.reading())
    return session


@contextmanager
def writing() -> Iterator[Session]:
    """Yield a session in a write transaction, which commits when the block ends without raising.

    The reading session ends first: rows from it stay readable, and what is read afterwards is
    what was written.
    """
    end_reading()
    with the_ledger().database.writing() as session:
        yield session


def end_reading(_problem: BaseException | None = None) -> None:
    """Give the reading session back, if there is one."""
    ends: ExitStack | None = g.pop("reading_ends", None)
    g.pop("reading", None)
    if ends is not None:
        ends.close()


def retried(view: Callable[P, R]) -> Callable[P, R]:
    """Run a view again, whole, when the database says that two stood in each other's way.

    At most TRIES times, with a wait by chance between them, so that the two do not meet again.
    """

    @functools.wraps(view)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for tried in range(1, TRIES):
            try:
                return view(*args, **kwargs)
            except DATABASE_TROUBLES as problem:
                if request.method == "GET" or trouble_of(problem) is not Trouble.CLASH:
                    raise
                time.sleep(random.uniform(0.005, 0.02) * 2**tried)  # noqa: S311  # no secret
        return view(*args, **kwargs)

    return run


def set_up(app: Flask, ledger: Ledger) -> None:
    """Let the requests of this application use this ledger."""
    app.extensions[EXTENSION] = ledger
    app.teardown_appcontext(end_reading)
