"""Drift: month by month, what a limit allowed against what was given under it.

Of one scope: all limits ever set for the same people, site, grade, remedy and currency, which take
over from each other. A decision belongs to the scope whose limit judged it, and to the month of its
business date. Counted are decisions in force and of value: all that was given, alone, after an ask
and as an exception, for what is given above a limit is where it drifts to. Past the limit is what
was above the amount per decision of the limit that judged it. What was given alone also has its own
95th percentile. Imported decisions were judged by nobody.

Exact, in minor units: of n amounts in order, the smallest first, the median is number ⌈n/2⌉ and the
95th percentile number ⌈0.95 n⌉ (nearest rank), so both are amounts that were given. Under FEW
amounts a month has neither, nor has what was given alone.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

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
    """What was given in one month: `count` in all, and in each of the three ways.

    `past` of them were above the limit that judged them. `median_minor` and `most_minor` (the 95th
    percentile) are of all of them, `alone_most_minor` of those given alone; None under FEW amounts.
    """

    first: date
    count: int
    alone: int
    after_ask: int
    exceptions: int
    past: int
    median_minor: int | None
    most_minor: int | None
    alone_most_minor: int | None


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
    given: dict[str, list[_Given]] = {}
    for ids in batched([one.id for one in history], IDS_IN_A_QUERY):
        for month, *told in session.execute(_given(ids, since=firsts[0])):
            given.setdefault(month, []).append(_Given._make(told))
    return Drift(
        currency=limit.currency,
        until=today,
        steps=_steps(history, calendar, since=firsts[0], until=today),
        months=[_month(first, given.get(first.isoformat()[:7], [])) for first in firsts],
    )


_ALONE, _AFTER_ASK, _EXCEPTION = 0, 1, 2


class _Given(NamedTuple):
    """So many `times` an amount was given in a way, past the limit that judged it or not."""

    kind: int
    is_past: int
    amount_minor: int
    times: int


def _given(limit_ids: Sequence[int], *, since: date) -> Select[*tuple[Any, ...]]:
    """Select the month, and what a `_Given` has: not many more rows than there are amounts."""
    month = func.substr(col(Decision.business_date), 1, 7)
    kind = case(
        (col(Decision.exception_reason).is_not(None), _EXCEPTION),
        (col(Decision.ask_id).is_not(None), _AFTER_ASK),
        else_=_ALONE,
    )
    amount = col(Decision.amount_minor)
    is_past = case((amount > col(Decision.limit_per_decision_minor), 1), else_=0)
    return (
        select(month, kind, is_past, amount, func.count())
        .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
        .where(
            col(Decision.limit_id).in_(limit_ids),
            col(Decision.business_date) >= since,
            col(Outcome.in_force) == 1,
            amount > 0,
        )
        .group_by(month, kind, is_past, amount)
    )


def _month(first: date, given: Sequence[_Given]) -> Month:
    ways: Counter[int] = Counter()
    amounts: Counter[int] = Counter()
    alone: Counter[int] = Counter()
    for one in given:
        ways[one.kind] += one.times
        amounts[one.amount_minor] += one.times
        if one.kind == _ALONE:
            alone[one.amount_minor] += one.times
    return Month(
        first=first,
        count=amounts.total(),
        alone=ways[_ALONE],
        after_ask=ways[_AFTER_ASK],
        exceptions=ways[_EXCEPTION],
        past=sum(one.times for one in given if one.is_past),
        median_minor=_percentile(amounts, 50),
        most_minor=_percentile(amounts, 95),
        alone_most_minor=_percentile(alone, 95),
    )


def _percentile(amounts: Counter[int], percent: int) -> int | None:
    count = amounts.total()
    return ranked(amounts, -(-count * percent // 100)) if count >= FEW else None


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
