"""Exports: what is handed to somebody else. To add a format: one file and one line.

EXPORTS are the numbered exports of recognitions, by format; LISTS what is taken out as it is now.
"""

from collections.abc import Mapping

from ledger.core.exports import (
    decisions_csv,
    limits_csv,
    recognition_csv,
    recognition_jsonl,
    unmet_needs_csv,
    xlsx,
)
from ledger.core.exports.shapes import Format, ListFormat

EXPORTS: Mapping[str, Format] = {
    "csv": recognition_csv.FORMAT,
    "xlsx": xlsx.FORMAT,
    "jsonl": recognition_jsonl.FORMAT,
}

LISTS: Mapping[str, ListFormat] = {
    "decisions": decisions_csv.FORMAT,
    "limits": limits_csv.FORMAT,
    "unmet_needs": unmet_needs_csv.FORMAT,
}
