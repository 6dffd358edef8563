"""The drill on PostgreSQL: into an empty database, or in one that was brought back already."""

import re
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from ledger.core import journal
from ledger.core.driver import Driver
from ledger.core.journal import Entry
from ledger.core.tables import Journal, SignIn
from ledger.database import Database
from tests.cli.conftest import Filled, Latitude
from tests.counter import MONDAY
from tests.missing import skip_or_fail

pytestmark = pytest.mark.postgres

NewDatabase = Callable[[], str]


@pytest.fixture(autouse=True)
def programs() -> None:
    """Need PostgreSQL's own programs."""
    for program in ("pg_dump", "pg_restore"):
        if shutil.which(program) is None:
            skip_or_fail(f"PostgreSQL's {program} was not found on the PATH.")


def happen(url: str) -> None:
    with closing(Database(url)) as database, database.writing() as session:
        entry = Entry(kind="site.seen", actor="system", subject="s", content={})
        journal.append(session, entry, now=MONDAY)


def last(url: str) -> tuple[str, int, str, int]:
    """Return kind, epoch and content of the journal's last row, and how many are signed in."""
    with closing(Database(url)) as database, database.reading() as session:
        row = session.get_one(Journal, journal.read_head(Driver(session)).seq)
        open_ones = select(func.count()).where(col(SignIn.ended_at).is_(None))
        return row.kind, row.epoch, row.content, session.scalar(open_ones) or 0


def test_the_drill_on_postgresql(
    latitude: Latitude, filled: Filled, empty_postgresql: NewDatabase, tmp_path: Path
) -> None:
    url, new_url = empty_postgresql(), empty_postgresql()
    filled(url)
    backup = tmp_path / "b.dump"
    made = latitude("backup", str(backup), "--database", url)

    refused = latitude("restore", str(backup), "--database", url)
    result = latitude("restore", str(backup), "--database", new_url)

    ends = re.search(r"It ends at row ([\d,]+) of the journal", made.output)
    assert ends is not None
    assert f"It ends at row {ends[1]} of the journal" in result.output
    assert refused.output.startswith("This database is not empty.")
    assert "drop" not in refused.output
    assert result.exit_code == 0, result.output
    assert "Epoch 2 begins at row" in result.output
    kind, epoch, _, signed_in = last(new_url)
    assert (kind, epoch, signed_in) == ("ledger.restored", 2, 0)
    happen(new_url)
    assert latitude("verify", "--database", new_url).exit_code == 0
    assert "every book is guarded" in latitude("doctor", "--database", new_url).output


def test_who_is_otherwise_is_named_and_no_epoch_is_taken_twice(
    latitude: Latitude, filled: Filled, empty_postgresql: NewDatabase, tmp_path: Path
) -> None:
    url, first, second = (empty_postgresql() for _ in range(3))
    filled(url)
    backup = tmp_path / "b.dump"
    latitude("person", "add", "--name", "Bo", "--employee-id", "00412", "--database", url)
    latitude("backup", str(backup), "--database", url)
    latitude("person", "leave", "00412", "--database", url)

    words = ("restore", str(backup), "--database")
    was = latitude(*words, first, "--instead-of", url)
    again = latitude(*words, second, "--instead-of", first)

    assert was.exit_code == 0, was.output
    assert "1 person is otherwise" in was.output
    assert "by employee id: 00412. Do for them again" in was.output
    assert "Epoch 2 begins" in was.output
    assert "Epoch 3 begins" in again.output
    assert '"people_otherwise":1' in last(first)[2]
    assert latitude("verify", "--database", second).exit_code == 0


def test_nothing_takes_the_place_of_a_ledger_that_is_served(
    latitude: Latitude, filled: Filled, empty_postgresql: NewDatabase, tmp_path: Path
) -> None:
    url, new_url = empty_postgresql(), empty_postgresql()
    filled(url)
    backup = tmp_path / "b.dump"
    latitude("backup", str(backup), "--database", url)

    with closing(Database(url)) as server, server.reading():
        instead = latitude("restore", str(backup), "--database", new_url, "--instead-of", url)
        in_place = latitude("restore", "--in-place", "--database", url)

    assert "Stop it first" in instead.output
    assert "Stop it first" in in_place.output
    assert (instead.exit_code, in_place.exit_code) == (1, 1)


def test_a_database_that_postgresql_brought_back_goes_on_in_a_new_epoch(
    latitude: Latitude, filled: Filled, empty_postgresql: NewDatabase, tmp_path: Path
) -> None:
    url, other = empty_postgresql(), empty_postgresql()
    filled(url)
    kept = tmp_path / "kept.txt"
    latitude("checkpoint", "--out", str(kept), "--database", url)
    latitude("init", "--database", other)

    foreign = latitude("restore", "--in-place", "--database", url, "--instead-of", other)
    result = latitude("restore", "--in-place", "--database", url, "--checkpoint", str(kept))

    assert "of another ledger" in foreign.output
    assert result.exit_code == 0, result.output
    assert "Epoch 2 begins at row" in result.output
    kind, epoch, _, signed_in = last(url)
    assert (kind, epoch, signed_in) == ("ledger.restored", 2, 0)
    held = latitude("verify", "--checkpoint", str(kept), "--database", url)
    assert held.exit_code == 0, held.output
