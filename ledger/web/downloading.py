"""Lists as files: sent piece by piece as they are read, so that a long one needs no memory.

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
from ledger.core.exports.shapes import Piece
from ledger.core.tables import Download, Person
from ledger.ledgers import Ledger
from ledger.sessions import Session
from ledger.web.moment import EXTENSION as CLOCK
from ledger.web.moment import Clock, utc_now
from ledger.web.transactions import the_ledger, writing


class BrokeOffError(Exception):
    """A download stopped half-way: the browser must not take what it has for the whole file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list that can be taken out.

    `header` is the line of column names, with its end; `pieces` yields the further lines, of what
    the journal held up to the row of that number.
    """

    subject: str
    format: str
    choice: Mapping[str, Stored]
    file_name: str
    media_type: str
    header: str
    pieces: Callable[[Session, int], Iterator[Piece]]


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
    header = listing.header.encode()
    digest, count = hashlib.sha256(header), 0
    try:
        yield header
        with ledger.database.reading() as session:
            for piece in listing.pieces(session, begun.head_seq):
                sent = piece.text.encode()
                digest.update(sent)
                count += piece.rows
                yield sent
        with ledger.database.writing() as session:
            downloads.finish(session, begun, rows=count, sha256=digest.hexdigest(), now=clock())
    except Exception as problem:  # noqa: BLE001  # whatever it is, the server must not log its words
        log.warning("download %s broke off: %s", begun.id, type(problem).__qualname__)
        raise BrokeOffError from None
