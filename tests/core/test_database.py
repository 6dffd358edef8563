"""Both databases keep what they acknowledge, and writers take turns."""

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlmodel import Session

from ledger import database as databases
from ledger import write_queue
from ledger.core import sites
from ledger.core.sites import NewSite
from ledger.core.tables import Site
from ledger.database import Database, MovedFileError, UnsafeDatabaseError
from tests.founded import FOUNDED_AT
from tests.patience import PATIENCE_SECONDS

Open = Callable[[str], Database]

COUNTER = """
import sys
from sqlalchemy import text
from ledger.database import Database
database = Database(sys.argv[1])
for _ in range(int(sys.argv[2])):
    with database.writing() as session:
        count = session.execute(text("SELECT horizon_days FROM company")).scalar_one()
        session.execute(text(f"UPDATE company SET horizon_days = {count + 1}"))
database.close()
"""


def horizon(session: Session) -> int:
    return sites.company(session).horizon_days


def add_site(session: Session, ref: str) -> None:
    sites.add_site(session, NewSite(location_ref=ref, name=ref), actor="system", now=FOUNDED_AT)


def add_then_stumble(session: Session) -> None:
    add_site(session, "elm")
    raise LookupError


def test_what_a_write_transaction_did_is_there_afterwards(database: Database) -> None:
    with database.writing() as session:
        add_site(session, "elm")

    with database.reading() as session:
        assert [site.location_ref for site in sites.all_sites(session)] == ["elm"]


def test_a_write_transaction_that_ends_in_trouble_leaves_nothing(database: Database) -> None:
    with pytest.raises(LookupError), database.writing() as session:
        add_then_stumble(session)

    with database.reading() as session:
        assert sites.all_sites(session) == []


def test_whoever_reads_does_not_wait_for_whoever_writes(database: Database) -> None:
    with ExitStack() as both:
        writer = both.enter_context(database.writing())
        add_site(writer, "elm")
        reader = both.enter_context(database.reading())

        assert sites.all_sites(reader) == []


def test_a_reader_does_not_hold_a_writer_up(database: Database) -> None:
    with database.reading() as reader:
        assert sites.all_sites(reader) == []

        with database.writing() as writer:
            add_site(writer, "elm")

    with database.reading() as reader:
        assert len(sites.all_sites(reader)) == 1


def test_a_reader_on_sqlite_sees_one_state_from_beginning_to_end(
    sqlite_database: Database,
) -> None:
    with sqlite_database.reading() as reader:
        assert horizon(reader) == 90
        with sqlite_database.writing() as writer:
            writer.execute(text("UPDATE company SET horizon_days = 30"))

        reader.expire_all()

        assert horizon(reader) == 90


@pytest.mark.parametrize(
    "setting,value",
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000)],
)
def test_sqlite_is_set_to_keep_what_it_acknowledges(
    sqlite_database: Database, setting: str, value: object
) -> None:
    if not databases.is_wal_safe():
        value = {"journal_mode": "truncate", "synchronous": 3}.get(setting, value)

    with sqlite_database.reading() as session:
        found = session.execute(text(f"PRAGMA {setting}")).scalar_one()

    assert found == value


@pytest.mark.postgres
def test_a_postgresql_that_does_not_wait_for_its_disk_is_refused(
    postgresql_url: str, open_database: Open
) -> None:
    database = open_database(postgresql_url)
    name = database.url.database
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    database.close()

    with pytest.raises(UnsafeDatabaseError, match="synchronous_commit is off, and must be on"):
        Database(postgresql_url)


def test_a_sqlite_that_cannot_be_set_is_refused() -> None:
    # Neither kind of journal can be turned on for a database in memory.
    with pytest.raises(UnsafeDatabaseError, match="journal_mode is memory"):
        Database("sqlite://")


def test_writers_of_two_processes_take_turns(sqlite_url: str, open_database: Open) -> None:
    rounds = 40
    command = [sys.executable, "-c", COUNTER, sqlite_url, str(rounds)]

    with (
        subprocess.Popen(command, cwd=Path(__file__).parents[2]) as one,
        subprocess.Popen(command, cwd=Path(__file__).parents[2]) as other,
    ):
        codes = [one.wait(PATIENCE_SECONDS), other.wait(PATIENCE_SECONDS)]

    with open_database(sqlite_url).reading() as session:
        assert horizon(session) == 90 + 2 * rounds
    assert codes == [0, 0]


def test_writers_of_one_process_take_turns(sqlite_database: Database) -> None:
    def write() -> None:
        for _ in range(10):
            with sqlite_database.writing() as session:
                site = session.get_one(Site, 1)
                site.name = str(int(site.name) + 1)

    with sqlite_database.writing() as session:
        add_site(session, "0")
    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with sqlite_database.reading() as session:
        assert session.get_one(Site, 1).name == "40"


def test_who_waits_too_long_to_write_is_told_so_and_writes_nothing(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_queue, "LONGEST_WAIT_SECONDS", 0.05)
    path = sqlite_database.path
    assert path is not None
    other_process = write_queue.FileQueue(path)

    with (
        other_process.turn(),
        pytest.raises(write_queue.QueueTooLongError),
        sqlite_database.writing(),
    ):
        pytest.fail("the turn was taken twice")

    other_process.close()
    with sqlite_database.writing() as session:
        assert session.scalar(select(1)) == 1


@pytest.mark.parametrize("replaced", [True, False])
def test_a_ledger_that_was_moved_away_under_a_server_takes_nothing_more(
    sqlite_database: Database, *, replaced: bool
) -> None:
    with sqlite_database.writing() as session:
        add_site(session, "elm")
    path = sqlite_database.path
    assert path is not None
    aside = path.with_name("aside.sqlite")
    path.rename(aside)
    if replaced:
        path.write_bytes(aside.read_bytes())

    for transaction in (sqlite_database.writing, sqlite_database.reading):
        with pytest.raises(MovedFileError), transaction() as session:
            add_site(session, "oak")


@pytest.mark.skipif(os.name != "posix", reason="Windows has no modes of files")
def test_a_new_ledger_can_be_read_by_its_owner_only(tmp_path: Path, open_database: Open) -> None:
    file = tmp_path / "new.sqlite"

    open_database(f"sqlite:///{file}")

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
