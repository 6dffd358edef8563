"""Two published years of real customers, against figures that share no code with the product."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from ledger import schema
from ledger.core import founding, horizons, outcomes
from ledger.core.cohorts import GROUPINGS
from ledger.core.imports.activity import import_activity
from ledger.core.imports.decisions import import_decisions
from ledger.core.imports.runs import Options
from ledger.core.limit_setting import NewLimit
from ledger.core.permissions import Role
from ledger.core.reports import overview
from ledger.core.reports.filters import filters, usual_unit
from ledger.core.reports.overview import Choice
from ledger.core.reports.replay import replay
from ledger.core.reports.retention import retention
from ledger.core.reports.scope import Scope
from ledger.core.tables import Decision, Person
from ledger.core.units import UNITS
from ledger.core.verification import verify
from ledger.database import Database
from tests.core.replay_count import counted
from tests.core.replay_figures import as_figures
from tests.founded import LEDGER_ID, PUBLIC_KEY
from tests.oracle.figures import flat, load_figures, look_up
from tests.oracle.retention import report as second_opinion
from tests.oracle.visits import came_again, visit_dates

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
CURRENCIES = {"online_retail": "GBP", "complete_journey": "USD"}
NOW = datetime(2026, 7, 1, tzinfo=UTC)
CLOSE = 1e-9

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the folder shared/data is not beside the project"
)

Ledgers = Callable[[str], Database]


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledgers]:
    """Take in a data set when it is first asked for, and keep the ledger for all tests."""
    made: dict[str, Database] = {}

    def ledger(name: str) -> Database:
        if name not in made:
            path = tmp_path_factory.mktemp(name) / "ledger.sqlite"
            made[name] = taken_in(name, f"sqlite:///{path}")
        return made[name]

    yield ledger
    for database in made.values():
        database.close()


def taken_in(name: str, url: str) -> Database:
    database = Database(url)
    schema.upgrade(database)
    with database.writing() as session:
        wanted = founding.Founding(
            ledger_id=LEDGER_ID,
            name=name,
            currency=CURRENCIES[name],
            zone="UTC",
            day_start="04:00",
            public_key=PUBLIC_KEY,
        )
        founding.found_ledger(session, wanted, now=NOW)
    importers = {"decisions": import_decisions, "activity": import_activity}
    for kind, importer in importers.items():
        with (DATA / name / f"{kind}.csv").open("rb") as file:
            importer(database, file, Options(create_missing=True), now=NOW)
    return database


@pytest.mark.parametrize("name", CURRENCIES)
def test_the_product_shows_every_stored_figure(imported: Ledgers, name: str) -> None:
    wanted = [figure for figure in load_figures() if figure["set"] == name]
    reports: dict[tuple[str, str], dict[str, Any]] = {}
    with imported(name).reading() as session:
        for unit, by in {(figure["unit"], figure["by"]) for figure in wanted}:
            reports[unit, by] = retention(session, unit=unit, by=by).as_object()

    found = [look_up(reports[figure["unit"], figure["by"]], figure) for figure in wanted]

    assert len(found) >= 20
    assert found == [pytest.approx(figure["value"], abs=CLOSE) for figure in wanted]


@pytest.mark.parametrize("by", GROUPINGS)
@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", CURRENCIES)
def test_the_whole_report_is_the_one_that_was_worked_out_a_second_time(
    imported: Ledgers, name: str, unit: str, by: str
) -> None:
    with imported(name).reading() as session:
        found = retention(session, unit=unit, by=by).as_object()

    expected = second_opinion(DATA / name, unit=unit, by=by)

    assert flat(found) == pytest.approx(flat(expected), abs=CLOSE)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", CURRENCIES)
def test_the_page_is_the_report_whatever_it_is_narrowed_to(
    imported: Ledgers, name: str, unit: str
) -> None:
    with imported(name).reading() as session:
        seen = overview.outlook(session, a_visitor(), on=NOW.date())
        known = filters(session, seen.sites, seen.everything)
        for scope in (
            Scope(),
            Scope(site_ids=frozenset({seen.sites[0].id, seen.sites[-1].id})),
            Scope(remedy_id=known.remedies[0].id),
            Scope(reason_id=known.reasons[-1].id),
            Scope(band=known.bands["0-5"]),
        ):
            choice = Choice(scope=scope, horizon_days=30, unit=unit)
            page = overview.overview(session, seen, choice)
            parts = {"site": page.by_site, "remedy": page.by_remedy, "reason": page.by_reason}
            parts |= {"band": page.by_band, "month": page.by_month}
            for by, groups in parts.items():
                expected = retention(
                    session, unit=unit, by=by, scope=scope, horizons=(30,), episode_days=30
                )
                assert {one.key: one.at for one in groups} == {
                    group.key: group.horizons[0] for group in expected.groups
                }


def a_visitor() -> Person:
    """Return somebody who sees all sites."""
    return Person(uid="v", employee_id="9", name="Vera", role=Role.EXECUTIVE, added_at=NOW)


def test_first_decisions_are_rare_where_customers_are_given_often(imported: Ledgers) -> None:
    with imported("complete_journey").reading() as session:
        assert usual_unit(session, Scope()) == "episode"
    with imported("online_retail").reading() as session:
        assert usual_unit(session, Scope()) == "customer"


@pytest.mark.parametrize("name", CURRENCIES)
def test_the_shares_of_all_customers_are_those_counted_a_second_time(
    imported: Ledgers, name: str
) -> None:
    with imported(name).reading() as session:
        found = horizons.proposal(session)

    through, visits = visit_dates(DATA / name)
    for one in found.at:
        known = [days for days in visits if (through - min(days)).days >= one.days]
        back = [days for days in known if came_again(days, one.days)]
        assert (one.days, one.known, one.back) == (one.days, len(known), len(back))


def test_a_year_of_a_retailer_verifies_and_recomputes(imported: Ledgers) -> None:
    database = imported("online_retail")
    with database.reading() as session:
        verified = verify(session)
    with database.reading() as session:
        differences = list(outcomes.differences(session))

    assert (verified.rows["decision"], verified.rows["activity"]) == (2_382, 21_785)
    assert differences == []


def test_the_same_files_again_change_nothing(imported: Ledgers) -> None:
    database = imported("online_retail")
    with database.reading() as session:
        before = verify(session)

    for kind, importer in (("decisions", import_decisions), ("activity", import_activity)):
        with (DATA / "online_retail" / f"{kind}.csv").open("rb") as file:
            came = importer(database, file, Options(create_missing=True), now=NOW)
        assert (came.was_known, came.changed_nothing) == (True, True)

    with database.reading() as session:
        assert verify(session) == before


@pytest.mark.parametrize("name", CURRENCIES)
def test_a_replay_counts_the_amounts_of_the_last_ninety_days_as_a_second_count_does(
    imported: Ledgers, name: str
) -> None:
    new = NewLimit(currency=CURRENCIES[name], per_decision_minor=1_000, reason="What if")
    with imported(name).reading() as session:
        last = session.scalars(select(func.max(col(Decision.decided_at)))).one()
        setter = a_visitor()

        found = replay(session, new, setter=setter, now=last)

        assert as_figures(found) == counted(session, new, setter, now=last)
    # Nobody's limit judged what was brought in: it counts among the amounts, and nowhere else.
    assert (found.given.count, found.more_minor) == (0, 0)
    assert found.imported == sum(found.amounts.values()) > 0
