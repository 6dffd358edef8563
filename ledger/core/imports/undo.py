"""Taking an import back: a new row in the book, after which nothing of that import counts.

The rows stay where they are, so the journal and its hashes stay true. Whatever an undone import had
corrected counts again as it was before, and the file may be taken in again: its rows then come as
the next revision. Customers, people, sites, remedies and reasons that came with the file stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ledger.core import activity, commitments, journal, notes, outcomes, people, sites, standing
from ledger.core.errors import BadValueError, LedgerError, NotFoundError, NotPermittedError
from ledger.core.imports import figures, kinds
from ledger.core.imports.figures import Moved
from ledger.core.imports.kinds import Book
from ledger.core.permissions import Action, Role
from ledger.core.tables import (
    Activity,
    Decision,
    Feed,
    ImportFile,
    ImportUndo,
    Journal,
    Person,
    TillEntry,
    Void,
)

COMMAND_LINE = "system"
# The kind of file that says how far a feed reaches.
ACTIVITY = "activity"
DECISIONS = "decisions"
# What is not of these kinds stays: names and numbers of customers, and people.
BOOKS: Mapping[str, Book] = {
    ACTIVITY: Activity,
    DECISIONS: Decision,
    "till": TillEntry,
}


class UndoRefusedError(LedgerError):
    """An import cannot be taken back: `why` is "undone" (it was, before) or "stays" (its kind)."""

    def __init__(self, why: str) -> None:
        """Keep why."""
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What an undo does, or did.

    `rows` counted and count no more; `restored` rows that they had corrected count again. Rows that
    counted no more before are left as they are: `corrected` by a later file, or `voided`.
    `through_before` and `through_after` are how far the feed reaches, None if no file says so;
    both are None for a file that is not of activity. `figures` is how the figures of all sites
    move, None if they stay. `outcomes` changed; None before it is done.
    """

    import_id: int
    kind: str
    feed: str
    rows: int
    restored: int
    corrected: int
    voided: int
    through_before: date | None
    through_after: date | None
    figures: Moved | None = None
    outcomes: int | None = None


def words_subject(import_id: int) -> str:
    """Return the subject under which the reason for an undo is kept."""
    return f"import_undo:{import_id}"


def may_undo(session: Session, person: Person, file: ImportFile, *, now: datetime) -> bool:
    """Whether this person may take the import back.

    An administrator may any; others their own, as long as they might bring it today: its rows are
    of sites at which they work, and it moves no day through which other sites are complete.
    """
    if file.kind not in kinds.kinds_for(person):
        return False
    if person.role == Role.ADMINISTRATOR:
        return True
    query = select(col(Journal.actor)).where(col(Journal.seq) == file.journal_seq)
    if session.scalar(query) != people.subject_of(person):
        return False
    on = sites.company_calendar(session).business_date(now)
    site_ids = kinds.sites_for(session, person, on=on)
    if not kinds.has_own_rows(session, file, site_ids):
        return False
    return file.through is None or kinds.is_own_feed(session, file.kind, file.feed, site_ids)


def foresee(session: Session, number: int) -> Undone:
    """Return what taking this import back would do; nothing is written.

    Raises:
        NotFoundError: if there is no such import.
        UndoRefusedError: if it was taken back before, or its kind stays.

    """
    file = _file(session, number)
    before, after = _through(session, file)
    rows, voided = _counting(session, file), _voided(session, file)
    return Undone(
        import_id=file.id,
        kind=file.kind,
        feed=file.feed,
        rows=rows,
        restored=_restored(session, file),
        corrected=_all(session, file) - rows - voided,
        voided=voided,
        through_before=before,
        through_after=after,
        figures=figures.foresee(session, file.feed, after) if file.kind == ACTIVITY else None,
    )


def undo_import(
    session: Session, number: int, reason: str, *, person: Person | None, now: datetime
) -> Undone:
    """Take an import back, with everything that follows from it.

    Args:
        session: an open write transaction; the caller holds the turn to import.
        number: which import.
        reason: why, as somebody typed it.
        person: who does; None is the command line.
        now: when.

    Raises:
        NotFoundError, UndoRefusedError: as `foresee`.
        NotPermittedError: if this person may not (see `may_undo`).
        BadValueError: if there is no reason, or one that a note could not be (see `notes`).

    """
    words = _checked(reason)
    file = _file(session, number)
    if person is not None and not may_undo(session, person, file, now=now):
        raise NotPermittedError(Action.BRING_FILES)
    actor = COMMAND_LINE if person is None else people.subject_of(person)
    foreseen = foresee(session, number)
    sealed = commitments.keep_words(session, words_subject(file.id), words, now=now)
    row = ImportUndo(
        import_id=file.id,
        person_id=None if person is None else person.id,
        reason_commitment=sealed,
        made_at=now,
    )
    subject = f"import:{file.id}"
    journal.add_to_book(session, row, kind="import.undone", actor=actor, subject=subject, now=now)
    if file.kind == ACTIVITY:
        _move_through(session, file.feed)
    changed = outcomes.recompute(
        session, _customers(session, file), walk_in_ids=_walk_ins(session, file)
    )
    return replace(foreseen, outcomes=changed)


def _checked(reason: str) -> str:
    if not reason.strip():
        raise BadValueError(field="reason", value="", why="empty")
    try:
        return notes.check_note(reason)
    except BadValueError as found:
        raise BadValueError(field="reason", value=found.value, why=found.why) from found


def _file(session: Session, number: int) -> ImportFile:
    file = session.get(ImportFile, number)
    if file is None:
        raise NotFoundError("import", str(number))
    undone = select(col(ImportUndo.id)).where(col(ImportUndo.import_id) == number)
    if session.scalar(undone) is not None:
        raise UndoRefusedError("undone")
    if file.kind not in BOOKS:
        raise UndoRefusedError("stays")
    return file


def _all(session: Session, file: ImportFile) -> int:
    """Return how many rows came with an import."""
    book = BOOKS[file.kind]
    query = select(func.count()).select_from(book).where(col(book.import_id) == file.id)
    return session.scalar(query) or 0


def _voided(session: Session, file: ImportFile) -> int:
    """Return how many of an import's decisions were voided."""
    if file.kind != DECISIONS:
        return 0
    query = (
        select(func.count())
        .select_from(Void)
        .join(Decision, col(Decision.id) == col(Void.decision_id))
        .where(col(Decision.import_id) == file.id)
    )
    return session.scalar(query) or 0


def _counting(session: Session, file: ImportFile) -> int:
    """Return how many rows of an import count now."""
    book = BOOKS[file.kind]
    query = select(func.count()).select_from(book)
    counting = query.where(col(book.import_id) == file.id, _counts(book))
    return session.scalar(counting) or 0


def _counts(book: Book) -> ColumnElement[bool]:
    if book is Decision:
        return ~standing.is_out_of_force()
    return standing.counts(TillEntry if book is TillEntry else Activity)


def _restored(session: Session, file: ImportFile) -> int:
    """Return how many rows count again: those whose latest correction came with this import."""
    book = BOOKS[file.kind]
    ours, other = aliased(book), aliased(book)
    counting = select(col(book.id)).where(col(book.import_id) == file.id, _counts(book))
    query = (
        select(func.count(func.distinct(col(ours.id))))
        .join(
            other,
            (col(other.feed) == col(ours.feed))
            & (col(other.external_id) == col(ours.external_id))
            & (col(other.revision) < col(ours.revision)),
        )
        .where(
            col(ours.import_id) == file.id,
            col(ours.id).in_(counting),
            standing.is_in_sight(col(other.import_id)),
        )
    )
    return session.scalar(query) or 0


def _through(session: Session, file: ImportFile) -> tuple[date | None, date | None]:
    """Return how far the feed reaches now, and without this import."""
    if file.kind != ACTIVITY:
        return None, None
    now = activity.recomputed_feeds(session).get(file.feed)
    without = activity.recomputed_feeds(session, without=file.id).get(file.feed)
    return now and now[0], without and without[0]


def _move_through(session: Session, feed: str) -> None:
    found = activity.recomputed_feeds(session).get(feed)
    if found is None:
        session.execute(delete(Feed).where(col(Feed.name) == feed))
        session.expire_all()
        return
    activity.state_through(session, feed, found[0], is_stated=found[1])


def _customers(session: Session, file: ImportFile) -> frozenset[int]:
    """Return whose rows came with an import, and whose rows those had corrected."""
    if file.kind not in {ACTIVITY, DECISIONS}:
        return frozenset()
    book: type[Activity | Decision] = Activity if file.kind == ACTIVITY else Decision
    ours, same = aliased(book), aliased(book)
    query = (
        select(col(same.customer_id))
        .join(
            ours,
            (col(ours.feed) == col(same.feed)) & (col(ours.external_id) == col(same.external_id)),
        )
        .where(col(ours.import_id) == file.id, col(same.customer_id).is_not(None))
        .distinct()
    )
    return frozenset(session.scalars(query))


def _walk_ins(session: Session, file: ImportFile) -> Sequence[int]:
    """Return the decisions for nobody in particular that an undo touches."""
    if file.kind != DECISIONS:
        return ()
    ours = aliased(Decision)
    query = (
        select(col(Decision.id))
        .join(
            ours,
            (col(ours.feed) == col(Decision.feed))
            & (col(ours.external_id) == col(Decision.external_id)),
        )
        .where(col(ours.import_id) == file.id, col(Decision.customer_id).is_(None))
        .distinct()
    )
    return session.scalars(query).all()
