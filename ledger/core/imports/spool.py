"""More rows than memory should hold: kept in a temporary file, and read again in their order."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import Any, Generic, TypeVar

# Of a file that is not long, everything stays in memory.
IN_MEMORY = 4 * 1024 * 1024

Row = TypeVar("Row", bound=Sequence[int | str | None])
# As many values for each column.
Columns = Sequence[Sequence[Any]]


class Spool(Generic[Row]):
    """Rows of whole numbers and texts, added in batches; each loop over them reads from the start.

    They are kept by column: few long lists are written and read in half the time of many short
    ones. One loop at a time. `len` counts the rows.
    """

    def __init__(self, file: "SpooledTemporaryFile[str]", make: Callable[..., Row]) -> None:
        """Keep the rows in this file; `make` makes one of its values."""
        self._file, self._make = file, make
        self._count = 0

    def add(self, columns: Columns) -> None:
        """Add the rows of a batch to the end."""
        self._file.write(json.dumps(columns) + "\n")
        self._count += len(columns[0])

    def columns(self) -> Iterator[Columns]:
        """Yield the batches as they were added."""
        self._file.seek(0)
        yield from map(json.loads, self._file)

    def batches(self) -> Iterator[Sequence[Row]]:
        """Yield the rows of each batch."""
        for columns in self.columns():
            yield list(map(self._make, *columns))

    def __iter__(self) -> Iterator[Row]:
        """Yield each row."""
        return chain.from_iterable(self.batches())

    def __len__(self) -> int:
        """Return how many rows there are."""
        return self._count


@contextmanager
def spooled(make: Callable[..., Row]) -> Iterator[Spool[Row]]:
    """Yield an empty spool, whose file goes afterwards."""
    with SpooledTemporaryFile(max_size=IN_MEMORY, mode="w+", encoding="ascii") as file:
        yield Spool(file, make)
