"""An import from its number to the row that makes it visible.

Only one import runs at a time: whoever calls sees to that. Rows carry the import's number; until
the `import_file` row with that number exists no query sees them, and the next import clears them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from ledger.core import commitments, journal, sets, sites, standing
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.driver import Driver
from ledger.core.errors import LedgerError
from ledger.core.imports.figures import Moved
from ledger.core.imports.preview import Preview
from ledger.core.tables import Activity, Customer, ImportFile, ImportRun, TillEntry

DEFAULT_FEED = "main"
# Rows of one short transaction: others wait this long at most, a tenth of a second or two. Fewer
# write the same pages of an index by customer more often: half as many take a tenth longer.
BATCH = 10_000

# How much of how much is done, in rows.
Progress = Callable[[int, int], None]


class Transactions(Protocol):
    """Where an import gets its transactions from: a `Database`."""

    def reading(self) -> AbstractContextManager[Session]:
        """Open a reading transaction."""

    def writing(self) -> AbstractContextManager[Session]:
        """Open a writing transaction that commits at its end."""


def no_progress(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a file is to be taken in.

    `through` is the last business date that a feed of activity or a till is complete for;
    `correct` allows rows that replace known ones; `dry_run` checks everything and writes nothing.
    `site_ids` are the sites of which the file may hold rows; None means all, and rows without a
    site too. `new_feed` allows a feed that brought nothing yet to hold back what is shown, and
    `may_hold_back` says that whoever brings the file may allow that. Without `moves_through` the
    file adds rows alone: the feed holds rows of other sites too, so it stays complete through the
    day that was said for all of them.
    """

    feed: str = DEFAULT_FEED
    create_missing: bool = False
    through: date | None = None
    dry_run: bool = False
    correct: bool = False
    actor: str = "system"
    progress: Progress = no_progress
    site_ids: frozenset[int] | None = None
    new_feed: bool = False
    may_hold_back: bool = True
    moves_through: bool = True

    def forbids(self, site_id: int | None) -> bool:
        """Whether a row of this site, or of none, is not for whoever brings the file."""
        return self.site_ids is not None and site_id not in self.site_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of an import, in counts of rows.

    `was_known` says that the very same file was taken in before, so that nothing changed.
    `joined` counts customers of the log who turned out to be one whom the till knows.
    `created` names sites, people, remedies and reasons; `notices` are (slug, value) pairs of what
    somebody should look at. `import_id` is the number under which the file was taken in. A dry run
    of activity says how many outcomes would change; a real one how many did, where it knows.
    `reached` is how far the feed was complete before; `figures` how the figures of all sites move
    with it, None if they stay. `preview` is what is in the file, after a dry run alone.
    """

    kind: str
    feed: str
    new: int = 0
    corrected: int = 0
    unchanged: int = 0
    without_customer: int = 0
    customers: int = 0
    joined: int = 0
    notes_cut: int = 0
    notes_left_out: int = 0
    created: Mapping[str, Sequence[str]] = field(default_factory=dict)
    through: date | None = None
    through_stated: bool = False
    moved_through: bool = False
    was_known: bool = False
    dry_run: bool = False
    notices: tuple[tuple[str, str], ...] = ()
    import_id: int | None = None
    outcomes: int | None = None
    reached: date | None = None
    figures: Moved | None = None
    preview: Preview | None = None

    @property
    def changed_nothing(self) -> bool:
        """Whether the ledger is as it was before."""
        return not (self.new or self.corrected or self.moved_through)


class ImportOvertakenError(LedgerError):
    """Another import ran at the same time, or took a customer's reference; nothing was kept."""


@contextmanager
def overtaken_if_taken() -> Iterator[None]:
    """Say that somebody was quicker if a key turns out to be taken: it was free when checked.

    Raises:
        ImportOvertakenError: in place of the database's own.

    """
    try:
        yield
    except IntegrityError as taken:
        raise ImportOvertakenError from taken


def begin_run(transactions: Transactions, *, now: datetime) -> int:
    """Clear away what a stopped import left, and return the number of the new one."""
    for book in (Activity, TillEntry, Customer):
        while _cleared(transactions, book):
            pass
    with transactions.writing() as session:
        return begin_run_in(session, now=now)


def begin_run_in(session: Session, *, now: datetime) -> int:
    """Return the number of a new import that is made in one transaction, this one."""
    last = _last_visible(session)
    stopped = delete(ImportRun).where(col(ImportRun.id) > last)
    session.execute(stopped.execution_options(synchronize_session=False))
    session.add(ImportRun(id=last + 1, begun_at=now))
    session.flush()
    return last + 1


def keyed_hash(session: Session, sha256: str) -> str:
    """Return what is kept of the hash of a file about persons: a short file could be guessed."""
    return commitments.commitment(sites.company(session).fingerprint_key, {"file": sha256})


def file_row(
    session: Session,
    imported: Imported,
    sha256: str,
    import_id: int,
    *,
    now: datetime,
    rows_sha256: str | None = None,
) -> ImportFile:
    """Return the book row of an import whose rows are in the session's database already.

    `rows_sha256` is the hash over them, where whoever stored them knows it.
    """
    session.flush()
    driver = Driver(session)
    if rows_sha256 is None:
        _, rows_sha256 = sets.rows_set(driver, imported.kind, import_id)
    customers, customers_sha256 = sets.customer_set(driver, import_id)
    return ImportFile(
        kind=imported.kind,
        feed=imported.feed,
        file_sha256=sha256,
        rows=imported.new + imported.corrected,
        rows_sha256=rows_sha256,
        customers=customers,
        customers_sha256=customers_sha256,
        through=imported.through,
        through_stated=imported.through_stated,
        made_at=now,
    )


def make_visible(
    session: Session, file: ImportFile, import_id: int, *, actor: str, now: datetime
) -> ImportFile:
    """Write the row, and its journal row, by which everything of this import counts.

    Raises:
        ImportOvertakenError: if another import was made visible in the meantime.

    """
    subject = f"import:{import_id}"
    kept = journal.add_to_book(
        session, file, kind="file.imported", actor=actor, subject=subject, now=now
    )
    if kept.id != import_id:
        raise ImportOvertakenError
    return kept


def known_file(session: Session, kind: str, feed: str, sha256: str) -> ImportFile | None:
    """Return the latest import of the very same file into this feed that was not taken back."""
    query = (
        select(ImportFile)
        .where(
            ~standing.is_undone(col(ImportFile.id)),
            col(ImportFile.kind) == kind,
            col(ImportFile.feed) == feed,
            col(ImportFile.file_sha256) == sha256,
        )
        .order_by(col(ImportFile.id).desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def same_file_elsewhere(
    session: Session, kind: str, feed: str, sha256: str
) -> tuple[tuple[str, str], ...]:
    """Return a notice if the very same file counts already, in another feed: all would be twice."""
    query = (
        select(col(ImportFile.feed))
        .where(
            ~standing.is_undone(col(ImportFile.id)),
            col(ImportFile.kind) == kind,
            col(ImportFile.feed) != feed,
            col(ImportFile.file_sha256) == sha256,
        )
        .order_by(col(ImportFile.id).desc())
        .limit(1)
    )
    other = session.scalars(query).one_or_none()
    return () if other is None else (("same_file", other),)


def _last_visible(session: Session) -> int:
    return session.scalar(select(func.max(col(ImportFile.id)))) or 0


def _cleared(transactions: Transactions, book: type[Activity | TillEntry | Customer]) -> bool:
    """Delete some rows of imports that were stopped; say whether there were any."""
    with transactions.reading() as session:
        query = (
            select(col(book.id))
            .where(col(book.import_id) > _last_visible(session))
            .order_by(col(book.id))
            .limit(BATCH)
        )
        ids = session.scalars(query).all()
    if not ids:
        return False
    with transactions.writing() as session:
        for batch in batched(ids, IDS_IN_A_QUERY):
            stopped = delete(book).where(col(book.id).in_(batch))
            session.execute(stopped.execution_options(synchronize_session=False))
    return True
