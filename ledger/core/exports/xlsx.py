"""Recognitions as a workbook for people: Office Open XML, one sheet, the header kept in sight.

Cells are those of the CSV, unguarded: each is written as text or as a date and nothing is guessed,
so an employee id keeps its leading zeros and a text that looks like a formula stays a text. The
same rows always make the same bytes: the workbook says no time of its own but the period's end.
"""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from ledger.core.exports.recognition_cells import COLUMNS, DAYS, cells
from ledger.core.exports.shapes import Format, Handover, RecognitionRow

SHEET = "Recognitions"
# In characters: wide enough for most, and a long text does not push all else out of sight.
NARROW, WIDE = 14, 40
_WIDE_COLUMNS = frozenset({"row_id", "supersedes_row_id", "work_email", "reason_text", "row_hash"})


def write(rows: Sequence[RecognitionRow], handover: Handover) -> bytes:
    """Return the file: a row of column names, then one row for each recognition."""
    import xlsxwriter  # noqa: PLC0415 - a server that writes no workbook is spared its 3 MB

    content = io.BytesIO()
    # Row by row, with nothing kept in memory but the row at hand.
    book = xlsxwriter.Workbook(content, {"constant_memory": True})
    book.set_properties({"created": datetime.combine(handover.end, time(), UTC)})
    sheet = book.add_worksheet(SHEET)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(COLUMNS) - 1)
    for column, name in enumerate(COLUMNS):
        sheet.set_column(column, column, WIDE if name in _WIDE_COLUMNS else NARROW)
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    for column, name in enumerate(COLUMNS):
        sheet.write_string(0, column, name, bold)
    for number, row in enumerate(rows, start=1):
        for column, (name, cell) in enumerate(zip(COLUMNS, cells(row, handover), strict=True)):
            if name in DAYS:
                on = datetime.combine(date.fromisoformat(cell), time())  # a day, in no zone
                sheet.write_datetime(number, column, on, day)
            else:
                sheet.write_string(number, column, cell)
    book.close()
    return content.getvalue()


FORMAT = Format(
    name="xlsx",
    extension="xlsx",
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    columns=COLUMNS,
    write=write,
    is_text=False,
)
