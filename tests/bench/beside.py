"""Two ways to do one job, in turns, and the ratio round by round.

A shared machine is never the same for two minutes: only what ran side by side can be compared.
"""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Job = Callable[[], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What came of it: pieces per second of both (medians), and ours over theirs in each round."""

    name: str
    unit: str
    ours: float
    theirs: float
    ratios: tuple[float, ...]
    goal: float

    def line(self) -> str:
        """Return a row of a Markdown table."""
        ratio = statistics.median(self.ratios)
        return (
            f"| {self.name} | {self.ours:,.0f} {self.unit}/s | {self.theirs:,.0f} {self.unit}/s "
            f"| **{ratio:.2f} x** ({min(self.ratios):.2f}-{max(self.ratios):.2f}) | {self.goal} x |"
        )


HEAD = "| job | ours | the bare loop | ratio (range) | goal |\n| --- | --- | --- | --- | --- |"


def beside(
    name: str, ours: Job, theirs: Job, *, unit: str, goal: float, rounds: int = 5
) -> Compared:
    """Run both in turns; each job returns how many pieces it did.

    Args:
        name: what is done.
        ours: the product's way.
        theirs: the bare loop's.
        unit: what the pieces are.
        goal: the ratio that is aimed at.
        rounds: how often; the first turn of each is not counted.

    """
    _rate(ours), _rate(theirs)
    pairs = [(_rate(ours), _rate(theirs)) for _ in range(rounds)]
    found = Compared(
        name=name,
        unit=unit,
        ours=statistics.median(pair[0] for pair in pairs),
        theirs=statistics.median(pair[1] for pair in pairs),
        ratios=tuple(mine / bare for mine, bare in pairs),
        goal=goal,
    )
    print(found.line(), flush=True)  # noqa: T201  # what the command is for
    return found


def _rate(job: Job) -> float:
    gc.collect()
    before = time.perf_counter()
    pieces = job()
    return pieces / (time.perf_counter() - before)
