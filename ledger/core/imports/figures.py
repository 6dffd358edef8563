"""How far the figures of all sites reach, and what becomes known, or maturing again, when it moves.

Whether an outcome is known follows from the day through which all feeds are complete: a file that
moves that day changes what everybody sees, though it touches no outcome.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import activity, sites
from ledger.core.tables import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The figures of all sites reach `after` instead of `before`; None: nothing is known.

    `known` is how many outcomes more are known at the company's horizon; below 0, they mature
    again.
    """

    before: date | None
    after: date | None
    known: int


def foresee(session: Session, feed: str, on: date | None) -> Moved | None:
    """Return how the figures move if a feed reaches `on` (None: it is gone); None if they stay."""
    before = activity.through(session).on
    after = activity.through_if(session, feed, on)
    if before == after:
        return None
    return Moved(before=before, after=after, known=_known(session, after) - _known(session, before))


def _known(session: Session, through: date | None) -> int:
    """Return how many outcomes are known if activity is complete through a day."""
    if through is None:
        return 0
    latest = through.toordinal() - sites.company(session).horizon_days
    query = (
        select(func.count())
        .select_from(Outcome)
        .where(
            col(Outcome.in_force) == 1,
            col(Outcome.customer_id).is_not(None),
            col(Outcome.decided_on) <= latest,
        )
    )
    return session.scalar(query) or 0
