"""The order in which rows are shown: one row is moved up or down past its neighbour."""

from collections.abc import Sequence
from typing import Literal, Protocol, TypeVar

Step = Literal["up", "down"]


class Placed(Protocol):
    """A row with a place and a mark that it is retired."""

    id: int
    position: int
    retired: bool


P = TypeVar("P", bound=Placed)


def move(rows: Sequence[P], row_id: int, step: Step) -> Sequence[P]:
    """Move a row past the next one that is not retired, and number all of them anew.

    Args:
        rows: all rows, in the order in which they are shown.
        row_id: which one is moved.
        step: up is towards the first.

    Returns:
        The rows whose place changed; none if the row is at that end already, or not there.

    """
    ordered = list(rows)
    here = next((place for place, row in enumerate(ordered) if row.id == row_id), None)
    if here is None:
        return []
    places = range(here - 1, -1, -1) if step == "up" else range(here + 1, len(ordered))
    there = next((place for place in places if not ordered[place].retired), None)
    if there is None:
        return []
    ordered.insert(there, ordered.pop(here))
    changed = [row for place, row in enumerate(ordered) if row.position != place]
    for place, row in enumerate(ordered):
        row.position = place
    return changed
