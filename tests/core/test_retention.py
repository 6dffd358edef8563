"""The retention report, on cohorts small enough to count on the fingers."""

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import sites, voids
from ledger.core.cohorts import GROUPINGS
from ledger.core.errors import BadValueError
from ledger.core.imports.runs import Options
from ledger.core.reports.retention import RetentionReport, retention
from ledger.core.reports.scope import Scope, bands_of
from ledger.core.sites import NewSite
from ledger.core.tables import Company, Decision, Remedy
from ledger.core.units import UNITS
from ledger.core.voids import VoidDraft
from ledger.database import Database
from tests import cast
from tests.core.files import ACTIVITY, DECISIONS, NOW, take_activity, take_decisions
from tests.oracle.figures import flat
from tests.oracle.retention import report as second_opinion

ZONE = "America/New_York"


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

    assert [group.key for group in report(database, by="band").groups] == ["JPY 0-500", "USD 0-5"]
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
    session.scalars(select(Company)).one().watch = "stays"


def test_an_episode_has_no_decision_of_its_customer_in_the_horizon_before(
    database: Database,
) -> None:
    days = ("2026-06-01", "2026-06-08", "2026-06-16", "2026-06-16")
    take_decisions(database, *(given(f"d{n}", day, "c1") for n, day in enumerate(days)))

    found = {gap: report(database, unit="episode", episode_days=gap).groups for gap in (6, 7, 8)}

    assert {gap: group.decisions for gap, (group,) in found.items()} == {6: 3, 7: 2, 8: 1}


def test_an_episode_looks_at_all_sites_and_counts_at_its_own(database: Database) -> None:
    take_decisions(
        database, given("d1", "2026-06-01", "c1", "Elm"), given("d2", "2026-06-02", "c1", "Oak")
    )
    with database.reading() as session:
        ids = {site.location_ref: site.id for site in sites.all_sites(session)}

    oak = Scope(site_ids=frozenset({ids["Oak"]}))

    assert report(database, unit="episode", scope=oak, episode_days=7).groups == []


def test_a_voided_decision_hides_no_episode(database: Database) -> None:
    with database.writing() as session:
        cast.hire(session)
    rows = (given("d1", "2026-06-01", "c1", "S1"), given("d2", "2026-06-02", "c1", "S1"))
    take_decisions(database, *rows)
    with database.writing() as session:
        first = session.scalars(select(Decision).order_by(col(Decision.id)).limit(1)).one()
        draft = VoidDraft(uid=str(uuid4()), reason="Wrong", taken_back=True)
        voids.void_decision(session, cast.person(session, "sam"), first, draft, now=NOW)

    assert report(database, unit="episode").groups[0].decisions == 1


@pytest.mark.parametrize("unit", UNITS)
def test_a_busy_season_is_as_the_second_opinion_has_it(
    busy_season: tuple[Database, Path], unit: str
) -> None:
    database, folder = busy_season

    found = [report(database, unit=unit, by=by, episode_days=30).as_object() for by in GROUPINGS]

    expected = [second_opinion(folder, unit=unit, by=by, zone=ZONE, horizon=30) for by in GROUPINGS]
    assert flat(found) == pytest.approx(flat(expected), abs=1e-9)


@pytest.fixture
def busy_season(database: Database, tmp_path: Path) -> tuple[Database, Path]:
    """Take in 120 decisions for 23 customers and their visits; return also where the files are."""
    decisions, visits = [], []
    for n in range(120):
        day = date(2026, 1, 1) + timedelta(days=n * 37 % 110)
        customer = f"c{n * n % 23}" if n % 11 else ""
        amount = f"{n * 7 % 40 + 1}.00"
        row = given(f"d{n:03}", day.isoformat(), customer, ("Elm", "Oak")[n % 2], amount)
        decisions.append(row.replace("refund", ("refund", "credit")[n % 3 // 2]))
        if customer and n % 4:
            back = day + timedelta(days=n * 5 % 70)
            visits.append(came(f"a{n:03}", back.isoformat(), customer))
    (tmp_path / "decisions.csv").write_text("\n".join([DECISIONS, *decisions]) + "\n")
    (tmp_path / "activity.csv").write_text("\n".join([ACTIVITY, *visits]) + "\n")
    take_decisions(database, *decisions)
    take_activity(database, *visits)
    return database, tmp_path


def test_filters_narrow_the_report_to_a_remedy_a_reason_and_a_band(
    busy_season: tuple[Database, Path],
) -> None:
    database, _ = busy_season
    by_remedy = {group.key: group for group in report(database, by="remedy").groups}
    by_band = {group.key: group for group in report(database, by="band").groups}
    with database.reading() as session:
        credit = session.scalars(select(Remedy).where(col(Remedy.kind) == "credit")).one()
        bands = bands_of(session, ["USD"])

    of_credit = report(database, scope=Scope(remedy_id=credit.id)).group()
    of_bands = {
        key: report(database, scope=Scope(band=band)).group() for key, band in bands.items()
    }

    assert of_credit is not None
    assert of_credit.horizons == by_remedy["credit"].horizons
    assert {key: group.horizons for key, group in of_bands.items() if group} == {
        key: group.horizons for key, group in by_band.items()
    }
    assert report(database, scope=Scope(reason_id=0)).groups == []


def test_an_unknown_unit_or_grouping_is_refused(sqlite_database: Database) -> None:
    with pytest.raises(BadValueError):
        report(sqlite_database, unit="visit")
    with pytest.raises(BadValueError):
        report(sqlite_database, by="person")
    with pytest.raises(BadValueError):
        report(sqlite_database, unit="episode", episode_days=-1)
