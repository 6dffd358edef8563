"""`latitude backup`: a copy of the whole ledger."""

from pathlib import Path

import click

from ledger import backups, config
from ledger.cli.options import ledger_options, opened_without_keys
from ledger.cli.progress import progress
from ledger.config import Settings
from ledger.core import sites


@click.command(short_help="Copy the ledger to a file.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@ledger_options
def backup(settings: Settings, file: Path) -> None:
    """Copy the ledger to a new file while others go on working.

    SQLite gives a file that is a ledger itself. PostgreSQL gives what pg_restore reads.
    """
    with opened_without_keys(settings) as database:
        with progress("Copying, hundredths", 100) as tell:
            head = backups.back_up(database, file, tell=tell)
        with database.reading() as session:
            ledger_id = sites.company(session).ledger_id
    click.echo(f"The backup is in {file}.")
    if head is not None:
        click.echo(f"It ends at row {head.seq:,} of the journal. Head: {head.hash}")
    click.echo(f"Back up the keys too, apart from it: {config.keys_folder(settings, ledger_id)}")
