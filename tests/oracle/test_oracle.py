"""The second opinion is itself held against cases small enough to work out by hand."""

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.oracle.figures import load_figures, look_up
from tests.oracle.reading import business_date
from tests.oracle.retention import UNITS, report
from tests.oracle.shares import effective_n, wilson

DECISION_COLUMNS = (
    "external_id,decided_at,customer_ref,staff_ref,location_ref,kind,amount,currency,reason,note"
)
ACTIVITY_COLUMNS = "external_id,customer_ref,occurred_at,kind,amount,currency"


def write_files(folder: Path, *, decisions: Sequence[str], activity: Sequence[str]) -> Path:
    (folder / "decisions.csv").write_text("\n".join([DECISION_COLUMNS, *decisions]) + "\n")
    (folder / "activity.csv").write_text("\n".join([ACTIVITY_COLUMNS, *activity]) + "\n")
    return folder


@pytest.fixture
def four_customers(tmp_path: Path) -> Path:
    """Ann is back on day 2, Bo on day 5, Cy is watched for 7 days, Di's day is the last one."""
    return write_files(
        tmp_path,
        decisions=[
            "d1,2024-03-01T10:00:00Z,ann,S1,Elm,refund,10.00,GBP,late,",
            "d2,2024-03-01T12:00:00Z,bo,S1,Elm,refund,5.00,GBP,late,",
            "d3,2024-03-04T12:00:00Z,cy,S1,Elm,refund,5.01,GBP,late,",
            "d4,2024-03-11T12:00:00Z,di,S1,Elm,refund,0.99,GBP,late,",
            "d5,2024-03-02T12:00:00Z,,S1,Elm,refund,3.50,GBP,late,",
        ],
        activity=[
            # The same business day, the second one at night: neither is a return.
            "a1,ann,2024-03-01T23:00:00Z,purchase,1.00,GBP",
            "a2,ann,2024-03-02T03:59:59Z,purchase,1.00,GBP",
            "a3,ann,2024-03-03T04:00:00Z,purchase,1.00,GBP",
            # A cancellation is no return.
            "a4,bo,2024-03-02T12:00:00Z,cancellation,1.00,GBP",
            "a5,bo,2024-03-06T12:00:00Z,visit,0.00,GBP",
            # The last day of the feed is set by anybody's row of any kind.
            "a6,eve,2024-03-12T03:59:59Z,cancellation,1.00,GBP",
        ],
    )


def only_group(whole: dict[str, Any]) -> dict[str, Any]:
    (group,) = whole["groups"]
    assert isinstance(group, dict)
    return group


def test_three_states_and_wilson_limits_are_those_worked_out_by_hand(four_customers: Path) -> None:
    whole = report(four_customers, unit="decision", by="all")

    assert (whole["definition"], whole["through"]) == (1, "2024-03-11")
    group = only_group(whole)
    assert (group["key"], group["decisions"], group["customers"]) == ("all", 4, 4)
    assert (group["walk_ins"], group["amount_minor"]) == (1, {"GBP": 2450})
    week, month, *_ = group["horizons"]
    # Cy's seventh day is the last day of the feed, so it is known: not back. 2 of 3.
    assert (week["came_back"], week["not_back"], week["maturing"]) == (2, 1, 1)
    # (2/3 + z²/6) / (1 + z²/3) = 0.573084, give or take 0.365424.
    assert week["rate"] == pytest.approx(2 / 3)
    assert week["low"] == pytest.approx(0.573084 - 0.365424, abs=2e-6)
    assert week["high"] == pytest.approx(0.573084 + 0.365424, abs=2e-6)
    assert (month["came_back"], month["not_back"], month["maturing"]) == (0, 0, 4)
    assert (month["rate"], month["low"], month["high"]) == (None, None, None)


def test_the_curve_is_the_one_worked_out_by_hand(four_customers: Path) -> None:
    curve = only_group(report(four_customers, unit="decision", by="all"))["curve"]

    counts = [(point["day"], point["at_risk"], point["returned"]) for point in curve]
    assert counts == [(1, 3, 0), (2, 3, 1), (3, 2, 0), (4, 2, 0), (5, 2, 1)]
    assert [p["share"] for p in curve] == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3, 2 / 3])
    assert (curve[0]["low"], curve[0]["high"]) == (None, None)
    # S = 2/3, sum = 1/6: exp(z √(1/6) / 0.405465) = 7.19522; 1 - S^(1/7.19522), 1 - S^7.19522.
    assert (curve[1]["low"], curve[1]["high"]) == pytest.approx((0.054794, 0.945927), abs=2e-6)
    # S = 1/3, sum = 1/6 + 1/2: exp(z √(2/3) / 1.098612) = 4.29160.
    assert (curve[4]["low"], curve[4]["high"]) == pytest.approx((0.225851, 0.991038), abs=2e-6)


def test_where_everybody_is_back_the_curve_has_no_limits(tmp_path: Path) -> None:
    folder = write_files(
        tmp_path,
        decisions=["d1,2024-03-01T10:00:00Z,ann,S1,Elm,refund,10.00,GBP,late,"],
        activity=["a1,ann,2024-03-04T10:00:00Z,renewal,1.00,GBP"],
    )

    curve = only_group(report(folder, unit="customer", by="all"))["curve"]

    assert [point["share"] for point in curve] == [0, 0, 1]
    assert {point["low"] for point in curve} | {point["high"] for point in curve} == {None}


def test_without_any_activity_everything_is_maturing(tmp_path: Path) -> None:
    folder = write_files(
        tmp_path,
        decisions=["d1,2024-03-01T10:00:00Z,ann,S1,Elm,refund,10.00,GBP,late,"],
        activity=[],
    )

    whole = report(folder, unit="customer", by="all")

    assert whole["through"] is None
    assert {row["maturing"] for row in only_group(whole)["horizons"]} == {1}
    assert only_group(whole)["curve"] == []


@pytest.fixture
def two_sites(tmp_path: Path) -> Path:
    """Ann's first decision is at Elm (by the id, at the same instant), her others at Harbour."""
    return write_files(
        tmp_path,
        decisions=[
            "d2,2024-03-01T10:00:00Z,ann,S1,Harbour,credit,5.00,GBP,late,",
            "d1,2024-03-01T10:00:00Z,ann,S1,Elm,refund,5.01,GBP,late,",
            "d3,2024-04-01T03:59:59Z,ann,S1,Harbour,refund,0.00,GBP,cold,",
            "d4,2024-04-01T04:00:00Z,bo,S1,Harbour,refund,100.01,GBP,cold,",
            "d5,2024-04-01T12:00:00Z,,S1,Harbour,refund,25.00,GBP,cold,",
            "d6,2024-04-01T12:00:00Z,,S1,Pier,refund,2.00,GBP,cold,",
        ],
        activity=["a1,ann,2024-06-01T10:00:00Z,purchase,1.00,GBP"],
    )


@pytest.mark.parametrize(
    "unit,by,expected",
    [
        # Pier has only a walk-in: no unit, so no group.
        ("customer", "site", {"Elm": (1, 0, 501), "Harbour": (1, 1, 12501)}),
        ("decision", "site", {"Elm": (1, 0, 501), "Harbour": (3, 1, 13001)}),
        ("customer", "remedy", {"refund": (2, 2, 13202)}),
        ("decision", "remedy", {"credit": (1, 0, 500), "refund": (3, 2, 13202)}),
        ("customer", "month", {"2024-03": (1, 0, 501), "2024-04": (1, 2, 12701)}),
        ("decision", "month", {"2024-03": (3, 0, 1001), "2024-04": (1, 2, 12701)}),
        ("decision", "reason", {"cold": (2, 2, 12701), "late": (2, 0, 1001)}),
        (
            "decision",
            "band",
            {"0": (1, 0, 0), "0-5": (1, 1, 700), "100+": (1, 0, 10001), "5-10": (1, 0, 501)},
        ),
    ],
)
def test_a_unit_counts_where_its_decision_falls_and_walk_ins_only_in_spend(
    two_sites: Path, unit: str, by: str, expected: dict[str, tuple[int, int, int]]
) -> None:
    groups = report(two_sites, unit=unit, by=by)["groups"]

    found = {g["key"]: (g["decisions"], g["walk_ins"], g["amount_minor"]["GBP"]) for g in groups}
    assert found == expected
    assert list(found) == sorted(found)


@pytest.mark.parametrize(
    "zone,day_start,at,expected",
    [
        ("UTC", "04:00", "2024-03-02T03:59:59", date(2024, 3, 1)),
        ("UTC", "04:00", "2024-03-02T04:00:00", date(2024, 3, 2)),
        # London, summer: 04:00 is 03:00 UTC.
        ("Europe/London", "04:00", "2024-07-02T03:00:00", date(2024, 7, 2)),
        # New York, 02:30 does not exist: the day starts as the clock jumps to 03:00.
        ("America/New_York", "02:30", "2024-03-10T06:59:59", date(2024, 3, 9)),
        ("America/New_York", "02:30", "2024-03-10T07:00:00", date(2024, 3, 10)),
        # New York, 01:30 comes twice: the first one starts the day, and it stays started.
        ("America/New_York", "01:30", "2024-11-03T05:29:59", date(2024, 11, 2)),
        ("America/New_York", "01:30", "2024-11-03T06:10:00", date(2024, 11, 3)),
        # Samoa left out 30 December 2011 whole: it lasts until the next day's start.
        ("Pacific/Apia", "04:00", "2011-12-30T10:00:00", date(2011, 12, 30)),
        ("Pacific/Apia", "04:00", "2011-12-30T14:00:00", date(2011, 12, 31)),
        # St John's once set its clock from 00:01 back to 23:01: the new day had started.
        ("America/St_Johns", "00:00", "2010-11-07T03:00:00", date(2010, 11, 7)),
    ],
)
def test_a_business_day_starts_when_the_wall_clock_first_reaches_it(
    zone: str, day_start: str, at: str, expected: date
) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC)

    found = business_date(instant, zone=ZoneInfo(zone), day_start=time.fromisoformat(day_start))

    assert found == expected


@pytest.fixture
def regulars(tmp_path: Path) -> Path:
    """Ann has three episodes 7 days apart, two of them came back; Bo and Cy one each."""
    days = ["03-01", "03-08", "03-16", "03-16", "03-31"]
    rows = [
        f"d{n},2024-{day}T1{n}:00:00Z,ann,S1,Elm,refund,1.00,GBP,late,"
        for n, day in enumerate(days)
    ]
    return write_files(
        tmp_path,
        decisions=[
            *rows,
            "d7,2024-03-01T12:00:00Z,bo,S1,Elm,refund,1.00,GBP,late,",
            "d8,2024-03-01T12:00:00Z,cy,S1,Elm,refund,1.00,GBP,late,",
        ],
        activity=[
            "a1,ann,2024-03-02T12:00:00Z,visit,0.00,GBP",
            "a2,ann,2024-04-01T12:00:00Z,visit,0.00,GBP",
            "a3,bo,2024-03-04T12:00:00Z,visit,0.00,GBP",
            "a4,eve,2024-05-01T12:00:00Z,visit,0.00,GBP",
        ],
    )


def test_an_episode_has_no_decision_of_its_customer_in_the_days_before(regulars: Path) -> None:
    whole = report(regulars, unit="episode", by="all", horizon=7)

    group = only_group(whole)
    assert whole["episode_days"] == 7
    # Ann's of 8 March is the seventh day after the first; of the two on the 16th one begins.
    assert (group["decisions"], group["customers"]) == (5, 3)
    week = group["horizons"][0]
    assert (week["came_back"], week["not_back"], week["maturing"]) == (3, 2, 0)
    # Ann 2 of 3, Bo 1 of 1, Cy 0 of 1 at a rate of 0.6: residuals 0.2, 0.4, -0.6, their squares
    # 0.56. Variance 3/2 · 0.56/25 = 0.0336; of five apart 0.6 · 0.4/4 = 0.06: never surer than 5.
    assert (week["low"], week["high"]) == pytest.approx(wilson(0.6, 5))


def test_whoever_counts_several_times_makes_the_rate_less_sure() -> None:
    # 3 of 3 and 0 of 3: residuals 1.5, squares 4.5, variance 2 · 4.5/36 = 0.25; apart 0.25/5.
    assert effective_n([[True] * 3, [False] * 3]) == pytest.approx(6 * 0.05 / 0.25)
    assert effective_n([[True] * 3, [True] * 2]) == 2


def test_the_stored_figures_cover_both_sets_and_units_and_can_be_looked_up(
    four_customers: Path,
) -> None:
    figures = load_figures()

    sets = ("online_retail", "complete_journey")
    assert {(f["set"], f["unit"]) for f in figures} == set(itertools.product(sets, UNITS))
    assert {"all", "site", "remedy", "band", "month"} <= {f["by"] for f in figures}
    whole = report(four_customers, unit="decision", by="all")
    place = {"group": "all", "part": "horizons", "at": 7, "name": "came_back"}
    assert look_up(whole, place) == 2
    assert look_up(whole, {"group": None, "part": None, "at": None, "name": "groups"}) == 1
