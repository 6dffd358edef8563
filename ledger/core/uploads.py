"""Files that somebody brought to a page: kept in pieces until they were taken in, or for a day.

They are ordinary rows, so that any process and any machine may work on them. Whoever does gives a
sign of life; who has given none for a while has stopped, and another may start again.
"""

import base64
import io
import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, delete, exists, select, update
from sqlmodel import Session, col

from ledger.core.errors import NotFoundError
from ledger.core.imports.runs import DEFAULT_FEED, Transactions
from ledger.core.tables import Person, Upload, UploadPiece

MOST_BYTES = 64 * 1024 * 1024
# Of the file; a row holds a third more, as base64.
PIECE_BYTES = 384 * 1024
KEPT_FOR = timedelta(days=1)
# Without a sign of life for so long, nobody works on it any more.
STOPPED_AFTER = timedelta(seconds=60)
WORKING = ("checking", "taking_in")
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a file is to be taken in, as it was asked for on the page."""

    feed: str = DEFAULT_FEED
    through: date | None = None
    correct: bool = False
    create_missing: bool = False
    new_feed: bool = False

    def as_json(self) -> str:
        """Return what is kept of it in the row."""
        said = {**asdict(self), "through": self.through and self.through.isoformat()}
        return json.dumps(said, sort_keys=True)


def wanted_of(upload: Upload) -> Wanted:
    """Return how an upload is to be taken in."""
    said = json.loads(upload.options)
    through = said.pop("through")
    return Wanted(**said, through=date.fromisoformat(through) if through else None)


def begin(
    session: Session, person: Person, kind: str, file_name: str, wanted: Wanted, *, now: datetime
) -> Upload:
    """Add an upload, of which the pieces follow; it is being checked from here on."""
    upload = Upload(
        uid=str(uuid.uuid4()),
        person_id=person.id,
        kind=kind,
        file_name=_file_name(file_name),
        options=wanted.as_json(),
        state="checking",
        made_at=now,
        moved_at=now,
    )
    session.add(upload)
    session.flush()
    return upload


def add_piece(session: Session, uid: str, number: int, body: bytes, *, now: datetime) -> None:
    """Keep the next piece of an upload's file; `number` counts from 0."""
    coded = base64.b64encode(body).decode()
    session.add(UploadPiece(upload_uid=uid, number=number, body=coded))
    _set(session, uid, moved_at=now)


def upload_of(session: Session, person: Person, uid: str) -> Upload:
    """Return an upload of this person.

    Raises:
        NotFoundError: if there is none, or somebody else brought it.

    """
    query = select(Upload).where(col(Upload.uid) == uid, col(Upload.person_id) == person.id)
    upload = session.scalars(query).one_or_none()
    if upload is None:
        raise NotFoundError("upload", uid)
    return upload


def by_uid(session: Session, uid: str) -> Upload:
    """Return an upload, whoever brought it, as it is now.

    Raises:
        NotFoundError: if it was cleared away.

    """
    upload = session.scalars(
        select(Upload).where(col(Upload.uid) == uid).execution_options(populate_existing=True)
    ).one_or_none()
    if upload is None:
        raise NotFoundError("upload", uid)
    return upload


def owner(session: Session, upload: Upload) -> Person:
    """Return who brought an upload."""
    return session.get_one(Person, upload.person_id)


def discard(session: Session, upload: Upload) -> None:
    """Delete an upload that was not taken in, and its file."""
    _drop_pieces(session, [upload.uid])
    gone = delete(Upload).where(col(Upload.uid) == upload.uid, col(Upload.state) != "taken_in")
    session.execute(gone.execution_options(synchronize_session=False))


def waiting(session: Session, person: Person) -> Sequence[Upload]:
    """Return what this person brought and nobody has taken in yet, the latest first."""
    query = (
        select(Upload)
        .where(col(Upload.person_id) == person.id, col(Upload.state) != "taken_in")
        .order_by(col(Upload.made_at).desc(), col(Upload.uid))
        .limit(20)
    )
    return session.scalars(query).all()


def has_file(session: Session, uid: str) -> bool:
    """Whether the file is still kept."""
    held = exists().where(col(UploadPiece.upload_uid) == uid)
    return bool(session.scalar(select(held)))


def is_stopped(upload: Upload, *, now: datetime) -> bool:
    """Whether nobody works on it any more, though it is not done."""
    if upload.state == "stopped":
        return True
    return upload.state in WORKING and now - upload.moved_at > STOPPED_AFTER


def claim(
    session: Session, upload: Upload, state: str, *, since: Collection[str], now: datetime
) -> bool:
    """Move an upload to `state` to work on it, unless somebody else did in the meantime.

    It must be in one of the states `since`, or stopped.
    """
    may_be = {*since, "stopped"} | ({upload.state} if is_stopped(upload, now=now) else set())
    changed = session.execute(
        update(Upload)
        .where(
            col(Upload.uid) == upload.uid,
            col(Upload.state).in_(may_be),
            col(Upload.moved_at) == upload.moved_at,
        )
        .values(state=state, done=0, total=0, report=None, moved_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def note_progress(session: Session, uid: str, done: int, total: int, *, now: datetime) -> None:
    """Write how far it is, and that somebody is at it."""
    _set(session, uid, done=done, total=total, moved_at=now)


def finish(
    session: Session,
    uid: str,
    state: str,
    *,
    report: str,
    import_id: int | None = None,
    now: datetime,
) -> None:
    """Write what came of the work; what was taken in is not kept any longer."""
    session.execute(
        update(Upload)
        .where(col(Upload.uid) == uid, col(Upload.state).in_(WORKING))
        .values(state=state, report=report, import_id=import_id, moved_at=now)
        .execution_options(synchronize_session=False)
    )
    if state == "taken_in":
        _drop_pieces(session, [uid])


def has_old(session: Session, *, now: datetime) -> bool:
    """Whether there is anything that `clear_old` would clear."""
    return session.scalar(_old(now).limit(1)) is not None


def clear_old(session: Session, *, now: datetime) -> None:
    """Delete what was brought more than a day ago and never taken in."""
    uids = session.scalars(_old(now)).all()
    _drop_pieces(session, uids)
    gone = delete(Upload).where(col(Upload.uid).in_(uids))
    session.execute(gone.execution_options(synchronize_session=False))


def stream(transactions: Transactions, uid: str) -> io.BufferedReader:
    """Return the file of an upload, of which one piece at a time is in memory."""
    return io.BufferedReader(_Pieces(transactions, uid), PIECE_BYTES)


class _Pieces(io.RawIOBase):
    """Reads a file piece by piece, each in a transaction of its own."""

    def __init__(self, transactions: Transactions, uid: str) -> None:
        self._transactions = transactions
        self._uid = uid
        self._number = 0
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # what BufferedReader gives
        if not self._left:
            self._left = self._next()
        taken = self._left[: len(buffer)]
        self._left = self._left[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def _next(self) -> bytes:
        query = select(col(UploadPiece.body)).where(
            col(UploadPiece.upload_uid) == self._uid, col(UploadPiece.number) == self._number
        )
        with self._transactions.reading() as session:
            coded = session.scalar(query)
        self._number += 1
        return b"" if coded is None else base64.b64decode(coded)


def _file_name(name: str) -> str:
    """Return the last part of a file's name as it is shown, without what cannot be seen."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(mark for mark in last if mark.isprintable()).strip()
    return seen[:LONGEST_NAME] or "file.csv"


def _set(session: Session, uid: str, **values: object) -> None:
    changing = update(Upload).where(col(Upload.uid) == uid, col(Upload.state).in_(WORKING))
    session.execute(changing.values(values).execution_options(synchronize_session=False))


def _drop_pieces(session: Session, uids: Sequence[str]) -> None:
    gone = delete(UploadPiece).where(col(UploadPiece.upload_uid).in_(uids))
    session.execute(gone.execution_options(synchronize_session=False))
    session.expire_all()


def _old(now: datetime) -> Select[str]:
    return select(col(Upload.uid)).where(
        col(Upload.import_id).is_(None), col(Upload.made_at) < now - KEPT_FOR
    )
