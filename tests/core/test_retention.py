"""The retention report, on cohorts small enough to count on the fingers."""

from datetime import date

import pytest
from sqlmodel import Session

from ledger.core import sites
from ledger.core.errors import BadValueError
from ledger.core.imports.runs import Options
from ledger.core.reports.retention import RetentionReport, retention
from ledger.core.reports.scope import Scope
from ledger.core.sites import NewSite
from ledger.database import Database
from tests.core.files import NOW, take_activity, take_decisions


def given(key: str, day: str, customer: str, site: str = "Elm", amount: str = "5.00") -> str:
    return f"{key},{day}T15:00:00Z,{customer},T1,{site},refund,{amount},USD,late,"


def came(key: str, day: str, customer: str, kind: str = "purchase") -> str:
    return f"{key},{customer},{day}T15:00:00Z,{kind},1.00,USD"


def report(database: Database, **wanted: object) -> RetentionReport:
    with database.reading() as session:
        return retention(session, **wanted)  # type: ignore[arg-type]  # each test names what it wants


def states(database: Database, days: int, **wanted: object) -> tuple[int, int, int]:
    group = report(database, horizons=(days,), **wanted).group()
    assert group is not None
    (state,) = group.horizons
    return state.came_back, state.not_back, state.maturing


def test_without_activity_everything_is_maturing(database: Database) -> None:
    take_decisions(database, given("d1", "2026-06-01", "c1"))

    found = report(database)

    assert found.as_object()["through"] is None
    assert states(database, 7) == (0, 0, 1)
    assert found.groups[0].curve == []


@pytest.mark.parametrize(
    "through, expected",
    [("2026-06-07", (0, 0, 1)), ("2026-06-08", (1, 0, 0)), ("2026-06-09", (1, 0, 0))],
)
def test_a_decision_is_maturing_until_its_horizon_is_complete(
    database: Database, through: str, expected: tuple[int, int, int]
) -> None:
    take_decisions(database, given("d1", "2026-06-01", "c1"))
    options = Options(through=date.fromisoformat(through))

    take_activity(database, came("a1", "2026-06-03", "c1"), options=options)

    assert states(database, 7) == expected


@pytest.mark.parametrize(
    "day, expected",
    [("2026-06-07", (1, 0, 0)), ("2026-06-08", (1, 0, 0)), ("2026-06-09", (0, 1, 0))],
)
def test_a_return_counts_up_to_the_last_day_of_the_horizon(
    database: Database, day: str, expected: tuple[int, int, int]
) -> None:
    take_decisions(database, given("d1", "2026-06-01", "c1"))

    take_activity(database, came("a1", day, "c1"), options=Options(through=date(2026, 6, 20)))

    assert states(database, 7) == expected


def test_a_return_after_through_is_not_known_yet(database: Database) -> None:
    take_decisions(database, given("d1", "2026-06-01", "c1"))
    take_activity(
        database, came("a1", "2026-06-05", "c1"), options=Options(through=date(2026, 6, 3))
    )

    assert report(database).groups[0].curve == []
    assert states(database, 2) == (0, 1, 0)


def test_the_customers_first_decision_counts_where_it_falls_in_the_scope(
    database: Database,
) -> None:
    take_decisions(
        database, given("d1", "2026-06-01", "c1", "Elm"), given("d2", "2026-06-02", "c1", "Oak")
    )
    with database.reading() as session:
        ids = {site.location_ref: site.id for site in sites.all_sites(session)}

    scopes = {ref: Scope(site_ids=frozenset({site_id})) for ref, site_id in ids.items()}
    found = {
        (ref, unit): len(report(database, unit=unit, scope=scopes[ref]).groups)
        for ref in ("Elm", "Oak")
        for unit in ("customer", "decision")
    }

    assert found == {
        ("Elm", "customer"): 1,
        ("Elm", "decision"): 1,
        ("Oak", "customer"): 0,
        ("Oak", "decision"): 1,
    }


def test_a_page_can_say_how_many_of_the_decisions_count(database: Database) -> None:
    take_decisions(
        database,
        given("d1", "2026-06-01", "c1"),
        given("d2", "2026-06-02", "c1"),
        given("d3", "2026-06-02", ""),
    )

    (group,) = report(database).groups

    assert (group.decisions, group.of_decisions, group.walk_ins) == (1, 2, 1)


@pytest.mark.parametrize(
    "amount, band",
    [
        ("0.00", "0"),
        ("0.01", "0-5"),
        ("5.00", "0-5"),
        ("5.01", "5-10"),
        ("100.00", "50-100"),
        ("100.01", "100+"),
    ],
)
def test_a_band_includes_its_upper_bound(database: Database, amount: str, band: str) -> None:
    row = given("d1", "2026-06-01", "c1", amount=amount)
    # Only an apology gives nothing of value.
    take_decisions(database, row if float(amount) else row.replace("refund", "apology"))

    assert [group.key for group in report(database, by="band").groups] == [band]


def test_several_currencies_stand_side_by_side(database: Database) -> None:
    with database.writing() as session:
        oak = NewSite(location_ref="Oak", name="Oak", currency="JPY")
        sites.add_site(session, oak, actor="system", now=NOW)
    take_decisions(
        database,
        given("d1", "2026-06-01", "c1"),
        given("d2", "2026-06-02", "c2", "Oak", "7").replace("USD", "JPY"),
    )

    assert [group.key for group in report(database, by="band").groups] == ["JPY 5-10", "USD 0-5"]
    (whole,) = report(database).groups
    assert whole.amount_minor == {"JPY": 7, "USD": 500}


def test_a_contract_business_counts_who_stays(database: Database) -> None:
    with database.writing() as session:
        watch_who_stays(session)
    take_decisions(database, given("d1", "2026-06-01", "c1"), given("d2", "2026-06-01", "c2"))
    take_activity(
        database,
        came("a1", "2026-06-04", "c1", "cancellation"),
        came("a2", "2026-06-20", "c2", "visit"),
    )

    assert states(database, 7) == (1, 1, 0)
    assert report(database).as_object()["watch"] == "stays"


def watch_who_stays(session: Session) -> None:
    company = sites.company(session)
    company.watch = "stays"
    session.add(company)


def test_an_unknown_unit_or_grouping_is_refused(sqlite_database: Database) -> None:
    with pytest.raises(BadValueError):
        report(sqlite_database, unit="visit")
    with pytest.raises(BadValueError):
        report(sqlite_database, by="person")
