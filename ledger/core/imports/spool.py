"""More rows than memory should hold: kept in a temporary file, and read again in their order."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import Any, Generic, TypeVar

# Of a file that is not long, everything stays in memory.
IN_MEMORY = 4 * 1024 * 1024

Row = TypeVar("Row", bound=Sequence[int | str | None])


class Spool(Generic[Row]):
    """Rows of whole numbers and texts, added in batches; each loop over them reads from the start.

    One loop at a time. `len` counts the rows.
    """

    def __init__(self, file: "SpooledTemporaryFile[str]", make: Callable[..., Row]) -> None:
        """Keep the rows in this file; `make` makes one of its values."""
        self._file, self._make = file, make
        self._count = 0

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows to the end."""
        if rows:
            # By column: few long lists are written and read in half the time of many short ones.
            self._file.write(json.dumps(list(zip(*rows, strict=True))) + "\n")
            self._count += len(rows)

    def batches(self) -> Iterator[Sequence[Row]]:
        """Yield the rows as they were added."""
        self._file.seek(0)
        for line in self._file:
            columns: Sequence[Sequence[Any]] = json.loads(line)
            yield list(map(self._make, *columns))

    def __iter__(self) -> Iterator[Row]:
        """Yield each row."""
        for batch in self.batches():
            yield from batch

    def __len__(self) -> int:
        """Return how many rows there are."""
        return self._count


@contextmanager
def spooled(make: Callable[..., Row]) -> Iterator[Spool[Row]]:
    """Yield an empty spool, whose file goes afterwards."""
    with SpooledTemporaryFile(max_size=IN_MEMORY, mode="w+", encoding="ascii") as file:
        yield Spool(file, make)
