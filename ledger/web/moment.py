"""The clock of the pages: the one place where they read what time it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import current_app, g

from ledger.core import sites
from ledger.web.transactions import reading

EXTENSION = "ledger_clock"

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Which business date it is now: the company's, and at each site."""

    company: date
    sites: Mapping[int, date]

    def at(self, site_id: int | None) -> date:
        """Return the business date at a site; without one, the company's."""
        return self.company if site_id is None else self.sites.get(site_id, self.company)


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


def days() -> Days:
    """Return which business date it is, at every site."""
    now = utc_now()
    calendars = sites.calendars(reading())
    return Days(
        company=today(),
        sites={site_id: found.business_date(now) for site_id, found in calendars.items()},
    )
