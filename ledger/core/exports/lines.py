"""Lines of CSV as RFC 4180 has them: commas, quotes where needed, each line ended by CRLF.

UTF-8 without a byte order mark: a program reads it exactly; a spreadsheet is told that it is UTF-8
when the file is opened.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from ledger.core import money
from ledger.core.driver import Stored, stored
from ledger.core.exports.cells import guarded

T = TypeVar("T")

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"


def line(cells: Sequence[str]) -> str:
    """Return one line with its end."""
    return lines([cells])


def lines(rows: Iterable[Sequence[int | str | None]]) -> str:
    """Return the lines of some rows, each with its end; a cell that is None is empty."""
    written = io.StringIO(newline="")
    csv.writer(written, dialect="excel", lineterminator="\r\n").writerows(rows)
    return written.getvalue()


def table(columns: Iterable[Sequence[int | str | None]]) -> str:
    """Return the lines of columns that are equally long; a cell that is None is empty."""
    return lines(zip(*columns, strict=True))


def each(say: Callable[[T], str], column: Sequence[T]) -> Sequence[str]:
    """Return what is said of each cell of a column; of cells that are alike it is found once."""
    said = {cell: say(cell) for cell in set(column)}
    return [said[cell] for cell in column]


def text(value: str | None) -> str:
    """Return a text as it stands in a cell: guarded against formulas, empty for none."""
    return "" if value is None else guarded(value)


def amount(minor: int | None, currency: str) -> str:
    """Return an amount in major units with a point, as 12.00; empty for none."""
    return "" if minor is None else money.plain(minor, currency)


def moment(value: object) -> str:
    """Return an instant (UTC, ending in Z) or a day as YYYY-MM-DD; empty for none."""
    found: Stored = stored(value)
    return "" if found is None else str(found)


def yes_no(value: int | None) -> str:
    """Return yes or no; empty where nobody answered."""
    return "" if value is None else "yes" if value else "no"
