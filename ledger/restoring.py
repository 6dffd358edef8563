"""Bringing a backup back: checked as a whole first, then put in place, and never over a ledger.

SQLite: the backup is copied beside the ledger, brought to this program's tables, verified, given
its new epoch, and only then moved to the ledger's place. What was there is moved aside, under a
name with the date. PostgreSQL: pg_restore fills an empty database, and the same is done in it.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, inspect, make_url

from ledger import replaced, revisions, schema, sqlite_files
from ledger.backups import address_for_programs, run_program
from ledger.config import SettingError
from ledger.core import checkpoint as checkpoints
from ledger.core import people, restoring, sites
from ledger.core.checkpoint import CheckpointError
from ledger.core.errors import LedgerError
from ledger.core.restoring import Replaced, Restored
from ledger.core.verification import verify
from ledger.database import Database, sqlite_module
from ledger.ledgers import refuse_foreign


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a backup is to be brought back.

    `checkpoint` is the text of one that somebody kept; `older` says that the backup may be older
    than it; `replace` that a ledger which is there is moved aside; `by` is the e-mail of whoever
    does it, where they have one in the backup.
    """

    file: Path
    checkpoint: str | None = None
    older: bool = False
    replace: bool = False
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtBack:
    """What was done: the new epoch, whose ledger it is, and where the former one is now.

    `otherwise` are the employee ids of those who had another role, activity or password there;
    None if that is not known.
    """

    ledger_id: str
    restored: Restored
    upgraded_from: str | None
    aside: Path | None
    otherwise: Sequence[str] | None = None


def bring_back(
    url: str, wanted: Wanted, *, now: datetime, tell: Callable[[int], None]
) -> BroughtBack:
    """Bring a backup back as the ledger at this address, in a new epoch.

    Args:
        url: the ledger's address. A SQLite file may be there only if `wanted.replace`; a
            PostgreSQL database must be empty.
        wanted: which backup, and how.
        now: the instant.
        tell: is given the number of rows of the journal that are verified.

    Raises:
        SettingError: if that cannot be done; nothing was changed then, but for an empty PostgreSQL
            database, which may have been filled.
        BadRowError: if the backup is not whole.
        CheckpointError: if it does not fit the checkpoint.

    """
    if not wanted.file.is_file():
        raise SettingError(f"There is no backup at {wanted.file}.")
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return _into_postgresql(url, wanted, now=now, tell=tell)
    if not address.database:
        raise SettingError("A ledger in memory cannot be restored: give it a file.")
    return _into_file(Path(address.database), wanted, now=now, tell=tell)


def _into_file(
    target: Path, wanted: Wanted, *, now: datetime, tell: Callable[[int], None]
) -> BroughtBack:
    is_there = target.exists()
    if is_there and not wanted.replace:
        raise SettingError(
            f"There is a ledger at {target} already. Stop its server, then add --replace: it is "
            "moved aside, and nothing of it is lost."
        )
    if target.resolve() == wanted.file.resolve():
        raise SettingError("The backup is the ledger itself. Nothing was changed.")
    if is_there:
        sqlite_files.refuse_in_use(target)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    making = target.with_name(target.name + ".restoring")
    sqlite_files.remove(making)
    try:
        sqlite_files.copy(wanted.file, making)
        was, is_now = replaced.read(target) if is_there else None, replaced.read(making)
        otherwise = replaced.otherwise(was, is_now) if was and is_now else None
        before = Replaced(epoch=was.epoch, people=len(otherwise or ())) if was else None
        with _opened(f"sqlite:///{making}") as database:
            found = _prepared(database, wanted, now=now, tell=tell, before=before)
        if is_there:
            _refuse_other_ledger(target, found.ledger_id)
        sqlite_files.in_one_file(making)
        aside = sqlite_files.moved_aside(target, now=now) if is_there else None
        making.replace(target)
        sqlite_files.sync_folder(target.parent)
    finally:
        sqlite_files.remove(making)
    return replace(found, aside=aside, otherwise=otherwise)


def _into_postgresql(
    url: str, wanted: Wanted, *, now: datetime, tell: Callable[[int], None]
) -> BroughtBack:
    program = shutil.which("pg_restore")
    if program is None:
        raise SettingError(
            "PostgreSQL's pg_restore was not found. Install PostgreSQL's client programs, or "
            "restore where the database runs."
        )
    with _opened(url) as database:
        if inspect(database.engine).get_table_names():
            raise SettingError(
                "This database is not empty. Make a new one (createdb --owner latitude NAME), name "
                "it in LEDGER_DATABASE_URL, and restore into it: the old one stays as it is."
            )
        _pg_restore(program, database.url, wanted.file)
        try:
            return _prepared(database, wanted, now=now, tell=tell)
        except (LedgerError, SettingError) as refusal:
            refusal.add_note(
                "The database that was empty holds this backup now. It is no ledger in use: drop "
                "it before you restore another one."
            )
            raise


def _pg_restore(program: str, url: URL, file: Path) -> None:
    address, password = address_for_programs(url)
    how = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    said = run_program([program, *how, "--no-password", f"--dbname={address}", str(file)], password)
    if said is not None:
        raise SettingError(f"pg_restore did not bring the backup back. It said: {said}")


def _prepared(
    database: Database,
    wanted: Wanted,
    *,
    now: datetime,
    tell: Callable[[int], None],
    before: Replaced | None = None,
) -> BroughtBack:
    """Check the backup in the database that it lies in now, and begin its new epoch."""
    upgraded_from = _upgraded(database)
    with database.reading() as session:
        ledger_id = sites.company(session).ledger_id
    _check_checkpoint(database, wanted)
    with database.reading() as session:
        verify(session, tell=tell)
    with database.writing() as session:
        by = people.person_by_email(session, wanted.by) if wanted.by else None
        if wanted.by and by is None:
            raise SettingError(f"Nobody in this backup has the e-mail {wanted.by}.")
        actor = people.subject_of(by) if by else "system"
        restored = restoring.begin_epoch(session, actor=actor, now=now, replaced=before)
    return BroughtBack(
        ledger_id=ledger_id, restored=restored, upgraded_from=upgraded_from, aside=None
    )


def _upgraded(database: Database) -> str | None:
    """Bring an older backup to this program's tables; return the revision that it was at."""
    refuse_foreign(database)
    at, newest = revisions.found(database)
    if not at:
        raise SettingError("This file is no ledger. Give the file that `latitude backup` made.")
    if at == newest:
        return None
    schema.upgrade(database)
    return ", ".join(sorted(at))


def _check_checkpoint(database: Database, wanted: Wanted) -> None:
    if wanted.checkpoint is None:
        return
    with database.reading() as session:
        try:
            checkpoints.check(session, wanted.checkpoint)
        except CheckpointError as refusal:
            if refusal.why != "older" or not wanted.older:
                raise


def _refuse_other_ledger(target: Path, ledger_id: str) -> None:
    """Refuse to put one ledger in the place of another; one that cannot be read is let go."""
    connection = sqlite_module().connect(target)
    try:
        found = connection.execute("SELECT ledger_id FROM company").fetchone()
    except sqlite_module().DatabaseError:
        return
    finally:
        connection.close()
    if found is not None and found[0] != ledger_id:
        raise SettingError(
            f"The backup is of another ledger ({ledger_id}) than the one at {target} "
            f"({found[0]}). Nothing was changed: restore it in a place of its own."
        )


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    with contextlib.closing(Database(url)) as database:
        yield database
