"""Long lists in pieces that a database takes at once."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

# Well under what SQLite (32,766) and PostgreSQL (65,535) take as parameters of one statement.
IDS_IN_A_QUERY = 500

Piece = TypeVar("Piece")


def batched(whole: Iterable[Piece], size: int) -> Iterator[Sequence[Piece]]:
    """Yield the whole in order, in sequences of this size; the last may be shorter."""
    rest = iter(whole)
    while batch := tuple(islice(rest, size)):
        yield batch
