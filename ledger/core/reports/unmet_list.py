"""The unmet needs of one's sites: "wanted to, could not", newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import sites
from ledger.core.reports.decision_list import ON_A_PAGE, customer_label
from ledger.core.reports.scope import sites_in_sight
from ledger.core.tables import CustomerDetail, Person, Reason, Refusal, Site, UnmetNeed


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
class NeedPage:
    """One page of unmet needs; the totals are over all pages."""

    rows: Sequence[ListedNeed]
    totals: Sequence[NeedTotal]
    page: int
    pages: int


def unmet_needs_visible_to(
    session: Session, person: Person, *, site_id: int | None = None, page: int = 1, now: datetime
) -> NeedPage:
    """Return one page of the unmet needs of the person's sites, or of one of them."""
    on = sites.company_calendar(session).business_date(now)
    site_ids = [site.id for site in sites_in_sight(session, person, on=on)]
    if site_id is not None:
        site_ids = [found for found in site_ids if found == site_id]
    totals = _totals(session, site_ids)
    pages = max(1, -(-sum(total.count for total in totals) // ON_A_PAGE))
    page = min(max(page, 1), pages)
    rows = _rows(session, site_ids, page=page)
    return NeedPage(rows=rows, totals=totals, page=page, pages=pages)


def _rows(session: Session, site_ids: Sequence[int], *, page: int) -> Sequence[ListedNeed]:
    query = (
        select(
            col(UnmetNeed.uid),
            col(UnmetNeed.business_date),
            col(UnmetNeed.made_at),
            col(UnmetNeed.zone),
            col(Site.name),
            col(Person.name),
            customer_label(),
            col(UnmetNeed.customer_id),
            col(Reason.name),
            col(UnmetNeed.amount_minor),
            col(UnmetNeed.currency),
            col(Refusal.headroom_minor),
        )
        .join(Site, col(Site.id) == col(UnmetNeed.site_id))
        .join(Person, col(Person.id) == col(UnmetNeed.person_id))
        .join(Reason, col(Reason.id) == col(UnmetNeed.reason_id))
        .outerjoin(Refusal, col(Refusal.uid) == col(UnmetNeed.refusal_uid))
        .outerjoin(CustomerDetail, col(CustomerDetail.customer_id) == col(UnmetNeed.customer_id))
        .where(col(UnmetNeed.site_id).in_(site_ids))
        .order_by(col(UnmetNeed.made_at).desc(), col(UnmetNeed.id).desc())
        .limit(ON_A_PAGE)
        .offset((page - 1) * ON_A_PAGE)
    )
    return [
        ListedNeed(
            uid=row[0],
            business_date=row[1],
            made_at=row[2],
            zone=row[3],
            site=row[4],
            person=row[5],
            customer=row[6],
            is_walk_in=row[7] is None,
            reason=row[8],
            amount_minor=row[9],
            currency=row[10],
            headroom_minor=row[11],
        )
        for row in session.execute(query)
    ]


def _totals(session: Session, site_ids: Sequence[int]) -> Sequence[NeedTotal]:
    query = (
        select(col(UnmetNeed.currency), func.count(), func.sum(col(UnmetNeed.amount_minor)))
        .where(col(UnmetNeed.site_id).in_(site_ids))
        .group_by(col(UnmetNeed.currency))
        .order_by(col(UnmetNeed.currency))
    )
    return [
        NeedTotal(currency=currency, count=count, amount_minor=int(amount))
        for currency, count, amount in session.execute(query)
    ]
