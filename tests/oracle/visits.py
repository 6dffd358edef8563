"""How soon all customers come back, worked out apart from the package."""

from collections import defaultdict
from datetime import date, time
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.oracle.reading import business_date, instant, read_rows

RETURN_KINDS = ("purchase", "visit", "renewal")


def visit_dates(folder: Path) -> tuple[date, list[set[date]]]:
    """Return the last day of the feed, and each customer's days with a purchase or visit, in UTC.

    Days start at 04:00.
    """
    day_of = partial(business_date, zone=ZoneInfo("UTC"), day_start=time(4))
    activity = read_rows(folder / "activity.csv")
    days = defaultdict(set)
    for row in activity:
        if row["kind"] in RETURN_KINDS and row["customer_ref"]:
            days[row["customer_ref"]].add(day_of(instant(row["occurred_at"])))
    return max(day_of(instant(row["occurred_at"])) for row in activity), list(days.values())


def came_again(days: set[date], within: int) -> bool:
    """Whether the second of these days is at most so many after the first."""
    first, *later = sorted(days)
    return bool(later) and (later[0] - first).days <= within
