"""The business days of a site, where clocks jump, come twice or change their zone."""

from datetime import UTC, date, datetime, time, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core import clock
from ledger.core.clock import Calendar, Rule
from ledger.core.errors import BadValueError

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
STARTS = [time(0), time(2, 30), time(4)]
# Havana's midnight that came twice is last year's: whether 2026 has one depends on the release
# of the time zone database.
ODD_DAYS = [
    ("Africa/Cairo", "2026-04-24", -60),
    ("Africa/Cairo", "2026-10-29", 60),
    ("America/Havana", "2026-03-08", -60),
    ("America/Havana", "2025-11-02", 60),
    ("America/Santiago", "2026-09-06", -60),
    ("Asia/Beirut", "2026-03-29", -60),
    ("Atlantic/Azores", "2026-03-29", -60),
    ("Atlantic/Azores", "2026-10-25", 60),
    ("Australia/Lord_Howe", "2026-04-05", 30),
    ("Australia/Lord_Howe", "2026-10-04", -30),
]
FAR_APART = ["Asia/Tokyo", "Pacific/Pago_Pago", "Pacific/Kiritimati", "Pacific/Apia", "UTC"]
ZONES = st.sampled_from(FAR_APART + sorted({zone for zone, _, _ in ODD_DAYS}))
DAY_STARTS = st.sampled_from(STARTS) | st.times()
INSTANTS = st.timedeltas(timedelta(0), timedelta(days=13_000)).map(
    lambda passed: datetime(2000, 1, 2, tzinfo=UTC) + passed
)
CHANGES = st.lists(st.tuples(ZONES, DAY_STARTS, st.integers(0, 3)), min_size=2, max_size=4)


def test_a_plain_day_starts_at_the_day_start_of_the_site() -> None:
    harbour = a_calendar("Asia/Tokyo", time(4))

    assert harbour.start_of(date(2026, 5, 1)) == datetime(2026, 4, 30, 19, tzinfo=UTC)
    assert harbour.next_start(date(2026, 5, 1)) == datetime(2026, 5, 1, 19, tzinfo=UTC)


def test_before_the_day_start_it_is_still_yesterday() -> None:
    harbour = a_calendar("Asia/Tokyo", time(4))
    start = datetime(2026, 4, 30, 19, tzinfo=UTC)

    assert harbour.business_date(start - TICK) == date(2026, 4, 30)
    assert harbour.business_date(start) == date(2026, 5, 1)


def test_an_instant_of_another_zone_has_the_same_date() -> None:
    harbour = a_calendar("Asia/Tokyo", time(4))
    instant = datetime(2026, 4, 30, 19, tzinfo=UTC)

    assert harbour.business_date(instant.astimezone(ZoneInfo("America/New_York"))) == date(
        2026, 5, 1
    )


@pytest.mark.parametrize("zone, day, longer", ODD_DAYS)
def test_the_day_on_which_the_clock_changes_is_longer_or_shorter(
    zone: str, day: str, longer: int
) -> None:
    calendar = a_calendar(zone, time(0))
    that_day = date.fromisoformat(day)

    length = calendar.next_start(that_day) - calendar.start_of(that_day)

    assert length == DAY + timedelta(minutes=longer)


@pytest.mark.parametrize("day_start", STARTS, ids=str)
@pytest.mark.parametrize("zone, day, longer", ODD_DAYS)
def test_days_start_at_the_first_instant_found_by_looking_at_every_minute(
    zone: str, day: str, longer: int, day_start: time
) -> None:
    calendar = a_calendar(zone, day_start)
    that_day = date.fromisoformat(day)

    around = [that_day + number * DAY for number in (-1, 0, 1, 2)]

    assert [calendar.start_of(one) for one in around] == [
        first_minute_by_looking(zone, datetime.combine(one, day_start)) for one in around
    ]
    four_days = calendar.start_of(around[3]) - calendar.start_of(around[0])
    assert four_days == 3 * DAY + timedelta(minutes=longer)


@pytest.mark.parametrize(
    "zone, day, day_start, start",
    [
        ("America/Havana", "2026-03-08", time(0), "2026-03-08T05:00:00Z"),
        ("America/Havana", "2026-03-08", time(0, 30), "2026-03-08T05:00:00Z"),
        ("America/Havana", "2025-11-02", time(0), "2025-11-02T04:00:00Z"),
        ("America/Havana", "2025-11-02", time(0, 30), "2025-11-02T04:30:00Z"),
        ("Africa/Cairo", "2026-04-24", time(0), "2026-04-23T22:00:00Z"),
        ("Australia/Lord_Howe", "2026-10-04", time(2, 15), "2026-10-03T15:30:00Z"),
        ("America/New_York", "2026-03-08", time(2, 30), "2026-03-08T07:00:00Z"),
    ],
)
def test_a_missing_start_is_the_first_instant_there_is_and_a_double_one_the_first(
    zone: str, day: str, day_start: time, start: str
) -> None:
    calendar = a_calendar(zone, day_start)

    assert clock.as_text(calendar.start_of(date.fromisoformat(day))) == start[:-1] + ".000000Z"


def test_a_midnight_that_comes_twice_starts_one_day() -> None:
    havana = a_calendar("America/Havana", time(0))
    second_midnight = datetime(2025, 11, 2, 5, tzinfo=UTC)

    assert havana.business_date(second_midnight - TICK) == date(2025, 11, 2)
    assert havana.business_date(second_midnight) == date(2025, 11, 2)


def test_a_date_that_a_place_left_out_is_no_instants_date() -> None:
    apia = a_calendar("Pacific/Apia", time(0))
    jump = datetime(2011, 12, 30, 10, tzinfo=UTC)

    assert apia.start_of(date(2011, 12, 30)) == apia.start_of(date(2011, 12, 31)) == jump
    assert apia.business_date(jump - TICK) == date(2011, 12, 29)
    assert apia.business_date(jump) == date(2011, 12, 31)


def test_a_new_zone_holds_from_the_next_business_day_and_moves_nothing_before_it() -> None:
    london = Rule(date(2020, 1, 1), "Europe/London", time(4))
    moved = Calendar((london, Rule(date(2026, 1, 10), "Asia/Tokyo", time(4))))
    first = date(2026, 1, 10)

    # Opened at 04:00 in London, closed at 04:00 in Tokyo: 15 hours.
    assert moved.start_of(first) == datetime(2026, 1, 10, 4, tzinfo=UTC)
    assert moved.next_start(first) == datetime(2026, 1, 10, 19, tzinfo=UTC)
    assert moved.business_date(datetime(2026, 1, 10, 4, tzinfo=UTC) - TICK) == date(2026, 1, 9)
    assert (moved.zone_on(date(2026, 1, 9)), moved.zone_on(first)) == (
        "Europe/London",
        "Asia/Tokyo",
    )


def test_a_new_zone_to_the_west_makes_its_first_day_longer() -> None:
    tokyo = Rule(date(2020, 1, 1), "Asia/Tokyo", time(4))
    moved = Calendar((tokyo, Rule(date(2026, 1, 10), "Europe/London", time(4))))
    first = date(2026, 1, 10)

    assert moved.next_start(first) - moved.start_of(first) == timedelta(hours=33)


def test_a_move_over_the_date_line_leaves_one_date_without_instants() -> None:
    before = Rule(date(2020, 1, 1), "Pacific/Pago_Pago", time(4))
    moved = Calendar((before, Rule(date(2026, 1, 10), "Pacific/Kiritimati", time(4))))
    start = moved.start_of(date(2026, 1, 10))

    assert moved.start_of(date(2026, 1, 11)) == start
    assert moved.business_date(start - TICK) == date(2026, 1, 9)
    assert moved.business_date(start) == date(2026, 1, 11)


def test_of_two_rules_with_one_date_the_last_counts() -> None:
    rules = [Rule(date(2026, 1, 10), zone, time(4)) for zone in ("Asia/Tokyo", "Europe/London")]
    day = date(2026, 1, 20)

    assert Calendar(tuple(rules)).zone_on(day) == "Europe/London"
    assert Calendar(tuple(rules)).start_of(day) == datetime(2026, 1, 20, 4, tzinfo=UTC)


def test_the_first_rule_holds_for_everything_before_it() -> None:
    harbour = Calendar((Rule(date(2026, 1, 10), "Asia/Tokyo", time(4)),))

    assert harbour.zone_on(date(1999, 1, 1)) == "Asia/Tokyo"
    assert harbour.start_of(date(1999, 1, 1)) == datetime(1998, 12, 31, 19, tzinfo=UTC)


@given(zone=ZONES, day_start=DAY_STARTS, instant=INSTANTS)
def test_every_instant_belongs_to_exactly_the_day_that_contains_it(
    zone: str, day_start: time, instant: datetime
) -> None:
    calendar = a_calendar(zone, day_start)

    assert days_that_contain(calendar, instant) == [calendar.business_date(instant)]


@given(changes=CHANGES, minutes=st.integers(-3 * 1_440, 12 * 1_440))
def test_every_instant_belongs_to_one_day_whatever_the_zone_is_changed_to(
    changes: list[tuple[str, time, int]], minutes: int
) -> None:
    calendar = a_calendar_of(changes)
    now = datetime(2026, 3, 6, tzinfo=UTC) + timedelta(minutes=minutes)

    assert days_that_contain(calendar, now) == [calendar.business_date(now)]


@given(changes=CHANGES)
def test_a_new_rule_never_moves_what_happened_before_its_first_day(
    changes: list[tuple[str, time, int]],
) -> None:
    after = a_calendar_of(changes)
    before = Calendar(after.rules[:-1])
    first = after.rules[-1].from_date

    days = [first + number * DAY for number in range(-5, 1)]

    assert [after.start_of(day) for day in days] == [before.start_of(day) for day in days]


@given(zone=ZONES, day_start=DAY_STARTS, day=st.dates(date(2012, 1, 2), date(2035, 12, 31)))
def test_one_days_start_comes_after_the_last_ones(zone: str, day_start: time, day: date) -> None:
    calendar = a_calendar(zone, day_start)

    length = calendar.next_start(day) - calendar.start_of(day)

    assert timedelta(hours=22) < length < timedelta(hours=26)


@pytest.mark.parametrize(
    "rules, field, why",
    [
        ((), "rules", "empty"),
        (
            (Rule(date(2026, 1, 2), "UTC", time(4)), Rule(date(2026, 1, 1), "UTC", time(4))),
            "rules",
            "order",
        ),
        ((Rule(date(2026, 1, 1), "Europe/Atlantis", time(4)),), "zone", "unknown"),
        ((Rule(date(2026, 1, 1), "UTC", time(4, tzinfo=UTC)),), "day_start", "has_zone"),
    ],
)
def test_rules_that_make_no_calendar_are_refused(
    rules: tuple[Rule, ...], field: str, why: str
) -> None:
    with pytest.raises(BadValueError) as caught:
        Calendar(rules)

    assert (caught.value.field, caught.value.why) == (field, why)


def test_the_edges_of_time_are_refused_and_do_not_break() -> None:
    harbour = a_calendar("Asia/Tokyo", time(4))

    with pytest.raises(BadValueError):
        harbour.start_of(date.min)
    with pytest.raises(BadValueError):
        harbour.next_start(date.max)
    with pytest.raises(BadValueError):
        harbour.business_date(datetime.max.replace(tzinfo=UTC))


def test_what_a_calendar_has_looked_up_does_not_make_it_another() -> None:
    looked, fresh = a_calendar("UTC", time(4)), a_calendar("UTC", time(4))

    looked.start_of(date(2026, 1, 1))

    assert looked == fresh
    assert hash(looked) == hash(fresh)


def test_an_import_of_150_000_rows_finds_its_dates_quickly() -> None:
    calendar = a_calendar("Europe/London", time(4))
    first = datetime(2009, 12, 1, tzinfo=UTC)
    before = process_time()

    for number in range(150_000):
        calendar.business_date(first + number * timedelta(minutes=7))

    assert process_time() - before < 5


def a_calendar(zone: str, day_start: time) -> Calendar:
    return Calendar((Rule(date(2020, 1, 1), zone, day_start),))


def a_calendar_of(changes: list[tuple[str, time, int]]) -> Calendar:
    rules = []
    from_date = date(2026, 3, 6)
    for zone, day_start, gap in changes:
        rules.append(Rule(from_date, zone, day_start))
        from_date += gap * DAY
    return Calendar(tuple(rules))


def days_that_contain(calendar: Calendar, instant: datetime) -> list[date]:
    around = [instant.date() + number * DAY for number in range(-5, 6)]
    return [day for day in around if calendar.start_of(day) <= instant < calendar.next_start(day)]


def first_minute_by_looking(zone: str, wall: datetime) -> datetime:
    tz = ZoneInfo(zone)
    minute = (wall - timedelta(hours=16)).replace(tzinfo=UTC)
    while minute.astimezone(tz).replace(tzinfo=None) < wall:
        minute += timedelta(minutes=1)
    return minute
