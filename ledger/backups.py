"""Backups: a copy of the whole database, made while others go on working.

SQLite: its online backup, from a connection that reads one snapshot. PostgreSQL: pg_dump, in the
custom format that pg_restore reads. The keys in the instance folder are not in it.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from ledger.config import SettingError
from ledger.core import journal
from ledger.core.driver import Driver
from ledger.database import Database, sqlite_module

PAGES_AT_A_TIME = 2_000


def back_up(database: Database, file: Path, *, tell: Callable[[int], None]) -> journal.Head | None:
    """Copy the database to a new file, whole or not at all; return the copy's head (SQLite only).

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
        head = None
        if database.is_sqlite:
            head = _copy(database, part, tell)
        else:
            _dump(database.url, part)
        _make_durable(part)
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)
    return head


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
        # One file holds it all; whoever opens it next turns the write-ahead log on again.
        target.execute("PRAGMA journal_mode = DELETE")
        found = target.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise SettingError(f"The copy is not whole ({found}). Run: latitude verify")
        return head
    finally:
        target.close()


def _dump(url: URL, part: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise SettingError(
            "PostgreSQL's pg_dump was not found. Install PostgreSQL's client programs, or back the "
            "database up where it runs."
        )
    plain = url.set(drivername="postgresql", password=None)
    words = {"PGPASSWORD": str(url.password)} if url.password else {}
    command = [program, "--format=custom", "--no-password", f"--file={part}"]
    answer = subprocess.run(  # noqa: S603 - pg_dump, from the PATH, on the ledger's own address
        [*command, f"--dbname={plain.render_as_string(hide_password=False)}"],
        env={**os.environ, **words},
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        said = answer.stderr.strip().splitlines() or ["nothing"]
        raise SettingError(f"pg_dump did not make the backup. It said: {said[-1]}")


def _make_durable(part: Path) -> None:
    with part.open("rb+") as file:
        os.fsync(file.fileno())
