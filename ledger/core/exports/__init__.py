"""Exports: what is handed to somebody else, numbered. To add a format: one file and one line."""

from collections.abc import Mapping

from ledger.core.exports import recognition_csv
from ledger.core.exports.shapes import Format

EXPORTS: Mapping[str, Format] = {"csv": recognition_csv.FORMAT}
