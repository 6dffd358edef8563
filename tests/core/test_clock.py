"""Time: periods, quarter hours, and how an instant is written and read."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core import clock
from ledger.core.clock import Calendar, Period, PeriodKind, Rule
from ledger.core.errors import BadValueError

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
DAYS = st.dates(date(2000, 1, 1), date(2035, 12, 31))


def test_a_leap_day_is_a_day_and_the_end_of_its_month() -> None:
    leap_day = date(2028, 2, 29)
    calendar = a_calendar("UTC", time(4))

    assert calendar.business_date(datetime(2028, 3, 1, 3, 59, tzinfo=UTC)) == leap_day
    assert clock.period_of(leap_day, "month") == Period("month", date(2028, 2, 1), leap_day)


@pytest.mark.parametrize(
    "day, kind, start, end",
    [
        ("2026-12-31", "day", "2026-12-31", "2026-12-31"),
        ("2026-12-31", "week", "2026-12-28", "2027-01-03"),
        ("2027-01-03", "week", "2026-12-28", "2027-01-03"),
        ("2027-01-04", "week", "2027-01-04", "2027-01-10"),
        ("2026-12-31", "month", "2026-12-01", "2026-12-31"),
        ("2027-02-01", "month", "2027-02-01", "2027-02-28"),
    ],
)
def test_a_week_53_runs_over_the_end_of_the_year(
    day: str, kind: PeriodKind, start: str, end: str
) -> None:
    period = clock.period_of(date.fromisoformat(day), kind)

    assert period == Period(kind, date.fromisoformat(start), date.fromisoformat(end))


@given(day=DAYS)
def test_a_period_holds_its_day_and_the_next_begins_after_it(day: date) -> None:
    for kind in ("day", "week", "month"):
        period = clock.period_of(day, kind)
        assert period.start <= day <= period.end
        assert clock.period_of(period.start, kind) == period == clock.period_of(period.end, kind)
        assert clock.period_of(period.end + DAY, kind).start == period.end + DAY


def test_the_quarter_hours_of_the_open_day_newest_first() -> None:
    elm_street = a_calendar("Europe/London", time(4))

    quarters = clock.quarter_hours(elm_street, datetime(2026, 1, 5, 4, 40, 1, tzinfo=UTC))

    assert [f"{quarter:%H:%M}" for quarter in quarters] == ["04:30", "04:15", "04:00"]
    assert all(quarter.tzinfo is UTC for quarter in quarters)


def test_a_quarter_hour_is_offered_once_it_is_past() -> None:
    elm_street = a_calendar("Europe/London", time(4))
    quarter_past = datetime(2026, 1, 5, 4, 15, tzinfo=UTC)

    assert len(clock.quarter_hours(elm_street, quarter_past)) == 1
    assert len(clock.quarter_hours(elm_street, quarter_past + TICK)) == 2
    assert clock.quarter_hours(elm_street, datetime(2026, 1, 5, 4, tzinfo=UTC)) == ()


def test_quarter_hours_are_those_on_the_wall_of_the_site() -> None:
    kathmandu = a_calendar("Asia/Kathmandu", time(4, 10))

    quarters = clock.quarter_hours(kathmandu, datetime(2026, 1, 4, 23, 2, tzinfo=UTC))

    zone = ZoneInfo("Asia/Kathmandu")
    assert [f"{quarter.astimezone(zone):%H:%M}" for quarter in quarters] == [
        "04:45",
        "04:30",
        "04:15",
    ]


@pytest.mark.parametrize(
    "zone, day, longer",
    [
        ("Africa/Cairo", "2026-04-24", -60),
        ("America/Havana", "2025-11-02", 60),
        ("Australia/Lord_Howe", "2026-04-05", 30),
        ("Australia/Lord_Howe", "2026-10-04", -30),
    ],
)
def test_an_odd_day_has_a_quarter_hour_for_each_fifteen_minutes(
    zone: str, day: str, longer: int
) -> None:
    calendar = a_calendar(zone, time(0))
    end = calendar.next_start(date.fromisoformat(day))

    quarters = clock.quarter_hours(calendar, end - TICK)

    assert len(quarters) == len(set(quarters)) == (1_440 + longer) // 15
    assert list(quarters) == sorted(quarters, reverse=True)


@pytest.mark.parametrize(
    "instant, text",
    [
        (datetime(2026, 3, 8, 4, tzinfo=UTC), "2026-03-08T04:00:00.000000Z"),
        (datetime(2026, 3, 8, 4, 0, 0, 7, tzinfo=UTC), "2026-03-08T04:00:00.000007Z"),
        (datetime(31, 3, 8, tzinfo=UTC), "0031-03-08T00:00:00.000000Z"),
        (
            datetime(2026, 3, 8, 4, tzinfo=timezone(timedelta(hours=9))),
            "2026-03-07T19:00:00.000000Z",
        ),
    ],
)
def test_an_instant_is_written_in_utc_at_a_fixed_width(instant: datetime, text: str) -> None:
    assert clock.as_text(instant) == text


@pytest.mark.parametrize(
    "text", ["2026-03-08T04:00:00Z", "2026-03-08T04:00Z", "2026-03-08T13:00:00.0+09:00"]
)
def test_an_instant_is_read_with_its_offset(text: str) -> None:
    instant = clock.from_text(text)

    assert instant == datetime(2026, 3, 8, 4, tzinfo=UTC)
    assert instant.tzinfo is UTC


@given(
    instants=st.lists(st.datetimes(timezones=st.just(UTC)), min_size=2, max_size=2),
)
def test_texts_read_back_and_sort_as_their_instants_do(instants: list[datetime]) -> None:
    texts = [clock.as_text(instant) for instant in instants]

    assert [clock.from_text(text) for text in texts] == instants
    assert (texts[0] < texts[1]) == (instants[0] < instants[1])


@pytest.mark.parametrize(
    "text, why",
    [
        ("2026-03-08T04:00:00", "naive"),
        ("2026-03-08", "format"),
        ("2026-03-08 04:00:00Z", "format"),
        ("20260308T040000Z", "format"),
        ("2026-03-08T04:00:00Z\n", "format"),
        ("\N{FULLWIDTH DIGIT TWO}026-03-08T04:00:00Z", "format"),
        ("", "format"),
        ("2026-02-29T04:00:00Z", "no_such_time"),
        ("2026-03-08T24:30:00Z", "no_such_time"),
        ("2026-03-08T04:00:00+99:00", "no_such_time"),
        ("0001-01-01T00:00:00+05:00", "no_such_time"),
    ],
)
def test_a_text_that_names_no_instant_is_refused(text: str, why: str) -> None:
    with pytest.raises(BadValueError) as caught:
        clock.from_text(text)

    assert (caught.value.field, caught.value.value, caught.value.why) == ("instant", text, why)


def test_a_time_without_a_zone_is_refused_everywhere() -> None:
    naive = datetime(2026, 3, 8, 4)  # noqa: DTZ001  the fault is what is tested
    elm_street = a_calendar("Europe/London", time(4))

    for use in (
        lambda: clock.as_text(naive),
        lambda: elm_street.business_date(naive),
        lambda: clock.quarter_hours(elm_street, naive),
    ):
        with pytest.raises(BadValueError) as caught:
            use()
        assert caught.value.why == "naive"


@pytest.mark.parametrize(
    "name, is_known",
    [
        ("Europe/London", True),
        ("UTC", True),
        ("Europe/Atlantis", False),
        ("europe/london", False),
        ("Europe", False),
        ("", False),
        ("../../etc/passwd", False),
        ("localtime", False),
    ],
)
def test_only_names_of_the_time_zone_database_are_zones(name: str, *, is_known: bool) -> None:
    assert clock.known_zone(name) is is_known


def a_calendar(zone: str, day_start: time) -> Calendar:
    return Calendar((Rule(date(2020, 1, 1), zone, day_start),))
