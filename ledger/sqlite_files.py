"""SQLite's files as files: is one in use, and how it is copied, folded into one and moved."""

import os
from datetime import UTC, datetime
from pathlib import Path

from ledger.config import SettingError
from ledger.database import sqlite_module

# What SQLite lays beside a file that is in use.
BESIDE = ("-wal", "-shm", "-journal")
LOCKED = (5, 6)


def refuse_in_use(file: Path) -> None:
    """Refuse a ledger that a server or a command has open.

    Raises:
        SettingError: if it is in use. A file that cannot be read is nobody's in use.

    """
    connection = sqlite_module().connect(file, timeout=0)
    try:
        # Only whoever is alone may leave the write-ahead log, or write all by itself.
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.rollback()
    except sqlite_module().DatabaseError as refusal:
        if getattr(refusal, "sqlite_errorcode", 0) & 0xFF in LOCKED:
            raise SettingError(
                f"Something has {file} open: a server, or another command. Stop it first "
                "(systemctl stop latitude), then run this again."
            ) from refusal
    finally:
        connection.close()


def copy(file: Path, making: Path) -> None:
    """Copy a backup, also one that was opened since and has a log beside it.

    Raises:
        SettingError: if it cannot be read, or is damaged.

    """
    os.close(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    module = sqlite_module()
    target = module.connect(making)
    try:
        source = module.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        try:
            source.backup(target)
        finally:
            source.close()
        found = target.execute("PRAGMA quick_check(1)").fetchone()[0]
    except module.DatabaseError as refusal:
        raise SettingError(f"{file} cannot be read as a backup ({refusal}).") from refusal
    finally:
        target.close()
    if found != "ok":
        raise SettingError(f"The backup is damaged ({found}). Take an earlier one.")


def in_one_file(making: Path) -> None:
    """Fold the log into the file, and see that all of it is on the disk."""
    connection = sqlite_module().connect(making)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    with making.open("rb+") as file:
        os.fsync(file.fileno())


def moved_aside(target: Path, *, now: datetime) -> Path:
    """Move a file, and what lies beside it, to a name with the date; return where it is now.

    Raises:
        SettingError: if something is there already.

    """
    aside = target.with_name(f"{target.stem}-until-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.sqlite")
    if aside.exists():
        raise SettingError(f"{aside} is there already. Wait a second, and run this again.")
    for end in ("", *BESIDE):
        found = target.with_name(target.name + end)
        if found.exists():
            found.rename(aside.with_name(aside.name + end))
    return aside


def remove(making: Path) -> None:
    """Remove a file that was being made, and what lies beside it."""
    for end in ("", *BESIDE, ".queue"):
        making.with_name(making.name + end).unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """See that what was moved in a folder is on the disk."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
