"""The clock of the pages: the one place where they read what time it is."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from flask import current_app, g

from ledger.core import sites
from ledger.web.transactions import reading

EXTENSION = "ledger_clock"

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return what time it is (UTC)."""
    return datetime.now(UTC)


def utc_now() -> datetime:
    """Return what time it is (UTC), by the clock that the application was made with."""
    clock: Clock = current_app.extensions[EXTENSION]
    return clock()


def today() -> date:
    """Return the company's business date, the same one for all of a page."""
    if "today" not in g:
        g.today = sites.company_calendar(reading()).business_date(utc_now())
    found: date = g.today
    return found
