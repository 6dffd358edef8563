"""The unmet needs of one's sites: "wanted to, could not", newest first, and counted.

What is counted is every unmet need that the filter leaves: each is one tap of somebody who wanted
to give so much for this reason and could not. Amounts of different currencies are never added up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlmodel import Session, col

from ledger.core import bands, sites
from ledger.core.reports.decision_list import ON_A_PAGE, DecisionFilter, customer_label
from ledger.core.reports.scope import sites_in_sight
from ledger.core.tables import CustomerDetail, Person, Reason, Refusal, Site, UnmetNeed

EVERYTHING = DecisionFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedNeed:
    """An unmet need; `headroom_minor` is what was left, if a refusal came before it."""

    uid: str
    business_date: date
    made_at: datetime
    zone: str
    site: str
    person: str
    customer: str | None
    is_walk_in: bool
    reason: str
    amount_minor: int
    currency: str
    headroom_minor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedTotal:
    """How many there are in one currency, and what they add up to."""

    currency: str
    count: int
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedCell:
    """How many there are for one reason in one band of amounts, and what they add up to.

    `band` is a key as `bands.keys` has them, without the currency.
    """

    currency: str
    reason: str
    band: str
    count: int
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedPage:
    """One page of unmet needs; the totals and cells are over all pages."""

    rows: Sequence[ListedNeed]
    totals: Sequence[NeedTotal]
    cells: Sequence[NeedCell]
    page: int
    pages: int


def unmet_needs_visible_to(
    session: Session,
    person: Person,
    wanted: DecisionFilter = EVERYTHING,
    *,
    page: int = 1,
    now: datetime,
) -> NeedPage:
    """Return one page of the unmet needs of the person's sites that the filter leaves.

    Of the filter count site, person, reason, days and amounts.
    """
    chosen = needs_chosen(session, person, wanted, now=now)
    cells = _cells(session, chosen)
    totals = _totals(cells)
    pages = max(1, -(-sum(total.count for total in totals) // ON_A_PAGE))
    page = min(max(page, 1), pages)
    rows = _rows(session, chosen, page=page)
    return NeedPage(rows=rows, totals=totals, cells=cells, page=page, pages=pages)


def needs_chosen(
    session: Session, person: Person, wanted: DecisionFilter, *, now: datetime
) -> ColumnElement[bool]:
    """Return the condition on the unmet needs of the person's sites that the filter leaves."""
    on = sites.company_calendar(session).business_date(now)
    seen = [site.id for site in sites_in_sight(session, person, on=on)]
    here = [one for one in seen if wanted.site_id in {None, one}]
    parts: list[ColumnElement[bool]] = [col(UnmetNeed.site_id).in_(here)]
    if wanted.person_id is not None:
        parts.append(col(UnmetNeed.person_id) == wanted.person_id)
    if wanted.reason_id is not None:
        parts.append(col(UnmetNeed.reason_id) == wanted.reason_id)
    if wanted.since is not None:
        parts.append(col(UnmetNeed.business_date) >= wanted.since)
    if wanted.until is not None:
        parts.append(col(UnmetNeed.business_date) <= wanted.until)
    if wanted.least_minor is not None:
        parts.append(col(UnmetNeed.amount_minor) >= wanted.least_minor)
    if wanted.most_minor is not None:
        parts.append(col(UnmetNeed.amount_minor) <= wanted.most_minor)
    if wanted.currency is not None:
        parts.append(col(UnmetNeed.currency) == wanted.currency)
    return and_(*parts)


def _rows(session: Session, chosen: ColumnElement[bool], *, page: int) -> Sequence[ListedNeed]:
    query: Select[*tuple[Any, ...]] = (
        select(
            col(UnmetNeed.uid),
            col(UnmetNeed.business_date),
            col(UnmetNeed.made_at),
            col(UnmetNeed.zone),
            col(Site.name).label("site"),
            col(Person.name).label("person"),
            customer_label().label("customer"),
            col(UnmetNeed.customer_id).is_(None).label("is_walk_in"),
            col(Reason.name).label("reason"),
            col(UnmetNeed.amount_minor),
            col(UnmetNeed.currency),
            col(Refusal.headroom_minor),
        )
        .join(Site, col(Site.id) == col(UnmetNeed.site_id))
        .join(Person, col(Person.id) == col(UnmetNeed.person_id))
        .join(Reason, col(Reason.id) == col(UnmetNeed.reason_id))
        .outerjoin(Refusal, col(Refusal.uid) == col(UnmetNeed.refusal_uid))
        .outerjoin(CustomerDetail, col(CustomerDetail.customer_id) == col(UnmetNeed.customer_id))
        .where(chosen)
        .order_by(col(UnmetNeed.made_at).desc(), col(UnmetNeed.id).desc())
        .limit(ON_A_PAGE)
        .offset((page - 1) * ON_A_PAGE)
    )
    return [ListedNeed(**row) for row in session.execute(query).mappings()]


def _cells(session: Session, chosen: ColumnElement[bool]) -> Sequence[NeedCell]:
    """Return the counts by currency, reason in its order, and band: one statement and the bands."""
    currencies = select(col(UnmetNeed.currency)).where(chosen).distinct()
    tops = bands.tops(session, session.scalars(currencies))
    column = bands.band_column(tops, UnmetNeed).label("band")
    groups = (col(UnmetNeed.currency), col(Reason.position), col(Reason.id), col(Reason.name))
    banded = select(*groups, column, col(UnmetNeed.amount_minor)).join(
        Reason, col(Reason.id) == col(UnmetNeed.reason_id)
    )
    one = banded.where(chosen).subquery()
    keys = (one.c.currency, one.c.position, one.c.id, one.c.name, one.c.band)
    query = select(*keys, func.count(), func.sum(one.c.amount_minor)).group_by(*keys)
    found = [
        NeedCell(
            currency=currency,
            reason=reason,
            band=band.rpartition(" ")[2],
            count=count,
            amount_minor=int(amount),
        )
        for currency, _, _, reason, band, count, amount in session.execute(
            query.order_by(*keys[:3])
        )
    ]
    places = {currency: bands.keys(its) for currency, its in tops.items()}
    order = {cell.reason: place for place, cell in enumerate(found)}
    return sorted(
        found,
        key=lambda cell: (
            cell.currency,
            order[cell.reason],
            places[cell.currency].index(cell.band),
        ),
    )


def _totals(cells: Sequence[NeedCell]) -> Sequence[NeedTotal]:
    return [
        NeedTotal(
            currency=currency,
            count=sum(cell.count for cell in cells if cell.currency == currency),
            amount_minor=sum(cell.amount_minor for cell in cells if cell.currency == currency),
        )
        for currency in dict.fromkeys(cell.currency for cell in cells)
    ]
