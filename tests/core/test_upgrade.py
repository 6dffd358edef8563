"""A ledger of each released version is brought to this one, whole, on both databases.

tests/released/ holds the rows of a small ledger as that version wrote them, one in each line.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from ledger import guards, revisions, schema
from ledger.core import journal
from ledger.core.driver import Driver
from ledger.core.tables import Site
from ledger.core.verification import verify
from ledger.database import Database
from tests import cast
from tests.counter import TUESDAY, open_shop

RELEASED = sorted(Path(__file__).parent.parent.joinpath("released").glob("*.jsonl"))

Open = Callable[[str], Database]


def test_there_are_rows_of_every_released_version_but_the_newest() -> None:
    newest = max(revisions.newest())

    assert [path.stem for path in RELEASED] == [f"{n:04}" for n in range(1, int(newest))]


@pytest.fixture(params=RELEASED, ids=[path.stem for path in RELEASED])
def released(request: pytest.FixtureRequest, empty_url: str, open_database: Open) -> Database:
    """Open a ledger as a released version left it."""
    path: Path = request.param
    database = open_database(empty_url)
    schema.upgrade(database, to=path.stem)
    with database.writing() as session:
        fill(session.connection(), path)
    return database


def fill(connection: Connection, path: Path) -> None:
    """Write the rows as they were, and let PostgreSQL's counters go on after them."""
    with_ids = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        table = row.pop("table")
        names = ", ".join(row)
        places = ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), row)
        if "id" in row:
            with_ids.add(table)
    if connection.dialect.name == "postgresql":
        for table in sorted(with_ids):
            counter = f"pg_get_serial_sequence('{table}', 'id')"
            connection.execute(
                text(
                    f"SELECT setval({counter}, (SELECT max(id) FROM {table})) "
                    f"WHERE {counter} IS NOT NULL"
                )
            )


def test_a_ledger_of_an_earlier_version_is_whole_after_the_upgrade(released: Database) -> None:
    with released.reading() as session:
        before = journal.read_head(Driver(session))

    schema.upgrade(released)

    at, newest = revisions.found(released)
    with released.reading() as session:
        found = verify(session)
    assert at == newest
    assert (found.size, found.head) == (before.seq, before.hash)
    assert found.rows["decision"] > 0
    assert found.rows["customer_join"] > 0
    assert guards.guard_faults(released) == {}
    assert schema.drift(released) == []


def test_decisions_go_on_after_the_upgrade(released: Database) -> None:
    schema.upgrade(released)

    with released.writing() as session:
        by_ref = {site.location_ref: site for site in session.scalars(select(Site))}
        hired = cast.Cast(
            sites={key: by_ref[ref] for key, (ref, _) in cast.SITES.items()},
            people={name: cast.person(session, name) for name in cast.PEOPLE},
        )
        given = open_shop(session, hired).give("ana", 250, now=TUESDAY + timedelta(days=1))

    with released.reading() as session:
        found = verify(session)
    assert given.id == found.rows["decision"]
