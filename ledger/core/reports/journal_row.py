"""One row of the journal: the exact bytes, the hash worked out anew, and the row of its book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import journal
from ledger.core.book_kinds import BOOK_OF_KIND
from ledger.core.driver import Stored, stored_row
from ledger.core.errors import NotFoundError
from ledger.core.reports.journal_names import Names, Said, names_for, said_in
from ledger.core.reports.journal_raw import RawRow, raw_rows
from ledger.core.tables import Journal
from ledger.core.verification.books import difference


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRow:
    """The row of a book that a journal row made: `differs` names a column that is not the same."""

    table: str
    values: Mapping[str, Stored]
    differs: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """A row of the journal, looked at closely.

    `hash_now` is worked out from what is stored now. `follows` and `is_followed` say whether it
    holds on to the row before it and the next one to it; None where there is no such row.
    `is_missing` says that its book has no row for it, though it should.
    """

    said: Said
    names: Names
    fields: Sequence[tuple[str, str]]
    hash_now: str
    follows: bool | None
    is_followed: bool | None
    book: BookRow | None
    is_missing: bool

    @property
    def is_whole(self) -> bool:
        """Whether nothing speaks against this row."""
        return (
            self.hash_now == self.said.row.hash
            and self.follows is not False
            and self.is_followed is not False
            and not self.is_missing
            and (self.book is None or self.book.differs is None)
        )


def journal_row(session: Session, seq: int) -> JournalRow:
    """Return a row of the journal with all that can be checked of it by itself.

    Raises:
        NotFoundError: if there is none of that number.

    """
    found = raw_rows(session, [seq])
    if not found:
        raise NotFoundError("journal_row", str(seq))
    (row,) = found
    (said,) = said_in([row])
    stored = row.stored()
    book_table = BOOK_OF_KIND.get(row.kind)
    book = _book_row(session, said)
    before = _hashes(session, seq - 1)
    after = _hashes(session, seq + 1)
    return JournalRow(
        said=said,
        names=names_for(session, [said]),
        fields=[(name, str(stored[name])) for name in journal.HASHED],
        hash_now=journal.row_hash(stored),
        follows=_follows(row, before),
        is_followed=None if after is None else after[1] == row.hash,
        book=book,
        is_missing=book_table is not None and book is None,
    )


def _follows(row: RawRow, before: tuple[str, str] | None) -> bool | None:
    if row.seq == 1:
        return row.previous_hash == journal.NOTHING_BEFORE
    return before is not None and before[0] == row.previous_hash


def _hashes(session: Session, seq: int) -> tuple[str, str] | None:
    """Return the hash of a row, and the one it says of the row before."""
    query = select(col(Journal.hash), col(Journal.previous_hash)).where(col(Journal.seq) == seq)
    found = session.execute(query).one_or_none()
    return None if found is None else (found[0], found[1])


def _book_row(session: Session, said: Said) -> BookRow | None:
    table = BOOK_OF_KIND.get(said.row.kind)
    if table is None:
        return None
    query = select(table).where(table.journal_seq == said.row.seq)  # type: ignore[attr-defined]  # every book by row has it
    found = session.scalars(query).one_or_none()
    if found is None:
        return None
    values = stored_row(found)
    compared = {name: value for name, value in values.items() if name != "journal_seq"}
    return BookRow(
        table=str(table.__tablename__),
        values=values,
        differs=difference(compared, said.book),
    )
