"""The drill: write, back up while others write, lose it all, bring it back, go on; all is said."""

import re
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from ledger.core import journal, people
from ledger.core.driver import Driver
from ledger.core.journal import Entry
from ledger.core.tables import Journal
from ledger.database import Database, sqlite_module
from tests.cli.conftest import Filled, Latitude
from tests.counter import MONDAY

EPOCH_BEGINS = re.compile(r"Epoch 2 begins at row ([\d,]+)\. Everybody was signed out")


def happen(database: Database) -> None:
    with database.writing() as session:
        entry = Entry(kind="site.seen", actor="system", subject="s", content={})
        journal.append(session, entry, now=MONDAY)


def happen_in(file: Path, times: int) -> None:
    with closing(Database(f"sqlite:///{file}")) as database:
        for _ in range(times):
            happen(database)


def size_of(file: Path) -> int:
    with closing(Database(f"sqlite:///{file}")) as database, database.reading() as session:
        return journal.read_head(Driver(session)).seq


def test_the_drill(latitude: Latitude, filled: Filled, tmp_path: Path) -> None:
    backup, before, after = tmp_path / "b.sqlite", tmp_path / "before.txt", tmp_path / "after.txt"
    file = filled()
    with closing(Database(f"sqlite:///{file}")) as database:
        is_over = threading.Event()

        def write() -> None:
            while not is_over.is_set():
                happen(database)

        latitude("checkpoint", "--out", str(before))
        writer = threading.Thread(target=write)
        writer.start()
        made = latitude("backup", str(backup))
        is_over.set()
        writer.join()
        for _ in range(50):
            happen(database)
    latitude("checkpoint", "--out", str(after))
    assert made.exit_code == 0
    at_backup, lost = size_of(backup), size_of(file)
    file.write_bytes(b"the disk is broken" * 1_000)
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)

    result = latitude("restore", str(backup), "--replace", "--checkpoint", str(before))

    assert result.exit_code == 0, result.output
    assert f"It ends at row {at_backup:,} of the journal" in result.output
    begins = EPOCH_BEGINS.search(result.output)
    assert begins is not None
    assert begins[1] == f"{at_backup + 1:,}"
    assert size_of(file) == at_backup + 1
    assert latitude("verify", "--checkpoint", str(before)).exit_code == 0
    happen_in(file, lost - at_backup)
    assert latitude("verify").exit_code == 0
    told = latitude("verify", "--checkpoint", str(after))
    assert told.exit_code == 1
    assert f"a backup that ended at row {at_backup:,} was brought back" in told.output


def test_the_ledger_that_was_there_is_moved_aside_whole(
    latitude: Latitude, file: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "b.sqlite"
    latitude("backup", str(backup))
    happen_in(file, 4)
    size = size_of(file)

    result = latitude("restore", str(backup), "--replace", "--by", "ada@example.com")

    (aside,) = file.parent.glob("ledger-until-*.sqlite")
    assert f"The ledger that was there is now {aside}." in result.output
    assert size_of(aside) == size
    with closing(Database(f"sqlite:///{file}")) as database, database.reading() as session:
        ada = people.person_by_email(session, "ada@example.com")
        assert ada is not None
        assert session.get_one(Journal, size_of(file)).actor == people.subject_of(ada)


def test_who_is_otherwise_since_the_backup_is_named_and_the_epoch_is_never_taken_twice(
    latitude: Latitude, file: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "b.sqlite"
    latitude("person", "add", "--name", "Bo", "--employee-id", "00412")
    latitude("backup", str(backup))
    same = latitude("restore", str(backup), "--replace")
    latitude("person", "leave", "00412")
    latitude("person", "add", "--name", "Cy", "--employee-id", "00413")
    (aside,) = file.parent.glob("ledger-until-*.sqlite")
    aside.rename(tmp_path / "first.sqlite")

    other = latitude("restore", str(backup), "--replace")

    assert "Epoch 2 begins" in same.output
    assert "People are as they were at the backup" in same.output
    assert "nobody is otherwise" in same.output
    assert "Epoch 3 begins" in other.output
    assert "2 people are otherwise" in other.output
    assert "by employee id: 00412, 00413. Do for them again" in other.output
    assert latitude("verify").exit_code == 0
    with closing(Database(f"sqlite:///{file}")) as database, database.reading() as session:
        content = session.get_one(Journal, size_of(file)).content
    assert '"people_otherwise":2' in content
    assert "0041" not in content


def test_nothing_is_written_over_a_ledger(latitude: Latitude, file: Path, tmp_path: Path) -> None:
    backup = tmp_path / "b.sqlite"
    latitude("backup", str(backup))
    before = file.read_bytes()

    result = latitude("restore", str(backup))

    assert result.exit_code == 1
    assert result.output.startswith(f"There is a ledger at {file} already.")
    assert file.read_bytes() == before


def test_a_ledger_that_is_served_is_not_replaced(
    latitude: Latitude, file: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "b.sqlite"
    latitude("backup", str(backup))

    with closing(Database(f"sqlite:///{file}")) as server:
        happen(server)
        result = latitude("restore", str(backup), "--replace")
        happen(server)

    assert result.exit_code == 1
    assert "Stop it first" in result.output
    assert not list(file.parent.glob("ledger-until-*"))


def test_a_backup_that_is_older_than_the_checkpoint_says_how_much_would_be_lost(
    latitude: Latitude, file: Path, tmp_path: Path
) -> None:
    backup, kept = tmp_path / "b.sqlite", tmp_path / "kept.txt"
    latitude("backup", str(backup))
    happen_in(file, 7)
    latitude("checkpoint", "--out", str(kept))
    rows = size_of(file) - size_of(backup)
    words = ("restore", str(backup), "--replace", "--checkpoint", str(kept))

    result = latitude(*words)

    assert result.exit_code == 1
    assert "rows that were written would be lost" in result.output
    assert size_of(file) - size_of(backup) >= rows - 1
    assert latitude(*words, "--older").exit_code == 0


def test_a_backup_of_another_ledger_is_not_put_in_its_place(
    latitude: Latitude, file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.sqlite"
    latitude("init", "--database", f"sqlite:///{other}")
    size = size_of(file)

    result = latitude("restore", str(other), "--replace")

    assert result.exit_code == 1
    assert "of another ledger" in result.output
    assert size_of(file) == size


@pytest.mark.parametrize("spoilt", ["cut", "nothing", "changed"])
def test_a_backup_that_is_not_whole_is_not_brought_back(
    latitude: Latitude, file: Path, tmp_path: Path, spoilt: str
) -> None:
    backup = tmp_path / "b.sqlite"
    latitude("backup", str(backup))
    if spoilt == "cut":
        backup.write_bytes(backup.read_bytes()[:-8192])
    elif spoilt == "nothing":
        backup.write_bytes(b"hello" * 1_000)
    else:
        with closing(sqlite_module().connect(backup)) as connection:
            connection.execute("DROP TRIGGER journal_no_update")
            connection.execute("UPDATE journal SET actor = 'nobody' WHERE seq = 2")
            connection.commit()
    size = size_of(file)

    result = latitude("restore", str(backup), "--replace")

    assert result.exit_code == 1
    assert size_of(file) == size
    assert not list(file.parent.glob("*.restoring*"))
    assert not list(file.parent.glob("ledger-until-*"))


def test_keys_that_are_missing_are_named(latitude: Latitude, file: Path, tmp_path: Path) -> None:
    backup = tmp_path / "b.sqlite"
    latitude("backup", str(backup))
    shutil.rmtree(file.parent)

    result = latitude("restore", str(backup))

    assert result.exit_code == 0, result.output
    assert "secret_key, pepper, signing_key. Bring them back too" in result.output


def test_a_snapshot_that_lies_in_place_goes_on_in_a_new_epoch(
    latitude: Latitude, file: Path, tmp_path: Path
) -> None:
    snapshot = tmp_path / "snapshot.sqlite"
    latitude("backup", str(snapshot))
    first = latitude("restore", "--in-place")
    happen_in(file, 3)
    shutil.copyfile(snapshot, file)

    second = latitude("restore", "--in-place", "--by", "ada@example.com")

    assert "Epoch 2 begins" in first.output
    # The instance folder remembers the epoch that the snapshot knows nothing of.
    assert "Epoch 3 begins" in second.output
    assert "Look through latitude person list" in second.output
    assert latitude("verify").exit_code == 0
    assert latitude("restore").exit_code == 2
    assert latitude("restore", str(snapshot), "--in-place").exit_code == 2


def test_a_ledger_that_is_served_does_not_go_on_in_place(latitude: Latitude, file: Path) -> None:
    with closing(Database(f"sqlite:///{file}")) as server:
        happen(server)
        result = latitude("restore", "--in-place")

    assert result.exit_code == 1
    assert "Stop it first" in result.output


def test_dated_backups_are_kept_as_many_as_wanted(
    latitude: Latitude, file: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    own = folder / "latitude-notes.txt"
    own.write_text("somebody's own")
    with closing(Database(f"sqlite:///{file}")) as database, database.reading() as session:
        ledger_id = session.get_one(Journal, 1).ledger_id
    old = [folder / f"latitude-{ledger_id[:8]}-2026010{n}T010203Z.sqlite" for n in (1, 2, 3)]
    others = folder / "latitude-00000000-20260101T010203Z.sqlite"
    for path in (*old, others):
        path.write_bytes(b"")

    result = latitude("backup", "--into", str(folder), "--keep", "2")

    assert result.exit_code == 0, result.output
    left = {path.name for path in folder.iterdir()}
    made = left - {own.name, others.name, old[2].name}
    assert len(left) == 4
    assert {own.name, others.name, old[2].name} < left
    assert latitude("verify", "--database", f"sqlite:///{folder / made.pop()}").exit_code == 0


@pytest.mark.parametrize("words", [(), ("a.sqlite", "--into", "b"), ("a.sqlite", "--keep", "3")])
def test_a_backup_goes_to_one_place(latitude: Latitude, file: Path, words: tuple[str, ...]) -> None:
    assert file.exists()

    assert latitude("backup", *words).exit_code == 2


def test_a_backup_that_somebody_opened_is_brought_back_too(
    latitude: Latitude, file: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "b.sqlite"
    latitude("backup", str(backup))
    latitude("verify", "--database", f"sqlite:///{backup}")

    assert latitude("restore", str(backup), "--replace").exit_code == 0
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
