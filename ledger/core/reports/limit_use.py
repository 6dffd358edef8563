"""How much of the limits in force people use: it says that a limit binds, not what a gift does."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlmodel import Session, col

from ledger.core import limit_book, limits, sites
from ledger.core.reports.named_limits import NamedLimit, named
from ledger.core.tables import Decision, Limit, Outcome, Remedy

MOST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitUse:
    """A limit in force, and the gifts of value that it judged.

    `median` is the middle share of the limit that was given, as a share of 1, None if nothing was;
    `at_limit` how many of the `decisions` were exactly at it.
    """

    found: NamedLimit
    decisions: int
    median: float | None
    at_limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsUsed:
    """The limits in force for more than one person: those that judged most first, unused ones last.

    `more` of them are beyond the longest list. `others` counts the gifts that limits judged which
    are not `shown`: these, limits of one person, and limits that are not in force any more.
    """

    shown: Sequence[LimitUse]
    more: int
    others: int


def limit_use(session: Session, *, since: date, on: date, count: int = MOST) -> LimitsUsed:
    """Return how the limits in force on a business date of the company were used since a day."""
    given: dict[int, list[tuple[int, int, int]]] = {}
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
        .where(
            col(Outcome.decided_on) >= since.toordinal(),
            col(Outcome.in_force) == 1,
            col(Decision.limit_id).is_not(None),
            col(Decision.limit_per_decision_minor) > 0,
            col(Decision.amount_minor) > 0,
        )
        .group_by(*columns)
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
