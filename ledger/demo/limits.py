"""How the limits of the demo came to be what they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from ledger.core import limit_setting
from ledger.core.limit_setting import NewLimit
from ledger.demo import story
from ledger.demo.cast import ASSOCIATE, CURRENCY, PLACES, SHIFT_LEAD
from ledger.demo.story import Event, Shop

AT_SEVEN = 7 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One limit of the story; a scope that is None means all, amounts are in cents."""

    on: date
    by: str
    site: str | None = None
    grade: str | None = None
    person: str | None = None
    per_decision: int
    budget: int
    until: date | None = None
    starts_on: date | None = None
    reason: str


def limit_changes(first: date, today: date) -> Sequence[Change]:
    """Return the changes of the year that ends today, the oldest first."""
    return (*_at_the_start(first), *_raises(today), *_this_month(today))


def _at_the_start(first: date) -> Sequence[Change]:
    everyone = Change(
        on=first,
        by="Ada",
        per_decision=2_000,
        budget=6_000,
        reason="The $20 that we began with, everywhere",
    )
    leads = [
        Change(
            on=first,
            by="Ada",
            site=place.ref,
            grade=SHIFT_LEAD,
            per_decision=2_500,
            budget=8_000,
            reason="Shift leads settle what others pass on",
        )
        for place in PLACES
    ]
    return (everyone, *leads)


def _raises(today: date) -> Sequence[Change]:
    raised = (
        ("harbour", "Sam", 220, "The queue at the fish counter does not wait"),
        ("station", "Sam", 150, "Trains do not wait either"),
        ("elm-street", "Dana", 81, "Too many people stopped at $20. Do they come back at $25?"),
    )
    return [
        Change(
            on=today - timedelta(days=days),
            by=by,
            site=site,
            grade=ASSOCIATE,
            per_decision=2_500,
            budget=7_500,
            reason=reason,
        )
        for site, by, days, reason in raised
    ]


def _this_month(today: date) -> Sequence[Change]:
    winter = Change(
        on=today - timedelta(days=25),
        by="Sam",
        site="elm-street",
        grade=SHIFT_LEAD,
        per_decision=3_500,
        budget=10_000,
        until=today + timedelta(days=9),
        reason="Winter orders run late: does $35 save a second visit?",
    )
    starter = Change(
        on=today - timedelta(days=16),
        by="Sam",
        person="Fatima",
        per_decision=1_000,
        budget=3_000,
        until=today + timedelta(days=14),
        reason="First 30 days: learn with small amounts",
    )
    coming = Change(
        on=today - timedelta(days=3),
        by="Sam",
        site="old-mill",
        grade=ASSOCIATE,
        per_decision=2_500,
        budget=7_500,
        starts_on=today + timedelta(days=6),
        until=today + timedelta(days=96),
        reason="Old Mill asks for what the others have: three months to see",
    )
    return (winter, starter, coming)


def limit_set(shop: Shop, change: Change) -> Event:
    """Return the setting of a limit as an event of the story."""

    def tell(session: Session, now: datetime) -> None:
        new = NewLimit(
            person_id=None if change.person is None else shop.people[change.person].id,
            site_id=None if change.site is None else shop.site_ids[change.site],
            grade=change.grade,
            currency=CURRENCY,
            per_decision_minor=change.per_decision,
            budget_minor=change.budget,
            budget_period="day",
            customer_count=3,
            customer_total_minor=6_000,
            customer_days=90,
            starts_on=change.starts_on,
            ends_on=change.until,
            reason=change.reason,
        )
        limit_setting.set_limit(session, shop.people[change.by], new, now=now)

    return Event(at=story.instant(change.on, AT_SEVEN), tell=tell)
