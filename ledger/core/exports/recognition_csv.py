"""Recognitions as CSV for an importer: UTF-8 without a mark, RFC 4180, lines ending in CRLF.

Schema 1. Dates are YYYY-MM-DD. Every text cell is guarded (see `cells`), so an employee id keeps
its leading zeros and a text that looks like a formula stays a text. `row_hash` is the SHA-256 of
the row's other cells as they stand in the file, in order, joined by U+001F, in UTF-8.
"""

import csv
import hashlib
import io
from collections.abc import Sequence

from ledger.core.exports.cells import guarded
from ledger.core.exports.shapes import Format, Handover, RecognitionRow

SCHEMA_VERSION = 1
BETWEEN_CELLS = "\x1f"
COLUMNS = (
    "schema_version",
    "export_id",
    "row_id",
    "supersedes_row_id",
    "row_action",
    "company_code",
    "employee_id",
    "work_email",
    "employee_status",
    "site_code",
    "period_start",
    "period_end",
    "event_date",
    "event_type",
    "reason_text",
    "approver_employee_id",
    "approval_date",
    "row_hash",
)


def write(rows: Sequence[RecognitionRow], handover: Handover) -> bytes:
    """Return the file: one line of column names, then one line for each row."""
    text = io.StringIO(newline="")
    lines = csv.writer(text, dialect="excel", lineterminator="\r\n")
    lines.writerow(COLUMNS)
    for row in rows:
        cells = _cells(row, handover)
        lines.writerow([*cells, row_hash(cells)])
    return text.getvalue().encode()


def row_hash(cells: Sequence[str]) -> str:
    """Return the hash over the other cells of a row."""
    return hashlib.sha256(BETWEEN_CELLS.join(cells).encode()).hexdigest()


def _cells(row: RecognitionRow, handover: Handover) -> Sequence[str]:
    return [
        str(SCHEMA_VERSION),
        str(handover.number),
        row.row_id,
        row.supersedes_row_id,
        row.action,
        guarded(handover.company_code),
        guarded(row.employee_id),
        guarded(row.email or ""),
        "left" if row.has_left else "active",
        guarded(row.site_code),
        handover.start.isoformat(),
        handover.end.isoformat(),
        row.event_date.isoformat(),
        row.event_type,
        guarded(row.words or ""),
        guarded(row.approver_employee_id),
        row.approved_on.isoformat(),
    ]


FORMAT = Format(
    name="csv",
    extension="csv",
    media_type="text/csv; charset=utf-8; header=present",
    columns=COLUMNS,
    write=write,
)
