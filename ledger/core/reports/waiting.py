"""When more will be known: the days on which maturing decisions become known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core.reports.scope import Scope
from ledger.core.tables import Decision, Outcome

EARLIEST = 7
"""Days from the first one to be known within which others are told together with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many are known on which day: `days` are (business date, count), rising, counts over 0.

    A decision is known once activity is complete through its business date and the horizon.
    """

    days: Sequence[tuple[date, int]]

    @property
    def count(self) -> int:
        """How many we wait for."""
        return sum(count for _, count in self.days)

    @property
    def next(self) -> tuple[date, int] | None:
        """By when the next few are known, and how many these are; None if nobody is waited for."""
        if not self.days:
            return None
        end = self.days[0][0] + timedelta(days=EARLIEST)
        soon = [(day, count) for day, count in self.days if day < end]
        return soon[-1][0], sum(count for _, count in soon)

    def day_of(self, nth: int) -> date | None:
        """Return the day on which the nth of them (from 1) is known, None if there are fewer."""
        left = nth
        for day, count in self.days:
            left -= count
            if left <= 0:
                return day
        return None


def waiting(
    session: Session, scope: Scope, *, unit: str, horizon_days: int, through: date | None
) -> Waiting:
    """Return when those become known that are maturing at this horizon.

    Args:
        session: a reading session.
        scope: which decisions are looked at.
        unit: "customer" (each customer's first decision) or "decision".
        horizon_days: days after the decision.
        through: until when activity is complete; None: nothing is known yet.

    """
    counts = _maturing(
        session, scope, unit=unit, after=through.toordinal() - horizon_days if through else None
    )
    return Waiting(
        days=[
            (date.fromordinal(decided_on + horizon_days), count)
            for decided_on, count in sorted(counts.items())
        ]
    )


def _maturing(session: Session, scope: Scope, *, unit: str, after: int | None) -> Mapping[int, int]:
    query = (
        select(col(Outcome.decided_on), func.count())
        .join(Decision, col(Decision.id) == col(Outcome.decision_id))
        .where(scope.holds(), col(Outcome.in_force) == 1, col(Outcome.customer_id).is_not(None))
        .group_by(col(Outcome.decided_on))
    )
    if unit == "customer":
        query = query.where(col(Outcome.is_first) == 1)
    if after is not None:
        query = query.where(col(Outcome.decided_on) > after)
    return {int(day): int(count) for day, count in session.execute(query)}
