"""What customers spent around a decision, on cohorts small enough to count on the fingers."""

from datetime import date

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from scipy import stats

from ledger.core import activity
from ledger.core.imports.runs import Options
from ledger.core.reports.around import Around, around, summary
from ledger.core.reports.overview import Choice
from ledger.core.reports.scope import Scope
from ledger.database import Database
from tests.core.files import take_activity, take_decisions

COVERED = "a0,c9,2026-01-01T15:00:00Z,visit,0.00,USD"


def given(key: str, day: str, customer: str) -> str:
    return f"{key},{day}T15:00:00Z,{customer},T1,Elm,refund,5.00,USD,late,"


def came(key: str, at: str, customer: str, amount: str, currency: str = "USD") -> str:
    return f"{key},{customer},{at},purchase,{amount},{currency}"


def look(database: Database, days: int = 7, unit: str = "customer") -> Around:
    choice = Choice(scope=Scope(), horizon_days=days, unit=unit)
    with database.reading() as session:
        return around(session, choice, through=activity.through(session).on)


def test_the_decisions_own_day_is_part_of_neither(database: Database) -> None:
    take_decisions(database, given("d1", "2026-03-10", "c1"))
    # New York's days start at 04:00 there: 08:00 UTC in summer, 09:00 before 8 March.
    take_activity(
        database,
        COVERED,
        came("a1", "2026-03-03T08:59:59Z", "c1", "1.00"),
        came("a2", "2026-03-03T09:00:00Z", "c1", "2.00"),
        came("a3", "2026-03-10T07:59:59Z", "c1", "4.00"),
        came("a4", "2026-03-10T08:00:00Z", "c1", "8.00"),
        came("a5", "2026-03-11T07:59:59Z", "c1", "16.00"),
        came("a6", "2026-03-11T08:00:00Z", "c1", "32.00"),
        came("a7", "2026-03-11T09:00:00Z", "c1", "64.00", "EUR"),
        came("a8", "2026-03-18T07:59:59Z", "c1", "128.00"),
        came("a9", "2026-03-18T08:00:00Z", "c1", "256.00"),
        options=Options(through=date(2026, 3, 20)),
    )

    (spent,) = look(database).spent

    assert (spent.currency, spent.before.total) == ("USD", 600)
    assert (spent.same_day, spent.same_day_minor) == (1, 2_400)
    assert (spent.after.total, spent.change.total) == (16_000, 15_400)


def test_visits_are_business_dates_and_not_receipts(database: Database) -> None:
    take_decisions(database, given("d1", "2026-03-10", "c1"), given("d2", "2026-03-10", "c2"))
    take_activity(
        database,
        came("a1", "2026-03-12T15:00:00Z", "c1", "1.00"),
        came("a2", "2026-03-12T16:00:00Z", "c1", "1.00"),
        came("a3", "2026-03-13T15:00:00Z", "c1", "1.00"),
        options=Options(through=date(2026, 3, 20)),
    )

    visits = look(database).visits

    assert visits is not None
    assert (visits.n, visits.total) == (2, 2)


def test_who_was_decided_for_too_early_or_is_maturing_is_left_out(database: Database) -> None:
    take_decisions(
        database,
        given("d1", "2026-01-03", "c1"),
        given("d2", "2026-03-10", "c2"),
        given("d3", "2026-03-19", "c3"),
        given("d4", "2026-03-10", ""),
    )
    take_activity(database, COVERED, options=Options(through=date(2026, 3, 20)))

    found = look(database)

    assert (found.known, found.uncovered) == (2, 1)
    assert [spent.before.n for spent in found.spent] == [1]


def test_without_activity_nothing_is_known(sqlite_database: Database) -> None:
    take_decisions(sqlite_database, given("d1", "2026-03-10", "c1"))

    assert look(sqlite_database) == Around(known=0, uncovered=0, spent=(), visits=None)


def test_one_large_sum_is_named_with_what_it_carries() -> None:
    found = summary([100, 200, 300, 400, 9_000])

    assert (found.median, found.lower, found.upper, found.mean) == (300, 200, 400, 2_000)
    assert found.outliers == 1
    assert found.outliers_share == pytest.approx(0.9)


@pytest.mark.parametrize(
    "values, half",
    [([9_007_199_254_740_993, 9_007_199_254_740_994], 9_007_199_254_740_994), ([-1, 0], 0)],
)
def test_halves_are_rounded_up_and_no_unit_is_lost_in_large_sums(
    values: list[int], half: int
) -> None:
    found = summary(values)

    assert (found.mean, found.median) == (half, half)


@given_any(st.lists(st.integers(-1_000, 10**9), min_size=1, max_size=60))
def test_quartiles_are_those_of_scipy(values: list[int]) -> None:
    found = summary(values)

    theirs = stats.mstats.mquantiles(values, [0.25, 0.5, 0.75], alphap=1, betap=1)
    assert [found.lower, found.median, found.upper] == pytest.approx(list(theirs), abs=0.51)
