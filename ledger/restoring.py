"""Bringing a backup back: checked as a whole first, then put in place, and never over a ledger.

SQLite: the backup is copied beside the ledger, brought to this program's tables, verified, given
its new epoch, and only then moved to the ledger's place. What was there is moved aside, under a
name with the date. PostgreSQL: pg_restore fills an empty database, and the same is done in it. A
database that was brought back by other means is checked where it lies, and goes on from there.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, inspect, make_url

from ledger import new_epoch, replaced, servers, sqlite_files
from ledger.backups import address_for_programs, run_program
from ledger.config import SettingError
from ledger.core.errors import LedgerError
from ledger.core.restoring import Replaced
from ledger.database import Database, sqlite_module
from ledger.ledgers import refuse_foreign
from ledger.new_epoch import BroughtBack, Wanted
from ledger.replaced import Kept


def bring_back(
    url: str, wanted: Wanted, *, now: datetime, tell: Callable[[int], None]
) -> BroughtBack:
    """Bring a backup back as the ledger at this address, in a new epoch.

    Args:
        url: the ledger's address. A SQLite file may be there only if `wanted.replace`; a
            PostgreSQL database must be empty. Without a file it is the ledger to go on from.
        wanted: which backup, and how.
        now: the instant.
        tell: is given the number of rows of the journal that are verified.

    Raises:
        SettingError: if that cannot be done; nothing was changed then, but for an empty PostgreSQL
            database, which may have been filled.
        BadRowError: if the backup is not whole.
        CheckpointError: if it does not fit the checkpoint.

    """
    address = make_url(url)
    is_sqlite = address.get_backend_name() == "sqlite"
    if is_sqlite and not address.database:
        raise SettingError("A ledger in memory cannot be restored: give it a file.")
    if is_sqlite and wanted.instead_of is not None:
        raise SettingError("--instead-of is for PostgreSQL. On SQLite, --replace compares the two.")
    if wanted.file is None:
        return _in_place(url, wanted, now=now, tell=tell)
    if not wanted.file.is_file():
        raise SettingError(f"There is no backup at {wanted.file}.")
    if not is_sqlite:
        return _into_postgresql(url, wanted.file, wanted, now=now, tell=tell)
    return _into_file(Path(address.database or ""), wanted.file, wanted, now=now, tell=tell)


def _in_place(
    url: str, wanted: Wanted, *, now: datetime, tell: Callable[[int], None]
) -> BroughtBack:
    """Go on from a database that a snapshot, or PostgreSQL's own recovery, has brought back."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        file = Path(address.database or "")
        if not file.is_file():
            raise SettingError(f"There is no ledger at {file}.")
        sqlite_files.refuse_in_use(file)
    was = _replaced(wanted, url)
    with _opened(url) as database:
        if not database.is_sqlite:
            servers.refuse_served(database)
        return _compared(database, was, wanted, now=now, tell=tell)


def _into_file(
    target: Path, file: Path, wanted: Wanted, *, now: datetime, tell: Callable[[int], None]
) -> BroughtBack:
    is_there = target.exists()
    if is_there and not wanted.replace:
        raise SettingError(
            f"There is a ledger at {target} already. Stop its server, then add --replace: it is "
            "moved aside, and nothing of it is lost."
        )
    if target.resolve() == file.resolve():
        raise SettingError("The backup is the ledger itself. Nothing was changed.")
    if is_there:
        sqlite_files.refuse_in_use(target)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    making = target.with_name(target.name + ".restoring")
    sqlite_files.remove(making)
    try:
        sqlite_files.copy(file, making)
        was, is_now = replaced.read(target) if is_there else None, replaced.read(making)
        otherwise = replaced.otherwise(was, is_now) if was and is_now else None
        before = _before(was, otherwise)
        with _opened(f"sqlite:///{making}") as database:
            found = new_epoch.begin(database, wanted, now=now, tell=tell, before=before)
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
    url: str, file: Path, wanted: Wanted, *, now: datetime, tell: Callable[[int], None]
) -> BroughtBack:
    program = shutil.which("pg_restore")
    if program is None:
        raise SettingError(
            "PostgreSQL's pg_restore was not found. Install PostgreSQL's client programs, or "
            "restore where the database runs."
        )
    was = _replaced(wanted, url)
    with _opened(url) as database:
        if inspect(database.engine).get_table_names():
            raise SettingError(
                "This database is not empty. Make a new one (createdb --owner latitude NAME), name "
                "it in LEDGER_DATABASE_URL, and restore into it: the old one stays as it is."
            )
        _pg_restore(program, database.url, file)
        try:
            return _compared(database, was, wanted, now=now, tell=tell)
        except (LedgerError, SettingError) as refusal:
            refusal.add_note(
                "The database that was empty holds this backup now. It is no ledger in use: drop "
                "it before you restore another one."
            )
            raise


def _replaced(wanted: Wanted, url: str) -> Kept | None:
    """Return what the PostgreSQL ledger holds whose place is taken, if one is named.

    Raises:
        SettingError: if it is the same database, no ledger, or still served.

    """
    if wanted.instead_of is None:
        return None
    if make_url(wanted.instead_of) == make_url(url):
        raise SettingError("--instead-of names the database that is brought back: name the former.")
    with _opened(wanted.instead_of) as former:
        if former.is_sqlite or not inspect(former.engine).has_table("journal"):
            raise SettingError("--instead-of names no ledger on PostgreSQL.")
        servers.refuse_served(former)
        return replaced.read_from(former)


def _compared(
    database: Database,
    was: Kept | None,
    wanted: Wanted,
    *,
    now: datetime,
    tell: Callable[[int], None],
) -> BroughtBack:
    """Prepare a backup, after a look at the ledger whose place it takes."""
    if was is None:
        return new_epoch.begin(database, wanted, now=now, tell=tell)
    refuse_foreign(database)
    is_now = replaced.read_from(database)
    if is_now.ledger_id != was.ledger_id:
        raise SettingError(
            f"The backup is of another ledger ({is_now.ledger_id}) than the one that --instead-of "
            f"names ({was.ledger_id})."
        )
    otherwise = replaced.otherwise(was, is_now)
    found = new_epoch.begin(database, wanted, now=now, tell=tell, before=_before(was, otherwise))
    return replace(found, otherwise=otherwise)


def _before(was: Kept | None, otherwise: Sequence[str] | None) -> Replaced | None:
    return Replaced(epoch=was.epoch, people=len(otherwise or ())) if was else None


def _pg_restore(program: str, url: URL, file: Path) -> None:
    address, password = address_for_programs(url)
    how = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    said = run_program([program, *how, "--no-password", f"--dbname={address}", str(file)], password)
    if said is not None:
        raise SettingError(f"pg_restore did not bring the backup back. It said: {said}")


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
