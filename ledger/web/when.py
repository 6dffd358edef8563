"""Days and moments as people say them, by the clock of the site where something happened."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date

from ledger.web.words import _


def day_words(day: date, *, today: date) -> str:
    """Return a date: "20 Nov", with the year when it is not this one."""
    return _written(day, "d MMM" if day.year == today.year else "d MMM y")


@lru_cache(maxsize=1024)
def _written(day: date, pattern: str) -> str:
    """Write a day as Babel does, which takes long for what a page shows many times."""
    return format_date(day, pattern, locale="en")


def time_words(instant: datetime, zone: str) -> str:
    """Return what the clock on the wall shows: "14:02"."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def moment_words(instant: datetime, zone: str, *, today: date) -> str:
    """Return a date with its time: "20 Nov, 14:02"."""
    day = day_of_words(instant, zone, today=today)
    return _("%(day)s, %(time)s", day=day, time=time_words(instant, zone))


def day_of_words(instant: datetime, zone: str, *, today: date) -> str:
    """Return on which date that was, by the calendar on the wall: "20 Nov"."""
    return day_words(instant.astimezone(ZoneInfo(zone)).date(), today=today)


def zone_words(zone: str) -> str:
    """Return whose clock that is: "New York time"."""
    return _("%(place)s time", place=zone.rpartition("/")[2].replace("_", " "))
