"""What is said of sites: their clocks, what is to come, and what changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ledger.core import zone_names
from ledger.core.changes_told import SiteChange
from ledger.core.errors import BadValueError
from ledger.core.site_changes import ClockNow, ClockToCome, ShortDayError
from ledger.core.sites_told import SiteFacts
from ledger.web.sites_asks_words import asks_changed_words
from ledger.web.team_change_words import ChangeLine
from ledger.web.when import day_words, moment_words, time_words, zone_words
from ledger.web.words import _, ngettext

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLine:
    """One site in the list, all of it words; `coming` is empty when no clock is to come.

    `unled` is empty while somebody supervises it.
    """

    number: int
    name: str
    location_ref: str
    currency: str
    clock: str
    today: str
    people: str
    coming: str
    retired: bool
    unled: str


def site_line(facts: SiteFacts, *, today: date) -> SiteLine:
    """Return one site as it is shown in the list."""
    site, now = facts.site, facts.clock
    return SiteLine(
        number=site.id,
        name=site.name,
        location_ref=site.location_ref,
        currency=site.currency,
        clock=clock_words(now.zone, now.day_start),
        today=day_words(now.business_date, today=today),
        people=people_words(facts.people),
        coming="" if facts.coming is None else coming_words(facts.coming, now, today=today),
        retired=site.retired,
        unled="" if facts.is_led or site.retired else unled_words(),
    )


def unled_words() -> str:
    """Return what it means that nobody supervises a site."""
    return _(
        "Nobody supervises this site: nobody can answer an ask, or read what is above a limit."
    )


def clock_words(zone: str, day_start: str) -> str:
    """Return by which clock a site counts: "from 04:00, New York time"."""
    return _("from %(time)s, %(zone)s", time=day_start, zone=zone_words(zone))


def people_words(count: int) -> str:
    """Return how many people work at a site."""
    return ngettext("%(count)s person", "%(count)s people", count) if count else _("nobody yet")


def coming_words(coming: ClockToCome, now: ClockNow, *, today: date) -> str:
    """Return which clock takes over at which instant, told by the clock that holds until then."""
    return _(
        "From %(moment)s: days start at %(time)s, %(zone)s",
        moment=moment_words(coming.begins_at, now.zone, today=today),
        time=coming.day_start,
        zone=zone_words(coming.zone),
    )


def first_day_words(coming: ClockToCome, *, today: date) -> str:
    """Return how long the first day under a new clock is."""
    if coming.lasts == _DAY:
        return ""
    return _(
        "%(day)s lasts %(hours)s there, once. Budgets of that day are for all of it.",
        day=day_words(coming.from_date, today=today),
        hours=hours_words(coming.lasts),
    )


def hours_words(lasts: timedelta) -> str:
    """Return how long something lasts, to the minute: "30 hours", "45 h 59 min"."""
    hours, minutes = divmod(round(lasts.total_seconds() / 60), 60)
    if minutes == 0:
        return ngettext("%(count)s hour", "%(count)s hours", hours)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)


def begins_words(now: ClockNow, *, today: date) -> str:
    """Return when a clock that is set now takes over, and which day the old one closes."""
    return _(
        "It takes over at %(moment)s (%(zone)s), when the next business day begins. %(day)s, which "
        "is open now, is still closed by the clock there is.",
        moment=moment_words(now.ends_at, now.zone, today=today),
        zone=zone_words(now.zone),
        day=day_words(now.business_date, today=today),
    )


def now_words(now: ClockNow, *, today: date, instant: datetime) -> str:
    """Return which business day is open, and until when."""
    return _(
        "%(day)s is open until %(time)s. It is %(now)s there.",
        day=day_words(now.business_date, today=today),
        time=time_words(now.ends_at, now.zone),
        now=time_words(instant, now.zone),
    )


def change_line(change: SiteChange, *, zone: str, today: date) -> ChangeLine:
    """Return one change of a site in plain words."""
    return ChangeLine(
        when=moment_words(change.at, zone, today=today),
        words=list(_words(change, today=today)) or [_("Nothing was other.")],
        by=change.by or _("The command line"),
    )


def _words(change: SiteChange, *, today: date) -> Iterator[str]:
    before, after = change.before, change.after
    if change.asks is not None:
        yield _("Asks: %(what)s.", what="; ".join(asks_changed_words(change.asks)))
        return
    if change.kind == "site.added":
        yield _("Added.")
    else:
        if before.get("name") != after.get("name"):
            yield _("Name: %(new)s, before %(old)s.", new=after["name"], old=before["name"])
        if before.get("currency") != after.get("currency"):
            yield _(
                "Currency: %(new)s, before %(old)s.",
                new=after["currency"],
                old=before["currency"],
            )
        if before.get("retired") != after.get("retired"):
            yield _("Retired.") if after["retired"] else _("Opened again.")
    for row in change.calendars:
        words = clock_words(str(row["zone"]), str(row["day_start"]))
        if change.kind == "site.added":
            yield _("Days %(clock)s.", clock=words)
            continue
        day = day_words(date.fromisoformat(str(row["from_date"])), today=today)
        yield _("Days %(clock)s, beginning with %(day)s.", clock=words, day=day)


def site_fix(problem: BadValueError) -> str:
    """Return what to do about a value that cannot be used.

    Raises:
        BadValueError: the problem itself, if it is none that can be mended at a field.

    """
    if isinstance(problem, ShortDayError):
        return _short_day_fix(problem)
    fixes = {
        ("name", "empty"): _("Type the name"),
        ("name", "taken"): _("Another open site has this name. Choose one that tells them apart."),
        ("location_ref", "empty"): _("Type the reference, as the till or the files have it"),
        ("location_ref", "taken"): _("Another site has this reference"),
        ("currency", "unknown"): _("Type the code of three letters, such as USD"),
        ("currency", "in use"): _(
            "There are amounts in the currency it has, and those are never converted. Add a new "
            "site for the other currency instead."
        ),
        ("zone", "unknown"): _zone_fix(problem.value),
        ("day_start", "not HH:MM"): _("Type a time of day such as 04:00"),
        ("site", "retired"): _("This site is retired. Open it again first."),
    }
    by_why = {
        "control": _("There is a character in it that cannot be seen. Type it again."),
        "too_long": _("That is too long. Keep it shorter."),
    }
    words = fixes.get((problem.field, problem.why)) or by_why.get(problem.why)
    if words is None:
        raise problem
    return words


def _zone_fix(typed: str) -> str:
    near = zone_names.similar(typed)
    if not near:
        return _("Type the name of a time zone, such as Europe/Zurich")
    return _("Did you mean %(zones)s? Type the name so.", zones=_(" or ").join(near))


def _short_day_fix(problem: ShortDayError) -> str:
    day = day_words(problem.day, today=problem.day)
    if problem.possible is None:
        return _(
            "%(day)s would be over there within an hour. Let the day start earlier now, and change "
            "the zone on another day.",
            day=day,
        )
    return _(
        "%(day)s would be over there within an hour. Let the day start at %(time)s or later; you "
        "can choose %(typed)s on another day.",
        day=day,
        time=problem.possible,
        typed=problem.value,
    )
