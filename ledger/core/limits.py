"""Limits: which one applies to a person now, and why.

The most specific limit in force applies, whole: a person's own before the one of a site and
grade, before a grade's, before a site's, before everyone's; at the same level the one for the
remedy first, then the latest start. No limit in force means no latitude. A limit never applies to
the person who set it, under whatever record: one's own latitude comes from somebody else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    Select,
    bindparam,
    exists,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col

from ledger.core import clock, sites
from ledger.core.tables import Limit, Person, Site
from ledger.core.tables.types import Day, Instant

Level = Literal["person", "site and grade", "grade", "site", "everyone"]

# From the most specific to the least: the order in which limits win.
LEVELS: tuple[Level, ...] = ("person", "site and grade", "grade", "site", "everyone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One level of the ladder that explains a limit: what is set there, and whether it wins."""

    level: Level
    limit: Limit | None
    is_winner: bool


def limit_in_force(
    session: Session, person: Person, *, site_id: int, remedy_id: int | None, now: datetime
) -> Limit | None:
    """Return the one limit that applies to this person at this site, for this remedy, now.

    With `remedy_id` None: the limit for remedies that have none of their own.
    """
    rungs = ladder(session, person, site_id=site_id, remedy_id=remedy_id, now=now)
    return next((rung.limit for rung in rungs if rung.is_winner), None)


def ladder(
    session: Session, person: Person, *, site_id: int, remedy_id: int | None, now: datetime
) -> Sequence[Rung]:
    """Return every level with the limit that it would give, the most specific first."""
    asked = _asked(session, person, site_id=site_id, remedy_id=remedy_id, now=now)
    calendar = sites.calendar_of(session, site_id)
    found = session.scalars(in_force(Limit), asked).all()
    best: dict[Level, Limit] = {}
    for limit in sorted(found, key=lambda each: precedence(each, calendar), reverse=True):
        best.setdefault(level_of(limit), limit)
    winner = next((level for level in LEVELS if level in best), None)
    return [Rung(level=level, limit=best.get(level), is_winner=level == winner) for level in LEVELS]


def in_force(*columns: Mapped[Any] | type[Limit]) -> Select[Any]:
    """Return the query for the limits that apply; `precedence` says which of them wins.

    Its parameters: person_id, grade, site_id, remedy_id, business_date and now. A comparison with
    a parameter that is NULL is never true, so only limits for "all of them" remain.
    """
    scopes = (
        (col(Limit.person_id), "person_id"),
        (col(Limit.grade), "grade"),
        (col(Limit.site_id), "site_id"),
        (col(Limit.remedy_id), "remedy_id"),
    )
    day = bindparam("business_date", type_=Day())
    return (
        select(*columns)
        .join(Site, col(Site.id) == bindparam("site_id"))
        .where(
            *(or_(column.is_(None), column == bindparam(name)) for column, name in scopes),
            col(Limit.set_by_id) != bindparam("person_id"),
            ~_is_set_by_same_human(bindparam("person_id")),
            col(Limit.currency) == col(Site.currency),
            *_begun_and_not_over(day, bindparam("now", type_=Instant())),
        )
    )


def level_of(limit: Limit) -> Level:
    """Return at which level a limit is set."""
    return level_for(limit.person_id, limit.site_id, limit.grade)


def level_for(person_id: int | None, site_id: int | None, grade: str | None) -> Level:
    """Return at which level a limit with this scope is set."""
    if person_id is not None:
        return "person"
    if grade is not None:
        return "grade" if site_id is None else "site and grade"
    return "everyone" if site_id is None else "site"


def precedence(limit: Limit, calendar: clock.Calendar) -> tuple[int, bool, datetime, int]:
    """Return what orders limits at a site with this calendar: of two, the greater one wins.

    The level first, then the one for a remedy, then the later start: one that begins on a date
    begins when that day does at this site, one that began at once began at that instant.
    """
    return rank(
        level=level_of(limit),
        is_for_remedy=limit.remedy_id is not None,
        begun_at=limit.starts_at or calendar.start_of(limit.starts_on),
        limit_id=limit.id,
    )


def rank(
    *, level: Level, is_for_remedy: bool, begun_at: datetime, limit_id: int
) -> tuple[int, bool, datetime, int]:
    """Return the order of one limit among others: the greater one wins."""
    return -LEVELS.index(level), is_for_remedy, begun_at, limit_id


def history_of(session: Session, limit: Limit) -> Sequence[Limit]:
    """Return every limit ever set in the same scope, the newest first."""
    same = [
        _same(col(Limit.person_id), limit.person_id),
        _same(col(Limit.site_id), limit.site_id),
        _same(col(Limit.grade), limit.grade),
        _same(col(Limit.remedy_id), limit.remedy_id),
        col(Limit.currency) == limit.currency,
    ]
    return session.scalars(select(Limit).where(*same).order_by(col(Limit.id).desc())).all()


def _asked(
    session: Session, person: Person, *, site_id: int, remedy_id: int | None, now: datetime
) -> Mapping[str, object]:
    return {
        "person_id": person.id,
        "grade": person.grade,
        "site_id": site_id,
        "remedy_id": remedy_id,
        "business_date": sites.calendar_of(session, site_id).business_date(now),
        "now": now,
    }


def _is_set_by_same_human(person_id: BindParameter[int]) -> ColumnElement[bool]:
    """Return the condition that who set a limit and this person are records of one human being.

    As `same_human` has it, for up to three records one after the other; all by look-ups by key,
    since every decision asks this.
    """
    setter, own = aliased(Person), aliased(Person)

    def beyond(one: type[Person]) -> ScalarSelect[Any]:
        third = aliased(Person)
        known = select(col(third.same_as_id)).where(col(third.id) == col(one.same_as_id))
        return known.correlate(one).scalar_subquery()

    return exists().where(
        col(setter.id) == col(Limit.set_by_id),
        col(own.id) == person_id,
        or_(
            col(setter.same_as_id) == col(own.id),
            col(own.same_as_id) == col(setter.id),
            col(own.same_as_id) == col(setter.same_as_id),
            beyond(setter) == col(own.id),
            beyond(own) == col(setter.id),
        ),
    )


def _begun_and_not_over(
    on: BindParameter[date], now: BindParameter[datetime]
) -> Sequence[ColumnElement[bool]]:
    # One that began at once began everywhere at that instant, whatever date it was there. And no
    # limit judges what was done before it was set, on whatever day it starts.
    at_once = col(Limit.starts_at).is_not(None)
    return (
        or_(at_once, col(Limit.starts_on) <= on),
        or_(~at_once, col(Limit.starts_at) <= now),
        col(Limit.set_at) <= now,
        or_(col(Limit.ends_on).is_(None), col(Limit.ends_on) >= on),
    )


def _same(column: ColumnElement[Any] | Mapped[Any], value: object) -> ColumnElement[bool]:
    return column.is_(None) if value is None else column == value
