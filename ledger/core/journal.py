"""The journal: one hash chain of everything that happened, and the books made from it.

A row's hash is SHA-256 over its fields, each with its length in front (so that no two rows can
run together into the same bytes), the sequence number and the previous hash among them.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, bindparam, func, insert, select
from sqlmodel import Session, SQLModel, col

from ledger.core import clock
from ledger.core.driver import Driver, Prepared, Stored, stored_row
from ledger.core.tables import Journal

VERSION = 1
NOTHING_BEFORE = "0" * 64
# An arbitrary number that only the ledger uses: PostgreSQL's locks by number are per database.
CHAIN_LOCK = 0x1A717D0E

BookRow = TypeVar("BookRow", bound=SQLModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where the chain ends: the last row's number, hash and instant, and what stays the same."""

    seq: int
    hash: str
    at: str
    ledger_id: str
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What happened, before it has a place in the chain. Content holds stored values only.

    Where many rows are written, their content may come as its canonical text, made beforehand.
    """

    kind: str
    actor: str
    subject: str
    content: Mapping[str, object] | str


_LOCK = Prepared(select(func.pg_advisory_xact_lock(bindparam("key"))))
_SELECT_HEAD = (
    select(
        col(Journal.seq),
        col(Journal.hash),
        col(Journal.at),
        col(Journal.ledger_id),
        col(Journal.epoch),
    )
    .order_by(col(Journal.seq).desc())
    .limit(1)
)
_HEAD = Prepared(_SELECT_HEAD)
_INSERT = Prepared(insert(Journal))
_CANONICAL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


def append(session: Session, entry: Entry, *, now: datetime) -> Head:
    """Add one row to the chain and return the new head; takes the chain lock.

    The row's instant is `now`, or the previous row's if the clock has gone back.
    """
    driver = Driver(session)
    head = lock_chain(driver)
    return append_after(driver, head, [entry], at=monotone(head, now))[-1]


def add_to_book(
    session: Session, row: BookRow, *, kind: str, actor: str, subject: str, now: datetime
) -> BookRow:
    """Give the row its number and its journal row, and add both; takes the chain lock.

    Args:
        session: an open write transaction.
        row: a row of the book that belongs to `kind`, without `id` and `journal_seq`.
        kind: what happened, one of book_kinds.BOOK_OF_KIND.
        actor: the pseudonym of the person who did it, or "system".
        subject: the pseudonym or id of what it was done to.
        now: the instant at which it happened.

    """
    session.flush()
    driver = Driver(session)
    head = lock_chain(driver)
    return add_after(session, head, row, kind=kind, actor=actor, subject=subject, now=now)


def add_after(  # the same facts as add_to_book, with the head already locked
    session: Session,
    head: Head,
    row: BookRow,
    *,
    kind: str,
    actor: str,
    subject: str,
    now: datetime,
) -> BookRow:
    """Do as `add_to_book` does, when the caller already holds the chain lock and knows the head."""
    number_row(session, head, row)
    entry = Entry(kind=kind, actor=actor, subject=subject, content=book_content(stored_row(row)))
    append_after(Driver(session), head, [entry], at=monotone(head, now))
    session.add(row)
    session.flush()
    return row


def number_row(session: Session, head: Head, row: SQLModel) -> None:
    """Give a book's row the next dense number and the next place in the chain."""
    book = type(row)
    last = session.scalar(select(func.max(book.id)))  # type: ignore[attr-defined]  # every book by row has an id
    row.id = (last or 0) + 1
    row.journal_seq = head.seq + 1


def book_content(row: Mapping[str, Stored]) -> dict[str, object]:
    """Return what the journal says of a book's row: the row, without its place in the chain."""
    return {"row": {name: value for name, value in row.items() if name != "journal_seq"}}


def lock_chain(driver: Driver) -> Head:
    """Take the chain lock, last of all locks, until the transaction ends; return the head.

    On SQLite the write transaction itself is the lock.
    """
    return lock_chain_and(driver, _HEAD)[0]


def lock_chain_and(
    driver: Driver, statement: Prepared, **values: Stored
) -> tuple[Head, Sequence[Any]]:
    """Do as `lock_chain` does; return also what a statement of `head_and` selects more."""
    if driver.dialect == "postgresql":
        _LOCK.run(driver, key=CHAIN_LOCK)
    return _read(driver, statement, **values)


def head_and(*more: ColumnElement[Any]) -> Prepared:
    """Return the statement that selects the head of the chain, and these in the same breath."""
    return Prepared(_SELECT_HEAD.add_columns(*more))


def read_head(driver: Driver) -> Head:
    """Return the head of the chain, as it is now; only the chain lock keeps it so.

    Raises:
        LookupError: if the journal is empty.

    """
    return _read(driver, _HEAD)[0]


def _read(driver: Driver, statement: Prepared, **values: Stored) -> tuple[Head, Sequence[Any]]:
    found = statement.run(driver, **values).fetchone()
    if found is None:
        message = "the journal has no first row: the ledger was never founded"
        raise LookupError(message)
    seq, last_hash, at, ledger_id, epoch, *more = found
    return Head(seq=seq, hash=last_hash, at=at, ledger_id=ledger_id, epoch=epoch), more


def append_after(
    driver: Driver, head: Head, entries: Iterable[Entry], *, at: str
) -> Sequence[Head]:
    """Chain the entries after the head; return the head after each. Needs the chain lock."""
    heads, rows = [], []
    for entry in entries:
        row = _chained(head, entry, at=at)
        rows.append(row)
        head = Head(
            seq=head.seq + 1,
            hash=str(row["hash"]),
            at=at,
            ledger_id=head.ledger_id,
            epoch=head.epoch,
        )
        heads.append(head)
    if len(rows) == 1:
        _INSERT.run(driver, **rows[0])
    else:
        _INSERT.run_many(driver, rows)
    return heads


def found(
    session: Session, *, ledger_id: str, content: Mapping[str, object], now: datetime
) -> Head:
    """Write the journal's first row."""
    before = Head(seq=0, hash=NOTHING_BEFORE, at=clock.as_text(now), ledger_id=ledger_id, epoch=1)
    entry = Entry(kind="ledger.founded", actor="system", subject=ledger_id, content=content)
    return append_after(Driver(session), before, [entry], at=before.at)[-1]


def monotone(head: Head, now: datetime) -> str:
    """Return the instant for the next row: never before the last one's."""
    return max(head.at, clock.as_text(now))


def canonical(content: Mapping[str, object]) -> str:
    """Return the one JSON text of this content: sorted keys, no spaces, NFC, no floats."""
    written = _CANONICAL.encode(content)
    return written if written.isascii() else unicodedata.normalize("NFC", written)


def row_hash(row: Mapping[str, object]) -> str:
    """Return the hash that belongs to a journal row with these stored values."""
    return hashlib.sha256(b"".join(prefixed(row[name]) for name in HASHED)).hexdigest()


HASHED = (
    "version",
    "ledger_id",
    "epoch",
    "seq",
    "kind",
    "at",
    "actor",
    "subject",
    "content",
    "previous_hash",
)


def prefixed(value: object) -> bytes:
    """Return a value as it is hashed: its length in front, so that none runs into the next."""
    if value is None:
        return b"-"
    written = str(value).encode()
    return len(written).to_bytes(8, "big") + written


def _chained(head: Head, entry: Entry, *, at: str) -> dict[str, Stored]:
    row: dict[str, Stored] = {
        "version": VERSION,
        "ledger_id": head.ledger_id,
        "epoch": head.epoch,
        "seq": head.seq + 1,
        "kind": entry.kind,
        "at": at,
        "actor": entry.actor,
        "subject": entry.subject,
        "content": entry.content if isinstance(entry.content, str) else canonical(entry.content),
        "previous_hash": head.hash,
    }
    row["hash"] = row_hash(row)
    return row
