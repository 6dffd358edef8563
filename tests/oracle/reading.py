"""The two CSV files and their business days, read apart from the package."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo


def business_date(at: datetime, *, zone: ZoneInfo, day_start: time) -> date:
    """Return the last day that has started at this instant, in this zone."""
    day = at.astimezone(zone).date() + timedelta(days=1)
    while start_of(day, zone=zone, day_start=day_start) > at:
        day -= timedelta(days=1)
    return day


@cache
def start_of(day: date, *, zone: ZoneInfo, day_start: time) -> datetime:
    """Return the first instant (UTC) at which the wall clock reaches this day and time."""
    wall = datetime.combine(day, day_start)
    start = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    earlier = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    # Only in a gap is the second reading the earlier one: the jump lies between the two.
    while start - earlier > timedelta(seconds=1):
        middle = earlier + timedelta(seconds=(start - earlier) // timedelta(seconds=2))
        if middle.astimezone(zone).replace(tzinfo=None) >= wall:
            start = middle
        else:
            earlier = middle
    return start


def instant(text: str) -> datetime:
    """Read `2011-12-09T12:50:00Z`."""
    return datetime.fromisoformat(text).astimezone(UTC)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV file with a header, UTF-8 with or without BOM."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
