"""What every test may ask for by name."""

import gc
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import func, select
from sqlmodel import Session

from ledger.core.tables import Journal
from ledger.database import Database
from tests.cast import hire_at
from tests.cluster import Cluster, NoClusterError, drop_database, new_database, running_cluster
from tests.founded import found_ledger
from tests.missing import skip_or_fail

# What is imported stays: to look through it for what can be thrown away took a fifth of the time.
gc.disable()
# How long an example takes, or is thought out, says more of a busy machine than of the program.
settings.register_profile(
    "patient", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let somebody who changed an answer on purpose write the new one down."""
    parser.addoption(
        "--update-snapshots", action="store_true", help="write what the tests found as expected"
    )


def pytest_collection_finish() -> None:
    """Throw away from now on, but leave alone what was imported until here."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Lend the tests a PostgreSQL cluster of their own, for as long as they run."""
    try:
        with running_cluster() as running:
            yield running
    except NoClusterError as missing:
        skip_or_fail(str(missing))


@pytest.fixture(scope="session")
def founded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Found the ledger in a SQLite file that every test copies and none opens."""
    path = tmp_path_factory.mktemp("founded") / "ledger.sqlite"
    found_ledger(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def founded_template(cluster: Cluster) -> str:
    """Found the ledger in a PostgreSQL database that every test copies and none opens."""
    url = new_database(cluster)
    found_ledger(url)
    return url


@pytest.fixture(scope="session")
def staffed_file(founded_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hire the cast in a SQLite file that every test copies and none opens."""
    path = tmp_path_factory.mktemp("staffed") / "ledger.sqlite"
    shutil.copyfile(founded_file, path)
    hire_at(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def lent_founded_sqlite(
    founded_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """Lend a founded ledger in a SQLite file to one test after the other."""
    path = tmp_path_factory.mktemp("lent") / "ledger.sqlite"
    shutil.copyfile(founded_file, path)
    with lent(f"sqlite:///{path}") as database:
        yield database


@pytest.fixture(scope="session")
def lent_founded_postgresql(cluster: Cluster, founded_template: str) -> Iterator[Database]:
    """Lend a founded ledger in PostgreSQL to one test after the other."""
    with lent(new_database(cluster, founded_template)) as database:
        yield database


@pytest.fixture(scope="session")
def lent_staffed_sqlite(
    staffed_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """Lend a ledger in which the cast works, in a SQLite file, to one test after the other."""
    path = tmp_path_factory.mktemp("lent") / "ledger.sqlite"
    shutil.copyfile(staffed_file, path)
    with lent(f"sqlite:///{path}") as database:
        yield database


@pytest.fixture(scope="session")
def lent_staffed_postgresql(cluster: Cluster, founded_template: str) -> Iterator[Database]:
    """Lend a ledger in which the cast works, in PostgreSQL, to one test after the other."""
    url = new_database(cluster, founded_template)
    hire_at(url)
    with lent(url) as database:
        yield database


@contextmanager
def lent(url: str) -> Iterator[Database]:
    """Open a ledger that tests borrow one after the other: each takes back whatever it wrote.

    What SQLAlchemy has made of a query is kept with the engine, so the next test need not make it.
    """
    database = Database(url)
    before = rows_of_the_journal(database)
    yield database
    assert rows_of_the_journal(database) == before, "A test kept what it wrote in a lent ledger."
    database.close()


def rows_of_the_journal(database: Database) -> int:
    """Return how many rows the journal has."""
    with database.reading() as session:
        return session.scalars(select(func.count()).select_from(Journal)).one()


@pytest.fixture
def sqlite_url(founded_file: Path, tmp_path: Path) -> str:
    """Return the address of a founded ledger of this test's own, in a SQLite file."""
    path = tmp_path / "ledger.sqlite"
    shutil.copyfile(founded_file, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(cluster: Cluster, founded_template: str) -> Iterator[str]:
    """Return the address of a founded ledger of this test's own, in PostgreSQL."""
    url = new_database(cluster, founded_template)
    yield url
    drop_database(cluster, url)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def ledger_url(request: pytest.FixtureRequest) -> str:
    """Return the address of a founded ledger of this test's own, in each database by turns."""
    return cast("str", request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a database without a table, in each database by turns."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    cluster = cast("Cluster", request.getfixturevalue("cluster"))
    url = new_database(cluster)
    yield url
    drop_database(cluster, url)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Make a folder that everybody on this machine can enter: pytest's own are not."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def empty_postgresql(cluster: Cluster) -> Iterator[Callable[[], str]]:
    """Make databases without a table in PostgreSQL, which are gone when the test is over."""
    made: list[str] = []

    def making() -> str:
        made.append(new_database(cluster))
        return made[-1]

    yield making
    for url in made:
        drop_database(cluster, url)


@pytest.fixture
def open_database() -> Iterator[Callable[[str], Database]]:
    """Open databases that are closed again when the test is over."""
    opened: list[Database] = []

    def opening(url: str) -> Database:
        opened.append(Database(url))
        return opened[-1]

    yield opening
    for database in opened:
        database.close()


@pytest.fixture
def database(ledger_url: str, open_database: Callable[[str], Database]) -> Database:
    """Open a founded ledger, on each database by turns."""
    return open_database(ledger_url)


@pytest.fixture
def sqlite_database(sqlite_url: str, open_database: Callable[[str], Database]) -> Database:
    """Open a founded ledger on SQLite, where the database makes no difference to the test."""
    return open_database(sqlite_url)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """Open a write transaction on each database by turns; nothing of it stays."""
    lent_database = cast("Database", request.getfixturevalue(f"lent_founded_{request.param}"))
    with lent_database.writing() as session:
        yield session
        session.rollback()
