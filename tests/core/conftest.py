"""The shop that the tests of the rules stand in."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from ledger.database import Database
from tests.cast import found
from tests.cluster import Cluster, drop_database, new_database
from tests.counter import Shop, open_shop
from tests.small_ledger import fill


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """Open the shop with the cast in it and no limit set, on each database by turns."""
    with shop_in(request.getfixturevalue(f"lent_staffed_{request.param}")) as shop:
        yield shop


@pytest.fixture
def sqlite_shop(lent_staffed_sqlite: Database) -> Iterator[Shop]:
    """Open the same shop on SQLite, where the database makes no difference to the test."""
    with shop_in(lent_staffed_sqlite) as shop:
        yield shop


@contextmanager
def shop_in(lent: Database) -> Iterator[Shop]:
    """Open the shop in a ledger that others borrow afterwards; nothing of it stays."""
    with lent.writing() as session:
        yield open_shop(session, found(session))
        session.rollback()


@pytest.fixture(scope="session")
def filled_file(founded_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fill a SQLite file with one of everything, that every test copies and none opens."""
    path = tmp_path_factory.mktemp("filled") / "ledger.sqlite"
    shutil.copyfile(founded_file, path)
    fill_at(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def filled_template(cluster: Cluster, founded_template: str) -> str:
    """Fill a PostgreSQL database with one of everything, that every test copies."""
    url = new_database(cluster, founded_template)
    fill_at(url)
    return url


@pytest.fixture
def filled_sqlite(
    filled_file: Path, tmp_path: Path, open_database: Callable[[str], Database]
) -> Database:
    """Open a ledger of this test's own with one of everything, on SQLite."""
    path = tmp_path / "filled.sqlite"
    shutil.copyfile(filled_file, path)
    return open_database(f"sqlite:///{path}")


@pytest.fixture
def filled_postgresql(cluster: Cluster, filled_template: str) -> Iterator[Database]:
    """Open a ledger of this test's own with one of everything, in PostgreSQL."""
    url = new_database(cluster, filled_template)
    database = Database(url)
    yield database
    database.close()
    drop_database(cluster, url)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def filled(request: pytest.FixtureRequest) -> Database:
    """Open a ledger of this test's own with one of everything, on each database by turns."""
    return cast("Database", request.getfixturevalue(f"filled_{request.param}"))


def fill_at(url: str) -> None:
    """Fill the founded ledger at this address with one of everything."""
    database = Database(url)
    try:
        fill(database)
    finally:
        database.close()
