"""Reading a CSV file that anybody may have made: bounded, and each oddity named by its line.

UTF-8 with or without a byte order mark; commas, or semicolons or tabs if the header has them.
Nothing is read further than one line at a time, and no line further than its bound.
"""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from ledger.core.imports.problems import Problems

LONGEST_LINE = 1_048_576
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SEPARATORS = ",;\t"

# What a file of another kind begins with.
_OTHER_KINDS = (
    (b"PK\x03\x04", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"\xd0\xcf\x11\xe0", "old_spreadsheet"),
    (b"%PDF", "pdf"),
    (b"\xff\xfe", "utf16"),
    (b"\xfe\xff", "utf16"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The columns of a kind of file; those that may be missing count as empty."""

    required: Sequence[str]
    optional: Sequence[str] = ()

    @property
    def columns(self) -> Sequence[str]:
        """Return all columns, in the order in which `CsvFile.rows` gives them."""
        return (*self.required, *self.optional)


class CsvFile:
    """One file: read it once with `rows`; then `sha256` is the hash of its bytes."""

    def __init__(self, stream: BinaryIO, layout: Layout, problems: Problems) -> None:
        """Read from the start of this stream; what is odd goes to the problems."""
        self._stream = stream
        self._layout = layout
        self._problems = problems
        self._digest = hashlib.sha256()
        self._line = 0
        # Lines that were mended only so that reading can go on.
        self._mended: set[int] = set()

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of what was read, in hexadecimal."""
        return self._digest.hexdigest()

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield each row's line number and its cells in the order of the layout's columns."""
        lines = self._lines()
        header = next(lines, None)
        if header is None:
            if not self._problems.count:
                self._problems.add(0, "", "", "empty_file")
            return
        separator = self._separator(header)
        records = self._records(_chained(header, lines), separator)
        names = next(records, (1, []))[1]
        places = self._places([name.strip().lower() for name in names])
        if places is None:
            return
        for number, cells in records:
            if len(cells) != len(names):
                self._problems.add(
                    number, "", separator.join(cells), "cells", f"{len(cells)} of {len(names)}"
                )
                continue
            yield number, [cells[place] if place >= 0 else "" for place in places]

    def _records(self, lines: Iterator[str], separator: str) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(lines, delimiter=separator, strict=True)
        while True:
            number = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as odd:
                too_long = "field limit" in str(odd)
                self._problems.add(number, "", "", "long_cell" if too_long else "quoting")
                continue
            span = range(number, reader.line_num + 1)
            if cells and self._mended.isdisjoint(span):
                yield number, cells

    def _lines(self) -> Iterator[str]:
        while line := self._stream.readline(LONGEST_LINE + 1):
            self._line += 1
            self._digest.update(line)
            kind = _other_kind(line) if self._line == 1 else None
            if kind is not None:
                self._problems.add(0, "", "", kind)
                return
            if len(line) > LONGEST_LINE:
                self._problems.add(self._line, "", "", "long_line")
                return
            if self._line == 1:
                line = line.removeprefix(BYTE_ORDER_MARK)
            yield self._decoded(line)

    def _decoded(self, line: bytes) -> str:
        try:
            text = line.decode()
        except UnicodeDecodeError as odd:
            at = f"byte {odd.start + 1}"
            self._problems.add(self._line, "", f"0x{line[odd.start]:02x}", "not_utf8", at)
            self._mended.add(self._line)
            text = line.decode(errors="replace")
        if "\0" in text:
            self._problems.add(self._line, "", "", "nul", f"byte {line.index(0) + 1}")
            self._mended.add(self._line)
            text = text.replace("\0", "")
        return text

    def _separator(self, header: str) -> str:
        """Return the separator under which the header has most of the columns."""
        wanted = set(self._layout.columns)

        def found(separator: str) -> int:
            cells = header.strip().lower().replace('"', "").split(separator)
            return len(wanted & {cell.strip() for cell in cells})

        return max(SEPARATORS, key=found)

    def _places(self, names: Sequence[str]) -> Sequence[int] | None:
        """Return where each column is, -1 if it is not; None after naming what is wrong."""
        before = self._problems.count
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                self._problems.add(1, name, name, "doubled_column")
            if name not in self._layout.columns:
                self._problems.add(1, name, name, "unknown_column")
        for name in self._layout.required:
            if name not in names:
                self._problems.add(1, name, "", "missing_column")
        if self._problems.count > before:
            return None
        return [names.index(name) if name in names else -1 for name in self._layout.columns]


def _other_kind(line: bytes) -> str | None:
    """Return what the file is, by its first line, if that is not one that can be read."""
    for start, kind in _OTHER_KINDS:
        if line.startswith(start):
            return kind
    return "only_cr" if b"\r" in line and b"\n" not in line else None


def _chained(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest
