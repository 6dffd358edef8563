"""What budgets still keep for asks that time has ended, before anybody has written that down."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlmodel import col

from ledger.core import ask_states, clock
from ledger.core.ask_rules import PERMISSION_LASTS
from ledger.core.ask_states import ANSWERS
from ledger.core.driver import Driver, Prepared, Stored
from ledger.core.tables import Ask, AskAnswer
from ledger.core.tables.types import Day, Instant, Whole

# As `budgets.ALL_REMEDIES`: 0 stands for all of them.
_ALL = 0


def is_over() -> ColumnElement[bool]:
    """Return the condition that time has ended an ask, whether or not a row says so yet."""
    at = bindparam("at", type_=Instant())
    before = bindparam("permission_before", type_=Instant())
    unanswered = ask_states.is_unanswered()
    lapsed = (
        exists()
        .where(
            col(AskAnswer.ask_id) == col(Ask.id),
            col(AskAnswer.step) == ANSWERS,
            col(AskAnswer.lapses_at) <= at,
        )
        .correlate(Ask)
    )
    return or_(
        lapsed,
        and_(unanswered, col(Ask.timeout_allows) == 0, col(Ask.expires_at) <= at),
        and_(unanswered, col(Ask.timeout_allows) == 1, col(Ask.expires_at) <= before),
    )


_OVERDUE = Prepared(
    select(func.coalesce(func.sum(col(Ask.reserved_minor)), 0)).where(
        col(Ask.person_id) == bindparam("person_id"),
        col(Ask.site_id) == bindparam("site_id"),
        col(Ask.reserved_minor) > 0,
        or_(
            bindparam("remedy_id", type_=Whole) == _ALL,
            col(Ask.remedy_id) == bindparam("remedy_id", type_=Whole),
        ),
        col(Ask.business_date) >= bindparam("period_start", type_=Day()),
        col(Ask.business_date) <= bindparam("period_end", type_=Day()),
        ask_states.is_not_ended(),
        is_over(),
    )
)


def overdue(driver: Driver, *, at: datetime, **key: Stored) -> int:
    """Return how much is kept, in minor units, for asks that are over by `at` and not yet ended.

    `key` is what `budgets.period_values` makes: whose budget, where, of what, in which days.
    """
    (found,) = _OVERDUE.one(driver, **over_by(at), **key)
    return int(found)


def over_by(at: datetime) -> dict[str, Stored]:
    """Return the values that `is_over` takes for an instant."""
    return {
        "at": clock.as_text(at),
        "permission_before": clock.as_text(at - PERMISSION_LASTS),
    }
