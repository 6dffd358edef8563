"""`python -m tests.bench`: every bench, one after the other, as four Markdown tables."""

from tests.bench import (
    beside,
    exporting,
    finder,
    flood,
    importing,
    outcomes,
    pages,
    passwords,
    posting,
    tapping,
    verifying,
    weight,
)

BENCHES = (posting, pages, passwords, importing, exporting, verifying, outcomes, finder)

if __name__ == "__main__":
    print(beside.HEAD)  # noqa: T201  # what the command is for
    for bench in BENCHES:
        bench.compare()
    print(f"\n{weight.HEAD}")  # noqa: T201  # the same
    weight.compare()
    print()  # noqa: T201  # the same
    flood.compare()
    print(f"\n{tapping.HEAD}")  # noqa: T201  # the same
    tapping.compare()
