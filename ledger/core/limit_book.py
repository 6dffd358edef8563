"""The limits as a book that one can leaf forward in: which would win, where, on a day to come.

`limits.limit_in_force` asks the database about now, and that is what judges decisions. This
answers "and then?" for the pages, over limits that were read once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlmodel import Session, col

from ledger.core import clock, same_human, sites
from ledger.core.limits import precedence
from ledger.core.tables import Limit, Person, PersonSite, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whom a limit is for. What is None means "all of them"."""

    person_id: int | None = None
    site_id: int | None = None
    grade: str | None = None
    remedy_id: int | None = None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a limit is looked for. A person that is None is nobody in particular there.

    `records` are all the records of that human being, where there are several.
    """

    person_id: int | None
    grade: str | None
    site_id: int
    currency: str
    calendar: clock.Calendar
    remedy_id: int | None = None
    records: frozenset[int] = frozenset()


def scope_of(limit: Limit) -> Scope:
    """Return whom a limit is for."""
    return Scope(
        person_id=limit.person_id,
        site_id=limit.site_id,
        grade=limit.grade,
        remedy_id=limit.remedy_id,
        currency=limit.currency,
    )


def not_over(session: Session, currency: str, *, on: date) -> Sequence[Limit]:
    """Return the limits of a currency that have not ended before a business date."""
    query = select(Limit).where(
        col(Limit.currency) == currency,
        or_(col(Limit.ends_on).is_(None), col(Limit.ends_on) >= on),
    )
    return session.scalars(query.order_by(col(Limit.id))).all()


def newest_of(session: Session, scope: Scope) -> Limit | None:
    """Return the limit that was set last for a scope, begun or not."""
    wanted = {
        Limit.person_id: scope.person_id,
        Limit.site_id: scope.site_id,
        Limit.grade: scope.grade,
        Limit.remedy_id: scope.remedy_id,
        Limit.currency: scope.currency,
    }
    same = [
        col(column).is_(None) if value is None else col(column) == value
        for column, value in wanted.items()
    ]
    query = select(Limit).where(*same).order_by(col(Limit.id).desc()).limit(1)
    return session.scalars(query).one_or_none()


def winner(book: Sequence[Limit], place: Place, *, on: date) -> Limit | None:
    """Return the limit that applies at a place on a business date."""
    found = [limit for limit in book if covers(limit, place) and is_in_force(limit, on=on)]
    return max(found, key=lambda each: precedence(each, place.calendar), default=None)


def is_in_force(limit: Limit, *, on: date) -> bool:
    """Whether a limit has begun and is not over on a business date."""
    has_begun = limit.starts_at is not None or limit.starts_on <= on
    return has_begun and (limit.ends_on is None or limit.ends_on >= on)


def covers(limit: Limit, place: Place) -> bool:
    """Whether a limit is for this place, begun or not."""
    return (
        limit.person_id in (None, place.person_id)
        and limit.grade in (None, place.grade)
        and limit.site_id in (None, place.site_id)
        and limit.remedy_id in (None, place.remedy_id)
        and limit.currency == place.currency
        and (place.person_id is None or limit.set_by_id != place.person_id)
        and limit.set_by_id not in place.records
    )


def places(session: Session, scope: Scope | Limit, *, on: date) -> Sequence[Place]:
    """Return the places that a scope reaches: one for each site, nobody in particular there.

    For a person: one for each site at which they work on a business date, or later.
    """
    sites_there = _sites_of(session, scope, on=on)
    site_ids = [site.id for site in sites_there if site.currency == scope.currency]
    grade, records = scope.grade, frozenset[int]()
    if scope.person_id is not None:
        grade = session.get_one(Person, scope.person_id).grade
        records = same_human.records_of(session, scope.person_id)
    return [
        Place(
            person_id=scope.person_id,
            grade=grade,
            site_id=site_id,
            currency=scope.currency,
            calendar=calendar,
            remedy_id=scope.remedy_id,
            records=records,
        )
        for site_id, calendar in sites.calendars(session, site_ids).items()
    ]


def unreached(session: Session, scope: Scope | Limit, *, on: date) -> Sequence[Site]:
    """Return the sites of a scope that a limit for it does not reach: their currency is another."""
    there = _sites_of(session, scope, on=on)
    return [site for site in there if site.currency != scope.currency and not site.retired]


def _sites_of(session: Session, scope: Scope | Limit, *, on: date) -> Sequence[Site]:
    """Return the sites of a scope, whatever their currency; the open ones for everyone."""
    query = select(Site).order_by(col(Site.id))
    if scope.person_id is not None:
        own = select(col(PersonSite.site_id)).where(
            col(PersonSite.person_id) == scope.person_id,
            or_(col(PersonSite.until).is_(None), col(PersonSite.until) >= on),
        )
        query = query.where(col(Site.id).in_(own))
    elif scope.site_id is not None:
        query = query.where(col(Site.id) == scope.site_id)
    else:
        query = query.where(col(Site.retired) == 0)
    return session.scalars(query).all()


def calendar_of(session: Session, scope: Scope | Limit, *, on: date) -> clock.Calendar | None:
    """Return the calendar in which the days of a scope start, if all of its sites share one."""
    found = [place.calendar for place in places(session, scope, on=on)]
    if not found or any(calendar != found[0] for calendar in found):
        return None
    return found[0]
