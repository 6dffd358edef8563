"""Backups: a copy of the whole database, made while others go on working; the newest ones kept.

Files that wait under Files stay out of it: they are promised to be gone after a day.

SQLite: its online backup, from a connection that reads one snapshot. PostgreSQL: pg_dump of one
snapshot, in the custom format that pg_restore reads. The keys in the instance folder are not in it.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, text

from ledger.config import SettingError
from ledger.core import journal
from ledger.core.driver import Driver
from ledger.core.tables import UploadPiece
from ledger.database import Database, sqlite_module

PAGES_AT_A_TIME = 2_000
_PIECES = UploadPiece.__tablename__


def back_up(database: Database, file: Path, *, tell: Callable[[int], None]) -> journal.Head:
    """Copy the database to a new file, whole or not at all; return the copy's head.

    Args:
        database: a ledger that is set up.
        file: where the copy goes; it must not be there yet.
        tell: is given the hundredths that are done, on SQLite.

    Raises:
        SettingError: if the file is there, or PostgreSQL's pg_dump is not, or cannot do it.

    """
    if file.exists():
        raise SettingError(f"{file} is there already. Give a new name; backups are not replaced.")
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        head = _copy(database, part, tell) if database.is_sqlite else _dump(database, part)
        _make_durable(part)
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)
    return head


def dated_name(database: Database, ledger_id: str, *, now: datetime) -> str:
    """Return the name of a backup made now, which says whose it is, when it was made, and of what.

    The names of one ledger's backups sort by their age.
    """
    ending = "sqlite" if database.is_sqlite else "dump"
    return f"latitude-{ledger_id[:8]}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.{ending}"


def drop_older(folder: Path, ledger_id: str, *, keep: int) -> Sequence[Path]:
    """Remove all but the newest backups of this ledger; return what was removed, oldest first.

    Only files are looked at whose names `dated_name` gave: whatever else lies there stays.
    """
    ours = re.compile(rf"latitude-{re.escape(ledger_id[:8])}-\d{{8}}T\d{{6}}Z\.(sqlite|dump)")
    found = sorted(path for path in folder.iterdir() if ours.fullmatch(path.name))
    gone = found[: max(len(found) - keep, 0)]
    for path in gone:
        path.unlink()
    return gone


def _copy(database: Database, part: Path, tell: Callable[[int], None]) -> journal.Head:
    target = sqlite_module().connect(part)
    try:
        with database.reading() as session:
            # The first statement opens the snapshot: the copy never starts again for a writer.
            head = journal.read_head(Driver(session))
            source: Any = session.connection().connection.driver_connection
            source.backup(
                target,
                pages=PAGES_AT_A_TIME,
                progress=lambda _, left, total: tell(100 * (total - left) // max(total, 1)),
            )
        # A ledger that is to be upgraded may not have the table yet.
        if target.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [_PIECES]).fetchone():
            target.execute("PRAGMA secure_delete = ON")
            target.execute(f"DELETE FROM {_PIECES}")  # noqa: S608  # our own table's name
            target.commit()
        # One file holds it all; whoever opens it next turns the write-ahead log on again.
        target.execute("PRAGMA journal_mode = DELETE")
        found = target.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise SettingError(f"The copy is not whole ({found}). Run: latitude verify")
        return head
    finally:
        target.close()


def _dump(database: Database, part: Path) -> journal.Head:
    program = shutil.which("pg_dump")
    if program is None:
        raise SettingError(
            "PostgreSQL's pg_dump was not found. Install PostgreSQL's client programs, or back the "
            "database up where it runs."
        )
    address, password = address_for_programs(database.url)
    with database.reading() as session:
        # pg_dump reads what this transaction sees, so the head is the copy's.
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        snapshot = session.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        head = journal.read_head(Driver(session))
        how = ["--format=custom", "--no-password", f"--file={part}", f"--snapshot={snapshot}"]
        how.append(f"--exclude-table-data={_PIECES}")
        said = run_program([program, *how, f"--dbname={address}"], password)
    if said is not None:
        raise SettingError(f"pg_dump did not make the backup. It said: {said}")
    return head


def address_for_programs(url: URL) -> tuple[str, str | None]:
    """Return the address as PostgreSQL's own programs want it, and the password apart from it.

    What stands on a command line can be read by everybody on the machine.
    """
    plain = url.set(drivername="postgresql", password=None)
    return plain.render_as_string(hide_password=False), url.password


def run_program(command: Sequence[str], password: str | None) -> str | None:
    """Run one of PostgreSQL's programs; return the last line it complained of, None if all went."""
    words = {"PGPASSWORD": str(password)} if password else {}
    answer = subprocess.run(  # noqa: S603 - found on the PATH, on the ledger's own address
        command, env={**os.environ, **words}, capture_output=True, text=True, check=False
    )
    if answer.returncode == 0:
        return None
    return (answer.stderr.strip().splitlines() or ["nothing"])[-1]


def _make_durable(part: Path) -> None:
    with part.open("rb+") as file:
        os.fsync(file.fileno())
