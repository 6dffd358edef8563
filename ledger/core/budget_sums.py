"""What a person's decisions and waiting asks of one period add up to, at one site or at the others.

A budget's row starts with it; the budget of a limit for one person also holds what they gave and
asked for elsewhere.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, exists, func, or_, select
from sqlmodel import col

from ledger.core import ask_states, reservations
from ledger.core.driver import Driver, Prepared, Stored
from ledger.core.tables import Ask, Decision, Site, Void
from ledger.core.tables.types import Day, Whole

ALL_REMEDIES = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What a period holds, in minor units, by the columns of a budget."""

    alone: int
    reserved: int
    gross: int
    approved: int
    exceptions: int


def _holds() -> tuple[ColumnElement[Any], ...]:
    """Return the columns that sum what a period holds; the rule is in DESIGN 3.3."""
    amount = col(Decision.amount_minor)
    within = col(Decision.ask_id).is_(None) & col(Decision.exception_reason).is_(None)
    given_back = (
        exists()
        .where(
            col(Void.decision_id) == col(Decision.id),
            col(Void.business_date) <= bindparam("period_end", type_=Day()),
        )
        .correlate(Decision)
    )
    return tuple(
        func.coalesce(func.sum(case((condition, amount), else_=0)), 0)
        for condition in (
            within & ~given_back,
            within,
            col(Decision.ask_id).is_not(None),
            col(Decision.exception_reason).is_not(None),
        )
    )


def _of_period(table: type[Ask | Decision]) -> tuple[ColumnElement[bool], ...]:
    return (
        col(table.person_id) == bindparam("person_id"),
        # Not BETWEEN: PostgreSQL does not take the parameter's COLLATE inside it.
        col(table.business_date) >= bindparam("period_start", type_=Day()),
        col(table.business_date) <= bindparam("period_end", type_=Day()),
        or_(
            bindparam("remedy_id", type_=Whole) == ALL_REMEDIES,
            col(table.remedy_id) == bindparam("remedy_id", type_=Whole),
        ),
    )


def _at_the_site(table: type[Ask | Decision]) -> tuple[ColumnElement[bool], ...]:
    return (col(table.site_id) == bindparam("site_id"),)


def _elsewhere(table: type[Ask | Decision]) -> tuple[ColumnElement[bool], ...]:
    # Site by site, so that an index leads past the person's earlier years.
    others = select(col(Site.id)).where(col(Site.id) != bindparam("site_id"))
    return col(table.site_id).in_(others), col(table.currency) == bindparam("currency")


def _sums(
    decided: tuple[ColumnElement[bool], ...], asked: tuple[ColumnElement[bool], ...]
) -> Prepared:
    reserved = (
        select(func.coalesce(func.sum(col(Ask.reserved_minor)), 0))
        .where(*_of_period(Ask), *asked, ask_states.is_not_ended())
        .scalar_subquery()
    )
    return Prepared(
        select(*_holds(), reserved).where(
            *_of_period(Decision), *decided, col(Decision.source) != "imported"
        )
    )


_HERE = _sums(_at_the_site(Decision), _at_the_site(Ask))
_ELSEWHERE = _sums(_elsewhere(Decision), (*_elsewhere(Ask), ~reservations.is_over()))


def here(driver: Driver, **key: Stored) -> Sums:
    """Return what a period holds at one site.

    `key` has the person, the site, the remedy (0 is all), and the period's first and last day:
    person_id, site_id, remedy_id, period_start, period_end.
    """
    return _read(driver, _HERE, key)


def elsewhere(driver: Driver, *, currency: str, at: datetime, **key: Stored) -> Sums:
    """Return what the same period holds at every other site, in this currency.

    What is kept there for asks that are over by `at` is left out.
    """
    until = reservations.over_by(at)
    return _read(driver, _ELSEWHERE, {**key, **until, "currency": currency})


def _read(driver: Driver, statement: Prepared, key: dict[str, Stored]) -> Sums:
    # PostgreSQL sums whole numbers to its decimal type.
    alone, gross, approved, exceptions, reserved = map(int, statement.one(driver, **key))
    return Sums(
        alone=alone, reserved=reserved, gross=gross, approved=approved, exceptions=exceptions
    )
