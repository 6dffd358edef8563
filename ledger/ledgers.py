"""Opening a ledger: its database at the right revision, its company, its keys."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect, make_url

from ledger import config, places, revisions
from ledger.config import Secrets, SettingError, Settings
from ledger.core import founding, sites
from ledger.core.tables import Company
from ledger.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """An open ledger: what the pages and the commands work with.

    `company` is as it was when the ledger was opened; pages read the row, which may have changed.
    """

    settings: Settings
    database: Database
    company: Company
    secrets: Secrets


def open_ledger(settings: Settings) -> Ledger:
    """Open the ledger that the settings name.

    Raises:
        SettingError: if it was never set up, is of another revision than this program, or a key
            is missing; the message says what to do.
        UnsafeDatabaseError: if the database does not keep what it acknowledges.

    """
    database = open_founded(settings)
    try:
        with database.reading() as session:
            company = sites.company(session)
        keys = config.load_secrets(settings, company.ledger_id)
    except BaseException:
        database.close()
        raise
    return Ledger(settings=settings, database=database, company=company, secrets=keys)


def open_founded(settings: Settings) -> Database:
    """Open the database of a ledger that is set up, without its keys.

    Raises:
        SettingError: if there is none, or it is of another revision than this program.
        UnsafeDatabaseError: if the database does not keep what it acknowledges.

    """
    database = open_existing(settings)
    try:
        _check_ready(database)
    except BaseException:
        database.close()
        raise
    return database


def open_existing(settings: Settings) -> Database:
    """Open a database that is there, in whatever state it is.

    Raises:
        SettingError: if there is no such SQLite file; none is made.
        UnsafeDatabaseError: if the database does not keep what it acknowledges.

    """
    address = make_url(settings.database_url)
    is_file = address.get_backend_name() == "sqlite" and address.database
    if is_file and not Path(str(address.database)).is_file():
        raise SettingError(f"There is no ledger at {address.database} yet. Run: latitude init")
    return open_database(settings)


def open_database(settings: Settings) -> Database:
    """Open the database that the settings name, making the folder of a SQLite file if need be."""
    database_folder = settings.instance
    database_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Database(settings.database_url)


def refuse_foreign(database: Database) -> None:
    """Refuse tables that are not ours, or of a program newer than this one.

    Raises:
        SettingError: if the database belongs to something else, or to a newer Latitude.

    """
    at, _ = revisions.found(database)
    tables = set(inspect(database.engine).get_table_names())
    if tables and not {"journal", "alembic_version"} <= tables:
        raise SettingError(
            f"The database at {shown(database)} holds tables of something else. "
            "Give Latitude a database of its own."
        )
    unknown = sorted(revision for revision in at if revision not in revisions.known())
    if unknown:
        raise SettingError(
            f"This ledger is at revision {unknown[0]}, which is newer than this program. "
            "Install the newer Latitude."
        )


def refuse_unsafe_place(settings: Settings) -> None:
    """Refuse a SQLite file that is not safe where it lies; on PostgreSQL there is nothing to see.

    Raises:
        SettingError: if it is on a network file system, open to everybody on this machine, or
            cannot be written.

    """
    address = make_url(settings.database_url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return
    file = Path(address.database)
    kind = places.network_kind(file)
    if kind is not None:
        raise SettingError(
            f"{file} lies on a network file system ({kind}), where SQLite's locks do not hold. "
            "Move it to a disk of this machine, or use PostgreSQL."
        )
    if not file.exists():
        return
    if not places.is_writable(file):
        raise SettingError(
            f"{file} and its folder cannot be written by this account. Give them to the account "
            "that serves (chown), or start as that account."
        )
    if places.is_open_to_all(file):
        raise SettingError(
            f"{file} can be read by everybody on this machine, and it holds names and phone "
            f"numbers. Run: chmod 600 {file}"
        )


def shown(database: Database) -> str:
    """Return the database's address without its password."""
    return database.url.render_as_string(hide_password=True)


def _check_ready(database: Database) -> None:
    refuse_foreign(database)
    at, newest = revisions.found(database)
    if not at:
        raise SettingError("This ledger has not been set up yet. Run: latitude init")
    if at != newest:
        raise SettingError(
            "This ledger's tables are older than this program. Run: latitude upgrade"
        )
    with database.reading() as session:
        if not founding.is_founded(session):
            raise SettingError("This ledger has not been set up yet. Run: latitude init")
