"""What customers spent before and after a decision, and how often they came in the time after.

Weak evidence, by itself of no cause: who is given something has just been there, and large sums
move every mean. So medians and quartiles stand beside it, and who carries the mean is named.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate
from math import floor

from sqlalchemy import ColumnElement, func, select, type_coerce
from sqlmodel import Session, col

from ledger.core import activity, clock, customer_joins, sites
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.reports.overview import Choice
from ledger.core.tables import Activity, Decision, Outcome
from ledger.core.tables.types import Line
from ledger.core.units import is_unit

FENCE = Fraction(3, 2)
"""Quartile distances above the upper quartile from which a sum stands out (Tukey, 1977)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Whole numbers, one for each of n units: minor units, or visits.

    Quartiles are interpolated (Hyndman and Fan's type 7) and, as the mean, rounded half up.
    `outliers` is how many stand out above the others, `outliers_sum` what they add up to.
    """

    n: int
    total: int
    mean: int
    lower: int
    median: int
    upper: int
    outliers: int
    outliers_sum: int

    @property
    def outliers_share(self) -> float | None:
        """Return the share of the sum that those carry who stand out; None if there is no sum."""
        return self.outliers_sum / self.total if self.total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """One currency's units: spent in the days before the decision's business date, and after it.

    `same_day_minor` was spent on the very date, by `same_day` units: part of neither. `change` is
    after less before, of each unit.
    """

    currency: str
    before: Summary
    after: Summary
    change: Summary
    same_day: int
    same_day_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is known around the decisions of a choice, walk-ins apart.

    `known` are past their horizon; `uncovered` of them were decided so soon after the first
    activity that the days before are not known whole: these are in `visits` only. `visits` are the
    business dates with activity in the days after; None while nobody is known.
    """

    known: int
    uncovered: int
    spent: Sequence[Spent]
    visits: Summary | None


@dataclass(frozen=True, slots=True)
class _Unit:
    customer_id: int
    decided_on: int
    site_id: int
    currency: str


@dataclass(frozen=True, slots=True)
class _Came:
    """What one customer did, in order of time: instants as stored, and running sums by currency."""

    instants: Sequence[str]
    sums: Mapping[str, Sequence[int]]

    def spent(self, currency: str, start: int, end: int) -> int:
        """Return what was spent from one place in the order up to another."""
        sums = self.sums.get(currency)
        return sums[end] - sums[start] if sums else 0


def around(session: Session, choice: Choice, *, through: date | None) -> Around:
    """Return what customers did in the horizon of a choice before and after its decisions.

    Args:
        session: a reading session.
        choice: which decisions, which unit and how many days.
        through: until when activity is complete; None: nobody is known.

    """
    if through is None:
        return Around(known=0, uncovered=0, spent=(), visits=None)
    units, days = _units(session, choice, through), choice.horizon_days
    came = _came(session, {unit.customer_id for unit in units})
    calendars = sites.calendars(session)
    beginning = session.scalar(select(func.min(_stored(col(Activity.occurred_at)))))
    amounts: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    visits, uncovered = [], 0
    for unit in units:
        day, calendar = date.fromordinal(unit.decided_on), calendars[unit.site_id]
        own = came.get(unit.customer_id, _NEVER)
        edges = [
            clock.as_text(calendar.start_of(day + timedelta(days=distance)))
            for distance in (-days, 0, 1, days + 1)
        ]
        first, that_day, after, end = (bisect_left(own.instants, edge) for edge in edges)
        visits.append(_dates(calendar, own.instants[after:end]))
        if beginning is None or edges[0] < beginning:
            uncovered += 1
            continue
        between = ((first, that_day), (that_day, after), (after, end))
        before, same, later = (own.spent(unit.currency, *pair) for pair in between)
        amounts[unit.currency].append((before, same, later))
    return Around(
        known=len(units),
        uncovered=uncovered,
        spent=[_spent(currency, rows) for currency, rows in sorted(amounts.items())],
        visits=summary(visits) if visits else None,
    )


def summary(values: Iterable[int]) -> Summary:
    """Return what is said of so many whole numbers; there must be one."""
    ordered = sorted(values)
    n, total = len(ordered), sum(ordered)
    lower, median, upper = (_quartile(ordered, number) for number in (1, 2, 3))
    # Whole numbers are above the fence when they are above its whole part: quick to compare.
    fence = floor(upper + FENCE * (upper - lower))
    above = ordered[bisect_right(ordered, fence) :]
    return Summary(
        n=n,
        total=total,
        mean=_half_up(Fraction(total, n)),
        lower=_half_up(lower),
        median=_half_up(median),
        upper=_half_up(upper),
        outliers=len(above),
        outliers_sum=sum(above),
    )


def _quartile(ordered: Sequence[int], number: int) -> Fraction:
    low, quarters = divmod((len(ordered) - 1) * number, 4)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * Fraction(quarters, 4)


def _half_up(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2))


def _spent(currency: str, rows: Sequence[tuple[int, int, int]]) -> Spent:
    return Spent(
        currency=currency,
        before=summary(before for before, _, _ in rows),
        after=summary(after for _, _, after in rows),
        change=summary(after - before for before, _, after in rows),
        same_day=sum(1 for _, same, _ in rows if same),
        same_day_minor=sum(same for _, same, _ in rows),
    )


def _dates(calendar: clock.Calendar, instants: Sequence[str]) -> int:
    """Return on how many business dates these instants lie."""
    count = place = 0
    while place < len(instants):
        count += 1
        day = calendar.business_date(clock.from_text(instants[place]))
        place = bisect_left(instants, clock.as_text(calendar.next_start(day)), place + 1)
    return count


def _units(session: Session, choice: Choice, through: date) -> Sequence[_Unit]:
    query = (
        select(
            col(Outcome.customer_id),
            col(Outcome.decided_on),
            col(Decision.site_id),
            col(Decision.currency),
        )
        .join(Decision, col(Decision.id) == col(Outcome.decision_id))
        .where(
            choice.scope.holds(),
            col(Outcome.in_force) == 1,
            is_unit(choice.unit, episode_days=choice.horizon_days),
            col(Outcome.decided_on) + choice.horizon_days <= through.toordinal(),
        )
    )
    return [_Unit(*row) for row in session.execute(query)]


def _came(session: Session, customer_ids: set[int]) -> Mapping[int, _Came]:
    """Return what these customers did, under all of their ids."""
    into = customer_joins.into_ids(session, customer_ids)
    rows: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    for ids in batched(sorted(customer_ids | set(into)), IDS_IN_A_QUERY):
        query = select(
            col(Activity.customer_id),
            _stored(col(Activity.occurred_at)),
            col(Activity.currency),
            col(Activity.amount_minor),
        ).where(
            col(Activity.customer_id).in_(ids),
            col(Activity.kind).in_(activity.RETURNS),
            activity.counts(),
        )
        for customer_id, occurred_at, currency, minor in session.execute(query):
            rows[into.get(customer_id, customer_id)].append((occurred_at, currency, minor))
    return {customer_id: _in_order(found) for customer_id, found in rows.items()}


def _in_order(rows: list[tuple[str, str, int]]) -> _Came:
    rows.sort()
    sums = {
        currency: list(
            accumulate((minor if code == currency else 0 for _, code, minor in rows), initial=0)
        )
        for currency in {code for _, code, _ in rows}
    }
    return _Came([occurred_at for occurred_at, _, _ in rows], sums)


def _stored(column: object) -> ColumnElement[str]:
    return type_coerce(column, Line())


_NEVER = _Came((), {})
