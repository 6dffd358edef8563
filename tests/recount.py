"""What a budget's row holds beside what was given within the latitude, counted the plainest way."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlmodel import Session

from ledger.core.tables import Ask, AskAnswer, Budget, Decision

# Reserved, approved, exceptions.
Apart = tuple[int, int, int]
Row = TypeVar("Row", Ask, Decision)
PERMISSIONS = {"approved", "countered", "allowed"}


def apart_rows(session: Session) -> Mapping[int, Apart]:
    """Return what every budget row says it holds apart, by its id."""
    query = select(Budget).execution_options(populate_existing=True)
    return {row.id: (row.reserved, row.approved, row.exceptions) for row in session.scalars(query)}


def recounted_apart(session: Session) -> Mapping[int, Apart]:
    """Count the same again, ask by ask and decision by decision."""
    ended = {
        row.ask_id
        for row in session.scalars(select(AskAnswer))
        if row.step == 2 or row.kind not in PERMISSIONS
    }
    waiting = [ask for ask in session.scalars(select(Ask)) if ask.id not in ended]
    made = session.scalars(select(Decision)).all()
    return {
        row.id: (
            sum(ask.reserved_minor for ask in _under(row, waiting)),
            sum(one.amount_minor for one in _under(row, made) if one.ask_id is not None),
            sum(one.amount_minor for one in _under(row, made) if one.exception_reason is not None),
        )
        for row in session.scalars(select(Budget))
    }


def _under(budget: Budget, rows: Iterable[Row]) -> list[Row]:
    """Return those that fall under a budget."""
    return [
        row
        for row in rows
        if (row.person_id, row.site_id) == (budget.person_id, budget.site_id)
        and budget.remedy_id in (0, row.remedy_id)
        and _within(budget, row.business_date)
    ]


def _within(budget: Budget, on: date) -> bool:
    return budget.period_start <= on <= budget.period_end
