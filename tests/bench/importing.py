"""Taking in a file of activity, beside `sqlite3 .import` of the same rows into a bare table.

`python -m tests.bench.importing [ROWS]`: ours checks every row, knows customers by their reference,
keeps a text key and an index by customer and time, and recomputes outcomes; nobody else waits for
long. The second figure is the same file again, which changes nothing.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from ledger.core.imports.activity import import_activity
from ledger.core.imports.runs import Options
from ledger.database import Database
from tests.bench.beside import HEAD, Compared, beside
from tests.bench.ledgers import NOW, activity_file, year

COUNT = 50_000
DECISIONS = 2_000
ROUNDS = 3


def compare(count: int = COUNT) -> list[Compared]:
    """Take in so many rows of activity in each turn, both ways."""
    program = shutil.which("sqlite3")
    if program is None:
        sys.exit("Install the program sqlite3: its .import is what we measure beside.")
    with year(DECISIONS) as database, TemporaryDirectory() as folder:
        files = [activity_file(count, start=turn * count) for turn in range(ROUNDS + 1)]
        file, turns = Path(folder) / "activity.csv", iter(files)
        file.write_bytes(files[0].getvalue())

        def ours() -> int:
            return _take_in(database, next(turns), count)

        def again() -> int:
            return _take_in(database, files[0], count)

        def theirs() -> int:
            target = Path(folder) / "bare.sqlite"
            target.unlink(missing_ok=True)
            command = [program, str(target), ".mode csv", f".import {file} activity"]
            subprocess.run(command, check=True)  # sqlite3, from the PATH
            return count

        return [
            beside("import of activity", ours, theirs, unit="rows", goal=0.18, rounds=ROUNDS),
            beside("… the same file again", again, theirs, unit="rows", goal=0.18, rounds=ROUNDS),
        ]


def _take_in(database: Database, file: BinaryIO, count: int) -> int:
    file.seek(0)
    import_activity(database, file, Options(), now=NOW)
    return count


if __name__ == "__main__":
    print(HEAD)  # noqa: T201  # what the command is for
    compare(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
