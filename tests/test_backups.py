"""A backup is whole, whoever works meanwhile; and one that cannot be made leaves nothing."""

import base64
import os
import shutil
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger import backups
from ledger.config import SettingError
from ledger.core import journal, uploads
from ledger.core.journal import Entry
from ledger.core.verification import verify
from ledger.database import Database
from tests import cast
from tests.counter import MONDAY
from tests.missing import skip_or_fail

Open = Callable[[str], Database]


def nobody(_: int) -> None:
    """Watch nothing."""


def test_a_backup_made_while_others_write_is_a_whole_ledger(
    sqlite_database: Database, open_database: Open, tmp_path: Path
) -> None:
    is_over = threading.Event()

    def write() -> None:
        while not is_over.is_set():
            with sqlite_database.writing() as session:
                entry = Entry(kind="site.seen", actor="system", subject="s", content={})
                journal.append(session, entry, now=MONDAY)

    writer = threading.Thread(target=write)
    writer.start()
    heads = [
        backups.back_up(sqlite_database, tmp_path / f"{n}.sqlite", tell=nobody) for n in range(5)
    ]
    is_over.set()
    writer.join()

    for n, head in enumerate(heads):
        with open_database(f"sqlite:///{tmp_path / f'{n}.sqlite'}").reading() as session:
            found = verify(session)
        assert head is not None
        assert (found.size, found.head) == (head.seq, head.hash)


def test_a_backup_holds_no_file_that_only_waits(
    sqlite_database: Database, open_database: Open, tmp_path: Path
) -> None:
    waiting = b"a customer, wherever it lies" * 9
    with sqlite_database.writing() as session:
        ada = cast.hire(session).people["ada"]
        wanted = uploads.Wanted()
        uid = uploads.begin(session, ada, "activity", ("a.csv", 9), wanted, now=MONDAY).uid
        uploads.add_piece(session, uid, 0, waiting, now=MONDAY)
    copy = tmp_path / "copy.sqlite"

    backups.back_up(sqlite_database, copy, tell=nobody)

    assert base64.b64encode(waiting) not in copy.read_bytes()
    with open_database(f"sqlite:///{copy}").reading() as session:
        assert not uploads.has_file(session, uid)
    with sqlite_database.reading() as session:
        assert uploads.has_file(session, uid)


def test_a_backup_can_be_read_by_its_owner_only(sqlite_database: Database, tmp_path: Path) -> None:
    copy = tmp_path / "new folder" / "copy.sqlite"

    backups.back_up(sqlite_database, copy, tell=nobody)

    if os.name == "posix":
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600


@pytest.mark.postgres
def test_postgresql_is_backed_up_by_its_own_program(
    postgresql_url: str, open_database: Open, tmp_path: Path
) -> None:
    if shutil.which("pg_dump") is None:
        skip_or_fail("PostgreSQL's pg_dump was not found on the PATH.")
    copy = tmp_path / "copy.dump"

    backups.back_up(open_database(postgresql_url), copy, tell=nobody)

    assert copy.read_bytes().startswith(b"PGDMP")


@pytest.mark.postgres
def test_without_its_program_postgresql_is_not_backed_up_and_nothing_is_left(
    postgresql_url: str,
    open_database: Open,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SettingError, match="pg_dump was not found"):
        backups.back_up(open_database(postgresql_url), tmp_path / "copy.dump", tell=nobody)

    assert not list(tmp_path.glob("copy*"))
