"""When more will be known: the days on which maturing decisions become known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from ledger.core.reports.scope import Scope
from ledger.core.tables import Decision, Outcome
from ledger.core.units import is_unit

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
        unit: what is counted, one of UNITS.
        horizon_days: days after the decision, and before it for episodes.
        through: until when activity is complete; None: nothing is known yet.

    """
    after = through.toordinal() - horizon_days if through else None
    counts = _maturing(session, scope, is_unit(unit, episode_days=horizon_days), after=after)
    return Waiting(
        days=[
            (date.fromordinal(decided_on + horizon_days), count)
            for decided_on, count in sorted(counts.items())
        ]
    )


def _maturing(
    session: Session, scope: Scope, counted: ColumnElement[bool], *, after: int | None
) -> Mapping[int, int]:
    query = (
        select(col(Outcome.decided_on), func.count())
        .join(Decision, col(Decision.id) == col(Outcome.decision_id))
        .where(scope.holds(), col(Outcome.in_force) == 1, counted)
        .group_by(col(Outcome.decided_on))
    )
    if after is not None:
        query = query.where(col(Outcome.decided_on) > after)
    return {int(day): int(count) for day, count in session.execute(query)}
