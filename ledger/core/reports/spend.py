"""What was given, and what it cost: by currency, since currencies are never added up."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlmodel import Session, col

from ledger.core import standing
from ledger.core.reports.scope import Scope
from ledger.core.tables import Decision, Outcome, Void


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """One currency's decisions, and their worth and cost in its minor units.

    `decisions` are in force, `walk_ins` those of them for nobody in particular. `not_taken_back`
    are voided ones whose gift stayed with the customer: their worth and cost are in the sums.
    """

    currency: str
    decisions: int
    walk_ins: int
    given_minor: int
    cost_minor: int
    not_taken_back: int

    @property
    def paid_for(self) -> int:
        """How many decisions the sums are of: in force, or voided and not taken back."""
        return self.decisions + self.not_taken_back


def spend(session: Session, scope: Scope) -> Sequence[Spend]:
    """Return what was given in the scope, one row for each currency, by its code."""
    in_force = col(Outcome.in_force) == 1
    query = (
        select(
            col(Decision.currency),
            func.sum(case((in_force, 1), else_=0)),
            func.sum(case((and_(in_force, col(Decision.customer_id).is_(None)), 1), else_=0)),
            func.sum(col(Decision.amount_minor)),
            func.sum(col(Decision.cost_minor)),
            func.sum(case((in_force, 0), else_=1)),
        )
        .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
        .where(scope.holds(), is_paid_for())
        .group_by(col(Decision.currency))
        .order_by(col(Decision.currency))
    )
    return [
        Spend(
            currency=row[0],
            decisions=int(row[1]),
            walk_ins=int(row[2]),
            given_minor=int(row[3]),
            cost_minor=int(row[4]),
            not_taken_back=int(row[5]),
        )
        for row in session.execute(query)
    ]


def is_paid_for() -> ColumnElement[bool]:
    """Return the condition that a decision, joined with its outcome, costs the company something.

    It is in force, or it was voided and the gift was not taken back.
    """
    voided = exists().where(col(Void.decision_id) == col(Decision.id), col(Void.taken_back) == 0)
    stayed = voided & ~standing.is_undone(col(Decision.import_id))
    return or_(col(Outcome.in_force) == 1, stayed)
