"""Which ids of a long file come twice, at eight bytes each."""

from array import array
from collections import Counter
from collections.abc import Iterable

# The fewer hashes are compared at a time, the less memory it takes.
PARTS = 256


class Doubles:
    """Remembers the hash of each id; two ids may have the same, so whoever asks looks again."""

    def __init__(self) -> None:
        """Begin without any."""
        self._parts = [array("q") for _ in range(PARTS)]

    def add(self, ids: Iterable[str]) -> None:
        """Remember these."""
        parts = self._parts
        for one in map(hash, ids):
            parts[one % PARTS].append(one)

    def hashes(self) -> frozenset[int]:
        """Return the hashes that came more than once."""
        return frozenset(
            one
            for part in self._parts
            if len(set(part)) < len(part)
            for one, count in Counter(part).items()
            if count > 1
        )
