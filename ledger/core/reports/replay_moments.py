"""What a replay is run over: every moment at which somebody gave, asked or could not give.

A moment is a row of a book with a value, in order of time: a decision by when it was decided, an
ask by when its first version was made, an unmet need by when it was written down.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import IntEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    select,
)
from sqlmodel import Session, col

from ledger.core.driver import Driver, Prepared
from ledger.core.headroom import OWN_CUSTOMER
from ledger.core.limit_book import Scope
from ledger.core.tables import Ask, Decision, Outcome, Person, Refusal, UnmetNeed
from ledger.core.tables.types import Day, Whole

_SINCE = bindparam("since", type_=Day())


class Kind(IntEnum):
    """What happened at a moment; at one instant they count in this order."""

    GIVEN = 0
    """A decision within the latitude."""
    EXCEPTION = 1
    """A decision above it that nobody was asked about."""
    AFTER_ASK = 2
    """A decision that an answered ask had allowed."""
    ASK = 3
    """The first version of an ask, with what it asked for."""
    UNMET = 4
    """An unmet need, with what would have been needed."""


class Moment(NamedTuple):
    """One moment; `at` and `day` as they are stored, so that the order is that of the texts.

    `thread` is the thread of an ask, and of a decision that came of one. `is_own` says that the
    customer was declared one's own; for an unmet need, that its refusal was for that.
    """

    at: str
    kind: int
    id: int
    person_id: int
    site_id: int
    remedy_id: int | None
    customer_id: int | None
    amount_minor: int
    day: str
    thread: str | None
    is_own: int


def moments(
    session: Session, scope: Scope, *, since: date, warm: date, all_customers: bool
) -> Sequence[Moment]:
    """Return the moments of the scope's people from a business date on, in order of time.

    Decisions from `warm` on, which may be earlier: budgets and caps start with what they held.
    `all_customers`: also what anybody else gave somebody in particular. Nothing that was voided,
    imported or of no value.
    """
    driver = Driver(session)
    found = list(_rows(driver, _decisions(scope, all_customers=all_customers), since=warm))
    found += _rows(driver, _asks(scope), since=since)
    found += _rows(driver, _unmet_needs(scope), since=since)
    found.sort()
    return found


def imported(
    session: Session, scope: Scope, *, since: date
) -> Mapping[tuple[int, int, int, int], int]:
    """Return how often each (person, site, remedy, amount) was given by imported decisions."""
    columns = (
        col(Decision.person_id),
        col(Decision.site_id),
        col(Decision.remedy_id),
        col(Decision.amount_minor),
    )
    query = (
        select(*columns, func.count())
        .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
        .where(
            *_of(Decision, scope),
            col(Decision.source) == "imported",
            col(Decision.business_date) >= since,
            col(Outcome.in_force) == 1,
        )
        .group_by(*columns)
    )
    return {(row[0], row[1], row[2], row[3]): row[4] for row in session.execute(query)}


def _rows(driver: Driver, query: Select[*tuple[Any, ...]], *, since: date) -> Iterator[Moment]:
    return map(Moment._make, Prepared(query).run(driver, since=since.isoformat()).fetchall())


def _decisions(scope: Scope, *, all_customers: bool) -> Select[*tuple[Any, ...]]:
    kind = case(
        (col(Decision.exception_reason).is_not(None), int(Kind.EXCEPTION)),
        (col(Decision.ask_id).is_not(None), int(Kind.AFTER_ASK)),
        else_=int(Kind.GIVEN),
    )
    whose = and_(*_of(Decision, scope))
    if all_customers:
        anybody = Scope(currency=scope.currency)
        whose |= and_(col(Decision.customer_id).is_not(None), *_of(Decision, anybody))
    return (
        select(
            col(Decision.decided_at),
            kind,
            col(Decision.id),
            col(Decision.person_id),
            col(Decision.site_id),
            col(Decision.remedy_id),
            col(Decision.customer_id),
            col(Decision.amount_minor),
            col(Decision.business_date),
            col(Ask.thread_uid),
            col(Decision.declared_own),
        )
        .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
        .outerjoin(Ask, col(Ask.id) == col(Decision.ask_id))
        .where(
            whose,
            col(Decision.source) != "imported",
            col(Decision.business_date) >= _SINCE,
            col(Outcome.in_force) == 1,
        )
    )


def _asks(scope: Scope) -> Select[*tuple[Any, ...]]:
    return select(
        col(Ask.made_at),
        literal(int(Kind.ASK), Whole),
        col(Ask.id),
        col(Ask.person_id),
        col(Ask.site_id),
        col(Ask.remedy_id),
        col(Ask.customer_id),
        col(Ask.amount_minor),
        col(Ask.business_date),
        col(Ask.thread_uid),
        col(Ask.declared_own),
    ).where(*_of(Ask, scope), col(Ask.version) == 1, col(Ask.business_date) >= _SINCE)


def _unmet_needs(scope: Scope) -> Select[*tuple[Any, ...]]:
    """Select unmet needs; with their remedy where a refusal came before, which alone knows it.

    One whose refusal became an ask as well is the same moment, and counted as the ask.
    """
    became_an_ask = exists().where(col(Ask.refusal_uid) == col(UnmetNeed.refusal_uid))
    query = (
        select(
            col(UnmetNeed.made_at),
            literal(int(Kind.UNMET), Whole),
            col(UnmetNeed.id),
            col(UnmetNeed.person_id),
            col(UnmetNeed.site_id),
            col(Refusal.remedy_id),
            col(UnmetNeed.customer_id),
            col(UnmetNeed.amount_minor),
            col(UnmetNeed.business_date),
            null(),
            case((col(Refusal.rule) == OWN_CUSTOMER, 1), else_=0),
        )
        .outerjoin(Refusal, col(Refusal.uid) == col(UnmetNeed.refusal_uid))
        .where(
            *_of(UnmetNeed, scope),
            col(UnmetNeed.business_date) >= _SINCE,
            ~became_an_ask.correlate(UnmetNeed),
        )
    )
    if scope.remedy_id is None:
        return query
    return query.where(col(Refusal.remedy_id) == scope.remedy_id)


def _of(table: type[Decision | Ask | UnmetNeed], scope: Scope) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on a row that it is of value, and may be for the scope."""
    yield col(table.currency) == scope.currency
    yield col(table.amount_minor) > 0
    if scope.person_id is not None:
        yield col(table.person_id) == scope.person_id
    if scope.site_id is not None:
        yield col(table.site_id) == scope.site_id
    if scope.grade is not None:
        alike = select(col(Person.id)).where(col(Person.grade) == scope.grade)
        yield col(table.person_id).in_(alike)
    if scope.remedy_id is not None and issubclass(table, Decision | Ask):
        yield col(table.remedy_id) == scope.remedy_id
