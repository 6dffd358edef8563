"""A verification that is watched while it reads: a page that grows, without any script.

The page is cut in two. What comes before the cut is sent at once; then a piece for each step, of
which the style sheet shows only the last; then what was found, and the rest of the page.
"""

from collections.abc import Generator, Iterator
from contextlib import closing

from flask import Response, current_app
from jinja2 import Template

from ledger.core import verification
from ledger.core.verification import BadRowError, Step, Verified
from ledger.ledgers import Ledger
from ledger.turns import TurnTakenError, turn
from ledger.web import trust_words
from ledger.web.transactions import the_ledger

CUT = "<!-- the verification -->"


def watched(page: str, *, size: int, address: str) -> Response:
    """Return an answer that verifies the whole ledger while it is sent.

    Args:
        page: the whole page around it, with CUT where the verification goes.
        size: how many rows the journal has, for the progress.
        address: of the journal; a bad row of it is linked to below that.

    """
    before, _cut, after = page.partition(CUT)
    parts = current_app.jinja_env.get_template("journal/_verified.html")
    found = _found(the_ledger(), parts, size=size, address=address)
    answer = Response(_around(before, found, after), content_type="text/html; charset=utf-8")
    # A proxy that gathered the whole answer first would hide the progress.
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


def _around(before: str, found: Iterator[str], after: str) -> Iterator[bytes]:
    yield before.encode()
    for piece in found:
        yield piece.encode()
    yield after.encode()


def _found(ledger: Ledger, parts: Template, *, size: int, address: str) -> Iterator[str]:
    """Yield a piece of the page for each step, and at the end what was found."""
    try:
        with (
            turn(ledger.database, "verify"),
            ledger.database.reading() as session,
            closing(verification.steps(session)) as steps,
        ):
            verified = yield from _steps(steps, parts, size)
    except TurnTakenError:
        yield parts.render(what="busy")
    except BadRowError as problem:
        row = problem.key if problem.table == "journal" else None
        yield parts.render(
            what="bad",
            words=trust_words.bad_row_words(problem),
            address=None if row is None else f"{address}/{row}",
        )
    else:
        lines = trust_words.verified_words(verified)
        yield parts.render(what="whole", lines=lines, head=verified.head)


def _steps(
    steps: Generator[Step, None, Verified], parts: Template, size: int
) -> Generator[str, None, Verified]:
    while True:
        try:
            step = next(steps)
        except StopIteration as done:
            verified: Verified = done.value
            return verified
        words = trust_words.step_words(step.what)
        yield parts.render(
            what="step",
            words=words,
            read=step.rows,
            size=max(size, step.rows),
            rows=f"{step.rows:,} / {max(size, step.rows):,}",
        )
