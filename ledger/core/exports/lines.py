"""Lines of CSV as RFC 4180 has them: commas, quotes where needed, each line ended by CRLF.

UTF-8 without a byte order mark: a program reads it exactly; a spreadsheet is told that it is UTF-8
when the file is opened.
"""

import csv
import io
from collections.abc import Sequence

from ledger.core import money
from ledger.core.driver import Stored, stored
from ledger.core.exports.cells import guarded

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"


def line(cells: Sequence[str]) -> str:
    """Return one line with its end."""
    written = io.StringIO(newline="")
    csv.writer(written, dialect="excel", lineterminator="\r\n").writerow(cells)
    return written.getvalue()


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


def yes_no(*, value: bool | None) -> str:
    """Return yes or no; empty where nobody answered."""
    return "" if value is None else "yes" if value else "no"
