"""Which days people may type: a slip such as 0206 or 9999 is named, and never counted with."""

from datetime import date, timedelta

from ledger.core.errors import BadValueError

EARLIEST = date(2000, 1, 1)
YEARS_AHEAD = 10
# Nobody's first or last day is planned further ahead.
PERSON_YEARS_AHEAD = 2
_YEAR = timedelta(days=365)


def latest(today: date, *, years_ahead: int = YEARS_AHEAD) -> date:
    """Return the last day that may be typed."""
    return today + years_ahead * _YEAR


def check_day(field: str, day: date, *, today: date, years_ahead: int = YEARS_AHEAD) -> date:
    """Return a day that was typed.

    Raises:
        BadValueError: if it lies before EARLIEST or too far ahead (`why` is "far").

    """
    if not EARLIEST <= day <= latest(today, years_ahead=years_ahead):
        raise BadValueError(field=field, value=day.isoformat(), why="far")
    return day
