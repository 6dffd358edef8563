"""The books by row, against the journal rows whose content they are."""

import json
import unicodedata
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlmodel import SQLModel

from ledger.core.book_kinds import BOOK_OF_KIND
from ledger.core.driver import Driver, Prepared, Stored
from ledger.core.tables import BOOKS_BY_ROW
from ledger.core.verification.chain import Link
from ledger.core.verification.findings import BadRowError, read

_ROWS: Mapping[type[SQLModel], Prepared] = {
    book: Prepared(select(*book.__table__.columns).order_by(book.__table__.columns["id"]))  # type: ignore[attr-defined]  # every table model has it
    for book in BOOKS_BY_ROW
}


class BookReader:
    """One book, read along with the journal: each of its rows in the turn of its journal row."""

    def __init__(self, driver: Driver, book: type[SQLModel]) -> None:
        """Open the book at its first row."""
        self.name = str(book.__tablename__)
        self.count = 0
        self._columns: Sequence[str] = book.__table__.columns.keys()  # type: ignore[attr-defined]  # every table model has it
        self._seq = self._columns.index("journal_seq")
        self._rows = read(driver, _ROWS[book], self.name)

    def check(self, seq: int, content: str) -> None:
        """Check that the next row is the one of which the journal row `seq` has this content.

        Raises:
            BadRowError: if it is another row, differs in a column, or is not there.

        """
        expected = self.count + 1
        row = next(self._rows, None)
        if row is None or (row[0] != expected and row[self._seq] != seq):
            raise BadRowError(self.name, expected, "missing", f"journal {seq}")
        if row[self._seq] != seq:
            raise BadRowError(self.name, row[0], "extra", f"journal {row[self._seq]}")
        written = _row_in(content)
        named = dict(zip(self._columns, row, strict=True))
        del named["journal_seq"]
        if named != written:
            column = difference(named, written)
            if column is not None:
                raise BadRowError(self.name, row[0], "differs", column)
        self.count = expected

    def finish(self) -> None:
        """Check that no row is left over when the journal is at its end.

        Raises:
            BadRowError: if the book has a row that no journal row made.

        """
        row = next(self._rows, None)
        if row is not None:
            raise BadRowError(self.name, row[0], "extra", f"journal {row[self._seq]}")

    def close(self) -> None:
        """Close the book where it is."""
        self._rows.close()


def open_books(driver: Driver) -> Mapping[str, BookReader]:
    """Return the reader of the book that belongs to each kind of journal row."""
    readers = {book: BookReader(driver, book) for book in BOOKS_BY_ROW}
    return {kind: readers[book] for kind, book in BOOK_OF_KIND.items()}


def check_row(books: Mapping[str, BookReader], link: Link) -> bool:
    """Check the row that a journal row made; say whether it is of a kind that makes one."""
    book = books.get(link[4])
    if book is None:
        return False
    book.check(link[0], link[8])
    return True


def _row_in(content: str) -> Mapping[str, Stored]:
    """Return the row in a journal row's content; an empty one if it holds none."""
    try:
        row = json.loads(content)["row"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return row if isinstance(row, dict) else {}


def difference(found: Mapping[str, Stored], written: Mapping[str, Stored]) -> str | None:
    """Return the first column that differs, Unicode's two ways to write one letter apart."""
    for column in (*found, *written):
        if column not in written and found[column] is None:
            # A column that a later version added, and of which the row says nothing.
            continue
        if column not in found or column not in written:
            return column
        if _composed(found[column]) != _composed(written[column]):
            return column
    return None


def _composed(value: Stored) -> Stored:
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value
