"""The cells of a recognition as every format has them: schema 1, in this order.

`row_hash` is the SHA-256 of the row's other cells as they stand in the file, in order, joined by
U+001F, in UTF-8. Only CSV guards its texts, for only there a spreadsheet guesses what they are.
"""

import hashlib
from collections.abc import Callable, Sequence

from ledger.core.exports.shapes import Handover, RecognitionRow

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
# Which of them are days.
DAYS = frozenset({"period_start", "period_end", "event_date", "approval_date"})


def cells(
    row: RecognitionRow, handover: Handover, *, text: Callable[[str], str] = str
) -> Sequence[str]:
    """Return the cells of a row, its hash last; `text` is done to what people typed."""
    found = _cells(row, handover, text)
    return [*found, row_hash(found)]


def row_hash(found: Sequence[str]) -> str:
    """Return the hash over the other cells of a row."""
    return hashlib.sha256(BETWEEN_CELLS.join(found).encode()).hexdigest()


def _cells(row: RecognitionRow, handover: Handover, text: Callable[[str], str]) -> Sequence[str]:
    return [
        str(SCHEMA_VERSION),
        str(handover.number),
        row.row_id,
        row.supersedes_row_id,
        row.action,
        text(handover.company_code),
        text(row.employee_id),
        text(row.email or ""),
        "left" if row.has_left else "active",
        text(row.site_code),
        handover.start.isoformat(),
        handover.end.isoformat(),
        row.event_date.isoformat(),
        row.event_type,
        text(row.words or ""),
        text(row.approver_employee_id),
        row.approved_on.isoformat(),
    ]
