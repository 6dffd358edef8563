"""All decisions as CSV, beside Python's csv of the same cells, read from one table, into a file.

`python -m tests.bench.exporting [DECISIONS]`. Ours joins nine tables, asks what came of each
decision, guards cells that a spreadsheet would take for formulas, and streams.
"""

import csv
import sys
from pathlib import Path

from ledger.core.exports import decisions_csv
from ledger.core.exports.shapes import ListChoice
from ledger.core.reports.decision_list import DecisionFilter
from ledger.database import sqlite_module
from tests import cast
from tests.bench.beside import HEAD, Compared, beside
from tests.bench.browsing import company
from tests.bench.ledgers import NOW

COUNT = 10_000
EVERYTHING = 2**62


def compare(count: int = COUNT) -> Compared:
    """Write so many decisions into a file in each turn, both ways."""
    with company(count) as (database, _app, _clock):
        folder = Path(str(database.url.database)).parent

        def ours() -> int:
            with database.reading() as session, (folder / "ours.csv").open("w") as file:
                person = cast.person(session, "otto")
                choice = ListChoice(person=person, now=NOW, wanted=DecisionFilter())
                pieces = decisions_csv.pieces(session, choice, EVERYTHING)
                file.writelines(piece.text for piece in pieces)
            return count

        ours()
        flat = sqlite_module().connect(folder / "flat.sqlite")
        marks = ",".join("?" * len(decisions_csv.COLUMNS))
        flat.execute(f"CREATE TABLE flat ({','.join(decisions_csv.COLUMNS)})")
        with (folder / "ours.csv").open(newline="") as file, flat:
            flat.executemany(f"INSERT INTO flat VALUES ({marks})", csv.reader(file))

        def theirs() -> int:
            with (folder / "bare.csv").open("w", newline="") as file:
                csv.writer(file).writerows(flat.execute("SELECT * FROM flat"))
            return count

        return beside("decisions as CSV", ours, theirs, unit="rows", goal=0.67)


if __name__ == "__main__":
    print(HEAD)  # noqa: T201  # what the command is for
    compare(*map(int, sys.argv[1:]))
