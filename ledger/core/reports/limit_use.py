"""How much of the limits in force people use: it says that a limit binds, not what a gift does."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, cast, exists, func, or_, select
from sqlmodel import Session, col

from ledger.core import limit_book, limits, sites, ways
from ledger.core.reports.named_limits import NamedLimit, named
from ledger.core.tables import Decision, Limit, Outcome, Remedy
from ledger.core.tables.types import Line

MOST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitUse:
    """A limit in force, and the gifts of value that it judged.

    `decisions` are those made alone within it. `median` is the middle share of the limit that was
    given in them, as a share of 1, None if nothing was; `at_limit` how many were exactly at it.
    `budget_used` is what they add up to, as a share of 1 of the budgets in which anything was
    given: one for each person, site and period of the limit; None where it sets none, or nothing
    was given. `approved` and `exceptions` (those of `ways.EXCEPTIONS`) went past it, and are
    in none of these.
    """

    found: NamedLimit
    decisions: int
    median: float | None
    at_limit: int
    budget_used: float | None
    approved: int
    exceptions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsUsed:
    """The limits in force for more than one person: those that judged most first, unused ones last.

    `more` of them are beyond the longest list. `others` counts gifts given alone that limits judged
    which are not `shown`: these, limits of one person, and limits that are not in force any more.
    """

    shown: Sequence[LimitUse]
    more: int
    others: int


def limit_use(session: Session, *, since: date, on: date, count: int = MOST) -> LimitsUsed:
    """Return how the limits in force on a business date of the company were used since a day."""
    given: dict[int, list[tuple[int, int, int]]] = {}
    beyond = {row.limit_id: row for row in session.execute(_beyond(since))}
    budgets = {
        row.limit_id: int(row.used) / int(row.budgets) for row in session.execute(_budgets(since))
    }
    for limit_id, amount, most, times in session.execute(_given(since)):
        given.setdefault(limit_id, []).append((amount, most, times))
    in_force = sorted(
        _in_force(session, on=on), key=lambda limit: (-_times(given.get(limit.id, ())), limit.id)
    )
    shown = [
        LimitUse(
            found=one,
            decisions=_times(used),
            median=_median(used),
            at_limit=sum(times for amount, most, times in used if amount == most),
            budget_used=budgets.get(one.limit.id),
            approved=beyond[one.limit.id].approved if one.limit.id in beyond else 0,
            exceptions=beyond[one.limit.id].exceptions if one.limit.id in beyond else 0,
        )
        for one in named(session, in_force[:count])
        for used in [given.get(one.limit.id, ())]
    ]
    every = sum(_times(used) for used in given.values())
    return LimitsUsed(
        shown=shown,
        more=len(in_force) - len(shown),
        others=every - sum(use.decisions for use in shown),
    )


def _in_force(session: Session, *, on: date) -> Collection[Limit]:
    """Return the limits that can judge somebody at an open site: of each scope the one that wins.

    A person's own are left out: they would tell shares of one person, which no page shows.
    """
    calendars, own = sites.calendars(session), sites.company_calendar(session)
    currencies = {site.id: site.currency for site in sites.open_sites(session)}
    is_retired = exists().where(col(Remedy.id) == col(Limit.remedy_id), col(Remedy.retired) == 1)
    query = select(Limit).where(
        col(Limit.person_id).is_(None),
        or_(col(Limit.ends_on).is_(None), col(Limit.ends_on) >= on),
        ~is_retired,
    )
    begun = [
        limit
        for limit in session.scalars(query)
        if limit_book.is_in_force(limit, on=on) and _reaches(limit, currencies)
    ]
    begun.sort(key=lambda limit: limits.precedence(limit, calendars.get(limit.site_id or 0, own)))
    return {limit_book.scope_of(limit): limit for limit in begun}.values()


def _reaches(limit: Limit, currencies: Mapping[int, str]) -> bool:
    """Whether a limit is for one of these sites, in the currency there."""
    if limit.site_id is None:
        return limit.currency in currencies.values()
    return currencies.get(limit.site_id) == limit.currency


def _given(since: date) -> Select[*tuple[Any, ...]]:
    """Select limit, amount, limit's amount and how often: as many rows as there are amounts."""
    columns = (
        col(Decision.limit_id),
        col(Decision.amount_minor),
        col(Decision.limit_per_decision_minor),
    )
    return (
        select(*columns, func.count())
        .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
        .where(_judged(since), ways.is_alone(), col(Decision.limit_per_decision_minor) > 0)
        .group_by(*columns)
    )


def _beyond(since: date) -> Select[*tuple[Any, ...]]:
    """Select how many decisions went past each limit: approved, and as exceptions."""
    return (
        select(
            col(Decision.limit_id),
            func.sum(case((ways.came_about("approved"), 1), else_=0)).label("approved"),
            func.sum(case((ways.came_about("exception"), 1), else_=0)).label("exceptions"),
        )
        .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
        .where(_judged(since), ~ways.is_alone())
        .group_by(col(Decision.limit_id))
    )


def _budgets(since: date) -> Select[*tuple[Any, ...]]:
    """Select what the budgets of each limit had, and what of it was given alone.

    A budget is one person's, at one site, in one period: a day, an ISO week or a month.
    """
    # Ordinal 1 was a Monday: weeks are sevens of days from there.
    week = (col(Outcome.decided_on) - 1) // 7
    period = case(
        (col(Decision.limit_budget_period) == "day", cast(col(Outcome.decided_on), Line())),
        (col(Decision.limit_budget_period) == "week", cast(week, Line())),
        else_=func.substr(cast(col(Decision.business_date), Line()), 1, 7),
    )
    each = (
        select(
            col(Decision.limit_id).label("limit_id"),
            func.sum(col(Decision.amount_minor)).label("used"),
            func.max(col(Decision.limit_budget_minor)).label("budget"),
        )
        .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
        .where(_judged(since), ways.is_alone(), col(Decision.limit_budget_minor) > 0)
        .group_by(col(Decision.limit_id), col(Decision.person_id), col(Decision.site_id), period)
        .subquery()
    )
    return select(
        each.c.limit_id,
        func.sum(each.c.used).label("used"),
        func.sum(each.c.budget).label("budgets"),
    ).group_by(each.c.limit_id)


def _judged(since: date) -> ColumnElement[bool]:
    """Return the condition that a limit judged a gift of value, which is in force."""
    return and_(
        col(Outcome.decided_on) >= since.toordinal(),
        col(Outcome.in_force) == 1,
        col(Decision.limit_id).is_not(None),
        col(Decision.amount_minor) > 0,
    )


def _times(given: Sequence[tuple[int, int, int]]) -> int:
    return sum(times for _, _, times in given)


def _median(given: Sequence[tuple[int, int, int]]) -> float | None:
    """Return the lower middle of the shares; None if there is none."""
    middle, below = (_times(given) + 1) // 2, 0
    for share, times in sorted((amount / most, times) for amount, most, times in given):
        below += times
        if below >= middle:
            return share
    return None
