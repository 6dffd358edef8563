"""Recognitions as JSON Lines for a program: one object a line, UTF-8, each line ended by LF.

The keys are the columns of the CSV, in their order; every value is a text, exactly as it is, so
that an employee id keeps its leading zeros. Nothing is guarded: no spreadsheet reads this.
"""

import json
from collections.abc import Sequence

from ledger.core.exports.recognition_cells import COLUMNS, cells
from ledger.core.exports.shapes import Format, Handover, RecognitionRow


def write(rows: Sequence[RecognitionRow], handover: Handover) -> bytes:
    """Return the file: one line for each row."""
    objects = [dict(zip(COLUMNS, cells(row, handover), strict=True)) for row in rows]
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects).encode()


FORMAT = Format(
    name="jsonl",
    extension="jsonl",
    media_type="application/jsonl; charset=utf-8",
    columns=COLUMNS,
    write=write,
)
