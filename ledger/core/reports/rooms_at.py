"""What is left for many people at one site now, read for all of them at once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select, union
from sqlmodel import Session, col

from ledger.core import budgets, clock, headroom, sites
from ledger.core.budgets import BudgetKey, Used
from ledger.core.clock import Calendar
from ledger.core.driver import Driver
from ledger.core.headroom import Asked, Headroom, Standing
from ledger.core.held_budget import Held
from ledger.core.tables import Ask, Budget, Decision, Limit, Person, Site

_NOTHING = Used(row_id=None, alone=0, reserved=0, gross=0, approved=0, exceptions=0)

_Row = tuple[int, int, str, date]


_PERIODS = {str(kind): kind for kind in budgets.KINDS}


def rooms_at(
    session: Session,
    site: Site,
    people: Sequence[Person],
    won: Sequence[Limit | None],
    *,
    now: datetime,
) -> Sequence[Headroom]:
    """Return what each of these people may give at a site, for any customer and any remedy.

    `won` are the limits that judge them, as `limit_book.winner` names them. A few statements for
    all of them; more only for who has an open ask, a budget over all their sites, or one that a new
    limit has not opened yet since they gave something.
    """
    if not people:
        return []
    calendar, driver = sites.calendar_of(session, site.id), Driver(session)
    asked = [_asked(person, site, calendar, now=now) for person in people]
    judges = [_judge(limit) for limit in won]
    held = _held(session, driver, asked, judges)
    return [headroom.weighed(driver, *each) for each in zip(asked, judges, held, strict=True)]


def _held(
    session: Session, driver: Driver, asked: Sequence[Asked], judges: Sequence[Standing | None]
) -> Sequence[Held | None]:
    """Return what `headroom.held` answers for each of them."""
    starts = {clock.period_of(asked[0].business_date, kind).start for kind in budgets.KINDS}
    rows, busy = _rows(session, asked, starts), _busy(session, asked, since=min(starts))
    found: list[Held | None] = []
    for one, judge in zip(asked, judges, strict=True):
        key = _key(one, judge)
        used = None
        if key is not None:
            period = key.period
            idle = None if one.person_id in busy else _NOTHING
            used = rows.get((one.person_id, key.remedy_id, period.kind, period.start), idle)
        if key is None or used is None or used.reserved or (judge and judge.for_one_person):
            found.append(headroom.held(driver, one, judge))
        else:
            found.append(Held(key=key, used=used, overdue_minor=0))
    return found


def _judge(limit: Limit | None) -> Standing | None:
    if limit is None:
        return None
    return Standing(
        limit_id=limit.id,
        per_decision_minor=limit.per_decision_minor,
        budget_minor=limit.budget_minor,
        budget_period=_PERIODS.get(limit.budget_period or ""),
        customer_count=limit.customer_count,
        customer_total_minor=limit.customer_total_minor,
        customer_days=limit.customer_days,
        remedy_id=limit.remedy_id,
        for_one_person=limit.person_id is not None,
    )


def _asked(person: Person, site: Site, calendar: Calendar, *, now: datetime) -> Asked:
    return Asked(
        person_id=person.id,
        grade=person.grade,
        site_id=site.id,
        currency=site.currency,
        remedy_id=None,
        customer_id=None,
        calendar=calendar,
        business_date=calendar.business_date(now),
        at=now,
    )


def _key(asked: Asked, judge: Standing | None) -> BudgetKey | None:
    if judge is None or judge.budget_period is None or judge.budget_minor is None:
        return None
    return BudgetKey(
        person_id=asked.person_id,
        site_id=asked.site_id,
        remedy_id=judge.remedy_id or budgets.ALL_REMEDIES,
        period=clock.period_of(asked.business_date, judge.budget_period),
    )


def _rows(
    session: Session, asked: Sequence[Asked], starts: Collection[date]
) -> Mapping[_Row, Used]:
    query = select(Budget).where(
        col(Budget.site_id) == asked[0].site_id,
        col(Budget.person_id).in_([one.person_id for one in asked]),
        col(Budget.period_start).in_(sorted(starts)),
    )
    # Decisions raise these rows past the session.
    fresh = query.execution_options(populate_existing=True)
    return {
        (row.person_id, row.remedy_id, row.period_kind, row.period_start): Used(
            row_id=row.id,
            alone=row.alone,
            reserved=row.reserved,
            gross=row.gross,
            approved=row.approved,
            exceptions=row.exceptions,
        )
        for row in session.scalars(fresh)
    }


def _busy(session: Session, asked: Sequence[Asked], *, since: date) -> Collection[int]:
    """Return who decided or asked for anything at the site since a day."""
    ids = [one.person_id for one in asked]
    either = (
        select(col(book.person_id)).where(
            col(book.site_id) == asked[0].site_id,
            col(book.person_id).in_(ids),
            col(book.business_date) >= since,
        )
        for book in (Decision, Ask)
    )
    return set(session.scalars(union(*either)))
