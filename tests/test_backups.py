"""A backup is whole, whoever works meanwhile; and one that cannot be made leaves nothing."""

import base64
import os
import shutil
import stat
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from ledger import backups
from ledger.config import SettingError
from ledger.core import journal, uploads
from ledger.core.journal import Entry
from ledger.core.verification import verify
from ledger.database import Database
from tests import cast
from tests.counter import MONDAY
from tests.missing import skip_or_fail
from tests.patience import wait_until

Open = Callable[[str], Database]


def nobody(_: int) -> None:
    """Watch nothing."""


@contextmanager
def somebody_writing(database: Database) -> Iterator[Callable[[], None]]:
    """Let somebody write all the while; yield what waits until they have written once more."""
    is_over, written = threading.Event(), [0]

    def write() -> None:
        while not is_over.is_set():
            with database.writing() as session:
                entry = Entry(kind="site.seen", actor="system", subject="s", content={})
                head = journal.append(session, entry, now=MONDAY)
            written.append(head.seq)

    def wait_for_more() -> None:
        before = written[-1]
        wait_until(lambda: written[-1] > before)

    with ThreadPoolExecutor() as threads:
        writer = threads.submit(write)
        try:
            yield wait_for_more
        finally:
            is_over.set()
        writer.result()


def assert_holds(copy: Database, head: journal.Head) -> None:
    """Verify a copy, up to the head that it was said to have."""
    with copy.reading() as session:
        found = verify(session)
    assert (found.size, found.head) == (head.seq, head.hash)


def restored(dump: Path, url: str) -> str:
    """Bring a dump back into an empty database; return its address."""
    address, password = backups.address_for_programs(make_url(url))
    how = ["--single-transaction", "--exit-on-error", "--no-owner", f"--dbname={address}"]
    assert backups.run_program(["pg_restore", *how, str(dump)], password) is None
    return url


def test_a_backup_made_while_others_write_is_a_whole_ledger(
    sqlite_database: Database,
    open_database: Open,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backups, "PAGES_AT_A_TIME", 50)
    copies = [tmp_path / f"{n}.sqlite" for n in range(3)]

    with somebody_writing(sqlite_database) as wait_for_more:
        # More is written between any two parts of a copy, so between any two copies as well.
        heads = [
            backups.back_up(sqlite_database, copy, tell=lambda _: wait_for_more())
            for copy in copies
        ]

    for copy, head in zip(copies, heads, strict=True):
        assert_holds(open_database(f"sqlite:///{copy}"), head)
    assert heads[0].seq < heads[1].seq < heads[2].seq


@pytest.mark.postgres
def test_a_dump_made_while_others_write_is_a_whole_ledger(
    postgresql_url: str,
    empty_postgresql: Callable[[], str],
    open_database: Open,
    tmp_path: Path,
) -> None:
    database, heads = open_database(postgresql_url), []
    copies = [tmp_path / "first.dump", tmp_path / "second.dump"]
    for program in ("pg_dump", "pg_restore"):
        if shutil.which(program) is None:
            skip_or_fail(f"PostgreSQL's {program} was not found on the PATH.")

    with somebody_writing(database) as wait_for_more:
        for copy in copies:
            heads.append(backups.back_up(database, copy, tell=nobody))
            wait_for_more()

    for copy, head in zip(copies, heads, strict=True):
        assert_holds(open_database(restored(copy, empty_postgresql())), head)
    assert heads[0].seq < heads[1].seq


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
