"""How a decision came about: alone within the latitude, approved, or an exception.

Every figure tells these apart, because each means something else: what was given alone says what
the limits allow, what was approved says what supervisors would have given, and an exception went
past a limit without anybody's yes. What a time-out allowed is one of these: nobody answered.
"""

from collections.abc import Sequence
from functools import cache
from typing import Literal

from sqlalchemy import ColumnElement, and_, case, exists
from sqlalchemy.orm import aliased
from sqlmodel import col

from ledger.core.ask_states import ANSWERS
from ledger.core.tables import AskAnswer, Decision

Way = Literal["alone", "approved", "allowed", "already_given", "act_now", "late", "imported"]

WAYS: Sequence[Way] = (
    *("alone", "approved", "allowed", "already_given", "act_now", "late", "imported"),
)
"""In the order in which figures name them."""

APPROVED: Sequence[Way] = ("approved",)
EXCEPTIONS: Sequence[Way] = ("allowed", "already_given", "act_now", "late")


@cache
def way() -> ColumnElement[str]:
    """Return how a decision came about, as a column.

    alone: within the latitude, asking nobody. approved: from an ask that somebody approved, or
    from a counter-offer that was accepted. allowed: from an ask that nobody answered in time,
    where the site's rule lets it be given. already_given, act_now, late: exceptions, by their
    code. imported: from a file, where no limit of ours judged it.
    """
    # An alias of its own: the query around it may be joined with answers too.
    answer = aliased(AskAnswer)
    nobody_answered = exists().where(
        col(answer.ask_id) == col(Decision.ask_id),
        col(answer.step) == ANSWERS,
        col(answer.kind) == "allowed",
    )
    return case(
        (col(Decision.source) == "imported", "imported"),
        (col(Decision.exception_reason).is_not(None), col(Decision.exception_reason)),
        (col(Decision.ask_id).is_(None), "alone"),
        (nobody_answered, "allowed"),
        else_="approved",
    )


def came_about(how: str) -> ColumnElement[bool]:
    """Return the condition that a decision came about so; "exception" is each of EXCEPTIONS."""
    return way().in_(EXCEPTIONS if how == "exception" else (how,))


def is_alone() -> ColumnElement[bool]:
    """Return the condition that a decision was made within the latitude, asking nobody."""
    return and_(
        col(Decision.source) != "imported",
        col(Decision.ask_id).is_(None),
        col(Decision.exception_reason).is_(None),
    )
