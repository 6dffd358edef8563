"""What a figure of the comparison with the till is made of: the gifts and voids, newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import CTE, Row, Select, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ledger.core import clock, completeness, sites, till_matching
from ledger.core.reports.completeness import Wanted, sites_of
from ledger.core.tables import Decision, Person, Remedy, Site, TillEntry
from ledger.core.till_matching import TAKEN_BACK

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written here."""

    uid: str
    code: int
    person: str
    remedy: str
    decided_at: datetime
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RungUp:
    """What the till has; of several entries under one reference the first, and their sum.

    `person` is None where the till names nobody who is known here.
    """

    external_id: str
    kind: str
    reference: str | None
    person: str | None
    occurred_at: datetime
    amount_minor: int
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """One gift or void: what was written and what the till has; None where it is not."""

    site: str
    zone: str
    business_date: date
    currency: str
    is_void: bool
    written: Written | None
    rung_up: RungUp | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedPage:
    """One page of a list; pages count from 1."""

    rows: Sequence[Matched]
    count: int
    page: int
    pages: int


def matched(
    session: Session, person: Person, wanted: Wanted, state: str, *, page: int = 1, on: date
) -> MatchedPage:
    """Return one page of the gifts and voids of which the comparison says this."""
    ids = {site.id for site in sites_of(session, person, wanted.site_id, on=on)}
    covered = {key: each for key, each in completeness.coverage(session).items() if key in ids}
    spans = completeness.spans(covered, since=wanted.since, until=wanted.until)
    if not spans:
        return MatchedPage(rows=(), count=0, page=1, pages=1)
    found = till_matching.compared(session, spans)
    count = session.scalar(select(func.count()).select_from(found).where(found.c.state == state))
    pages = max(1, -(-(count or 0) // ON_A_PAGE))
    page = min(max(page, 1), pages)
    query = _page(found, state).limit(ON_A_PAGE).offset((page - 1) * ON_A_PAGE)
    calendars = sites.calendars(session)
    rows = [_matched(row, calendars) for row in session.execute(query)]
    return MatchedPage(rows=rows, count=count or 0, page=page, pages=pages)


def _page(found: CTE, state: str) -> Select[*tuple[Any, ...]]:
    decider, cashier = aliased(Person), aliased(Person)
    return (
        select(
            *(found.c[name] for name in _COMPARED),
            col(Site.name).label("site"),
            col(Decision.uid),
            col(Decision.decided_at),
            col(decider.name).label("decider"),
            col(Remedy.name).label("remedy"),
            col(TillEntry.external_id),
            col(TillEntry.kind),
            col(TillEntry.reference),
            col(TillEntry.occurred_at),
            col(cashier.name).label("cashier"),
        )
        .select_from(found)
        .join(Site, col(Site.id) == found.c.site_id)
        .outerjoin(Decision, col(Decision.id) == found.c.decision_id)
        .outerjoin(TillEntry, col(TillEntry.id) == found.c.entry_id)
        .outerjoin(decider, col(decider.id) == col(Decision.person_id))
        .outerjoin(cashier, col(cashier.id) == col(TillEntry.person_id))
        .outerjoin(Remedy, col(Remedy.id) == col(Decision.remedy_id))
        .where(found.c.state == state)
        .order_by(
            found.c.business_date.desc(),
            col(Site.name),
            found.c.decision_id.desc(),
            found.c.entry_id.desc(),
            found.c.way,
        )
    )


_COMPARED = (
    "site_id",
    "business_date",
    "currency",
    "way",
    "here_minor",
    "till_minor",
    "decision_id",
    "entry_id",
    "entries",
)


def _matched(row: Row[*tuple[Any, ...]], calendars: Mapping[int, clock.Calendar]) -> Matched:
    written = rung_up = None
    if row.decision_id is not None:
        written = Written(
            uid=row.uid,
            code=row.decision_id,
            person=row.decider,
            remedy=row.remedy,
            decided_at=row.decided_at,
            amount_minor=int(row.here_minor),
        )
    if row.entry_id is not None:
        rung_up = RungUp(
            external_id=row.external_id,
            kind=row.kind,
            reference=row.reference,
            person=row.cashier,
            occurred_at=row.occurred_at,
            amount_minor=int(row.till_minor),
            entries=int(row.entries),
        )
    return Matched(
        site=row.site,
        zone=calendars[row.site_id].zone_on(row.business_date),
        business_date=row.business_date,
        currency=row.currency,
        is_void=row.way == TAKEN_BACK,
        written=written,
        rung_up=rung_up,
    )
