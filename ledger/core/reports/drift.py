"""Drift: month by month, what a limit allowed against what was given under it.

Of one scope: all limits ever set for the same people, site, grade, remedy and currency, which take
over from each other. A decision belongs to the scope whose limit judged it, and to the month of its
business date. Counted are decisions in force and of value, given within the latitude; those after
an ask and exceptions are counted apart and are in no figure. Imported ones were judged by nobody.

Exact, in minor units: of n amounts in order, the smallest first, the median is number ⌈n/2⌉ and the
95th percentile number ⌈0.95 n⌉ (nearest rank), so both are amounts that were given. Under FEW
amounts a month has neither.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlmodel import Session, col

from ledger.core import clock, limits, sites
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.tables import Decision, Limit, Outcome

MONTHS = 12
FEW = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From this day on the scope's own limit is this much; None: it has none of its own."""

    on: date
    per_decision_minor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What was given in one month: `count` within the latitude, and how many in other ways.

    `median_minor` and `most_minor` (the 95th percentile) are None under FEW amounts.
    """

    first: date
    count: int
    after_ask: int
    exceptions: int
    median_minor: int | None
    most_minor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The limit's steps over the months, the first one from the first month's first day."""

    currency: str
    until: date
    steps: Sequence[Step]
    months: Sequence[Month]

    @property
    def has_enough(self) -> bool:
        """Whether any month has a figure."""
        return any(month.median_minor is not None for month in self.months)


def drift(session: Session, limit: Limit, *, now: datetime, months: int = MONTHS) -> Drift:
    """Return the last so many months of a limit's scope, this one included."""
    calendar = (
        sites.company_calendar(session)
        if limit.site_id is None
        else sites.calendar_of(session, limit.site_id)
    )
    today = calendar.business_date(now)
    firsts = _firsts(today, months)
    history = limits.history_of(session, limit)
    given: dict[str, dict[int, int]] = {}
    apart: dict[str, tuple[int, int]] = {}
    for ids in batched([one.id for one in history], IDS_IN_A_QUERY):
        for month, kind, amount, times in session.execute(_given(ids, since=firsts[0])):
            if kind == _ALONE:
                amounts = given.setdefault(month, {})
                amounts[amount] = amounts.get(amount, 0) + times
            else:
                asked, excepted = apart.get(month, (0, 0))
                is_ask = kind == _AFTER_ASK
                apart[month] = (asked + times * is_ask, excepted + times * (not is_ask))
    return Drift(
        currency=limit.currency,
        until=today,
        steps=_steps(history, calendar, since=firsts[0], until=today),
        months=[
            _month(first, given.get(key, {}), apart.get(key, (0, 0)))
            for first in firsts
            for key in [first.isoformat()[:7]]
        ],
    )


_ALONE, _AFTER_ASK, _EXCEPTION = 0, 1, 2


def _given(limit_ids: Sequence[int], *, since: date) -> Select[*tuple[Any, ...]]:
    """Select month, kind, amount and how often: as many rows as there are amounts."""
    month = func.substr(col(Decision.business_date), 1, 7)
    kind = case(
        (col(Decision.exception_reason).is_not(None), _EXCEPTION),
        (col(Decision.ask_id).is_not(None), _AFTER_ASK),
        else_=_ALONE,
    )
    amount = col(Decision.amount_minor)
    return (
        select(month, kind, amount, func.count())
        .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
        .where(
            col(Decision.limit_id).in_(limit_ids),
            col(Decision.business_date) >= since,
            col(Outcome.in_force) == 1,
            amount > 0,
        )
        .group_by(month, kind, amount)
    )


def _month(first: date, amounts: Mapping[int, int], apart: tuple[int, int]) -> Month:
    count = sum(amounts.values())
    is_enough = count >= FEW
    return Month(
        first=first,
        count=count,
        after_ask=apart[0],
        exceptions=apart[1],
        median_minor=ranked(amounts, -(-count // 2)) if is_enough else None,
        most_minor=ranked(amounts, -(-count * 19 // 20)) if is_enough else None,
    )


def ranked(amounts: Mapping[int, int], rank: int) -> int:
    """Return the amount with this number in order, the smallest being number 1.

    Raises:
        LookupError: if there are not so many.

    """
    for amount in sorted(amounts):
        rank -= amounts[amount]
        if rank <= 0:
            return amount
    raise LookupError


def _steps(
    history: Sequence[Limit], calendar: clock.Calendar, *, since: date, until: date
) -> Sequence[Step]:
    turns = {since} | {one.starts_on for one in history}
    turns |= {one.ends_on + timedelta(days=1) for one in history if one.ends_on is not None}
    found: list[Step] = []
    for on in sorted(turn for turn in turns if since <= turn <= until):
        held = [
            one
            for one in history
            if one.starts_on <= on and (one.ends_on is None or one.ends_on >= on)
        ]
        won = max(held, key=lambda one: limits.precedence(one, calendar), default=None)
        minor = None if won is None else won.per_decision_minor
        if not found or found[-1].per_decision_minor != minor:
            found.append(Step(on=on, per_decision_minor=minor))
    return found


def _firsts(today: date, months: int) -> Sequence[date]:
    found = [today.replace(day=1)]
    while len(found) < months:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]
