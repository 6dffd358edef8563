"""Budgets: a row for each period, raised by every decision and always equal to a recount."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from ledger.core import clock, sites
from ledger.core.clock import PeriodKind
from ledger.core.sites import NewSite
from ledger.core.tables import Decision, PersonSite
from tests.counter import (
    LIMITS_SET_AT,
    MONDAY,
    SUNDAY,
    TUESDAY,
    Shop,
    budget_rows,
    recounted_rows,
)

TICK = timedelta.resolution


def test_a_budget_is_spent_to_the_last_cent_and_no_further(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=4_000, budget_period="day")
    shop.give("ana", 2_500)

    assert shop.left("ana") == 1_500
    refusal = shop.refused("ana", 1_501)
    assert (refusal.rule, refusal.headroom_minor) == ("budget", 1_500)
    shop.give("ana", 1_499)
    shop.give("ana", 1)
    assert shop.refused("ana", 1).headroom_minor == 0
    assert_recounted(shop)


@pytest.mark.parametrize(
    "kind, last_day, next_day",
    [
        ("day", date(2026, 3, 2), date(2026, 3, 3)),
        ("week", date(2026, 3, 8), date(2026, 3, 9)),
        ("month", date(2026, 3, 31), date(2026, 4, 1)),
    ],
)
def test_a_period_starts_anew_when_the_sites_day_starts(
    shop: Shop, kind: PeriodKind, last_day: date, next_day: date
) -> None:
    shop.limit(2_500, budget_minor=2_500, budget_period=kind)
    calendar = sites.calendar_of(shop.session, shop.sites["elm_street"].id)
    starts = calendar.start_of(next_day)
    assert calendar.next_start(last_day) == starts

    shop.give("ana", 2_500, now=MONDAY)
    refusal = shop.refused("ana", 1, now=starts - TICK)

    assert refusal.until == starts
    assert shop.left("ana", now=starts) == 2_500
    shop.give("ana", 2_500, now=starts)
    assert_recounted(shop)


@pytest.mark.parametrize(
    "zone, day, hours",
    [
        # Midnight is missing in Cairo, comes twice in Havana; Lord Howe moves by half an hour.
        ("Africa/Cairo", date(2026, 4, 24), 23.0),
        ("America/Havana", date(2026, 11, 1), 25.0),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
    ],
)
def test_a_day_of_any_length_has_one_budget(shop: Shop, zone: str, day: date, hours: float) -> None:
    site = sites.add_site(
        shop.session,
        NewSite(location_ref="S9", name="Far away", zone=zone, day_start="00:00"),
        actor="system",
        now=LIMITS_SET_AT,
    )
    ana = shop.people["ana"]
    shop.session.add(PersonSite(person_id=ana.id, site_id=site.id, from_date=date(2026, 1, 5)))
    shop.session.flush()
    far = Shop(
        session=shop.session,
        people=shop.people,
        sites={"elm_street": site},
        remedies=shop.remedies,
        reasons=shop.reasons,
    )
    far.limit(1_000, budget_minor=1_000, budget_period="day")
    calendar = sites.calendar_of(shop.session, site.id)
    starts, ends = calendar.start_of(day), calendar.next_start(day)
    assert ends - starts == timedelta(hours=hours)

    far.give("ana", 1_000, now=starts - TICK)
    far.give("ana", 1_000, now=starts)
    hour = starts
    while hour < ends:
        assert far.left("ana", now=hour) == 0, hour
        hour += timedelta(minutes=30)
    far.give("ana", 1_000, now=ends)

    assert_recounted(far)


def test_each_person_site_and_remedy_has_a_budget_of_its_own(shop: Shop) -> None:
    credit = shop.remedies["credit"]
    shop.limit(1_000, budget_minor=1_000, budget_period="day")
    shop.limit(600, budget_minor=600, budget_period="week", remedy_id=credit)
    shop.give("dana", 1_000)
    shop.give("ana", 600, remedy="credit")

    # What was given in credits also counts towards everything, which a credit does not ask.
    assert shop.left("ana") == 400
    assert shop.left("ana", remedy="credit") == 0
    shop.give("ana", 400)
    assert shop.left("ben") == 1_000
    assert shop.headroom("sam", site="harbour").headroom_minor == 1_000
    assert_recounted(shop)


def test_a_row_made_late_starts_with_what_the_period_already_holds(shop: Shop) -> None:
    shop.limit(2_500, starts_on=date(2026, 2, 28))
    shop.give("ana", 900, now=SUNDAY)
    voided = shop.give("ana", 800, now=MONDAY)
    shop.give("ana", 700, now=MONDAY)
    shop.void("dana", voided)
    assert not budget_rows(shop.session)

    shop.limit(2_500, budget_minor=2_500, budget_period="week", now=MONDAY)

    assert shop.left("ana") == 1_800
    shop.give("ana", 1_800)
    assert list(budget_rows(shop.session).values()) == [(2_500, 3_300)]
    assert_recounted(shop)


def test_giving_voiding_and_giving_again_ends_at_three_budgets(shop: Shop) -> None:
    shop.limit(1_000, budget_minor=1_000, budget_period="day")
    for _ in range(3):
        shop.void("ana", shop.give("ana", 1_000))

    refusal = shop.refused("ana", 1)

    assert (refusal.rule, refusal.headroom_minor) == ("gross", 0)
    assert shop.left("ana", now=TUESDAY) == 1_000
    assert_recounted(shop)


def test_a_budget_that_was_lowered_below_what_was_given_leaves_nothing(shop: Shop) -> None:
    shop.limit(2_500, budget_minor=5_000, budget_period="day")
    shop.give("ana", 2_500)
    shop.limit(2_500, budget_minor=1_000, budget_period="day", now=MONDAY)

    assert shop.left("ana") == 0
    assert shop.refused("ana", 1).rule == "budget"
    # An apology spends nothing.
    assert shop.give("ana", 0, remedy="apology").amount_minor == 0
    assert_recounted(shop)


def test_imported_decisions_do_not_count(shop: Shop) -> None:
    customer_id = shop.customer("2125550100")
    shop.limit(
        1_000,
        budget_minor=1_000,
        budget_period="day",
        customer_count=1,
        customer_days=30,
    )
    made = shop.give("ana", 400, customer_id=customer_id)
    import_one(shop, made)

    assert shop.left("ana") == 600
    assert_recounted(shop)
    assert shop.refused("ana", 1, customer_id=customer_id).rule == "customer_count"
    shop.void("dana", made)
    assert shop.give("ana", 1_000, customer_id=customer_id).amount_minor == 1_000


def test_a_decision_is_counted_in_every_row_it_falls_under(shop: Shop) -> None:
    kinds: tuple[PeriodKind, ...] = ("day", "week", "month")
    for number, kind in enumerate(kinds):
        now = MONDAY + timedelta(minutes=number)
        shop.limit(2_500, budget_minor=9_000, budget_period=kind, now=now)
        shop.give("ana", 100, now=now)

    shop.give("ana", 100, now=TUESDAY)

    held = {end: alone for (*_, end), (alone, _) in budget_rows(shop.session).items()}
    assert held == {date(2026, 3, 2): 300, date(2026, 3, 8): 400, date(2026, 3, 31): 400}
    assert_recounted(shop)


def test_a_week_that_begins_on_the_first_of_a_month_is_not_mistaken_for_it(shop: Shop) -> None:
    monday_the_first = datetime(2026, 6, 1, 15, tzinfo=UTC)
    assert clock.period_of(date(2026, 6, 1), "week").start == date(2026, 6, 1)
    kinds: tuple[PeriodKind, ...] = ("day", "week", "month")
    for number, kind in enumerate(kinds):
        now = monday_the_first + timedelta(minutes=number)
        shop.limit(2_500, budget_minor=9_000, budget_period=kind, now=now)
        shop.give("ana", 100, now=now)
    later = monday_the_first + timedelta(days=9)
    shop.void("dana", shop.give("ana", 50, now=later), now=later)

    assert_recounted(shop)


def assert_recounted(shop: Shop) -> None:
    """Check every row against its decisions, one by one."""
    rows = budget_rows(shop.session)
    assert rows
    assert rows == recounted_rows(shop.session)


def import_one(shop: Shop, like: Decision) -> None:
    """Add a copy of a decision as it comes with a file."""
    values = shop.session.execute(select(*Decision.__table__.columns)).mappings().one()  # type: ignore[attr-defined]  # every table model has it
    last = shop.session.execute(select(Decision.journal_seq)).scalars().one()  # type: ignore[call-overload]  # SQLModel types a column as its value
    copy = Decision(
        **{
            **values,
            "id": like.id + 1,
            "uid": "5f0c53c2-0d3f-4a83-8a53-5d2b8b6e4f10",
            "source": "imported",
            # Any row of the journal will do that no other decision names.
            "journal_seq": last - 1,
            "feed": "till",
            "external_id": "T-1",
        }
    )
    shop.session.add(copy)
    shop.session.flush()
