"""Sites: added, renamed, retired, and counted by another clock from the next business day on."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import decisions, drafts, people, site_changes, sites, unmet_needs
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.people import NewPerson
from ledger.core.site_changes import ShortDayError
from ledger.core.sites import NewSite, SiteChangedError
from ledger.core.tables import Journal, PersonSite, SiteCalendar
from ledger.core.unmet_needs import UnmetNeedDraft
from ledger.core.verification import verify
from ledger.database import Database
from tests import cast
from tests.counter import MONDAY, TUESDAY, Shop, budget_rows, open_shop
from tests.patience import PATIENCE_SECONDS

# Ten in the morning of Monday, 2 March in New York; the day there starts at four.
NEW_YORK = "America/New_York"
HOUR = timedelta(hours=1)


def told(shop: Shop, kind: str = "site.changed") -> int:
    query = select(col(Journal.seq)).where(col(Journal.kind) == kind)
    return len(shop.session.scalars(query).all())


def reclock(shop: Shop, zone: str, day_start: str, *, now: datetime = MONDAY) -> bool:
    elm = shop.sites["elm_street"].id
    return site_changes.change_clock(shop.session, elm, zone, day_start, actor="system", now=now)


def day_at(shop: Shop, instant: datetime) -> date:
    calendar = sites.calendar_of(shop.session, shop.sites["elm_street"].id)
    return calendar.business_date(instant)


def test_another_day_start_holds_from_the_next_business_day_on(shop: Shop) -> None:
    elm = shop.sites["elm_street"].id
    assert site_changes.clock_to_come(shop.session, elm, now=MONDAY) is None

    assert reclock(shop, NEW_YORK, "10:00")

    coming = site_changes.clock_to_come(shop.session, elm, now=MONDAY)
    assert coming is not None
    assert coming.from_date == date(2026, 3, 3)
    # Monday is closed at four, by the clock under which it was opened.
    assert coming.begins_at == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert coming.lasts == timedelta(hours=30)
    assert day_at(shop, coming.begins_at - HOUR) == date(2026, 3, 2)
    assert day_at(shop, datetime(2026, 3, 4, 14, 59, tzinfo=UTC)) == date(2026, 3, 3)
    assert day_at(shop, datetime(2026, 3, 4, 15, tzinfo=UTC)) == date(2026, 3, 4)
    assert site_changes.clock_to_come(shop.session, elm, now=TUESDAY) is None
    assert site_changes.clock_now(shop.session, elm, now=TUESDAY).day_start == "10:00"


def test_what_was_to_come_is_replaced_and_can_be_taken_back(shop: Shop) -> None:
    elm = shop.sites["elm_street"].id
    reclock(shop, NEW_YORK, "10:00")
    reclock(shop, "Europe/London", "05:00")

    coming = site_changes.clock_to_come(shop.session, elm, now=MONDAY)
    assert coming is not None
    assert (coming.zone, coming.day_start) == ("Europe/London", "05:00")
    rows = select(SiteCalendar).where(col(SiteCalendar.site_id) == elm)
    assert len(shop.session.scalars(rows).all()) == 2

    assert reclock(shop, NEW_YORK, "04:00")
    assert site_changes.clock_to_come(shop.session, elm, now=MONDAY) is None
    assert not reclock(shop, NEW_YORK, "04:00")
    assert told(shop) == 3


@pytest.mark.parametrize(
    "zone, lasts",
    [
        # Tuesday begins at four in New York, Wednesday at four over there.
        ("Pacific/Auckland", 6),
        ("Asia/Kathmandu", 24 - 10.75),
        ("Pacific/Honolulu", 29),
        ("Pacific/Kiritimati", 5),
    ],
)
def test_the_first_day_in_another_zone_is_longer_or_shorter_once(
    shop: Shop, zone: str, lasts: float
) -> None:
    reclock(shop, zone, "04:00")

    coming = site_changes.clock_to_come(shop.session, shop.sites["elm_street"].id, now=MONDAY)
    assert coming is not None
    assert coming.lasts == timedelta(hours=lasts)
    assert day_at(shop, coming.begins_at) == date(2026, 3, 3)
    assert day_at(shop, coming.begins_at + coming.lasts - HOUR) == date(2026, 3, 3)
    assert day_at(shop, coming.begins_at + coming.lasts) == date(2026, 3, 4)


@pytest.mark.parametrize(
    "now, lasts",
    [
        # Saturday: the clocks go forward in the night to Sunday, 8 March, and back on 1 November.
        (datetime(2026, 3, 6, 15, tzinfo=UTC), 22),
        (datetime(2026, 10, 30, 15, tzinfo=UTC), 24),
    ],
)
def test_a_clock_that_begins_the_night_before_the_clocks_change(
    shop: Shop, now: datetime, lasts: int
) -> None:
    """From four on Saturday until three on Sunday: 23 hours, less or more the one that changes."""
    reclock(shop, NEW_YORK, "03:00", now=now)

    coming = site_changes.clock_to_come(shop.session, shop.sites["elm_street"].id, now=now)
    assert coming is not None
    assert coming.lasts == timedelta(hours=lasts)


def test_a_place_that_crosses_the_date_line_loses_no_decision(shop: Shop) -> None:
    reclock(shop, "Pacific/Pago_Pago", "04:00")
    then = MONDAY + timedelta(days=5)
    before = day_at(shop, then)

    # Samoa is a whole day ahead of American Samoa: the day would be over as it begins.
    with pytest.raises(ShortDayError) as refused:
        reclock(shop, "Pacific/Apia", "04:00", now=then)
    assert refused.value.possible == "05:00"
    assert refused.value.day == before + timedelta(days=1)
    reclock(shop, "Pacific/Apia", "05:00", now=then)

    days = [day_at(shop, then + n * HOUR) for n in range(72)]
    assert days[0] == before
    assert days == sorted(days)


def test_the_budget_of_the_day_of_change_lasts_as_long_as_the_day(shop: Shop) -> None:
    shop.limit(5_000, budget_minor=5_000, budget_period="day")
    reclock(shop, NEW_YORK, "10:00")
    shop.give("ana", 5_000)
    five_on_tuesday = datetime(2026, 3, 3, 10, tzinfo=UTC)
    five_on_wednesday = five_on_tuesday + timedelta(days=1)

    given = shop.give("ana", 3_000, now=five_on_tuesday)

    assert given.business_date == date(2026, 3, 3)
    # By the new clock Wednesday begins at ten: this is Tuesday's budget still.
    assert shop.left("ana", now=five_on_wednesday) == 2_000
    assert shop.give("ana", 2_000, now=five_on_wednesday).business_date == date(2026, 3, 3)
    assert shop.left("ana", now=five_on_wednesday + 6 * HOUR) == 5_000
    tuesday = {key[3]: sums for key, sums in budget_rows(shop.session).items()}
    assert tuesday[date(2026, 3, 3)] == (5_000, 5_000)


def test_a_day_that_a_slow_machine_has_not_seen_begin_is_not_moved(shop: Shop) -> None:
    """The journal is at Tuesday already; this machine's clock says Monday."""
    shop.limit(5_000)
    shop.give("ana", 100, now=TUESDAY)

    reclock(shop, NEW_YORK, "04:30", now=MONDAY)

    query = select(col(SiteCalendar.from_date)).order_by(col(SiteCalendar.from_date).desc())
    assert shop.session.scalars(query).first() == date(2026, 3, 4)


@pytest.mark.parametrize(
    "zone, day_start, field",
    [
        ("Mars/Olympus", "04:00", "zone"),
        (NEW_YORK, "4", "day_start"),
        (NEW_YORK, "04:00:30", "day_start"),
        (NEW_YORK, "24:00", "day_start"),
    ],
)
def test_a_clock_that_is_none_is_named(shop: Shop, zone: str, day_start: str, field: str) -> None:
    with pytest.raises(BadValueError) as refused:
        reclock(shop, zone, day_start)

    assert refused.value.field == field


def test_a_retired_site_takes_nothing_new_and_stays_readable(shop: Shop) -> None:
    limit = shop.limit(5_000)
    given = shop.give("ana", 500)
    elm = shop.sites["elm_street"]

    assert site_changes.retire_site(shop.session, elm.id, actor="system", now=MONDAY)
    assert not site_changes.retire_site(shop.session, elm.id, actor="system", now=MONDAY)

    with pytest.raises(NotFoundError):
        shop.give("ana", 500)
    wanted = UnmetNeedDraft(
        uid=str(uuid.uuid4()), site_id=elm.id, reason_id=shop.reasons["late"], amount_minor=900
    )
    with pytest.raises(NotFoundError):
        unmet_needs.record_unmet_need(shop.session, shop.people["ana"], wanted, now=MONDAY)
    with pytest.raises(BadValueError, match="retired"):
        shop.limit(900, site_id=elm.id)
    new = NewPerson(employee_id="9", name="Bo", site_ids=[elm.id], from_date=MONDAY.date())
    with pytest.raises(BadValueError, match="retired"):
        people.add_person(shop.session, new, actor="system", now=MONDAY)
    assert elm not in sites.open_sites(shop.session)
    assert elm in sites.all_sites(shop.session)
    # What was given there can still be voided.
    assert shop.void("dana", given, now=MONDAY + HOUR).decision_id == given.id
    assert limit.currency == "USD"

    site_changes.reopen_site(shop.session, elm.id, actor="system", now=MONDAY)
    shop.give("ana", 500)
    assert told(shop) == 2


def test_a_decision_that_was_ready_is_not_written_at_a_site_that_has_closed(shop: Shop) -> None:
    shop.limit(5_000, budget_minor=5_000, budget_period="day")
    draft = shop.draft(700)
    ready = drafts.prepare(shop.session, shop.people["ana"], draft, now=MONDAY)
    elm = shop.sites["elm_street"].id
    site_changes.retire_site(shop.session, elm, actor="system", now=MONDAY)

    with pytest.raises(SiteChangedError):
        decisions.record(shop.session, ready, now=MONDAY)


def test_a_site_has_another_currency_only_until_it_holds_money(shop: Shop) -> None:
    elm, harbour = shop.sites["elm_street"].id, shop.sites["harbour"].id

    def to_euro(site_id: int) -> bool:
        return site_changes.change_site(
            shop.session,
            site_id,
            name=f"Pier {site_id}",
            currency="EUR",
            actor="system",
            now=MONDAY,
        )

    assert to_euro(harbour)
    assert not to_euro(harbour)
    shop.limit(5_000, site_id=elm)
    with pytest.raises(BadValueError, match="in use"):
        to_euro(elm)
    for none in ("EURO", "X" * 3, "XTS", "XAU"):
        with pytest.raises(BadValueError) as unknown:
            site_changes.change_site(
                shop.session, harbour, name="Pier", currency=none, actor="system", now=MONDAY
            )
        assert unknown.value.field == "currency"


def test_a_currency_is_written_in_capitals_however_it_was_typed(session: Session) -> None:
    new = NewSite(location_ref="S1", name="Elm", currency=" eur")
    site = sites.add_site(session, new, actor="system", now=cast.HIRED_AT)

    assert site.currency == "EUR"
    site_changes.change_site(
        session, site.id, name="Elm", currency="chf", actor="system", now=cast.HIRED_AT
    )
    assert site.currency == "CHF"


def test_two_sites_have_no_reference_in_common(session: Session) -> None:
    sites.add_site(
        session, NewSite(location_ref="S1", name="Elm"), actor="system", now=cast.HIRED_AT
    )
    with pytest.raises(BadValueError, match="taken"):
        sites.add_site(
            session, NewSite(location_ref="S1", name="Oak"), actor="system", now=cast.HIRED_AT
        )


def test_two_open_sites_have_no_name_in_common(shop: Shop) -> None:
    elm, harbour = shop.sites["elm_street"].id, shop.sites["harbour"].id
    new = NewSite(location_ref="S9", name="elm  street")

    with pytest.raises(BadValueError, match="name: taken"):
        sites.add_site(shop.session, new, actor="system", now=MONDAY)
    with pytest.raises(BadValueError, match="name: taken"):
        site_changes.change_site(
            shop.session, harbour, name="ELM STREET", currency="USD", actor="system", now=MONDAY
        )
    assert sites.name_of_ref(shop.session, "Elm Street") == "Elm Street (2)"
    assert sites.name_of_ref(shop.session, "S9") == "S9"
    # Its own name in other letters is no other site's.
    site_changes.change_site(
        shop.session, elm, name="ELM STREET", currency="USD", actor="system", now=MONDAY
    )
    site_changes.retire_site(shop.session, elm, actor="system", now=MONDAY)
    sites.add_site(shop.session, new, actor="system", now=MONDAY)
    with pytest.raises(BadValueError, match="name: taken"):
        site_changes.reopen_site(shop.session, elm, actor="system", now=MONDAY)


def test_what_was_changed_at_a_site_passes_verification(database: Database) -> None:
    with database.writing() as session:
        shop = open_shop(session, cast.hire(session))
        shop.limit(5_000, budget_minor=9_000, budget_period="week")
        shop.give("ana", 500)
        reclock(shop, "Asia/Tokyo", "05:00")
        reclock(shop, "Asia/Tokyo", "06:00")
        harbour = shop.sites["harbour"].id
        site_changes.retire_site(session, harbour, actor="system", now=MONDAY)
        site_changes.change_site(
            session, harbour, name="Pier", currency="USD", actor="system", now=MONDAY
        )
    with database.writing() as session:
        again = open_shop(session, cast.Cast(sites=shop.sites, people=shop.people))
        again.give("ana", 700, now=TUESDAY)

    with database.reading() as session:
        verify(session)


@pytest.mark.postgres
def test_retiring_waits_for_the_decision_that_is_being_written(
    postgresql_url: str, open_database: Callable[[str], Database]
) -> None:
    """Of two at once, the decision is either before the retirement in the journal, or refused."""
    database = open_database(postgresql_url)
    with database.writing() as session:
        shop = open_shop(session, cast.hire(session))
        shop.limit(5_000)
        elm = shop.sites["elm_street"].id
        draft = shop.draft(700)
        ana = shop.people["ana"]
    with database.reading() as session:
        ready = drafts.prepare(session, ana, draft, now=MONDAY)
    written, refused = Event(), []

    def give() -> None:
        written.wait(PATIENCE_SECONDS)
        try:
            with database.writing() as session:
                decisions.record(session, ready, now=MONDAY)
        except SiteChangedError as problem:
            refused.append(problem)

    thread = Thread(target=give)
    thread.start()
    with database.writing() as session:
        site_changes.retire_site(session, elm, actor="system", now=MONDAY)
        written.set()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(PATIENCE_SECONDS)

    assert len(refused) == 1


def test_the_time_is_told_by_the_clock_of_the_sites_where_they_share_one(shop: Shop) -> None:
    tokyo = sites.add_site(
        shop.session,
        NewSite(location_ref="S9", name="Tokyo Kiosk", zone="Asia/Tokyo"),
        actor="system",
        now=MONDAY,
    )
    new = NewPerson(
        employee_id="00999", name="Hiro", site_ids=[tokyo.id], from_date=date(2026, 1, 5)
    )
    hiro = people.add_person(shop.session, new, actor="system", now=MONDAY)
    on = date(2026, 3, 2)

    assert sites.zone_of(shop.session, hiro, on=on) == "Asia/Tokyo"
    assert sites.zone_of(shop.session, shop.people["sam"], on=on) == "America/New_York"
    shop.session.add(PersonSite(person_id=hiro.id, site_id=shop.sites["harbour"].id, from_date=on))
    shop.session.flush()
    assert sites.zone_of(shop.session, hiro, on=on) == "America/New_York"
