"""`verify` over a year's ledger, beside a bare loop of SELECT and SHA-256 over its journal.

`python -m tests.bench.verifying [DECISIONS]`. The first figure is the chain alone, which is what
the bare loop does; the second is all that `latitude verify` does: books, sets, tallies, settings.
"""

import hashlib
import sys

from ledger.core.driver import Driver
from ledger.core.verification import chain, verify
from ledger.database import Database
from tests.bench.beside import HEAD, Compared, beside
from tests.bench.ledgers import year

COUNT = 10_000
COLUMNS = "version, ledger_id, epoch, seq, kind, at, actor, subject, content, previous_hash"


def compare(count: int = COUNT) -> list[Compared]:
    """Verify the journal of so many decisions, both ways."""
    with year(count) as database:
        return [
            beside(
                "verify: the chain",
                lambda: _chain(database),
                lambda: _bare(database),
                unit="rows",
                goal=0.7,
            ),
            beside(
                "verify: everything",
                lambda: _everything(database),
                lambda: _bare(database),
                unit="rows",
                goal=0.1,
            ),
        ]


def _chain(database: Database) -> int:
    with database.reading() as session:
        return sum(1 for _ in chain.links(Driver(session)))


def _everything(database: Database) -> int:
    with database.reading() as session:
        return verify(session).size


def _bare(database: Database) -> int:
    before, count = "0" * 64, 0
    with database.reading() as session:
        cursor = Driver(session).streaming_cursor()
        cursor.execute(f"SELECT {COLUMNS}, hash FROM journal ORDER BY seq")
        for row in cursor:
            parts = [str(value).encode() for value in row[:-1]]
            digest = hashlib.sha256(
                b"".join(len(part).to_bytes(8, "big") + part for part in parts)
            ).hexdigest()
            if row[-2] != before or row[-1] != digest:
                raise AssertionError(row[3])
            before, count = digest, count + 1
    return count


if __name__ == "__main__":
    print(HEAD)  # noqa: T201  # what the command is for
    compare(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
