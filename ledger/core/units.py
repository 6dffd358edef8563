"""What is counted: each customer's first decision, every decision, or every episode."""

from sqlalchemy import ColumnElement, and_, exists, func, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col

from ledger.core.errors import BadValueError
from ledger.core.tables import Decision, Outcome

UNITS = ("customer", "decision", "episode")


def is_unit(unit: str, *, episode_days: int | None = None) -> ColumnElement[bool]:
    """Return the condition that a decision in force, joined with its outcome, is counted.

    Args:
        unit: "customer" (the customer's first decision in the ledger), "decision" (each for a
            known customer), or "episode" (one with none by that customer, at any site and for any
            reason, on its own business date before it and in the days before).
        episode_days: how many days before; only for episodes.

    Raises:
        BadValueError: the unit is not one, or episodes are without their days.

    """
    if unit not in UNITS:
        raise BadValueError("unit", unit, "unknown")
    is_known = col(Outcome.customer_id).is_not(None)
    if unit == "decision":
        return is_known
    if unit == "customer":
        return and_(is_known, col(Outcome.is_first) == 1)
    if episode_days is None or episode_days < 1:
        raise BadValueError("episode_days", str(episode_days), "out_of_range")
    return and_(is_known, (col(Outcome.is_first) == 1) | ~_has_one_before(episode_days))


def _has_one_before(days: int) -> ColumnElement[bool]:
    """Return the condition that the customer had another decision in so many days before."""
    other, its = aliased(Outcome), aliased(Decision)
    place = tuple_(
        col(Decision.decided_at), func.coalesce(col(Decision.external_id), ""), col(Decision.id)
    )
    its_place = tuple_(col(its.decided_at), func.coalesce(col(its.external_id), ""), col(its.id))
    return (
        exists()
        .where(
            col(other.customer_id) == col(Outcome.customer_id),
            col(other.in_force) == 1,
            col(other.decided_on) >= col(Outcome.decided_on) - days,
            col(its.id) == col(other.decision_id),
            its_place < place,
        )
        .correlate(Outcome, Decision)
    )
