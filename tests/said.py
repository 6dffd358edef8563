"""What forms may say beside the amount, for the short words of tests."""

from datetime import date, datetime
from typing import TypedDict

from ledger.core.clock import PeriodKind


class Said(TypedDict, total=False):
    """What a form may say beside the amount."""

    uid: str
    customer_id: int | None
    note: str | None
    forecast: str | None
    apologised: bool | None
    noticed_first: bool | None
    asked_for: str | None
    claimed_at: datetime | None
    device_id: str | None
    declared_own: bool
    already_given: bool
    act_now: bool


class Terms(TypedDict, total=False):
    """What a limit may say beside the amount per decision."""

    person_id: int | None
    site_id: int | None
    grade: str | None
    remedy_id: int | None
    currency: str
    budget_minor: int | None
    budget_period: PeriodKind | None
    customer_count: int | None
    customer_total_minor: int | None
    customer_days: int | None
    starts_on: date | None
    ends_on: date | None
    reason: str
