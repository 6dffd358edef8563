"""What every test may ask for by name."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, settings
from sqlmodel import Session

from ledger.database import Database
from tests.cluster import Cluster, NoClusterError, drop_database, new_database, running_cluster
from tests.founded import found_ledger
from tests.missing import skip_or_fail

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


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """Open a write transaction on each database by turns; nothing of it stays."""
    with database.writing() as session:
        yield session
        session.rollback()
