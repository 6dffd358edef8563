"""Changing a site: its name, its clock from the next business day on, and retiring it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from ledger.core import clock, journal, money, settings, sites
from ledger.core.driver import Driver
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.lines import typed_line
from ledger.core.tables import (
    Ask,
    AskRule,
    Decision,
    Limit,
    Refusal,
    Site,
    SiteCalendar,
    TillEntry,
    UnmetNeed,
)

KIND = "site.changed"
# What holds amounts of a site's money, in its currency.
_HOLD_MONEY: tuple[type[SQLModel], ...] = (
    Decision,
    Refusal,
    UnmetNeed,
    Limit,
    TillEntry,
    Ask,
    AskRule,
)


# A day that is over as soon as it has begun has no budget that anybody could use.
LEAST_DAY = timedelta(hours=1)
_TRIED_EVERY = timedelta(minutes=15)


class ShortDayError(BadValueError):
    """The first day under a new clock would last less than LEAST_DAY.

    `day` is that day; `possible` the next later day start in the same zone, written "HH:MM", under
    which it lasts long enough, or None if there is none.
    """

    def __init__(self, start: str, *, day: date, possible: str | None) -> None:
        """Keep which day it is, and what is possible."""
        super().__init__(field="day_start", value=start, why="short day")
        self.day = day
        self.possible = possible


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockNow:
    """By which clock a site counts the business day that is open now."""

    zone: str
    day_start: str
    business_date: date
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockToCome:
    """A clock that takes over: on which business day, at which instant, and how long that day is.

    The day before is closed by the clock under which it was opened, so only the first day under the
    new one is longer or shorter than a day, once.
    """

    zone: str
    day_start: str
    from_date: date
    begins_at: datetime
    lasts: timedelta


def site_by_id(session: Session, site_id: int) -> Site:
    """Return a site, retired or not.

    Raises:
        NotFoundError: if there is none.

    """
    found = session.get(Site, site_id)
    if found is None:
        raise NotFoundError("site", str(site_id))
    return found


def clock_now(session: Session, site_id: int, *, now: datetime) -> ClockNow:
    """Return by which clock a site counts its days now."""
    return clock_at(sites.calendar_of(session, site_id), now=now)


def clock_at(calendar: clock.Calendar, *, now: datetime) -> ClockNow:
    """Return by which clock a site with this calendar counts its days at an instant."""
    today = calendar.business_date(now)
    rule = _rule_of(calendar, today)
    return ClockNow(
        zone=rule.zone,
        day_start=rule.day_start.strftime("%H:%M"),
        business_date=today,
        ends_at=calendar.next_start(today),
    )


def clock_to_come(session: Session, site_id: int, *, now: datetime) -> ClockToCome | None:
    """Return the clock that takes over from the next business day on, if there is one."""
    return clock_after(sites.calendar_of(session, site_id), now=now)


def clock_after(calendar: clock.Calendar, *, now: datetime) -> ClockToCome | None:
    """Return the clock that takes over on the next business day of this calendar, if one does."""
    today = calendar.business_date(now)
    next_day = today + timedelta(days=1)
    old, new = _rule_of(calendar, today), _rule_of(calendar, next_day)
    if (old.zone, old.day_start) == (new.zone, new.day_start):
        return None
    begins_at = calendar.start_of(next_day)
    return ClockToCome(
        zone=new.zone,
        day_start=new.day_start.strftime("%H:%M"),
        from_date=next_day,
        begins_at=begins_at,
        lasts=calendar.next_start(next_day) - begins_at,
    )


def change_clock(
    session: Session, site_id: int, zone: str, day_start: str, *, actor: str, now: datetime
) -> bool:
    """Let a site count its days by another clock from its next business day on.

    What was to come before is replaced; the clock in force, given again, takes it back. Says
    whether anything is other than before. No instant that has passed moves to another day.

    Raises:
        BadValueError: if the zone or the day start is not one, or the site is retired.
        ShortDayError: if the first day under it would last less than LEAST_DAY.
        NotFoundError: if there is no such site.

    """
    sites.check_clock(zone, day_start)
    site = _locked(session, site_id)
    if site.retired:
        raise BadValueError(field="site", value=site.name, why="retired")
    # Where this machine's clock is behind, the day may be further on than it thinks.
    last = clock.from_text(journal.lock_chain(Driver(session)).at)
    calendar = sites.calendar_of(session, site_id)
    next_day = calendar.business_date(max(now, last)) + timedelta(days=1)
    _check_first_day(calendar, next_day, zone, day_start)
    row = _rule_on(session, site_id, next_day)
    if (row.zone, row.day_start) == (zone, day_start):
        return False
    if row.from_date < next_day:
        row = SiteCalendar(site_id=site_id, from_date=next_day, zone=zone, day_start=day_start)
    row.zone, row.day_start = zone, day_start
    session.add(row)
    settings.note(session, site, row, kind=KIND, actor=actor, now=now)
    return True


def change_site(
    session: Session, site_id: int, *, name: str, currency: str, actor: str, now: datetime
) -> bool:
    """Give a site another name, or another currency as long as it holds no money of the old one.

    Says whether anything is other than before.

    Raises:
        BadValueError: if the name or the currency cannot be used; `why` is "taken" where another
            open site has the name, "in use" where this one has decisions, limits, asks or a
            till's rows in its currency.
        NotFoundError: if there is no such site.

    """
    name = typed_line("name", name)
    currency = money.code(currency)
    site = _locked(session, site_id)
    if (site.name, site.currency) == (name, currency):
        return False
    if name != site.name and not site.retired:
        # One after the other, so that of two with one name the second is told.
        journal.lock_chain(Driver(session))
        sites.check_name(session, name, but=site_id)
    if currency != site.currency:
        # A decision is written under the same lock, and looks at the currency again.
        journal.lock_chain(Driver(session))
        if holds_money(session, site_id):
            raise BadValueError(field="currency", value=currency, why="in use")
    site.name, site.currency = name, currency
    _note(session, site, actor=actor, now=now)
    return True


def holds_money(session: Session, site_id: int) -> bool:
    """Whether anything is kept in the currency of a site: then it cannot have another one."""
    return any(
        session.execute(select(1).where(table.site_id == site_id).limit(1)).first() is not None  # type: ignore[attr-defined]  # each of them has it
        for table in _HOLD_MONEY
    )


def retire_site(session: Session, site_id: int, *, actor: str, now: datetime) -> bool:
    """Close a site: no new decision, and it can be chosen nowhere. Says whether it was open.

    It stays in every list and report of what was.

    Raises:
        NotFoundError: if there is no such site.

    """
    return _set_retired(session, site_id, actor=actor, now=now, retired=True)


def reopen_site(session: Session, site_id: int, *, actor: str, now: datetime) -> bool:
    """Open a retired site again. Says whether it was retired.

    Raises:
        BadValueError: if another open site has its name by now.
        NotFoundError: if there is no such site.

    """
    return _set_retired(session, site_id, actor=actor, now=now, retired=False)


def _set_retired(
    session: Session, site_id: int, *, actor: str, now: datetime, retired: bool
) -> bool:
    site = _locked(session, site_id)
    if site.retired == retired:
        return False
    if not retired:
        journal.lock_chain(Driver(session))
        sites.check_name(session, site.name, but=site_id)
    site.retired = retired
    _note(session, site, actor=actor, now=now)
    return True


def _note(session: Session, site: Site, *, actor: str, now: datetime) -> None:
    session.add(site)
    settings.note(session, site, kind=KIND, actor=actor, now=now)


def _check_first_day(calendar: clock.Calendar, day: date, zone: str, start: str) -> None:
    if _first_day_lasts(calendar, day, zone, start) >= LEAST_DAY:
        return
    tried = datetime.combine(day, sites.day_start(start)) + _TRIED_EVERY
    possible = None
    while possible is None and tried.date() == day:
        written = tried.strftime("%H:%M")
        if _first_day_lasts(calendar, day, zone, written) >= LEAST_DAY:
            possible = written
        tried += _TRIED_EVERY
    raise ShortDayError(start, day=day, possible=possible)


def _first_day_lasts(calendar: clock.Calendar, day: date, zone: str, start: str) -> timedelta:
    """Return how long a day lasts if it is the first one under this clock."""
    rule = clock.Rule(from_date=day, zone=zone, day_start=sites.day_start(start))
    changed = clock.Calendar(rules=(*(one for one in calendar.rules if one.from_date < day), rule))
    return changed.next_start(day) - changed.start_of(day)


def _locked(session: Session, site_id: int) -> Site:
    """Return a site as it is now, which nobody else changes until the transaction ends."""
    query = select(Site).where(col(Site.id) == site_id).with_for_update(key_share=True)
    found = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFoundError("site", str(site_id))
    return found


def _rule_of(calendar: clock.Calendar, day: date) -> clock.Rule:
    begun = [rule for rule in calendar.rules if rule.from_date <= day]
    return begun[-1] if begun else calendar.rules[0]


def _rule_on(session: Session, site_id: int, day: date) -> SiteCalendar:
    query = (
        select(SiteCalendar)
        .where(col(SiteCalendar.site_id) == site_id, col(SiteCalendar.from_date) <= day)
        .order_by(col(SiteCalendar.from_date).desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).one()
