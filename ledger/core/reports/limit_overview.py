"""Who may give how much at a site: the limits in force there, those to come, and each person's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlmodel import Session, col

from ledger.core import limit_book, limits, same_human, sites
from ledger.core.clock import Calendar
from ledger.core.errors import NotFoundError
from ledger.core.headroom import Headroom
from ledger.core.limit_book import Place
from ledger.core.limits import Level
from ledger.core.permissions import Action, Role, may
from ledger.core.reports import rooms_at
from ledger.core.reports.named_limits import NamedLimit, named
from ledger.core.reports.scope import sites_in_sight
from ledger.core.tables import Limit, Person, PersonSite, Site

ON_A_PAGE = 50
MOST_LIMITS = 100

_WHO_RECORD = [role.value for role in Role if may(role, Action.RECORD_DECISION)]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRung:
    """One level of the ladder that explains a limit."""

    level: Level
    found: NamedLimit | None
    is_winner: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a person's amount per decision becomes on a day to come; None: no limit then."""

    on: date
    per_decision_minor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLatitude:
    """What one person may give at a site now, which limit says so, and what is planned."""

    person: Person
    headroom: Headroom
    found: NamedLimit | None
    change: Change | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLimits:
    """The limits that reach a site: those in force, those to come, and how many there are."""

    in_force: Sequence[NamedLimit]
    coming: Sequence[NamedLimit]
    in_force_count: int
    coming_count: int


def sites_with_limits(session: Session, person: Person, *, now: datetime) -> Sequence[Site]:
    """Return the sites whose limits this person may see, by name; retired ones are left out."""
    on = sites.company_calendar(session).business_date(now)
    return [site for site in sites_in_sight(session, person, on=on) if not site.retired]


def people_at(session: Session, site: Site, *, now: datetime, count: int) -> Sequence[Person]:
    """Return up to so many of the active people who may record decisions at a site, by name."""
    on = sites.calendar_of(session, site.id).business_date(now)
    query = (
        select(Person)
        .where(col(Person.id).in_(_who_works_at(site.id, on)), col(Person.active) == 1)
        .where(col(Person.role).in_(_WHO_RECORD))
        .order_by(col(Person.name), col(Person.id))
        .limit(count)
    )
    return session.scalars(query).all()


def limits_at(session: Session, site: Site, *, now: datetime) -> SiteLimits:
    """Return the limits that reach a site; of each scope only the one that counts now."""
    calendar = sites.calendar_of(session, site.id)
    today = calendar.business_date(now)
    book = _reaching(limit_book.not_over(session, site.currency, on=today), session, site, today)
    begun = [limit for limit in book if limit.starts_at or limit.starts_on <= today]
    newest: dict[limit_book.Scope, Limit] = {}
    for limit in sorted(begun, key=lambda each: limits.precedence(each, calendar)):
        newest[limit_book.scope_of(limit)] = limit
    in_force = sorted(newest.values(), key=_house_order)
    coming = sorted(
        (limit for limit in book if not limit.starts_at and limit.starts_on > today),
        key=lambda limit: (limit.starts_on, limit.id),
    )
    return SiteLimits(
        in_force=named(session, in_force[:MOST_LIMITS]),
        coming=named(session, coming[:MOST_LIMITS]),
        in_force_count=len(in_force),
        coming_count=len(coming),
    )


def latitudes_at(
    session: Session, site: Site, people: Sequence[Person], *, now: datetime
) -> Sequence[PersonLatitude]:
    """Return what each of these people may give at a site now, for any customer and remedy."""
    calendar = sites.calendar_of(session, site.id)
    today = calendar.business_date(now)
    book = limit_book.not_over(session, site.currency, on=today)
    records = same_human.all_records(session)
    won = [
        limit_book.winner(book, _place(person, site, calendar, records), on=today)
        for person in people
    ]
    rooms = rooms_at.rooms_at(session, site, people, won, now=now)
    by_id = {limit.id: limit for limit in book}
    used = {room.limit_id for room in rooms if room.limit_id is not None}
    names = {row.limit.id: row for row in named(session, [by_id[key] for key in sorted(used)])}
    return [
        PersonLatitude(
            person=person,
            headroom=room,
            found=None if room.limit_id is None else names[room.limit_id],
            change=_change(book, _place(person, site, calendar, records), room, after=today),
        )
        for person, room in zip(people, rooms, strict=True)
    ]


def without_limit(
    session: Session, site: Site, people: Sequence[Person], *, now: datetime
) -> Sequence[Person]:
    """Return those of these people for whom no limit is in force at a site: they give nothing."""
    calendar = sites.calendar_of(session, site.id)
    today = calendar.business_date(now)
    book = limit_book.not_over(session, site.currency, on=today)
    records = same_human.all_records(session)
    return [
        person
        for person in people
        if limit_book.winner(book, _place(person, site, calendar, records), on=today) is None
    ]


def sites_without_limit(session: Session, seen: Sequence[Site], *, now: datetime) -> Sequence[Site]:
    """Return those of these sites that no limit in force reaches: nobody gives anything there."""
    calendars = sites.calendars(session, [site.id for site in seen])
    days = {site.id: calendars[site.id].business_date(now) for site in seen}
    first = min(days.values(), default=now.date())
    books = {
        currency: limit_book.not_over(session, currency, on=first)
        for currency in {site.currency for site in seen}
    }
    workers = {limit.person_id for book in books.values() for limit in book if limit.person_id}
    at = select(col(PersonSite.site_id), col(PersonSite.person_id)).where(
        col(PersonSite.person_id).in_(sorted(workers)),
        or_(col(PersonSite.until).is_(None), col(PersonSite.until) >= first),
    )
    works_at = {(site_id, person_id) for site_id, person_id in session.execute(at)}
    return [
        site
        for site in seen
        if not any(
            limit_book.is_in_force(limit, on=days[site.id])
            and limit.site_id in (None, site.id)
            and (limit.person_id is None or (site.id, limit.person_id) in works_at)
            for limit in books[site.currency]
        )
    ]


def explained(
    session: Session, person: Person, site: Site, *, remedy_id: int | None, now: datetime
) -> Sequence[NamedRung]:
    """Return the ladder for a person at a site: every level with its limit, and the winner."""
    rungs = limits.ladder(session, person, site_id=site.id, remedy_id=remedy_id, now=now)
    found = named(session, [rung.limit for rung in rungs if rung.limit is not None])
    names = {row.limit.id: row for row in found}
    return [
        NamedRung(
            level=rung.level,
            found=None if rung.limit is None else names[rung.limit.id],
            is_winner=rung.is_winner,
        )
        for rung in rungs
    ]


def limit_visible_to(session: Session, person: Person, uid: str, *, now: datetime) -> Limit:
    """Return the limit with this id, if it reaches a site whose limits the person may see.

    Raises:
        NotFoundError: if there is none, or it reaches none of their sites.

    """
    limit = session.scalars(select(Limit).where(col(Limit.uid) == uid)).one_or_none()
    if limit is None:
        raise NotFoundError("limit", uid)
    seen = {site.id for site in sites_with_limits(session, person, now=now)}
    on = sites.company_calendar(session).business_date(now)
    reached = {place.site_id for place in limit_book.places(session, limit, on=on)}
    if person.role == Role.SUPERVISOR and not seen & reached:
        raise NotFoundError("limit", uid)
    return limit


def may_weigh(session: Session, person: Person, limit: Limit, *, now: datetime) -> bool:
    """Whether this person may be told what was given and asked under a limit they may see.

    A supervisor if it reaches no site beyond their own; and as `may_see_use` says.
    """
    if not may_see_use(person, limit):
        return False
    if person.role != Role.SUPERVISOR:
        return True
    on = sites.company_calendar(session).business_date(now)
    seen = {site.id for site in sites_with_limits(session, person, now=now)}
    return {place.site_id for place in limit_book.places(session, limit, on=on)} <= seen


def may_see_use(person: Person, limit: Limit) -> bool:
    """Whether this person may be told how a limit is used where they see it.

    Of one person's only who sees decisions, or sets limits.
    """
    sees = may(person.role, Action.SEE_DECISIONS) or may(person.role, Action.SET_LIMIT)
    return limit.person_id is None or sees


def _change(book: Sequence[Limit], place: Place, room: Headroom, *, after: date) -> Change | None:
    """Return the first day after today on which the amount per decision is another."""
    now_minor = None if room.limit_id is None else room.per_decision_minor
    covering = [limit for limit in book if limit_book.covers(limit, place)]
    turns = {limit.starts_on for limit in covering}
    turns |= {limit.ends_on + timedelta(days=1) for limit in covering if limit.ends_on}
    for on in sorted(turn for turn in turns if turn > after):
        won = limit_book.winner(covering, place, on=on)
        then_minor = None if won is None else won.per_decision_minor
        if then_minor != now_minor:
            return Change(on=on, per_decision_minor=then_minor)
    return None


def _reaching(book: Sequence[Limit], session: Session, site: Site, today: date) -> Sequence[Limit]:
    here = set(session.scalars(_who_works_at(site.id, today)))
    return [
        limit
        for limit in book
        if limit.site_id in (None, site.id) and (limit.person_id is None or limit.person_id in here)
    ]


def _who_works_at(site_id: int, on: date) -> Select[int]:
    return select(col(PersonSite.person_id)).where(
        col(PersonSite.site_id) == site_id,
        col(PersonSite.from_date) <= on,
        or_(col(PersonSite.until).is_(None), col(PersonSite.until) >= on),
    )


def _place(
    person: Person, site: Site, calendar: Calendar, records: Mapping[int, frozenset[int]]
) -> Place:
    return Place(
        records=records.get(person.id, frozenset()),
        person_id=person.id,
        grade=person.grade,
        site_id=site.id,
        currency=site.currency,
        calendar=calendar,
    )


def _house_order(limit: Limit) -> tuple[int, int, int]:
    return (-limits.LEVELS.index(limits.level_of(limit)), limit.remedy_id or 0, limit.id)
