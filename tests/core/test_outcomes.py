"""What came of a decision is kept current, and is always what the whole books say."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col

from ledger.core import outcomes, sites
from ledger.core.sites import NewSite
from ledger.core.tables import Outcome
from ledger.database import Database
from tests.cluster import Cluster, drop_database, new_database
from tests.core.files import NOW, take_activity, take_decisions
from tests.core.following import ZONES, follow

# Each example takes a ledger of its own: making a case smaller would take minutes.
PHASES = (Phase.explicit, Phase.generate)
START = datetime(2026, 6, 1, tzinfo=UTC)


instants = st.integers(0, 40).map(lambda steps: START + timedelta(hours=7 * steps))
customers = st.sampled_from(["c0", "c1", "c2"])
site_refs = st.sampled_from(sorted(ZONES))
activity_files = st.dictionaries(
    st.sampled_from([f"a{number}" for number in range(8)]),
    st.tuples(customers, instants, st.sampled_from(["purchase", "visit", "cancellation"])),
    min_size=1,
    max_size=6,
)
decision_files = st.dictionaries(
    st.sampled_from([f"d{number}" for number in range(5)]),
    st.tuples(st.sampled_from(["", "c0", "c1", "c2"]), instants, site_refs),
    min_size=1,
    max_size=4,
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("activity"), activity_files),
        st.tuples(st.just("decisions"), decision_files),
        st.tuples(st.just("void"), st.integers(0, 9)),
        st.tuples(st.just("undo"), st.integers(0, 9)),
        st.tuples(st.just("log"), st.tuples(customers, instants, site_refs)),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture(scope="session")
def two_sites(founded_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Found a ledger with a site in New York and one in Tokyo."""
    path = tmp_path_factory.mktemp("two_sites") / "ledger.sqlite"
    shutil.copyfile(founded_file, path)
    with_sites(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def two_sites_template(cluster: Cluster, founded_template: str) -> str:
    url = new_database(cluster, founded_template)
    with_sites(url)
    return url


def with_sites(url: str) -> None:
    database = Database(url)
    with database.writing() as session:
        for ref, zone in ZONES.items():
            sites.add_site(
                session, NewSite(location_ref=ref, name=ref, zone=zone), actor="system", now=NOW
            )
    database.close()


@settings(
    max_examples=25,
    derandomize=True,
    phases=PHASES,
)
@given(steps=steps)
def test_outcomes_are_what_a_plain_model_says_on_sqlite(
    two_sites: Path, steps: list[tuple[str, object]]
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        shutil.copyfile(two_sites, path)
        with closing(f"sqlite:///{path}") as database:
            follow(database, steps)


@pytest.mark.postgres
@settings(
    max_examples=6,
    derandomize=True,
    phases=PHASES,
)
@given(steps=steps)
def test_outcomes_are_what_a_plain_model_says_on_postgresql(
    cluster: Cluster, two_sites_template: str, steps: list[tuple[str, object]]
) -> None:
    url = new_database(cluster, two_sites_template)
    with closing(url) as database:
        follow(database, steps)
    drop_database(cluster, url)


@contextmanager
def closing(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


@pytest.mark.parametrize(
    "came_at, expected",
    [
        pytest.param("2026-06-02T07:59:59Z", None, id="a second before 04:00 in New York"),
        pytest.param("2026-06-02T08:00:00Z", date(2026, 6, 2), id="at 04:00"),
        pytest.param("2026-06-02T08:00:01Z", date(2026, 6, 2), id="a second after"),
        pytest.param("2026-06-01T15:00:00Z", None, id="the same business day"),
    ],
)
def test_a_return_is_on_a_later_business_date(
    database: Database, came_at: str, expected: date | None
) -> None:
    take_decisions(database, "d1,2026-06-01T15:00:00Z,c1,T1,Elm,refund,5.00,USD,late,")

    take_activity(database, f"a1,c1,{came_at},purchase,1.00,USD")

    with database.reading() as session:
        returned_on = session.scalars(select(col(Outcome.returned_on))).one()
    assert returned_on == (expected and expected.toordinal())


def test_changing_an_outcome_behind_the_programs_back_is_a_difference(database: Database) -> None:
    take_decisions(database, "d1,2026-06-01T15:00:00Z,c1,T1,Elm,refund,5.00,USD,late,")
    with database.writing() as session:
        outcome = session.scalars(select(Outcome)).one()
        outcome.returned_on = date(2026, 6, 2).toordinal()
        session.add(outcome)

    with database.reading() as session:
        (found,) = outcomes.differences(session)

    assert found.found is not None
    assert (found.found.returned_on, found.expected.returned_on) == (739_769, None)


def test_recomputing_everything_mends_it_and_writes_nothing_twice(database: Database) -> None:
    take_decisions(
        database,
        "d1,2026-06-01T15:00:00Z,c1,T1,Elm,refund,5.00,USD,late,",
        "d2,2026-06-01T16:00:00Z,,T1,Elm,refund,5.00,USD,late,",
    )
    with database.writing() as session:
        for outcome in session.scalars(select(Outcome)):
            session.delete(outcome)

    with database.writing() as session:
        written = outcomes.recompute(session), outcomes.recompute(session)

    assert written == (2, 0)
