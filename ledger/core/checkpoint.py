"""Checkpoints: signed statements of the journal's size and head, kept by somebody else.

A checkpoint is text. Three lines say what is stated: where the journal comes from, how many rows it
has, and the hash of the last one. After an empty line comes a line for each signature over the
bytes of those three lines, each ended by a line feed (UTF-8):

    latitude/4f6d1c1e-7b5a-4c7e-9a53-0d2a0f6f3b11
    2382
    9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

    ed25519 PUBLIC_KEY SIGNATURE

Key and signature are hexadecimal (RFC 8032). The public key is also in the journal's first row. A
checkpoint binds whoever holds the file: against it, a shorter or another journal shows.
"""

import importlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from ledger.core import journal, restoring
from ledger.core.driver import Driver, Prepared
from ledger.core.errors import LedgerError, NotFoundError
from ledger.core.people import subject_of
from ledger.core.tables import BOOKS_BY_ROW, Journal, Person

ORIGIN = "latitude/"
# The kind of journal row that says that a checkpoint was signed here, and of what.
SIGNED = "checkpoint.signed"
_ALGORITHM = "ed25519"
_WRITTEN = re.compile(
    r"latitude/(?P<ledger_id>\S+)\n(?P<size>[1-9][0-9]{0,17})\n(?P<head>[0-9a-f]{64})\n"
    r"\n(?P<signatures>(?:ed25519 [0-9a-f]{64} [0-9a-f]{128}\n)+)"
)


class CheckpointError(LedgerError):
    """A checkpoint does not fit the journal: `why` as a slug, the `size` it states, the `found`.

    `why` is one of: unreadable (not a checkpoint), other_ledger, signature (not made with the key
    that the journal's first row names, or changed since), rewritten (the journal has that row
    with another hash), cut (the journal is shorter and the books still hold what it lost),
    older (the journal is shorter, and the books with it). `found` is the journal's size. Or
    restored: the journal does not have that row, and says itself that a backup was brought back
    before it; then `found` is the backup's size.
    """

    def __init__(self, why: str, *, size: int = 0, found: int = 0) -> None:
        super().__init__(why, size, found)
        self.why = why
        self.size = size
        self.found = found


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What is stated: the ledger, the number of rows in its journal, the last one's hash."""

    ledger_id: str
    size: int
    head: str

    def text(self) -> str:
        """Return the three lines that are signed."""
        return f"{ORIGIN}{self.ledger_id}\n{self.size}\n{self.head}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """That a checkpoint was signed here: the journal row that says so, and what was stated.

    `actor` is as in the journal. Whether somebody else holds a copy of it, nobody here can know.
    """

    seq: int
    at: datetime
    actor: str
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A new pair of keys, each 32 bytes in hexadecimal."""

    private: str
    public: str


def new_signing_key() -> SigningKey:
    """Return a new random Ed25519 key with its public half."""
    private = _ed25519().Ed25519PrivateKey.generate()
    return SigningKey(
        private=private.private_bytes_raw().hex(),
        public=private.public_key().public_bytes_raw().hex(),
    )


def public_half(private_key: str) -> str:
    """Return the public half of a signing key, in hexadecimal."""
    key = _ed25519().Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private_key))
    return str(key.public_key().public_bytes_raw().hex())


def journal_key(session: Session) -> str:
    """Return the public key that the journal's first row names."""
    content = session.scalars(select(col(Journal.content)).where(col(Journal.seq) == 1)).one()
    return str(json.loads(content)["public_key"])


def checkpoint_now(session: Session) -> Checkpoint:
    """Return what a checkpoint states of the journal as it is now."""
    head = journal.read_head(Driver(session))
    return Checkpoint(ledger_id=head.ledger_id, size=head.seq, head=head.hash)


def sign(checkpoint: Checkpoint, private_key: str) -> str:
    """Return the signed text of a checkpoint."""
    key = _ed25519().Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private_key))
    signature = key.sign(checkpoint.text().encode()).hex()
    return f"{checkpoint.text()}\n{_ALGORITHM} {public_half(private_key)} {signature}\n"


def note_signed(session: Session, person: Person | None, *, now: datetime) -> Signed:
    """Write down that a checkpoint of the journal as it is now is signed here; return which.

    Needs a write transaction, which has to be committed before the signature goes anywhere. The
    row that says so comes after what the checkpoint states. None is the command line.
    """
    session.flush()
    head = journal.lock_chain(Driver(session))
    stated = Checkpoint(ledger_id=head.ledger_id, size=head.seq, head=head.hash)
    entry = journal.Entry(
        kind=SIGNED,
        actor="system" if person is None else subject_of(person),
        subject=f"checkpoint:{stated.size}",
        content={"size": stated.size, "head": stated.head},
    )
    journal.append(session, entry, now=now)
    return signed_in_row(session, head.seq + 1)


def signed_in_row(session: Session, seq: int) -> Signed:
    """Return the checkpoint of which a journal row says that it was signed.

    Raises:
        NotFoundError: if there is no such row, or it says something else, or cannot be read.

    """
    row = session.get(Journal, seq)
    if row is None or row.kind != SIGNED:
        raise NotFoundError("checkpoint", str(seq))
    try:
        said = json.loads(row.content)
        stated = Checkpoint(ledger_id=row.ledger_id, size=int(said["size"]), head=str(said["head"]))
    except (ValueError, KeyError, TypeError):
        raise NotFoundError("checkpoint", str(seq)) from None
    return Signed(seq=row.seq, at=row.at, actor=row.actor, checkpoint=stated)


def last_signed(session: Session) -> Signed | None:
    """Return the checkpoint that was signed here last, if there ever was one."""
    query = select(col(Journal.seq)).where(col(Journal.kind) == SIGNED)
    seq = session.scalars(query.order_by(col(Journal.seq).desc()).limit(1)).one_or_none()
    try:
        return None if seq is None else signed_in_row(session, seq)
    except NotFoundError:
        # The row was changed: that is for `verify` to say.
        return None


def check(session: Session, written: str) -> Checkpoint:
    """Check a signed checkpoint against the journal; return what it states.

    Raises:
        CheckpointError: if it is no checkpoint of this ledger, or the journal is not what it was.

    """
    checkpoint, signatures = _read(written)
    try:
        head = journal.read_head(Driver(session))
    except LookupError as empty:
        raise CheckpointError("cut", size=checkpoint.size) from empty
    if checkpoint.ledger_id != head.ledger_id:
        raise CheckpointError("other_ledger", size=checkpoint.size, found=head.seq)
    public_key = journal_key(session)
    if not any(_is_signed(checkpoint, public_key, by, with_) for by, with_ in signatures):
        raise CheckpointError("signature", size=checkpoint.size, found=head.seq)
    is_short = checkpoint.size > head.seq
    if is_short and _books_go_beyond(session, head.seq):
        raise CheckpointError("cut", size=checkpoint.size, found=head.seq)
    row = _ROW.run(Driver(session), seq=checkpoint.size).fetchone()
    if row is not None and row[0] == checkpoint.head:
        return checkpoint
    before = [one.size for one in restoring.restores(session) if one.seq <= checkpoint.size]
    if before:
        raise CheckpointError("restored", size=checkpoint.size, found=before[-1])
    raise CheckpointError(
        "older" if is_short else "rewritten", size=checkpoint.size, found=head.seq
    )


_ROW = Prepared(select(col(Journal.hash)).where(col(Journal.seq) == bindparam("seq")))


def _read(written: str) -> tuple[Checkpoint, list[tuple[str, str]]]:
    # Mail ends lines in its own way and adds empty ones.
    lines = "\n".join(line.strip() for line in written.strip("\ufeff \t\r\n").splitlines()) + "\n"
    found = _WRITTEN.fullmatch(lines)
    if found is None:
        raise CheckpointError("unreadable")
    checkpoint = Checkpoint(
        ledger_id=found["ledger_id"], size=int(found["size"]), head=found["head"]
    )
    signatures = [line.split(" ") for line in found["signatures"].splitlines()]
    return checkpoint, [(by, with_) for _, by, with_ in signatures]


def _is_signed(checkpoint: Checkpoint, public_key: str, by: str, signature: str) -> bool:
    if by != public_key:
        return False
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - see `_ed25519`

    try:
        _ed25519().Ed25519PublicKey.from_public_bytes(bytes.fromhex(by)).verify(
            bytes.fromhex(signature), checkpoint.text().encode()
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def _ed25519() -> ModuleType:
    """Return the library of signatures: a server that signs nothing is spared its 6 MB."""
    return importlib.import_module("cryptography.hazmat.primitives.asymmetric.ed25519")


def _books_go_beyond(session: Session, seq: int) -> bool:
    """Whether a book has a row that a later journal row made."""
    return any(
        session.execute(
            select(book.id).where(book.journal_seq > seq).limit(1)  # type: ignore[attr-defined]  # every book by row has both
        ).first()
        for book in BOOKS_BY_ROW
    )
