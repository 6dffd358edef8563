"""Time: aware UTC instants, and the business days of a site.

Nothing here reads the clock; `now` is an argument.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC as _UTC
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from operator import attrgetter
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from ledger.core.errors import BadValueError

UTC = _UTC

PeriodKind = Literal["day", "week", "month"]

_DAY = timedelta(days=1)
_TICK = timedelta.resolution
_QUARTER_MINUTES = 15
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?P<offset>Z|[+-][0-9]{2}:[0-9]{2})?"
)
_WHOLE_SECOND = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """How a site tells its days from the business day `from_date` on, until the next rule.

    `zone` is a name of the time zone database; `day_start` the time on the wall, without
    a zone, at which a day begins.
    """

    from_date: date
    zone: str
    day_start: time


@dataclass(frozen=True, slots=True)
class Calendar:
    """The business days of one site: every instant has exactly one business date.

    `rules` are in order of `from_date`; the first also holds for everything before it, and of
    two with one date the last counts. A rule holds from its day on; the day before it is
    closed by the rule under which it was opened, so that a new rule never moves an instant
    that has already passed to another day, nor a "until 04:00" that was promised today. The
    first day under a new rule therefore begins by the old clock and ends by the new one, and
    is longer or shorter by the difference.

    Days never overlap and starts never run backwards. A date that a place left out when it
    crossed the date line (Apia, 30 December 2011) starts together with the next: no instant
    is its.

    Raises:
        BadValueError: no rules, not in order, a zone that is not known, or a day start with
            a zone of its own.

    """

    rules: tuple[Rule, ...]
    _starts: dict[date, datetime] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Refuse rules that do not make a calendar."""
        if not self.rules:
            raise BadValueError("rules", "", "empty")
        dates = [rule.from_date for rule in self.rules]
        if dates != sorted(dates):
            raise BadValueError("rules", ", ".join(map(str, dates)), "order")
        for rule in self.rules:
            if not known_zone(rule.zone):
                raise BadValueError("zone", rule.zone, "unknown")
            if rule.day_start.tzinfo is not None:
                raise BadValueError("day_start", str(rule.day_start), "has_zone")

    def start_of(self, day: date) -> datetime:
        """Return the instant (UTC) at which a business day starts.

        It is the first at which the site's wall clock reaches the date and the day start:
        where the clock jumps over it, the first instant after the jump; where it comes twice,
        the first time.

        Raises:
            BadValueError: the day is at the very edge of the years 1 to 9999.

        """
        start = self._starts.get(day)
        if start is None:
            start = self._starts[day] = self._find_start(day)
        return start

    def next_start(self, day: date) -> datetime:
        """Return the instant (UTC) at which a business day is over and the next one starts."""
        return self.start_of(_shift(day, 1))

    def business_date(self, instant: datetime) -> date:
        """Return the business date of an instant: the last day that has started by then.

        Raises:
            BadValueError: the instant has no zone.

        """
        day = _in_utc(instant).date()
        while self.start_of(day) > instant:
            day = _shift(day, -1)
        while self.next_start(day) <= instant:
            day = _shift(day, 1)
        return day

    def zone_on(self, day: date) -> str:
        """Return the time zone in which the site tells the time of a business day."""
        return self._rule_on(day).zone

    def _rule_on(self, day: date) -> Rule:
        """Return the rule that holds on a business day."""
        index = bisect_right(self.rules, day, key=attrgetter("from_date"))
        return self.rules[max(index - 1, 0)]

    def _find_start(self, day: date) -> datetime:
        """Return the start of a day by the rule that closes the day before."""
        rule = self._rule_on(_shift(day, -1))
        start = _first_reached(datetime.combine(day, rule.day_start), rule.zone)
        if rule is self.rules[0] or rule.from_date >= day:
            return start
        # A clock moved forward by a day or more has already passed the day it would start.
        return max(start, self.start_of(rule.from_date))


@dataclass(frozen=True, slots=True)
class Period:
    """A range of business dates, both ends included."""

    kind: PeriodKind
    start: date
    end: date


def period_of(day: date, kind: PeriodKind) -> Period:
    """Return the day, ISO week (Monday to Sunday) or month in which a business date lies."""
    if kind == "day":
        return Period(kind, day, day)
    if kind == "week":
        monday = _shift(day, -day.weekday())
        return Period(kind, monday, _shift(monday, 6))
    first = day.replace(day=1)
    # Every month has a day 28, and 4 days after it the next month has begun.
    next_month = first.replace(day=28) + timedelta(days=4)
    return Period(kind, first, next_month - timedelta(days=next_month.day))


def quarter_hours(calendar: Calendar, now: datetime) -> tuple[datetime, ...]:
    """Return the quarter hours of the open business day before now (UTC), newest first.

    They are those on the site's wall clock: an hour that comes twice gives eight.
    """
    day = calendar.business_date(now)
    start, zone = calendar.start_of(day), ZoneInfo(calendar.zone_on(day))
    quarters = []
    instant = _in_utc(now) - _TICK
    while instant >= start:
        past = _past_quarter(instant.astimezone(zone))
        # Only what is on a quarter counts: a step back over a change of the clock may not be.
        if not past:
            quarters.append(instant)
        instant -= past or _TICK
    return tuple(quarters)


def as_text(instant: datetime) -> str:
    """Return an instant as "YYYY-MM-DDTHH:MM:SS.ffffffZ": texts sort as the instants do.

    Raises:
        BadValueError: the instant has no zone.

    """
    return _in_utc(instant).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def from_text(text: str) -> datetime:
    """Return the instant (UTC) that a text names: date, T, time, and Z or an offset.

    Seconds and up to six decimals of them may be left out: "2026-03-08T04:00:00Z".

    Raises:
        BadValueError: written otherwise ("format"), without Z or an offset ("naive"), or no
            such date or time ("no_such_time").

    """
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise BadValueError("instant", text, "format")
    if match["offset"] is None:
        raise BadValueError("instant", text, "naive")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadValueError("instant", text, "no_such_time") from None


def stored_text(text: str) -> str:
    """Do as `as_text(from_text(text))`: at once, where only the decimals of a second are missing.

    Raises:
        BadValueError: as `from_text`.

    """
    if _WHOLE_SECOND.fullmatch(text) and is_day(text[:10]):
        return f"{text[:-1]}.000000Z"
    return as_text(from_text(text))


@lru_cache(maxsize=4096)
def is_day(text: str) -> bool:
    """Say whether this text, YYYY-MM-DD, is a date that there is."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def known_zone(name: str) -> bool:
    """Say whether this is the name of a time zone, such as "Europe/London"."""
    return name in zones()


@cache
def zones() -> Mapping[str, None]:
    """Return the names of all time zones, of the system and of the tzdata package, in order."""
    # Some systems list two more that say nothing, or something else on each machine.
    return dict.fromkeys(sorted(available_timezones() - {"Factory", "localtime"}))


def _first_reached(wall: datetime, zone: str) -> datetime:
    """Return the first instant (UTC) at which the clock of a zone reaches a time."""
    tz = ZoneInfo(zone)
    try:
        early = wall.replace(tzinfo=tz, fold=1).astimezone(UTC)
        late = wall.replace(tzinfo=tz, fold=0).astimezone(UTC)
        if late <= early:
            return late
        # A gap: the clock jumps over the time between these two instants.
        while late - early > _TICK:
            middle = early + (late - early) // 2
            if middle.astimezone(tz).replace(tzinfo=None) < wall:
                early = middle
            else:
                late = middle
    except OverflowError:
        raise BadValueError("day", wall.date().isoformat(), "out_of_range") from None
    return late


def _in_utc(instant: datetime) -> datetime:
    """Return an aware instant in UTC; refuse one that has no zone."""
    if instant.tzinfo is UTC:
        return instant
    if instant.utcoffset() is None:
        raise BadValueError("instant", instant.isoformat(), "naive")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise BadValueError("instant", instant.isoformat(), "out_of_range") from None


def _shift(day: date, days: int) -> date:
    """Return the date some days later; refuse what lies outside the years 1 to 9999."""
    try:
        return day + days * _DAY
    except OverflowError:
        raise BadValueError("day", day.isoformat(), "out_of_range") from None


def _past_quarter(local: datetime) -> timedelta:
    """Return how long ago the last quarter of an hour was on this clock."""
    return timedelta(
        minutes=local.minute % _QUARTER_MINUTES,
        seconds=local.second,
        microseconds=local.microsecond,
    )
