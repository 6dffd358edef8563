"""How many customers were still being watched, so many days after the decision."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from ledger.core.reports.scope import Scope
from ledger.core.tables import Decision, Outcome


def watched(  # the cohort, and the days
    session: Session,
    scope: Scope,
    *,
    unit: str,
    watch: str,
    through: date | None,
    days: Sequence[int],
) -> Mapping[int, int]:
    """Return how many units were at risk on each of these days: followed so long, and not back.

    Day 0 counts those at risk on day 1: a decision on or after `through` is never at risk. The
    same numbers as in the curve, which ends at its last event.
    """
    if through is None:
        return dict.fromkeys(days, 0)
    last = through.toordinal()
    event = col(Outcome.left_on if watch == "stays" else Outcome.returned_on)
    duration = case((event <= last, event), else_=last) - col(Outcome.decided_on)
    query = (
        select(*(func.sum(case((duration >= max(day, 1), 1), else_=0)) for day in days))
        .select_from(Outcome)
        .join(Decision, col(Decision.id) == col(Outcome.decision_id))
        .where(
            scope.holds(),
            col(Outcome.in_force) == 1,
            col(Outcome.customer_id).is_not(None),
            col(Outcome.decided_on) < last,
        )
    )
    if unit == "customer":
        query = query.where(col(Outcome.is_first) == 1)
    counts = session.execute(query).one()
    return {day: int(count or 0) for day, count in zip(days, counts, strict=True)}
