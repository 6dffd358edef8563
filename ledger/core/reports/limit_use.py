"""How much of the limits in force people use: it says that a limit binds, not what a gift does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from ledger.core import limit_book
from ledger.core.reports.named_limits import NamedLimit, named
from ledger.core.tables import Decision, Limit, Outcome

MOST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitUse:
    """A limit in force, and the gifts of value that it judged.

    `median` is the middle share of the limit that was given, as a share of 1; `at_limit` how many
    of the `decisions` were exactly at it.
    """

    found: NamedLimit
    decisions: int
    median: float
    at_limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsUsed:
    """The limits in force that judged most, most first; `others` counts gifts that others judged.

    These are limits of one person, limits that are over, and those beyond the longest list.
    """

    shown: Sequence[LimitUse]
    others: int


def limit_use(session: Session, *, since: date, on: date, count: int = MOST) -> LimitsUsed:
    """Return how the limits in force were used since a day."""
    given: dict[int, list[tuple[int, int, int]]] = {}
    for limit_id, amount, most, times in session.execute(_given(since)):
        given.setdefault(limit_id, []).append((amount, most, times))
    by_use = sorted(given, key=lambda key: (-_times(given[key]), key))[: 8 * count]
    limits = {
        limit.id: limit
        for limit in session.scalars(
            # A person's own limit would tell shares of one person, which no page shows.
            select(Limit).where(col(Limit.id).in_(by_use), col(Limit.person_id).is_(None))
        )
        if _is_in_force(session, limit, on)
    }
    used = [key for key in by_use if key in limits][:count]
    names = {one.limit.id: one for one in named(session, [limits[key] for key in used])}
    shown = [
        LimitUse(
            found=names[key],
            decisions=_times(given[key]),
            median=_median(given[key]),
            at_limit=sum(times for amount, most, times in given[key] if amount == most),
        )
        for key in used
    ]
    every = sum(_times(times) for times in given.values())
    return LimitsUsed(shown=shown, others=every - sum(use.decisions for use in shown))


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


def _is_in_force(session: Session, limit: Limit, on: date) -> bool:
    """Whether no later limit of the same scope has begun, and it is not over."""
    if limit.ends_on is not None and limit.ends_on < on:
        return False
    newest = limit_book.newest_of(session, limit_book.scope_of(limit))
    return newest is None or newest.id == limit.id or newest.starts_on > on


def _times(given: Sequence[tuple[int, int, int]]) -> int:
    return sum(times for _, _, times in given)


def _median(given: Sequence[tuple[int, int, int]]) -> float:
    """Return the lower middle of the shares; there is at least one."""
    middle, below = (_times(given) + 1) // 2, 0
    for share, times in sorted((amount / most, times) for amount, most, times in given):
        below += times
        if below >= middle:
            return share
    return 0.0
