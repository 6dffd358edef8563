"""Budgets: what one person has given in one period, kept as rows that a decision raises.

A row counts one person at one site in one period, for one remedy or for all (0). It is made when
a limit first needs it, and then starts with what the period already holds. Every decision raises
every row that it falls under; the row of the limit that judges it is raised only if there is room.
The caller holds the person's lock, so rows appear and change one decision at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from sqlalchemy import bindparam, insert, literal, select, update
from sqlmodel import col

from ledger.core import budget_sums, clock
from ledger.core.budget_sums import Sums
from ledger.core.driver import Driver, Prepared, Stored
from ledger.core.tables import Budget, Decision
from ledger.core.tables.types import Day, Whole

# Giving, voiding and giving again must end: the gross total has this many budgets as its cap.
GROSS_BUDGETS = 3
ALL_REMEDIES = budget_sums.ALL_REMEDIES
KINDS: Sequence[clock.PeriodKind] = ("day", "week", "month")

Apart = Literal["reserved", "approved", "exceptions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetKey:
    """Whose budget: a person at a site, of one remedy or of all (0), in one period."""

    person_id: int
    site_id: int
    remedy_id: int
    period: clock.Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What a budget's period holds, in minor units; `row_id` is None while there is no row."""

    row_id: int | None
    alone: int
    reserved: int
    gross: int
    approved: int
    exceptions: int


_ROW = Prepared(
    select(
        col(Budget.id),
        col(Budget.alone),
        col(Budget.reserved),
        col(Budget.gross),
        col(Budget.approved),
        col(Budget.exceptions),
    ).where(
        col(Budget.person_id) == bindparam("person_id"),
        col(Budget.site_id) == bindparam("site_id"),
        col(Budget.remedy_id) == bindparam("remedy_id"),
        col(Budget.period_kind) == bindparam("period_kind"),
        col(Budget.period_start) == bindparam("period_start"),
    )
)
_OPEN = Prepared(
    insert(Budget).values(
        person_id=bindparam("person_id"),
        site_id=bindparam("site_id"),
        remedy_id=bindparam("remedy_id"),
        period_kind=bindparam("period_kind"),
        period_start=bindparam("period_start"),
        period_end=bindparam("period_end"),
        alone=bindparam("alone"),
        reserved=bindparam("reserved"),
        gross=bindparam("gross"),
        approved=bindparam("approved"),
        exceptions=bindparam("exceptions"),
    )
)
_AMOUNT = bindparam("amount", type_=Whole)
_SPEND = Prepared(
    update(Budget)
    .where(
        col(Budget.id) == bindparam("row_id"),
        col(Budget.alone) + col(Budget.reserved) + _AMOUNT <= bindparam("budget", type_=Whole),
        col(Budget.gross) + _AMOUNT <= bindparam("gross_cap", type_=Whole),
    )
    .values(alone=col(Budget.alone) + _AMOUNT, gross=col(Budget.gross) + _AMOUNT)
)
_FALLS_UNDER = (
    col(Budget.person_id) == bindparam("of_person"),
    col(Budget.site_id) == bindparam("of_site"),
    col(Budget.remedy_id).in_((ALL_REMEDIES, bindparam("of_remedy", type_=Whole))),
    # The next two say nothing new: they let the index lead to the few rows of these periods, past
    # those of all the days before.
    col(Budget.period_kind).in_([literal(kind) for kind in KINDS]),
    col(Budget.period_start).in_([bindparam(f"{kind}_start", type_=Day()) for kind in KINDS]),
    col(Budget.period_start) <= bindparam("on", type_=Day()),
    col(Budget.period_end) >= bindparam("on", type_=Day()),
)
_COUNT_ELSEWHERE = Prepared(
    update(Budget)
    .where(*_FALLS_UNDER, col(Budget.id) != bindparam("row_id"))
    .values(alone=col(Budget.alone) + _AMOUNT, gross=col(Budget.gross) + _AMOUNT)
)
_COUNT_APART: Mapping[Apart, Prepared] = {
    column: Prepared(
        update(Budget)
        .where(*_FALLS_UNDER)
        .values({column: Budget.__table__.columns[column] + _AMOUNT})  # type: ignore[attr-defined]  # every table model has it
    )
    for column in get_args(Apart)
}
_GIVE_BACK = Prepared(
    update(Budget)
    .where(*_FALLS_UNDER, col(Budget.period_end) >= bindparam("voided_on", type_=Day()))
    .values(alone=col(Budget.alone) - _AMOUNT)
)


def used(driver: Driver, key: BudgetKey) -> Used:
    """Return what the period holds: from the budget's row, or counted if there is none yet."""
    row = _ROW.run(driver, **_key_values(key)).fetchone()
    if row is None:
        return _counted(driver, key)
    row_id, alone, reserved, gross, approved, exceptions = row
    return Used(
        row_id=row_id,
        alone=alone,
        reserved=reserved,
        gross=gross,
        approved=approved,
        exceptions=exceptions,
    )


def elsewhere(driver: Driver, key: BudgetKey, *, currency: str, at: datetime) -> Sums:
    """Return what the budget's period holds at the person's other sites, in this currency."""
    return budget_sums.elsewhere(driver, currency=currency, at=at, **period_values(key))


def open_row(driver: Driver, key: BudgetKey, found: Used) -> int:
    """Make sure that the budget has a row, and return its id.

    `found` is what `used` answered under the person's lock, which is held still.
    """
    if found.row_id is not None:
        return found.row_id
    _OPEN.run(
        driver,
        **_key_values(key),
        period_end=key.period.end.isoformat(),
        alone=found.alone,
        reserved=found.reserved,
        gross=found.gross,
        approved=found.approved,
        exceptions=found.exceptions,
    )
    made: int = _ROW.one(driver, **_key_values(key))[0]
    return made


def spend(
    driver: Driver,
    row_id: int,
    *,
    amount_minor: int,
    budget_minor: int,
    others: Sums | None = None,
) -> bool:
    """Raise the budget by the amount if there is room, net and gross; whether there was.

    `others` is what it holds at other sites already, where it is over all of them.
    """
    net, gross = (0, 0) if others is None else (others.alone + others.reserved, others.gross)
    cursor = _SPEND.run(
        driver,
        row_id=row_id,
        amount=amount_minor,
        budget=budget_minor - net,
        gross_cap=GROSS_BUDGETS * budget_minor - gross,
    )
    return cursor.rowcount == 1


def count_elsewhere(  # all keywords: whose decision, of what, when, how much
    driver: Driver,
    *,
    person_id: int,
    site_id: int,
    remedy_id: int,
    on: date,
    amount_minor: int,
    spent_row_id: int,
) -> None:
    """Raise every other row that a decision falls under; `spent_row_id` 0 leaves out none."""
    _COUNT_ELSEWHERE.run(
        driver,
        of_person=person_id,
        of_site=site_id,
        of_remedy=remedy_id,
        on=on.isoformat(),
        **_starts(on),
        amount=amount_minor,
        row_id=spent_row_id,
    )


def count_apart(  # all keywords: whose decision, of what, when, how much
    driver: Driver,
    *,
    person_id: int,
    site_id: int,
    remedy_id: int,
    on: date,
    column: Apart,
    amount_minor: int,
) -> None:
    """Raise a column of every row that a decision past the limit, or an ask, falls under.

    `approved` and `exceptions` count what was given, also where it is voided later: they tell, and
    never hold back. `reserved` does, and is lowered again by the same amount.
    """
    _COUNT_APART[column].run(
        driver,
        of_person=person_id,
        of_site=site_id,
        of_remedy=remedy_id,
        on=on.isoformat(),
        **_starts(on),
        amount=amount_minor,
    )


def give_back(driver: Driver, decision: Decision, *, voided_on: date) -> None:
    """Lower every row of a voided decision whose period has not ended by the void's date."""
    _GIVE_BACK.run(
        driver,
        of_person=decision.person_id,
        of_site=decision.site_id,
        of_remedy=decision.remedy_id,
        on=decision.business_date.isoformat(),
        **_starts(decision.business_date),
        voided_on=voided_on.isoformat(),
        amount=decision.amount_minor,
    )


def _starts(on: date) -> dict[str, str]:
    return {f"{kind}_start": clock.period_of(on, kind).start.isoformat() for kind in KINDS}


def _key_values(key: BudgetKey) -> dict[str, int | str | None]:
    return {
        "person_id": key.person_id,
        "site_id": key.site_id,
        "remedy_id": key.remedy_id,
        "period_kind": key.period.kind,
        "period_start": key.period.start.isoformat(),
    }


def _counted(driver: Driver, key: BudgetKey) -> Used:
    held = budget_sums.here(driver, **period_values(key))
    return Used(
        row_id=None,
        alone=held.alone,
        reserved=held.reserved,
        gross=held.gross,
        approved=held.approved,
        exceptions=held.exceptions,
    )


def period_values(key: BudgetKey) -> dict[str, Stored]:
    """Return whose budget it is and of which days, as statements take it."""
    return {
        "person_id": key.person_id,
        "site_id": key.site_id,
        "remedy_id": key.remedy_id,
        "period_start": key.period.start.isoformat(),
        "period_end": key.period.end.isoformat(),
    }
