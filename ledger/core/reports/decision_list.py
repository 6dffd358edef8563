"""The decisions of one's sites: those that a filter leaves, a page at a time, and their totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, text
from sqlmodel import Session, col

from ledger.core import sites, standing, ways
from ledger.core.permissions import Role
from ledger.core.reports import decision_columns, states
from ledger.core.reports.scope import sites_in_sight
from ledger.core.reports.states import Horizon, State
from ledger.core.tables import (
    CustomerDetail,
    Decision,
    Outcome,
    Person,
    Reason,
    Remedy,
    Site,
    Void,
)
from ledger.core.ways import Way

ON_A_PAGE = 50
# Queries that are kept as they were built.
BUILT = 128
# Up to so many are sorted sooner than they are found among all the newest.
FEW = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFilter:
    """Which decisions are wanted; None means "all of them". Both days are included.

    `least_minor` and `most_minor` are amounts of `currency`, which goes with them. `source` is
    logged, late or imported. `how` is one of `ways.WAYS`, or "exception": all of `EXCEPTIONS`.
    """

    site_id: int | None = None
    person_id: int | None = None
    remedy_id: int | None = None
    reason_id: int | None = None
    since: date | None = None
    until: date | None = None
    least_minor: int | None = None
    most_minor: int | None = None
    currency: str | None = None
    state: State | None = None
    source: str | None = None
    how: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDecision:
    """A decision as the list shows it.

    `customer` is None for a walk-in, and for somebody whose details were erased. `event_on` is
    the day on which the customer came back (left, where stays are watched), as far as is known.
    `way` is how it came about, `is_read` whether somebody has read an exception. `replaces` and
    `replaced_by` are the ids of the decisions on the other side of a void with a replacement.
    """

    uid: str
    business_date: date
    decided_at: datetime
    zone: str
    site: str
    person: str
    customer: str | None
    is_walk_in: bool
    remedy: str
    reason: str
    amount_minor: int
    currency: str
    source: str
    way: Way
    is_read: bool
    replaces: str | None
    replaced_by: str | None
    state: State
    event_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A sum over everything that the filter leaves, not over the page alone, for one `way`.

    What was given alone, what was approved and what are exceptions are never one figure.
    """

    currency: str
    is_voided: bool
    way: Way
    count: int
    amount_minor: int

    @property
    def is_imported(self) -> bool:
        """Whether these came from files, where no limit of ours judged them."""
        return self.way == "imported"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPage:
    """One page of decisions, newest first; pages count from 1."""

    rows: Sequence[ListedDecision]
    totals: Sequence[Total]
    count: int
    page: int
    pages: int
    horizon: Horizon


def decisions_visible_to(
    session: Session, person: Person, wanted: DecisionFilter, *, page: int = 1, now: datetime
) -> DecisionPage:
    """Return one page of the decisions of the person's sites that the filter leaves."""
    at = states.horizon(session)
    site_ids = tuple(site.id for site in sites_of_decisions(session, person, now=now))
    is_part = person.role == Role.SUPERVISOR
    totals = _totals(session, _totals_query(wanted, site_ids, at, by_site=is_part))
    count = sum(total.count for total in totals)
    pages = max(1, -(-count // ON_A_PAGE))
    page = min(max(page, 1), pages)
    return DecisionPage(
        rows=_rows(session, _rows_query(wanted, site_ids, at, page=page, by_site=count <= FEW)),
        totals=totals,
        count=count,
        page=page,
        pages=pages,
        horizon=at,
    )


def decisions_chosen(
    session: Session, person: Person, wanted: DecisionFilter, *, now: datetime
) -> tuple[Select[Decision], Horizon]:
    """Return the query of all decisions of the person's sites that the filter leaves.

    It is joined with void and outcome, where there are any, and has no order.
    """
    at = states.horizon(session)
    site_ids = tuple(site.id for site in sites_of_decisions(session, person, now=now))
    return _chosen(wanted, site_ids, at, by_site=person.role == Role.SUPERVISOR), at


def is_latest_revision() -> ColumnElement[bool]:
    """Return the condition that a decision was not taken back, and not replaced by an import."""
    return standing.is_last_word()


def customer_label() -> ColumnElement[str | None]:
    """Return what a customer is called: the name, else a number; None if their details are gone."""
    return func.coalesce(
        col(CustomerDetail.name),
        col(CustomerDetail.loyalty),
        col(CustomerDetail.reference),
        literal("•••• ").concat(col(CustomerDetail.phone_last4)),
    )


def sites_of_decisions(session: Session, person: Person, *, now: datetime) -> Sequence[Site]:
    """Return the sites whose decisions this person may see now, by name."""
    on = sites.company_calendar(session).business_date(now)
    return sites_in_sight(session, person, on=on)


def _chosen(
    wanted: DecisionFilter, site_ids: Sequence[int], at: Horizon, *, by_site: bool
) -> Select[Decision]:
    here = _at_sites(wanted, site_ids, by_site=by_site)
    conditions: list[ColumnElement[bool]] = [here, _is_listed()]
    equal = {
        Decision.person_id: wanted.person_id,
        Decision.remedy_id: wanted.remedy_id,
        Decision.reason_id: wanted.reason_id,
        Decision.source: wanted.source,
    }
    conditions += [col(column) == value for column, value in equal.items() if value is not None]
    if wanted.since is not None:
        conditions.append(col(Decision.business_date) >= wanted.since)
    if wanted.until is not None:
        conditions.append(col(Decision.business_date) <= wanted.until)
    if wanted.least_minor is not None:
        conditions.append(col(Decision.amount_minor) >= wanted.least_minor)
    if wanted.most_minor is not None:
        conditions.append(col(Decision.amount_minor) <= wanted.most_minor)
    if wanted.currency is not None:
        conditions.append(col(Decision.currency) == wanted.currency)
    if wanted.how is not None:
        conditions.append(ways.came_about(wanted.how))
    if wanted.state is not None:
        conditions.append(states.state(at) == wanted.state)
    return (
        select(Decision)
        .outerjoin(Void, col(Void.decision_id) == col(Decision.id))
        .outerjoin(Outcome, col(Outcome.decision_id) == col(Decision.id))
        .where(*conditions)
    )


def _at_sites(
    wanted: DecisionFilter, site_ids: Sequence[int], *, by_site: bool
) -> ColumnElement[bool]:
    ids = [one for one in site_ids if wanted.site_id in {None, one}]
    if by_site or len(ids) == 1:
        return col(Decision.site_id).in_(ids)
    # Added to nothing, so that no index by site is used: SQLite then walks the days, or all that
    # there is, while it would first look up and sort every decision of all these sites.
    return (col(Decision.site_id) + 0).in_(ids)


@cache
def _is_listed() -> ColumnElement[bool]:
    """Whether a decision is the last word, by the tally: it is in force, or else it was voided."""
    is_voided = and_(col(Void.id).is_not(None), ~standing.is_replaced())
    return or_(col(Outcome.in_force) == 1, is_voided)


def _totals(session: Session, query: Select[Any]) -> Sequence[Total]:
    return [
        Total(
            currency=currency,
            is_voided=bool(voided),
            way=way,
            count=count,
            amount_minor=int(amount),
        )
        for currency, voided, way, count, amount in session.execute(query)
    ]


def _rows(session: Session, query: Select[Any]) -> Sequence[ListedDecision]:
    return [
        ListedDecision(**{**row, "event_on": None if day is None else date.fromordinal(day)})
        for row in session.execute(query).mappings()
        for day in [row["event_on"]]
    ]


# The same lists are opened again and again: to build a query takes longer than to run it.
@lru_cache(maxsize=BUILT)
def _totals_query(
    wanted: DecisionFilter, site_ids: tuple[int, ...], at: Horizon, *, by_site: bool
) -> Select[Any]:
    is_voided = col(Void.id).is_not(None).label("is_voided")
    columns: Sequence[Any] = (col(Decision.currency), is_voided, ways.way().label("way"))
    sums = (func.count(), func.sum(col(Decision.amount_minor)))
    chosen = _chosen(wanted, site_ids, at, by_site=by_site)
    # By their places: PostgreSQL takes a condition with parameters for another one each time.
    return (
        chosen.with_only_columns(*columns, *sums)
        .group_by(text("1"), text("2"), text("3"))
        .order_by(text("1"), text("2"), text("3"))
    )


@lru_cache(maxsize=BUILT)
def _rows_query(
    wanted: DecisionFilter, site_ids: tuple[int, ...], at: Horizon, *, page: int, by_site: bool
) -> Select[Any]:
    # The names are looked up for the rows of the page only.
    shown = (
        _chosen(wanted, site_ids, at, by_site=by_site)
        .with_only_columns(
            col(Decision.id).label("id"),
            states.state(at).label("state"),
            states.event_on(at).label("event_on"),
        )
        .order_by(*decision_columns.NEWEST_FIRST)
        .limit(ON_A_PAGE)
        .offset((page - 1) * ON_A_PAGE)
        .subquery()
    )
    return (
        select(
            *decision_columns.SHOWN,
            customer_label().label("customer"),
            shown.c.state,
            shown.c.event_on,
        )
        .join(shown, shown.c.id == col(Decision.id))
        .join(Site, col(Site.id) == col(Decision.site_id))
        .join(Person, col(Person.id) == col(Decision.person_id))
        .join(Remedy, col(Remedy.id) == col(Decision.remedy_id))
        .join(Reason, col(Reason.id) == col(Decision.reason_id))
        .outerjoin(CustomerDetail, col(CustomerDetail.customer_id) == col(Decision.customer_id))
        .order_by(*decision_columns.NEWEST_FIRST)
    )
