"""What has become of each decision, as a column: the words of DESIGN 3.6 for one row at a time."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, and_, case, or_, select, true
from sqlmodel import Session, col

from ledger.core import activity, sites
from ledger.core.tables import Decision, Outcome, Void

State = Literal["came_back", "not_back", "maturing", "walk_in", "voided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """How long is waited before a decision is counted, and until when activity is complete.

    `through` is None as long as there is no feed. `watch` is returns, or stays: there a decision
    whose customer did not cancel is the one that "came back".
    """

    days: int
    through: date | None
    watch: str

    def known_on(self, business_date: date) -> date:
        """Return the business date through which activity must be complete to know."""
        return business_date + timedelta(days=self.days)


def horizon(session: Session) -> Horizon:
    """Return the company's own horizon."""
    company = sites.company(session)
    return Horizon(
        days=company.horizon_days,
        through=activity.through(session).on,
        watch=company.watch,
    )


def state(at: Horizon) -> ColumnElement[str]:
    """Return the state of a decision, joined with its outcome and its void where there are any."""
    event = col(Outcome.left_on if at.watch == "stays" else Outcome.returned_on)
    happened = and_(event.is_not(None), event - col(Outcome.decided_on) <= at.days)
    yes, no = ("not_back", "came_back") if at.watch == "stays" else ("came_back", "not_back")
    return case(
        (col(Void.id).is_not(None), "voided"),
        (col(Decision.customer_id).is_(None), "walk_in"),
        (_is_maturing(at), "maturing"),
        (happened, yes),
        else_=no,
    )


def event_on(at: Horizon) -> ColumnElement[int | None]:
    """Return the ordinal of the day on which the customer came back, or left; None: not known."""
    event = col(Outcome.left_on if at.watch == "stays" else Outcome.returned_on)
    through = 0 if at.through is None else at.through.toordinal()
    return case((event <= through, event), else_=None)


def came_of(session: Session, decision: Decision, at: Horizon) -> tuple[State, date | None]:
    """Return the state of one decision, and the day on which its customer came back, or left."""
    query = (
        select(state(at), event_on(at))
        .select_from(Decision)
        .outerjoin(Void, col(Void.decision_id) == col(Decision.id))
        .outerjoin(Outcome, col(Outcome.decision_id) == col(Decision.id))
        .where(col(Decision.id) == decision.id)
    )
    found, event = session.execute(query).one()
    known: State = found
    return known, None if event is None else date.fromordinal(event)


def _is_maturing(at: Horizon) -> ColumnElement[bool]:
    if at.through is None:
        return true()
    return or_(
        col(Outcome.decided_on).is_(None),
        col(Outcome.decided_on) + at.days > at.through.toordinal(),
    )
