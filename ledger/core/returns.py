"""What outcomes depend on: the decisions, and when their customers came or left."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, bindparam, literal_column, select, type_coerce
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from ledger.core import activity, clock, standing
from ledger.core.driver import Driver, Prepared
from ledger.core.tables import Activity, Decision
from ledger.core.tables.types import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a decision's outcome depends on, as stored."""

    id: int
    customer_id: int | None
    site_id: int
    business_date: str
    decided_at: str
    external_id: str
    in_force: bool


def decisions(
    session: Session, which: ColumnElement[bool], into: Mapping[int, int]
) -> Sequence[Decided]:
    """Return the decisions that fulfil the condition; `into` says as whom the joined count."""
    query = select(
        col(Decision.id),
        col(Decision.customer_id),
        col(Decision.site_id),
        _as_stored(col(Decision.business_date)),
        _as_stored(col(Decision.decided_at)),
        col(Decision.external_id),
        standing.is_out_of_force(),
    ).where(which)
    return [
        Decided(
            id=row[0],
            customer_id=into.get(row[1], row[1]),
            site_id=row[2],
            business_date=row[3],
            decided_at=row[4],
            external_id=row[5] or "",
            in_force=not row[6],
        )
        for row in session.execute(query)
    ]


def first_days(
    driver: Driver, calendar: clock.Calendar, decided: Decided, customer_ids: Iterable[int]
) -> tuple[int | None, int | None]:
    """Return the business dates on which a decision's customer first came back, and first left.

    Args:
        driver: a transaction.
        calendar: of the decision's site.
        decided: the decision.
        customer_ids: all ids of its customer; nobody in particular has none.

    """
    since = clock.as_text(calendar.next_start(date.fromisoformat(decided.business_date)))
    came = [_first(driver, _CAME, one, since) for one in customer_ids]
    left = [_first(driver, _LEFT, one, since) for one in customer_ids]
    return _day_of_first(calendar, came), _day_of_first(calendar, left)


def _first(driver: Driver, which: Prepared, customer_id: int, since: str) -> str | None:
    found = which.run(driver, customer=customer_id, since=since).fetchone()
    return None if found is None else str(found[0])


def _day_of_first(calendar: clock.Calendar, instants: Iterable[str | None]) -> int | None:
    first = min((one for one in instants if one is not None), default=None)
    return None if first is None else calendar.business_date(clock.from_text(first)).toordinal()


def _first_since(*, left: bool) -> Prepared:
    """Return the look-up of the first instant at which a customer came, or left: one that counts.

    A partial index has those who left. It is used where the query says its condition literally.
    """
    leaves = col(Activity.kind) == literal_column("'cancellation'")
    return Prepared(
        select(col(Activity.occurred_at))
        .where(
            col(Activity.customer_id) == bindparam("customer"),
            col(Activity.occurred_at) >= bindparam("since"),
            leaves if left else ~leaves,
            activity.counts(),
        )
        .order_by(col(Activity.occurred_at))
        .limit(1)
    )


_CAME, _LEFT = _first_since(left=False), _first_since(left=True)


def instants_of(
    session: Session, customer_ids: Collection[int], into: Mapping[int, int]
) -> Mapping[int, tuple[Sequence[str], Sequence[str]]]:
    """Return when each customer came and when they left, as stored, in order of time.

    Args:
        session: a transaction.
        customer_ids: all ids of these customers.
        into: as whom the joined count.

    """
    times: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    query = (
        select(col(Activity.customer_id), _as_stored(col(Activity.occurred_at)), col(Activity.kind))
        .where(col(Activity.customer_id).in_(customer_ids), activity.counts())
        .order_by(col(Activity.customer_id), col(Activity.occurred_at))
    )
    for customer_id, occurred_at, kind in session.execute(query):
        times[into.get(customer_id, customer_id)][kind in activity.LEAVES].append(occurred_at)
    # Each id's come in order; of those who are several, one id's after the other's.
    for current in {into[one] for one in customer_ids if one in into}:
        for instants in times[current]:
            instants.sort()
    return times


def _as_stored(column: Mapped[Any]) -> ColumnElement[str]:
    """Select a day or an instant as the text that it is kept as: these sort, and are many."""
    return type_coerce(column, Line())


def first_day(calendar: clock.Calendar, day: date, instants: Sequence[str]) -> int | None:
    """Return the business date of the first of these instants on a later day than this one."""
    if not instants:
        return None
    place = bisect_left(instants, clock.as_text(calendar.next_start(day)))
    if place == len(instants):
        return None
    return calendar.business_date(clock.from_text(instants[place])).toordinal()


def firsts(decisions: Iterable[Decided]) -> frozenset[int]:
    """Return each customer's first decision of those in force."""
    first: dict[int, tuple[str, str, int]] = {}
    for decided in decisions:
        if decided.customer_id is None or not decided.in_force:
            continue
        place = (decided.decided_at, decided.external_id, decided.id)
        first[decided.customer_id] = min(place, first.get(decided.customer_id, place))
    return frozenset(decision_id for _, _, decision_id in first.values())
