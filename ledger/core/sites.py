"""Sites and their calendars, and the company's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from sqlalchemy import bindparam, or_, select
from sqlmodel import Session, col

from ledger.core import clock, journal, money, settings
from ledger.core.driver import Driver, Prepared
from ledger.core.errors import BadValueError, LedgerError
from ledger.core.loaded import SETTINGS_KEPT, Loaded
from ledger.core.tables import Company, Person, PersonSite, Site, SiteCalendar

# Before any decision: a site's first calendar also counts for all days before it.
BEGINNING = date(1970, 1, 1)


# Read for every decision and every page: compiled once.
_RULES = select(
    col(SiteCalendar.site_id),
    col(SiteCalendar.from_date),
    col(SiteCalendar.zone),
    col(SiteCalendar.day_start),
).order_by(col(SiteCalendar.site_id), col(SiteCalendar.from_date))
_ALL_RULES = Prepared(_RULES)
_RULES_OF = Prepared(_RULES.where(col(SiteCalendar.site_id) == bindparam("site_id")))
# Where somebody works on a day: for statements that bind `person_id` and `on`.
PLACES = select(col(PersonSite.site_id)).where(
    col(PersonSite.person_id) == bindparam("person_id"),
    col(PersonSite.from_date) <= bindparam("on"),
    or_(col(PersonSite.until).is_(None), col(PersonSite.until) >= bindparam("on")),
)
_WORKS_AT = Prepared(PLACES)
_COMPANY = Loaded(Company, select(Company), kept=SETTINGS_KEPT)
_SITE = Loaded(Site, select(Site).where(col(Site.id) == bindparam("id")), kept=SETTINGS_KEPT)
_SITES_OF = Loaded(
    Site,
    select(Site).where(col(Site.id).in_(PLACES)).order_by(col(Site.name), col(Site.id)),
    kept=SETTINGS_KEPT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSite:
    """A site as it is asked for; what is None is taken from the company."""

    location_ref: str
    name: str
    currency: str | None = None
    zone: str | None = None
    day_start: str | None = None


class SiteChangedError(LedgerError):
    """The site was retired, or got another currency, while somebody wrote a decision there."""


def site(session: Session, site_id: int) -> Site | None:
    """Return the site with this id, to be read only."""
    return _SITE.first(session, id=site_id)


def company(session: Session) -> Company:
    """Return the company of this ledger, to be read only."""
    return _COMPANY.all(session)[0]


def company_calendar(session: Session) -> clock.Calendar:
    """Return the calendar in which feeds are counted."""
    row = company(session)
    start = day_start(row.day_start)
    return _calendar((clock.Rule(from_date=BEGINNING, zone=row.zone, day_start=start),))


def calendar_of(session: Session, site_id: int) -> clock.Calendar:
    """Return the calendar of a site, with every zone it has had."""
    return calendars(session, [site_id])[site_id]


def calendars(
    session: Session, site_ids: Sequence[int] | None = None
) -> Mapping[int, clock.Calendar]:
    """Return the calendars of these sites, or of all, by site id."""
    driver = Driver(session)
    found = (
        _ALL_RULES.run(driver).fetchall()
        if site_ids is None
        else [row for each in site_ids for row in _RULES_OF.run(driver, site_id=each).fetchall()]
    )
    rules: dict[int, list[clock.Rule]] = {}
    for site_id, from_date, zone, start in found:
        rule = clock.Rule(
            from_date=date.fromisoformat(from_date), zone=zone, day_start=day_start(start)
        )
        rules.setdefault(site_id, []).append(rule)
    return {site_id: _calendar(tuple(found)) for site_id, found in rules.items()}


@lru_cache(maxsize=512)
def _calendar(rules: tuple[clock.Rule, ...]) -> clock.Calendar:
    """Keep calendars: each remembers when its days started, which is slow to find."""
    return clock.Calendar(rules=rules)


def add_site(session: Session, new: NewSite, *, actor: str, now: datetime) -> Site:
    """Add a site with its calendar and its journal row.

    Takes the chain lock.

    Raises:
        BadValueError: if the currency, the zone or the day start is not one, another site has
            the reference, or another open site the name.

    """
    # One after the other, so that of two with one reference the second is told.
    journal.lock_chain(Driver(session))
    own = company(session)
    currency, zone = new.currency or own.currency, new.zone or own.zone
    start = new.day_start or own.day_start
    currency = money.code(currency)
    check_clock(zone, start)
    if site_by_ref(session, new.location_ref) is not None:
        raise BadValueError(field="location_ref", value=new.location_ref, why="taken")
    check_name(session, new.name)
    site = Site(location_ref=new.location_ref, name=new.name, currency=currency)
    session.add(site)
    session.flush()
    calendar = SiteCalendar(site_id=site.id, from_date=BEGINNING, zone=zone, day_start=start)
    session.add(calendar)
    session.flush()
    settings.note(session, site, calendar, kind="site.added", actor=actor, now=now)
    return site


def check_name(session: Session, name: str, *, but: int | None = None) -> None:
    """Refuse a name that another open site has, in whatever letters: nobody could tell them apart.

    Raises:
        BadValueError: if one has it (`why` is "taken").

    """
    if any(_same(site.name, name) for site in open_sites(session) if site.id != but):
        raise BadValueError(field="name", value=name, why="taken")


def name_of_ref(session: Session, location_ref: str) -> str:
    """Return the name for a site of which only the reference is known: that, if it is free."""
    taken = [site.name for site in open_sites(session)]
    name, number = location_ref, 1
    while any(_same(name, other) for other in taken):
        number += 1
        name = f"{location_ref} ({number})"
    return name


def _same(name: str, other: str) -> bool:
    return " ".join(name.split()).casefold() == " ".join(other.split()).casefold()


def check_clock(zone: str, start: str) -> None:
    """Refuse a zone or a day start that is none; a day start is written "HH:MM".

    Raises:
        BadValueError: if one is none; the field is named.

    """
    if not clock.known_zone(zone):
        raise BadValueError(field="zone", value=zone, why="unknown")
    if day_start(start).strftime("%H:%M") != start:
        raise BadValueError(field="day_start", value=start, why="not HH:MM")


def day_start(written: str) -> time:
    """Return the hour at which a business day starts, from "HH:MM".

    Raises:
        BadValueError: if it is not a time of day.

    """
    try:
        return time.fromisoformat(written)
    except ValueError as not_a_time:
        raise BadValueError(field="day_start", value=written, why="not HH:MM") from not_a_time


def site_ids_of(session: Session, person: Person, *, on: date) -> frozenset[int]:
    """Return the sites at which a person works on a business date."""
    found = _WORKS_AT.run(Driver(session), person_id=person.id, on=on.isoformat()).fetchall()
    return frozenset(site_id for (site_id,) in found)


def sites_of(session: Session, person: Person, *, on: date) -> Sequence[Site]:
    """Return the sites at which a person works on a business date, by name."""
    return _SITES_OF.all(session, person_id=person.id, on=on.isoformat())


def zone_of(session: Session, person: Person, *, on: date) -> str:
    """Return by which clock somebody tells the time: their sites', where these share one.

    Otherwise, and for who works at none, it is the company's.
    """
    own = site_ids_of(session, person, on=on)
    zones = {found.zone_on(on) for found in calendars(session, sorted(own)).values()}
    return zones.pop() if len(zones) == 1 else company(session).zone


def site_by_ref(session: Session, location_ref: str) -> Site | None:
    """Return the site that has this reference."""
    query = select(Site).where(col(Site.location_ref) == location_ref)
    return session.scalars(query).one_or_none()


def all_sites(session: Session) -> Sequence[Site]:
    """Return every site, by name; retired ones too."""
    return session.scalars(select(Site).order_by(col(Site.name), col(Site.id))).all()


def open_sites(session: Session) -> Sequence[Site]:
    """Return the sites that are not retired, by name: those that can be chosen."""
    query = select(Site).where(col(Site.retired) == 0)
    return session.scalars(query.order_by(col(Site.name), col(Site.id))).all()
