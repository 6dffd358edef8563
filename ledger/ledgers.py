"""Opening a ledger: its database at the right revision, its company, its keys."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from ledger import config, schema
from ledger.config import Secrets, SettingError, Settings
from ledger.core import founding, sites
from ledger.core.tables import Company
from ledger.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """An open ledger: what the pages and the commands work with."""

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
    database_folder.mkdir(parents=True, exist_ok=True)
    return Database(settings.database_url)


def _check_ready(database: Database) -> None:
    at, newest = schema.revisions(database)
    if not at:
        raise SettingError("This ledger has not been set up yet. Run: latitude init")
    if at != newest:
        unknown = [revision for revision in at if not schema.knows(database, revision)]
        if unknown:
            raise SettingError(
                f"This ledger is at revision {unknown[0]}, which is newer than this program. "
                "Install the newer Latitude."
            )
        raise SettingError(
            "This ledger's tables are older than this program. Run: latitude upgrade"
        )
    with database.reading() as session:
        if not founding.is_founded(session):
            raise SettingError("This ledger has not been set up yet. Run: latitude init")
