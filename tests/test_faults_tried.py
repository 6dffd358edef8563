"""Each fault of a duplicate, a limit and a workflow has a test that carries its name."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
NAME = re.compile(r"^\s*def test_((?:[a-z][0-9]+_)+)", re.MULTILINE)
# FAULTS.md, sections A (from what asks and voids brought), B and G (up to what roles brought).
WANTED = {
    *(f"a{number}" for number in (14, 15)),
    *(f"b{number}" for number in range(1, 16)),
    *(f"g{number}" for number in range(1, 12)),
}


def test_every_fault_has_a_test_that_is_named_after_it() -> None:
    texts = (path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    named = {fault for text in texts for found in NAME.findall(text) for fault in found.split("_")}

    assert WANTED - named == set()
