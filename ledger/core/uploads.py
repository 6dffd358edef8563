"""Files that somebody brought to a page: kept in pieces until they were taken in, or for a day.

They are ordinary rows, so that any process and any machine may work on them. Whoever does gives a
sign of life; who has given none for a while has stopped, and another may start again.
"""

import base64
import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Exists, Select, and_, delete, exists, func, select, update
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.imports.runs import DEFAULT_FEED
from ledger.core.tables import Person, Upload, UploadPiece

MOST_BYTES = 64 * 1024 * 1024
# Of the file; a row holds a third more, as base64.
PIECE_BYTES = 384 * 1024
# Of one person, and of all: whoever brings more has to take some in, or put it away.
MOST_WAITING = 3
MOST_KEPT_BYTES = 3 * MOST_BYTES
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
    session: Session,
    person: Person,
    kind: str,
    named: tuple[str, int],
    wanted: Wanted,
    *,
    now: datetime,
) -> Upload:
    """Add an upload, of which the pieces follow, then `complete`; it is being checked from here on.

    `named` is what the file is called, and its size in bytes.

    Raises:
        BadValueError: if so many files of this person wait already ("too_many"), or the files of
            all are too large together ("full").

    """
    file_name, size = named
    _check_room(session, person, size)
    upload = Upload(
        uid=str(uuid.uuid4()),
        person_id=person.id,
        kind=kind,
        file_name=_file_name(file_name),
        size=size,
        options=wanted.as_json(),
        state="checking",
        made_at=now,
        moved_at=now,
    )
    session.add(upload)
    session.flush()
    return upload


def _check_room(session: Session, person: Person, size: int) -> None:
    """Refuse a file for which there is no room; of some no file is kept any more."""
    is_left = and_(col(Upload.state) == "checked", ~holds(col(Upload.uid)))
    kept = and_(col(Upload.state).not_in(("taken_in", "refused")), ~is_left)
    own = select(func.count()).where(kept, col(Upload.person_id) == person.id)
    if (session.scalar(own) or 0) >= MOST_WAITING:
        raise BadValueError(field="file", value=str(MOST_WAITING), why="too_many")
    held = session.scalar(select(func.sum(col(Upload.size))).where(kept)) or 0
    if held + size > MOST_KEPT_BYTES:
        raise BadValueError(field="file", value=str(size), why="full")


def add_piece(session: Session, uid: str, number: int, body: bytes, *, now: datetime) -> None:
    """Keep the next piece of an upload's file; `number` counts from 0."""
    coded = base64.b64encode(body).decode()
    session.add(UploadPiece(upload_uid=uid, number=number, body=coded))
    _set(session, uid, moved_at=now)


def complete(session: Session, uid: str, pieces: int, sha256: str, *, now: datetime) -> None:
    """Note that all of a file has come: so many pieces, with this SHA-256 of all their bytes."""
    _set(session, uid, pieces=pieces, file_sha256=sha256, moved_at=now)


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


def discard(session: Session, upload: Upload, *, now: datetime) -> bool:
    """Delete an upload that was not taken in, and its file; False while somebody works on it."""
    # Whoever begins to work on it just then is seen by what moved.
    changed = session.execute(
        update(Upload)
        .where(
            col(Upload.uid) == upload.uid,
            col(Upload.state) != "taken_in",
            ~_is_at_work(now),
        )
        .values(state="stopped", moved_at=now)
        .execution_options(synchronize_session=False)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
        return False
    _drop_pieces(session, [upload.uid])
    gone = delete(Upload).where(col(Upload.uid) == upload.uid)
    session.execute(gone.execution_options(synchronize_session=False))
    return True


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
    """Whether anything of the file is still kept."""
    return bool(session.scalar(select(holds(uid))))


def is_whole(session: Session, upload: Upload) -> bool:
    """Whether all of the file has come, and is still kept."""
    query = select(func.count()).where(col(UploadPiece.upload_uid) == upload.uid)
    return upload.file_sha256 is not None and session.scalar(query) == upload.pieces


def is_stopped(upload: Upload, *, now: datetime) -> bool:
    """Whether nobody works on it any more, though it is not done."""
    if upload.state == "stopped":
        return True
    return upload.state in WORKING and now - upload.moved_at > STOPPED_AFTER


def claim(
    session: Session, upload: Upload, state: str, *, since: Collection[str], now: datetime
) -> bool:
    """Move an upload to `state` to work on it, unless somebody else did in the meantime.

    It must be in one of the states `since`, or stopped, and all of its file must have come.
    """
    may_be = {*since, "stopped"} | ({upload.state} if is_stopped(upload, now=now) else set())
    seen = upload.report if state == "taking_in" else None
    changed = session.execute(
        update(Upload)
        .where(
            col(Upload.uid) == upload.uid,
            col(Upload.state).in_(may_be),
            col(Upload.moved_at) == upload.moved_at,
            col(Upload.file_sha256).is_not(None),
        )
        # Whoever takes it in needs to know what was looked at.
        .values(state=state, done=0, total=0, report=seen, moved_at=now)
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
    is_known: bool = False,
    now: datetime,
) -> None:
    """Write what came of the work.

    A file that was taken in or refused is not kept any longer, nor is one of which a look showed
    that all `is_known`: there is nothing to take in.
    """
    session.execute(
        update(Upload)
        .where(col(Upload.uid) == uid, col(Upload.state).in_(WORKING))
        .values(state=state, report=report, import_id=import_id, moved_at=now)
        .execution_options(synchronize_session=False)
    )
    if state in {"taken_in", "refused"} or (state == "checked" and is_known):
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


def holds(uid: str | Mapped[str]) -> Exists:
    """Return the condition that anything of an upload's file is still kept."""
    return exists().where(col(UploadPiece.upload_uid) == uid)


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
        col(Upload.import_id).is_(None), col(Upload.made_at) < now - KEPT_FOR, ~_is_at_work(now)
    )


def _is_at_work(now: datetime) -> ColumnElement[bool]:
    """Return the condition that somebody works on an upload: the negation of `is_stopped`."""
    return and_(col(Upload.state).in_(WORKING), col(Upload.moved_at) >= now - STOPPED_AFTER)
