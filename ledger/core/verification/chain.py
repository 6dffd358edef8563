"""The chain: every row of the journal in its place, unchanged, after the one before."""

import json
from collections.abc import Generator, Iterator
from functools import lru_cache
from hashlib import sha256
from typing import cast

from sqlalchemy import bindparam, select
from sqlmodel import col

from ledger.core import journal
from ledger.core.driver import Driver, Prepared
from ledger.core.restoring import RESTORED, epoch_after
from ledger.core.tables import Journal
from ledger.core.verification.findings import BadRowError, read

# As it is stored: seq, version, ledger id, epoch, kind, at, actor, subject, content, previous
# hash, hash.
Link = tuple[int, int, str, int, str, str, str, str, str, str, str]

_COLUMNS = Journal.__table__.columns  # type: ignore[attr-defined]  # every table model has it
_ROWS = Prepared(select(*_COLUMNS).order_by(col(Journal.seq)))
_TAIL = Prepared(select(*_COLUMNS).order_by(col(Journal.seq).desc()).limit(bindparam("count")))
_HASH_LENGTH = len(journal.NOTHING_BEFORE).to_bytes(8, "big")


def links(driver: Driver) -> Generator[Link, None, None]:
    """Yield the rows of the journal, each checked against the one before it.

    The hash is worked out as `journal.row_hash` does, in a third of the time: what many rows share
    (kinds, actors, where the ledger comes from) is prefixed once.

    Raises:
        BadRowError: at the first row that is not what it was when it was written.

    """
    before, last_at, expected, last_epoch, ledger = journal.NOTHING_BEFORE, "", 1, 1, None
    for row in cast("Iterator[Link]", read(driver, _ROWS, "journal")):
        seq, version, ledger_id, epoch, kind, at, actor, subject, content, previous, found = row
        number, instant, whom, what = b"%d" % seq, at.encode(), subject.encode(), content.encode()
        preimage = (
            _origin(version, ledger_id, epoch),
            _length(len(number)),
            number,
            _shared(kind),
            _length(len(instant)),
            instant,
            _shared(actor),
            _length(len(whom)),
            whom,
            _length(len(what)),
            what,
            _HASH_LENGTH,
            before.encode(),
        )
        if (
            seq != expected
            or previous != before
            or sha256(b"".join(preimage)).hexdigest() != found
            or at < last_at
            or ((epoch != last_epoch or kind == RESTORED) and not _begins_epoch(row, last_epoch))
            or version != journal.VERSION
            or ledger_id != (ledger or ledger_id)
        ):
            raise BadRowError("journal", expected, _why(row, expected, before, last_epoch, ledger))
        yield row
        before, last_at, last_epoch, ledger, expected = found, at, epoch, ledger_id, seq + 1
    if expected == 1:
        raise BadRowError("journal", 1, "empty")


def check_tail(driver: Driver, count: int) -> int:
    """Check the last `count` rows of the journal, each against the one before; return how many.

    Raises:
        BadRowError: at the first that is not what it was, or if the journal is empty.

    """
    rows = [
        dict(zip(_COLUMNS.keys(), row, strict=True))
        for row in _TAIL.run(driver, count=count).fetchall()
    ]
    if not rows:
        raise BadRowError("journal", 1, "empty")
    before = None
    for row in reversed(rows):
        if before is not None and row["seq"] != before["seq"] + 1:
            raise BadRowError("journal", before["seq"] + 1, "gap")
        if journal.row_hash(row) != row["hash"]:
            raise BadRowError("journal", row["seq"], "hash")
        if before is not None and row["previous_hash"] != before["hash"]:
            raise BadRowError("journal", row["seq"], "previous")
        before = row
    return len(rows)


def _begins_epoch(row: Link, last_epoch: int) -> bool:
    """Whether a row begins the next epoch, as only a restore does: with what was restored."""
    seq, _, _, epoch, kind, _, _, _, content, previous, _ = row
    if kind != RESTORED:
        return False
    said = json.loads(content)
    if epoch != epoch_after(last_epoch, said):
        return False
    return (said.get("size"), said.get("head")) == (seq - 1, previous)


def _why(  # what stands before it, one by one
    row: Link, expected: int, before: str, last_epoch: int, ledger: str | None
) -> str:
    """Return what is wrong with a row that cannot stand where it stands."""
    named = dict(zip(_COLUMNS.keys(), row, strict=True))
    if named["seq"] != expected:
        return "gap"
    if journal.row_hash(named) != named["hash"]:
        return "hash"
    if named["previous_hash"] != before:
        return "previous"
    if named["version"] != journal.VERSION:
        return "version"
    if named["epoch"] != last_epoch or named["kind"] == RESTORED:
        return "epoch"
    return "ledger" if ledger not in (None, named["ledger_id"]) else "order"


@lru_cache(maxsize=16_384)
def _length(length: int) -> bytes:
    return length.to_bytes(8, "big")


@lru_cache(maxsize=4096)
def _shared(text: str) -> bytes:
    written = text.encode()
    return _length(len(written)) + written


@lru_cache(maxsize=16)
def _origin(version: int, ledger_id: str, epoch: int) -> bytes:
    return _shared(str(version)) + _shared(ledger_id) + _shared(str(epoch))
