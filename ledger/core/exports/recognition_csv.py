"""Recognitions as CSV for an importer: UTF-8 without a mark, RFC 4180, lines ending in CRLF.

Schema 1. Dates are YYYY-MM-DD. Every text cell is guarded (see `cells`), so an employee id keeps
its leading zeros and a text that looks like a formula stays a text.
"""

from collections.abc import Sequence

from ledger.core.exports.cells import guarded
from ledger.core.exports.lines import MEDIA_TYPE, line
from ledger.core.exports.recognition_cells import COLUMNS, cells
from ledger.core.exports.shapes import Format, Handover, RecognitionRow


def write(rows: Sequence[RecognitionRow], handover: Handover) -> bytes:
    """Return the file: one line of column names, then one line for each row."""
    lines = [line(COLUMNS), *(line(cells(row, handover, text=guarded)) for row in rows)]
    return "".join(lines).encode()


FORMAT = Format(
    name="csv",
    extension="csv",
    media_type=MEDIA_TYPE,
    columns=COLUMNS,
    write=write,
)
