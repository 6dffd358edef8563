"""Where people work: sites with a first and a last day; what is over stays readable."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, or_, select
from sqlmodel import Session, col

from ledger.core import asks, people, sites
from ledger.core.driver import Prepared
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.loaded import SETTINGS_KEPT, Made, up_to_date
from ledger.core.tables import Person, PersonSite, Site

_DAY = timedelta(days=1)
# No site's business date is further than this from the date in UTC.
_AROUND = timedelta(days=2)

_SITES = Made(Site, kept=SETTINGS_KEPT)
_NEAR = Prepared(
    select(*Site.__table__.columns, col(PersonSite.from_date), col(PersonSite.until))  # type: ignore[attr-defined]  # every table model has it
    .join(PersonSite, col(PersonSite.site_id) == col(Site.id))
    .where(
        col(Site.retired) == 0,
        col(PersonSite.person_id) == bindparam("person_id"),
        col(PersonSite.from_date) <= bindparam("last"),
        or_(col(PersonSite.until).is_(None), col(PersonSite.until) >= bindparam("first")),
    )
    .order_by(col(Site.name), col(Site.id))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlace:
    """A site at which somebody is to work, from a business date until another (included).

    `instead` ends every other site the day before (today, where they began today), and takes away
    what was planned after it.
    """

    site_id: int
    from_date: date
    until: date | None = None
    instead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkPlace:
    """One row of where somebody works, with its site and the site's business date now."""

    row: PersonSite
    site: Site
    today: date

    @property
    def is_over(self) -> bool:
        """Whether the last day is over."""
        return self.row.until is not None and self.row.until < self.today

    @property
    def is_coming(self) -> bool:
        """Whether the first day is still to come."""
        return self.row.from_date > self.today


def open_sites_now(session: Session, person: Person, *, now: datetime) -> Sequence[Site]:
    """Return the sites at which a person works now, by name, each by its own business date.

    Retired sites are left out.
    """
    day = now.date()
    near = _NEAR.run(
        up_to_date(session),
        person_id=person.id,
        first=(day - _AROUND).isoformat(),
        last=(day + _AROUND).isoformat(),
    ).fetchall()
    found = {}
    for *row, first, until in near:
        site = _SITES.from_row(tuple(row))
        today = sites.calendar_of(session, site.id).business_date(now).isoformat()
        if first <= today and (until is None or until >= today):
            found[site.id] = site
    return list(found.values())


def places_of(session: Session, person: Person, *, now: datetime) -> Sequence[WorkPlace]:
    """Return where a person works, worked and will work, the latest first day first."""
    query = (
        select(PersonSite, Site)
        .join(Site, col(Site.id) == col(PersonSite.site_id))
        .where(col(PersonSite.person_id) == person.id)
        .order_by(col(PersonSite.from_date).desc(), col(Site.name), col(PersonSite.id))
    )
    found = session.execute(query).all()
    calendars = sites.calendars(session, sorted({row.site_id for row, _ in found}))
    return [
        WorkPlace(row=row, site=site, today=calendars[site.id].business_date(now))
        for row, site in found
    ]


def add_place(
    session: Session, person: Person, new: NewPlace, *, actor: str, now: datetime
) -> None:
    """Let a person work at a site, beside their others or instead of them.

    What ends there on that day or later goes on instead: somebody was let go too early.

    Raises:
        BadValueError: if the site is retired ("retired"), the first day is over ("past") or after
            their last day here ("left"), the last day is before the first ("before start"), or they
            work there then already ("taken").

    """
    person = people.locked(session, person)
    people.check_sites(session, [new.site_id])
    if new.from_date < _today(session, new.site_id, now=now):
        raise BadValueError(field="from_date", value=new.from_date.isoformat(), why="past")
    if new.until is not None and new.until < new.from_date:
        raise BadValueError(field="until", value=new.until.isoformat(), why="before start")
    until = new.until
    if person.last_day is not None:
        if new.from_date > person.last_day:
            raise BadValueError(field="from_date", value=new.from_date.isoformat(), why="left")
        until = min(until or person.last_day, person.last_day)
    rows = _rows(session, person)
    if new.instead:
        cut(session, rows, on=new.from_date, now=now)
        rows = _rows(session, person)
    there = [row for row in rows if row.site_id == new.site_id and _meet(row, new.from_date, until)]
    if len(there) == 1 and _goes_on(there[0], new.from_date, until):
        there[0].until = until
        session.add(there[0])
    elif there:
        raise BadValueError(field="site", value=str(new.site_id), why="taken")
    else:
        place = PersonSite(
            person_id=person.id, site_id=new.site_id, from_date=new.from_date, until=until
        )
        session.add(place)
    people.note(session, person, ["works_at"], actor=actor, now=now)


def end_place(
    session: Session,
    person: Person,
    place_id: int,
    *,
    last_day: date | None,
    actor: str,
    now: datetime,
) -> None:
    """Say on which day somebody works at a site for the last time, or that they will not begin.

    Where that is over, their asks there end.

    Args:
        session: an open write transaction.
        person: who works there.
        place_id: which of their work places.
        last_day: included; yesterday ends it at once. None takes away what has not begun.
        actor: who says so, as the journal names them.
        now: the instant.

    Raises:
        NotFoundError: if it is no work place of theirs.
        BadValueError: if that day is over ("past"), before the first ("before start"), or they
            have begun already ("begun").

    """
    person = people.locked(session, person)
    row = session.get(PersonSite, place_id)
    if row is None or row.person_id != person.id:
        raise NotFoundError("person_site")
    today = _today(session, row.site_id, now=now)
    if last_day is None:
        if row.from_date <= today:
            raise BadValueError(field="last_day", value="", why="begun")
        session.delete(row)
    else:
        if last_day < today - _DAY or (row.until is not None and row.until < today):
            raise BadValueError(field="last_day", value=last_day.isoformat(), why="past")
        if last_day < row.from_date:
            raise BadValueError(field="last_day", value=last_day.isoformat(), why="before start")
        row.until = last_day
        session.add(row)
        if last_day < sites.calendar_of(session, row.site_id).business_date(now):
            asks.end_for_leaver(session, person, site_id=row.site_id, now=now)
    people.note(session, person, ["works_at"], actor=actor, now=now)


def move(
    session: Session, person: Person, site_ids: Collection[int], *, on: date, now: datetime
) -> bool:
    """Let a person work at exactly these sites from a business date on; say whether that is news.

    Where they began today they work until today. The journal is left to the caller.

    Raises:
        BadValueError: if a site at which they begin is retired.

    """
    rows = [row for row in _rows(session, person) if row.until is None or row.until >= on]
    stay = {row.site_id for row in rows if row.from_date <= on and row.until is None}
    stay &= set(site_ids)
    others = [row for row in rows if row.site_id not in stay or row.from_date > on]
    begins = sorted(set(site_ids) - stay)
    if not others and not begins:
        return False
    known = {row.site_id for row in rows if row.from_date <= on}
    people.check_sites(session, set(begins) - known)
    is_news = cut(session, others, on=on, now=now)
    begun = {row.site_id: row for row in _rows(session, person) if row.until and row.until >= on}
    for site_id in begins:
        row = begun.get(site_id) or PersonSite(person_id=person.id, site_id=site_id, from_date=on)
        row.until = None
        session.add(row)
    session.flush()
    return is_news or bool(begins)


def cut(session: Session, rows: Collection[PersonSite], *, on: date, now: datetime) -> bool:
    """End work places the day before a business date; those to begin then or later go away.

    What has begun by its site's own day is never taken away: it ends today at the earliest. Says
    whether any was other than that.
    """
    calendars = sites.calendars(session, sorted({row.site_id for row in rows}))
    is_news = False
    for row in rows:
        today = calendars[row.site_id].business_date(now)
        if row.from_date >= on and row.from_date > today:
            session.delete(row)
            is_news = True
            continue
        last = on - _DAY if row.from_date < on else today
        if row.until is None or row.until > last:
            row.until = last
            session.add(row)
            is_news = True
    session.flush()
    return is_news


def end_everywhere(session: Session, person: Person, *, last_day: date, now: datetime) -> bool:
    """End every work place of a person with this day; say whether any was to go on."""
    return cut(session, _rows(session, person), on=last_day + _DAY, now=now)


def _meet(row: PersonSite, first: date, last: date | None) -> bool:
    """Whether a work place has a day in common with these days; without a last one, all after."""
    return (row.until is None or row.until >= first) and (last is None or row.from_date <= last)


def _goes_on(row: PersonSite, first: date, last: date | None) -> bool:
    """Whether these days make a work place longer that has begun by the first of them."""
    return row.from_date <= first and row.until is not None and (last is None or row.until < last)


def _rows(session: Session, person: Person) -> Sequence[PersonSite]:
    query = select(PersonSite).where(col(PersonSite.person_id) == person.id)
    return session.scalars(query.order_by(col(PersonSite.id))).all()


def _today(session: Session, site_id: int, *, now: datetime) -> date:
    """Return the earlier of two days: the site's, and the company's, which the pages offer."""
    own = sites.calendar_of(session, site_id).business_date(now)
    return min(own, sites.company_calendar(session).business_date(now))
