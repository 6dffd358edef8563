"""Reading a CSV file that anybody may have made: bounded, and each oddity named by its line.

UTF-8 with or without a byte order mark; commas, or semicolons or tabs if the header has them.
A file is read in small blocks of whole lines, and no line further than its bound.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import BinaryIO

from ledger.core.imports.problems import Problems

LONGEST_LINE = 1_048_576
# What is read at once, and then to the end of its last line.
BLOCK = 65_536
# What is kept of a header that does not fit.
LONGEST_HEADER = 1_000
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
        self._is_over = False
        # Lines that were mended only so that reading can go on.
        self._mended: set[int] = set()

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of what was read, in hexadecimal."""
        return self._digest.hexdigest()

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield each row's line number and its cells in the order of the layout's columns."""
        lines = chain.from_iterable(self._blocks())
        header = next(lines, None)
        if header is None:
            if not self._problems.count:
                self._problems.add(0, "", "", "empty_file")
            return
        separator = self._separator(header)
        records = self._records(chain((header,), lines), separator)
        names = next(records, (1, []))[1]
        places = self._places([name.strip().lower() for name in names])
        if places is None:
            return
        in_order, lacks = itemgetter(*places), -1 in places
        for number, cells in records:
            if len(cells) != len(names):
                self._problems.add(
                    number, "", separator.join(cells), "cells", f"{len(cells)} of {len(names)}"
                )
                continue
            if lacks:
                # What a column that is not there is read from.
                cells.append("")
            yield number, in_order(cells)

    def _records(self, lines: Iterator[str], separator: str) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(lines, delimiter=separator, strict=True)
        number, mended = 1, self._mended
        while True:
            try:
                for cells in reader:
                    end = reader.line_num + 1
                    if cells and not (mended and mended.intersection(range(number, end))):
                        yield number, cells
                    number = end
            except csv.Error as odd:
                too_long = "field limit" in str(odd)
                self._problems.add(number, "", "", "long_cell" if too_long else "quoting")
                number = reader.line_num + 1
            else:
                return

    def _blocks(self) -> Iterator[Iterable[str]]:
        """Yield the lines in blocks; the header is one of its own."""
        block = self._stream.readline(LONGEST_LINE + 1)
        while block and not self._is_over:
            self._digest.update(block)
            yield self._lines_of(block)
            if not self._is_over:
                block = self._stream.read(BLOCK) + self._stream.readline(LONGEST_LINE + 1)

    def _lines_of(self, block: bytes) -> Iterable[str]:
        """Return the lines of a block: at once, if nothing is odd in it."""
        if self._line and len(block) <= LONGEST_LINE:
            with suppress(UnicodeDecodeError):
                text = block.decode()
                if "\0" not in text:
                    self._line += text.count("\n")
                    return io.StringIO(text, newline="\n")
        return self._looked_at(block)

    def _looked_at(self, block: bytes) -> Iterator[str]:
        """Yield the lines of a block of which each has to be looked at."""
        for line in io.BytesIO(block):
            self._line += 1
            kind = _other_kind(line) if self._line == 1 else None
            if kind is not None:
                self._problems.add(0, "", "", kind)
            elif len(line) > LONGEST_LINE:
                self._problems.add(self._line, "", "", "long_line")
            if kind is not None or len(line) > LONGEST_LINE:
                self._is_over = True
                return
            yield self._decoded(line.removeprefix(BYTE_ORDER_MARK) if self._line == 1 else line)

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
        """Return where each column is, -1 if it is not; None after naming what is wrong.

        What is wrong with a header has all of its names for a detail: they may be another kind's.
        """
        before, said = self._problems.count, ",".join(names)[:LONGEST_HEADER]
        if not any(names):
            self._problems.add(0, "", "", "empty_file")
        elif not set(self._layout.required).intersection(names):
            self._problems.add(1, "", said, "no_header", said)
        else:
            self._check_names(names, said)
        if self._problems.count > before:
            return None
        return [names.index(name) if name in names else -1 for name in self._layout.columns]

    def _check_names(self, names: Sequence[str], said: str) -> None:
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                self._problems.add(1, name, name, "doubled_column", said)
            if name not in self._layout.columns:
                self._problems.add(1, name, name, "unknown_column", said)
        for name in self._layout.required:
            if name not in names:
                self._problems.add(1, name, "", "missing_column", said)


def _other_kind(line: bytes) -> str | None:
    """Return what the file is, by its first line, if that is not one that can be read."""
    for start, kind in _OTHER_KINDS:
        if line.startswith(start):
            return kind
    if 0 in line[:2]:
        # UTF-16 of Latin letters, without the two bytes that say so.
        return "utf16"
    return "only_cr" if b"\r" in line and b"\n" not in line else None
