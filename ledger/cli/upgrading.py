"""`latitude upgrade`: an older ledger's tables are brought to this program, after a backup."""

import time
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import text

from ledger import backups, revisions, schema, sqlite_files
from ledger.cli.options import ledger_options, now
from ledger.cli.progress import progress
from ledger.config import SettingError, Settings
from ledger.database import Database
from ledger.ledgers import open_existing, refuse_foreign

LEAVING_TRIES, LEAVING_SECONDS = 5, 0.2
_OTHERS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


@click.command(short_help="Bring an older ledger's tables to this program.")
@click.option(
    "--backup",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the backup goes that is made first.  [default, on SQLite: beside the ledger]",
)
@click.option("--no-backup", is_flag=True, help="Make none: you have one.")
@click.option("--in-use", is_flag=True, help="Go on, although others are connected (PostgreSQL).")
@ledger_options
def upgrade(settings: Settings, file: Path | None, *, no_backup: bool, in_use: bool) -> None:
    """Back the ledger up, then bring its tables to this program, all in one transaction.

    Stop every server first: an older program must not go on writing to newer tables.
    """
    database = open_existing(settings)
    try:
        refuse_foreign(database)
        at, newest = revisions.found(database)
        if not at:
            raise SettingError("There is no ledger here yet. Run: latitude init")
        if at == newest:
            click.echo("The tables are as this program wants them. Nothing was changed.")
            return
        _refuse_in_use(database, in_use=in_use)
        if not no_backup:
            _back_up(database, file, at, now=now())
        schema.upgrade(database)
    finally:
        database.close()
    click.echo(f"The tables were brought from {', '.join(sorted(at))} to {', '.join(newest)}.")
    click.echo("Next: latitude verify, then start the server again.")


def upgrade_demo(database: Database) -> bool:
    """Bring the demo company's tables to this program; say whether that was needed.

    Raises:
        SettingError: if a newer program made it.

    """
    refuse_foreign(database)
    at, newest = revisions.found(database)
    if at == newest:
        return False
    schema.upgrade(database)
    return True


def _refuse_in_use(database: Database, *, in_use: bool) -> None:
    # Our own connections would be in the way of looking; they are made anew when needed.
    database.engine.dispose()
    if database.path is not None:
        sqlite_files.refuse_in_use(database.path)
        return
    others = _others(database)
    for _ in range(LEAVING_TRIES):
        if not others:
            break
        # Whoever has just gone is listed for a moment longer.
        time.sleep(LEAVING_SECONDS)
        others = _others(database)
    if others and not in_use:
        raise SettingError(
            f"{others} {'connection is' if others == 1 else 'connections are'} open to this "
            "database. Stop every server first. If they are none of Latitude's, add --in-use."
        )


def _others(database: Database) -> int:
    with database.reading() as session:
        found: int = session.execute(text(_OTHERS)).scalar_one()
        return found


def _back_up(database: Database, file: Path | None, at: frozenset[str], *, now: datetime) -> None:
    if file is None and database.path is None:
        raise SettingError(
            "Say where the backup goes (--backup FILE), or that you have one (--no-backup)."
        )
    place = file or _beside(database.path or Path(), at, now=now)
    with progress("Copying, hundredths", 100) as tell:
        backups.back_up(database, place, tell=tell)
    click.echo(f"The ledger as it was is in {place}.")


def _beside(path: Path, at: frozenset[str], *, now: datetime) -> Path:
    made = now.astimezone(UTC)
    name = f"{path.stem}-at-{'-'.join(sorted(at))}-{made:%Y%m%dT%H%M%SZ}.sqlite"
    return path.with_name(name)
