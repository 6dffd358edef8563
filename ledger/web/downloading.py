"""Lists as files: sent row by row as they are read, so that a long one needs no memory.

The answer outlives its view, so it has a reading session of its own. It is journalled before the
first byte and after the last; a browser that goes away leaves the download "not finished".
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from logging import Logger

from flask import Response, current_app

from ledger.core import downloads
from ledger.core.driver import Stored
from ledger.core.tables import Download, Person
from ledger.ledgers import Ledger
from ledger.sessions import Session
from ledger.web.moment import EXTENSION as CLOCK
from ledger.web.moment import Clock, utc_now
from ledger.web.transactions import the_ledger, writing

# Rows are gathered until there is about so much to send.
PIECE_BYTES = 64 * 1024


class BrokeOffError(Exception):
    """A download stopped half-way: the browser must not take what it has for the whole file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list that can be taken out.

    `header` is the line of column names, with its end; `rows` yields each further line with its
    end, of what the journal held up to the row of that number.
    """

    subject: str
    format: str
    choice: Mapping[str, Stored]
    file_name: str
    media_type: str
    header: str
    rows: Callable[[Session, int], Iterator[str]]


def attached(listing: Listing, person: Person) -> Response:
    """Write down that the person takes a list out, and answer with it.

    Raises:
        NotPermittedError: if the person may not any more.

    """
    with writing() as session:
        begun = downloads.begin(
            session,
            person,
            subject=listing.subject,
            format=listing.format,
            choice=listing.choice,
            now=utc_now(),
        )
    pieces = _pieces(
        listing,
        begun,
        ledger=the_ledger(),
        clock=current_app.extensions[CLOCK],
        log=current_app.logger,
    )
    answer = Response(pieces, content_type=listing.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{listing.file_name}"'
    # A proxy that gathered the whole answer first would undo the streaming.
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


def _pieces(
    listing: Listing, begun: Download, *, ledger: Ledger, clock: Clock, log: Logger
) -> Iterator[bytes]:
    digest, count, gathered = hashlib.sha256(), 0, bytearray(listing.header.encode())
    try:
        with ledger.database.reading() as session:
            for row in listing.rows(session, begun.head_seq):
                gathered += row.encode()
                count += 1
                if len(gathered) >= PIECE_BYTES:
                    digest.update(gathered)
                    yield bytes(gathered)
                    gathered.clear()
        digest.update(gathered)
        yield bytes(gathered)
        with ledger.database.writing() as session:
            downloads.finish(session, begun, rows=count, sha256=digest.hexdigest(), now=clock())
    except Exception as problem:  # noqa: BLE001  # whatever it is, the server must not log its words
        log.warning("download %s broke off: %s", begun.id, type(problem).__qualname__)
        raise BrokeOffError from None
