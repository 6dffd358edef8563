"""Limits: which one applies to a person now, and why.

The most specific limit in force applies, whole: a person's own before the one of a site and
grade, before a grade's, before a site's, before everyone's; at the same level the one for the
remedy first, then the latest start. No limit in force means no latitude. A limit never applies to
the person who set it: one's own latitude comes from somebody else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from ledger.core import sites
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
    asked = _asked(session, person, site_id=site_id, remedy_id=remedy_id, now=now)
    return session.scalars(in_force(Limit).limit(1), asked).one_or_none()


def ladder(
    session: Session, person: Person, *, site_id: int, remedy_id: int | None, now: datetime
) -> Sequence[Rung]:
    """Return every level with the limit that it would give, the most specific first."""
    asked = _asked(session, person, site_id=site_id, remedy_id=remedy_id, now=now)
    best: dict[Level, Limit] = {}
    for limit in session.scalars(in_force(Limit), asked):
        best.setdefault(level_of(limit), limit)
    winner = next((level for level in LEVELS if level in best), None)
    return [Rung(level=level, limit=best.get(level), is_winner=level == winner) for level in LEVELS]


def in_force(*columns: Mapped[Any] | type[Limit]) -> Select[Any]:
    """Return the query for the limits that apply, the winner first.

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
            col(Limit.currency) == col(Site.currency),
            *_begun_and_not_over(day, bindparam("now", type_=Instant())),
        )
        .order_by(*_PRECEDENCE)
    )


def level_of(limit: Limit) -> Level:
    """Return at which level a limit is set."""
    if limit.person_id is not None:
        return "person"
    if limit.grade is not None:
        return "grade" if limit.site_id is None else "site and grade"
    return "everyone" if limit.site_id is None else "site"


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


# How one row wins over another; the level first.
_PRECEDENCE: tuple[ColumnElement[Any], ...] = (
    case(
        (col(Limit.person_id).is_not(None), 1),
        (and_(col(Limit.site_id).is_not(None), col(Limit.grade).is_not(None)), 2),
        (col(Limit.grade).is_not(None), 3),
        (col(Limit.site_id).is_not(None), 4),
        else_=5,
    ),
    case((col(Limit.remedy_id).is_not(None), 0), else_=1),
    col(Limit.starts_on).desc(),
    # One that began at once, in the middle of the day, began after the day did.
    func.coalesce(col(Limit.starts_at), "").desc(),
    col(Limit.id).desc(),
)


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
