"""What is wrong with a file: every row, column and value, before anything is written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ledger.core.errors import AmountError, BadValueError, LedgerError

# More are counted and not kept: nobody mends a thousand rows from a list.
KEPT = 1_000
LONGEST_SHOWN = 80

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One value that cannot be taken in.

    `row` is the line of the file on which the row begins, the header being 1, and 0 is the file
    as a whole; `why` is a slug; `detail` is what the sentence about it needs, such as the row that
    has the same id.
    """

    row: int
    column: str
    value: str
    why: str
    detail: str = ""


class ImportRefusedError(LedgerError):
    """A file cannot be taken in, and nothing of it was: the first `problems`, and the `count`."""

    def __init__(self, problems: Sequence[Problem], count: int) -> None:
        """Keep what was found."""
        super().__init__(count)
        self.problems = problems
        self.count = count


class Problems:
    """The problems of one file, in the order of their discovery."""

    def __init__(self) -> None:
        """Begin without any."""
        self.kept: list[Problem] = []
        self.count = 0

    def add(self, row: int, column: str, value: str, why: str, detail: str = "") -> None:
        """Note one problem; the value is shortened for the list."""
        self.count += 1
        if self.count <= KEPT:
            shown = value if len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN] + "…"
            self.kept.append(Problem(row=row, column=column, value=shown, why=why, detail=detail))

    def take(self, row: int, column: str, text: str, parse: Callable[[str], Value]) -> Value | None:
        """Return the parsed value; if it cannot be used, note the problem and return None."""
        try:
            return parse(text)
        except (BadValueError, AmountError) as refused:
            self.add(row, column, text, refused.why)
            return None

    def refuse_any(self) -> None:
        """Refuse the file if there was a problem, in the order of its rows.

        Raises:
            ImportRefusedError: with all that was kept.

        """
        if self.count:
            raise ImportRefusedError(sorted(self.kept, key=lambda found: found.row), self.count)
