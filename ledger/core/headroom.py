"""Headroom: the most that this person may give this customer now, and which rule says so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col

from ledger.core import budgets, clock, customer_caps, limits, reservations, sites
from ledger.core.customer_caps import CustomerCap, RoomOfRule
from ledger.core.driver import Driver, Prepared
from ledger.core.errors import NotFoundError
from ledger.core.held_budget import Held
from ledger.core.tables import Limit, Person

NO_LIMIT = "no_limit"
PER_DECISION = "per_decision"
OWN_CUSTOMER = "own_customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The limit that judges a decision, with the values that it has.

    The budget of one that is set `for_one_person` is over all the sites of that person.
    """

    limit_id: int
    per_decision_minor: int
    budget_minor: int | None
    budget_period: clock.PeriodKind | None
    customer_count: int | None
    customer_total_minor: int | None
    customer_days: int | None
    remedy_id: int | None
    for_one_person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Headroom:
    """What is left of a latitude. Amounts in minor units; None where the limit sets nothing.

    `rule` names what binds first: no_limit, per_decision, budget, gross, customer_count,
    customer_total or own_customer; `resets_at` is when time alone makes it leave more.
    `budget_used_minor` is what was given of the budget and what is kept for asks; `reserved_minor`
    is the latter alone. `elsewhere_minor` is what of both is at other sites, where the budget is
    one person's own: then it `is_everywhere`. `exceptions_minor` is what the budget's period holds
    apart, past the limit; `budget_key` says whose budget, of what and when. `customer_cap` is None
    without a customer, and where the limit caps nothing for one.
    """

    currency: str
    limit_id: int | None
    per_decision_minor: int
    budget_minor: int | None
    budget_period: clock.PeriodKind | None
    budget_used_minor: int
    budget_left_minor: int | None
    reserved_minor: int = 0
    exceptions_minor: int = 0
    elsewhere_minor: int = 0
    budget_key: budgets.BudgetKey | None = None
    is_everywhere: bool = False
    customer_left_minor: int | None
    headroom_minor: int
    rule: str
    resets_at: datetime | None
    customer_cap: CustomerCap | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """For whom headroom is asked: a person at a site, a remedy, perhaps a customer, at a moment."""

    person_id: int
    grade: str | None
    site_id: int
    currency: str
    remedy_id: int | None
    customer_id: int | None
    calendar: clock.Calendar
    business_date: date
    at: datetime


_LIMIT = Prepared(
    limits.in_force(
        col(Limit.id),
        col(Limit.per_decision_minor),
        col(Limit.budget_minor),
        col(Limit.budget_period),
        col(Limit.customer_count),
        col(Limit.customer_total_minor),
        col(Limit.customer_days),
        col(Limit.remedy_id),
        col(Limit.person_id),
        col(Limit.site_id),
        col(Limit.grade),
        col(Limit.starts_on),
        col(Limit.starts_at),
    )
)


def headroom(  # who, where, what, for whom and when: all of them decide
    session: Session,
    person: Person,
    *,
    site_id: int,
    remedy_id: int | None,
    customer_id: int | None,
    now: datetime,
) -> Headroom:
    """Return what is left for this person, remedy and customer at this site now.

    Raises:
        NotFoundError: if there is no such site.

    """
    calendar = sites.calendar_of(session, site_id)
    site = sites.site(session, site_id)
    if site is None:
        raise NotFoundError("site")
    asked = Asked(
        person_id=person.id,
        grade=person.grade,
        site_id=site_id,
        currency=site.currency,
        remedy_id=remedy_id,
        customer_id=customer_id,
        calendar=calendar,
        business_date=calendar.business_date(now),
        at=now,
    )
    driver = Driver(session)
    return left(driver, asked, standing(driver, asked))


def standing(driver: Driver, asked: Asked) -> Standing | None:
    """Return the limit that judges, or None: then there is no latitude."""
    rows = _LIMIT.run(
        driver,
        person_id=asked.person_id,
        grade=asked.grade,
        site_id=asked.site_id,
        remedy_id=asked.remedy_id,
        business_date=asked.business_date.isoformat(),
        now=clock.as_text(asked.at),
    ).fetchall()
    if not rows:
        return None
    row = max(rows, key=lambda found: _rank(found, asked.calendar))
    limit_id, per_decision, budget, period, count, total, days, remedy_id, of_person = row[:9]
    return Standing(
        limit_id=limit_id,
        per_decision_minor=per_decision,
        budget_minor=budget,
        budget_period=period,
        customer_count=count,
        customer_total_minor=total,
        customer_days=days,
        remedy_id=remedy_id,
        for_one_person=of_person is not None,
    )


def _rank(row: Sequence[Any], calendar: clock.Calendar) -> tuple[int, bool, datetime, int]:
    """Return how a row of _LIMIT stands among the others; the greatest judges."""
    remedy_id, person_id, site_id, grade, starts_on, starts_at = row[7:]
    return limits.rank(
        level=limits.level_for(person_id, site_id, grade),
        is_for_remedy=remedy_id is not None,
        begun_at=calendar.start_of(date.fromisoformat(starts_on))
        if starts_at is None
        else clock.from_text(starts_at),
        limit_id=row[0],
    )


def held(driver: Driver, asked: Asked, judge: Standing | None) -> Held | None:
    """Return the budget that the limit sets, if it sets one, with what its period holds."""
    if judge is None or judge.budget_period is None or judge.budget_minor is None:
        return None
    key = budgets.BudgetKey(
        person_id=asked.person_id,
        site_id=asked.site_id,
        remedy_id=judge.remedy_id or budgets.ALL_REMEDIES,
        period=clock.period_of(asked.business_date, judge.budget_period),
    )
    used, overdue = budgets.used(driver, key), 0
    if used.reserved:
        overdue = reservations.overdue(driver, at=asked.at, **budgets.period_values(key))
        used = replace(used, reserved=used.reserved - overdue)
    if not judge.for_one_person:
        return Held(key=key, used=used, overdue_minor=overdue)
    others = budgets.elsewhere(driver, key, currency=asked.currency, at=asked.at)
    return Held(key=key, used=used, overdue_minor=overdue, others=others)


def left(driver: Driver, asked: Asked, judge: Standing | None) -> Headroom:
    """Weigh every rule of the limit and return what is left: the smallest of them."""
    return weighed(driver, asked, judge, held(driver, asked, judge))


def weighed(driver: Driver, asked: Asked, judge: Standing | None, budget: Held | None) -> Headroom:
    """Do as `left` does, with what `held` answered for this limit."""
    if judge is None:
        return _nothing(asked)
    rooms: list[RoomOfRule] = [(judge.per_decision_minor, PER_DECISION, None)]
    used, kept, past, budget_left = 0, 0, 0, None
    if budget is not None and judge.budget_minor is not None:
        used, kept, past = budget.net, budget.reserved, budget.exceptions
        budget_left = max(0, judge.budget_minor - used)
        gross_left = max(0, budgets.GROSS_BUDGETS * judge.budget_minor - budget.gross)
        next_period = asked.calendar.next_start(budget.key.period.end)
        rooms += [(budget_left, "budget", next_period), (gross_left, "gross", next_period)]
    customer_rooms, cap = _customer_rooms(driver, asked, judge)
    rooms += customer_rooms
    room, rule, resets_at = min(rooms, key=lambda found: found[0])
    return Headroom(
        currency=asked.currency,
        limit_id=judge.limit_id,
        per_decision_minor=judge.per_decision_minor,
        budget_minor=judge.budget_minor,
        budget_period=judge.budget_period,
        budget_used_minor=used,
        budget_left_minor=budget_left,
        reserved_minor=kept,
        exceptions_minor=past,
        elsewhere_minor=0 if budget is None else budget.elsewhere,
        budget_key=None if budget is None else budget.key,
        is_everywhere=judge.for_one_person,
        customer_left_minor=min((found[0] for found in customer_rooms), default=None),
        headroom_minor=room,
        rule=rule,
        resets_at=resets_at,
        customer_cap=cap,
    )


def _customer_rooms(
    driver: Driver, asked: Asked, judge: Standing
) -> tuple[Sequence[RoomOfRule], CustomerCap | None]:
    if asked.customer_id is None or judge.customer_days is None:
        return [], None
    cap, first = customer_caps.cap_of(
        driver,
        customer_id=asked.customer_id,
        currency=asked.currency,
        on=asked.business_date,
        days=judge.customer_days,
        most_count=judge.customer_count,
        most_minor=judge.customer_total_minor,
    )
    rooms = customer_caps.rooms(
        cap, first, per_decision_minor=judge.per_decision_minor, calendar=asked.calendar
    )
    return rooms, cap


def for_ones_own(room: Headroom) -> Headroom:
    """Return what is left for a customer who is the person, family or a friend: nothing alone."""
    return replace(room, headroom_minor=0, rule=OWN_CUSTOMER, resets_at=None)


def _nothing(asked: Asked) -> Headroom:
    return Headroom(
        currency=asked.currency,
        limit_id=None,
        per_decision_minor=0,
        budget_minor=None,
        budget_period=None,
        budget_used_minor=0,
        budget_left_minor=None,
        customer_left_minor=None,
        headroom_minor=0,
        rule=NO_LIMIT,
        resets_at=None,
        customer_cap=None,
    )
