"""A year of decisions at the four sites, and what their customers did later, as files."""

import shutil
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from ledger.core.imports.activity import import_activity
from ledger.core.imports.decisions import import_decisions
from ledger.core.imports.runs import Options
from ledger.database import Database
from tests.core.files import ACTIVITY, DECISIONS, csv

NOW = datetime(2026, 3, 2, 16, tzinfo=UTC)
LAST_DAY = date(2026, 2, 28)
REMEDIES = ("refund", "credit", "free_item", "refund", "waived_fee")


def take_year(database: Database, *, count: int = 240, currency: str = "USD") -> None:
    """Take in one decision a day and a half, 20 customers of them twice, every tenth a walk-in.

    Two in three come back, after 2 to 61 days. The feed is complete through LAST_DAY.
    """
    decisions, activity = [], []
    start = datetime.combine(LAST_DAY, time(17), tzinfo=UTC) - timedelta(days=1.5 * count)
    for number in range(count):
        at = start + timedelta(days=1.5 * (number + 1))
        customer = "" if number % 10 == 9 else f"C{number % (count - 20):04}"
        decisions.append(decided(f"D{number}", at, customer, number=number, currency=currency))
        if customer and number % 3:
            back = at + timedelta(days=2 + number * 7 % 60)
            if back.date() <= LAST_DAY:
                activity.append(f"A{number},{customer},{back:%Y-%m-%dT%H:%M:%SZ},purchase,9.00,USD")
    take_decisions(database, *decisions)
    take_activity(database, *activity, through=LAST_DAY)


def decided(  # what a row says that matters here
    external_id: str, at: datetime, customer: str, *, number: int = 0, currency: str = "USD"
) -> str:
    """Return a row of decisions.csv; the number picks site, remedy and amount."""
    amount = (3, 8, 12, 20)[number % 4]
    return (
        f"{external_id},{at:%Y-%m-%dT%H:%M:%SZ},{customer},00412,S{number % 4 + 1},"
        f"{REMEDIES[number % 5]},{amount}.00,{currency},late,"
    )


def take_decisions(database: Database, *rows: str) -> None:
    """Take in these decisions."""
    import_decisions(database, csv(DECISIONS, *rows), Options(create_missing=True), now=NOW)


def take_activity(
    database: Database, *rows: str, feed: str = "main", through: date | None = None
) -> None:
    """Take in this activity, from one feed."""
    options = Options(feed=feed, through=through, new_feed=True)
    import_activity(database, csv(ACTIVITY, *rows), options, now=NOW)


def with_a_year(staffed: Path, path: Path) -> Path:
    """Copy a ledger with the cast, take a year of decisions into the copy, and return it."""
    shutil.copyfile(staffed, path)
    database = Database(f"sqlite:///{path}")
    take_year(database)
    database.close()
    return path
