"""Outcomes of a year computed again from the books, beside one SQL statement that asks the same.

`python -m tests.bench.outcomes [DECISIONS]`: five visits for each decision. The bare statement
looks for each decision's first later visit in UTC days; ours counts business days in the calendar
of each site, knows what was voided, corrected and joined, and says which decision came first.
"""

import sys

from ledger.core import outcomes
from ledger.core.driver import Driver
from ledger.core.imports.activity import import_activity
from ledger.core.imports.runs import Options
from ledger.core.reports.retention import retention
from ledger.database import Database
from tests.bench.beside import HEAD, Compared, beside
from tests.bench.ledgers import NOW, activity_file, year

COUNT = 10_000
VISITS = 5
BARE = """
SELECT d.id, (
  SELECT min(a.occurred_at) FROM activity AS a
  WHERE a.customer_id = d.customer_id AND a.kind <> 'cancellation'
    AND a.occurred_at >= date(d.decided_at, '+1 day')
) FROM decision AS d
"""


def compare(count: int = COUNT) -> list[Compared]:
    """Find what came of so many decisions, both ways."""
    with year(count) as database:
        import_activity(database, activity_file(count * VISITS), Options(), now=NOW)
        return [
            beside(
                "outcomes, recomputed",
                lambda: _recomputed(database, count),
                lambda: _bare(database),
                unit="decisions",
                goal=0.2,
            ),
            beside(
                "the retention report",
                lambda: _reported(database, count),
                lambda: _bare(database),
                unit="decisions",
                goal=2.0,
            ),
        ]


def _recomputed(database: Database, count: int) -> int:
    with database.reading() as session:
        if any(outcomes.differences(session)):
            raise AssertionError
    return count


def _reported(database: Database, count: int) -> int:
    with database.reading() as session:
        retention(session, unit="customer")
    return count


def _bare(database: Database) -> int:
    with database.reading() as session:
        cursor = Driver(session).cursor()
        cursor.execute(BARE)
        return len(cursor.fetchall())


if __name__ == "__main__":
    print(HEAD)  # noqa: T201  # what the command is for
    compare(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
