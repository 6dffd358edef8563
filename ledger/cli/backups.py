"""`latitude backup` and `latitude restore`: a copy of the whole ledger, and the way back."""

from pathlib import Path
from typing import TypedDict, Unpack

import click

from ledger import backups, config, last_runs, restoring
from ledger.cli.options import ledger_options, now, opened_without_keys
from ledger.cli.progress import progress
from ledger.config import SettingError, Settings
from ledger.core import old_uploads, sites
from ledger.core.checkpoint import CheckpointError
from ledger.core.errors import LedgerError
from ledger.database import Database
from ledger.last_runs import LastRun, Run
from ledger.new_epoch import BroughtBack, Wanted
from ledger.signing_key import SIGNING_KEY

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)

# More employee ids than this are counted.
MOST_NAMED = 50


class Asked(TypedDict):
    """The options of `restore`."""

    file: Path | None
    in_place: bool
    checkpoint: Path | None
    older: bool
    replace: bool
    instead_of: str | None
    by: str | None


@click.command(short_help="Copy the ledger to a file.")
@click.argument("file", type=FILE, required=False)
@click.option("--into", type=FOLDER, help="A folder: the backup gets a name with the date in it.")
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    help="With --into: keep this many of this ledger's backups there, and remove older ones.",
)
@ledger_options
def backup(settings: Settings, file: Path | None, into: Path | None, keep: int | None) -> None:
    """Copy the ledger to a new file, or into a folder, while others go on working.

    SQLite gives a file that is a ledger itself. PostgreSQL gives what pg_restore reads.
    """
    if (file is None) == (into is None) or (keep is not None and into is None):
        raise click.UsageError("Give either FILE, or --into FOLDER and, if you like, --keep.")
    at = now()
    with opened_without_keys(settings) as database:
        old_uploads.clear(database, now=at)
        with database.reading() as session:
            ledger_id = sites.company(session).ledger_id
        place = file or (into or Path()) / backups.dated_name(database, ledger_id, now=at)
        size = _backed_up(database, place)
    done = LastRun(at=at, size=size, place=str(place.absolute()))
    last_runs.note(settings, ledger_id, Run.BACKUP, done)
    if into is not None and keep is not None:
        for gone in backups.drop_older(into, ledger_id, keep=keep):
            click.echo(f"Removed the older {gone}.")
    click.echo(f"Back up the keys too, apart from it: {config.keys_folder(settings, ledger_id)}")


def _backed_up(database: Database, place: Path) -> int:
    """Make the backup and say so; return how many rows of the journal it holds."""
    with progress("Copying, hundredths", 100) as tell:
        head = backups.back_up(database, place, tell=tell)
    click.echo(f"The backup is in {place}.")
    click.echo(f"It ends at row {head.seq:,} of the journal. Head: {head.hash}")
    return head.seq


@click.command(short_help="Go on from a backup.")
@click.argument("file", type=FILE, required=False)
@click.option(
    "--in-place",
    is_flag=True,
    help="No FILE: go on from the database as it is, brought back by a snapshot or by PostgreSQL's "
    "own recovery.",
)
@click.option(
    "--checkpoint",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The newest checkpoint that somebody else kept: says whether the backup is older.",
)
@click.option("--older", is_flag=True, help="Go on, although the backup is older than that.")
@click.option(
    "--replace",
    is_flag=True,
    help="Move the ledger that is there aside, to a name with the date (SQLite).",
)
@click.option(
    "--instead-of",
    metavar="URL",
    help="PostgreSQL: the ledger whose place it takes. Who is otherwise there is named.",
)
@click.option("--by", metavar="EMAIL", help="Who brings it back, for the journal.")
@ledger_options
def restore(settings: Settings, **asked: Unpack[Asked]) -> None:
    """Check a backup as a whole, and go on from it in a new epoch that the journal names.

    Nothing is ever written over: the ledger that is there is moved aside, with --replace, and a
    PostgreSQL database must be empty. Everybody is signed out. A database that was brought back
    by other means goes on with --in-place, and must not be served before.
    """
    if (asked["file"] is None) != asked["in_place"] or (asked["in_place"] and asked["replace"]):
        raise click.UsageError("Give either FILE, and --replace if you like, or --in-place.")
    kept = asked["checkpoint"]
    wanted = Wanted(
        file=asked["file"],
        checkpoint=kept.read_text(encoding="utf-8", errors="replace") if kept else None,
        older=asked["older"],
        replace=asked["replace"],
        by=asked["by"],
        instead_of=asked["instead_of"],
        last_epoch=lambda ledger_id: last_runs.last_epoch(settings, ledger_id),
    )
    try:
        with progress("Verifying the backup") as tell:
            done = restoring.bring_back(settings.database_url, wanted, now=now(), tell=tell)
    except (LedgerError, SettingError) as refusal:
        for note in getattr(refusal, "__notes__", ()):
            click.echo(note, err=True)
        if isinstance(refusal, CheckpointError) and refusal.why == "older":
            click.echo(
                f"The backup ends at row {refusal.found:,} of the journal, the checkpoint was made "
                f"at row {refusal.size:,}: {refusal.size - refusal.found:,} rows that were written "
                "would be lost. Look for a newer backup. To go on all the same, add --older."
            )
            raise click.exceptions.Exit(1) from refusal
        raise
    rows = done.restored
    last_runs.note(
        settings,
        done.ledger_id,
        Run.RESTORE,
        LastRun(at=rows.at, size=rows.seq, epoch=rows.epoch),
    )
    for line in _told(settings, done):
        click.echo(line)


def _told(settings: Settings, done: BroughtBack) -> list[str]:
    rows = done.restored
    told = [
        (
            f"The backup was brought back. It ends at row {rows.size:,} of the journal, of "
            f"{rows.last_at:%Y-%m-%d %H:%M} UTC; what was written later is not in it."
        ),
        (
            f"Epoch {rows.epoch} begins at row {rows.seq:,}. Everybody was signed out, and every "
            "one-time code is over."
        ),
    ]
    if done.upgraded_from is not None:
        told.append(f"Its tables were brought here from revision {done.upgraded_from}.")
    if done.aside is not None:
        told.append(f"The ledger that was there is now {done.aside}.")
    told.append(_people_told(done))
    missing = _missing_keys(settings, done.ledger_id)
    if missing:
        told.append(
            f"These keys of the ledger are not in {config.keys_folder(settings, done.ledger_id)}: "
            f"{', '.join(missing)}. Bring them back too, or it cannot be served."
        )
    return [*told, "Next: latitude doctor, and give somebody a new checkpoint."]


def _people_told(done: BroughtBack) -> str:
    """Return that people are as they were, and what to do about it."""
    so = (
        "People are as they were at the backup: who has left since works here again, with the role "
        "and the password of then. "
    )
    again = "before you serve it: latitude person leave, change or code."
    if done.otherwise is None:
        return (
            f"{so}No former ledger could be compared (on PostgreSQL --instead-of names one). Look "
            f"through latitude person list, and let go again who has left, {again}"
        )
    if not done.otherwise:
        return f"{so}In the ledger whose place it took nobody is otherwise."
    count = len(done.otherwise)
    shown = ", ".join(done.otherwise[:MOST_NAMED])
    more = f" and {count - MOST_NAMED:,} more" if count > MOST_NAMED else ""
    who = "1 person is" if count == 1 else f"{count:,} people are"
    return (
        f"{so}{who} otherwise in the ledger whose place it took, by employee id: {shown}{more}. "
        f"Do for them again what was done since, {again}"
    )


def _missing_keys(settings: Settings, ledger_id: str) -> list[str]:
    given = {"secret_key": settings.secret_key, "pepper": settings.pepper, SIGNING_KEY: None}
    folder = config.keys_folder(settings, ledger_id)
    return [name for name, set_to in given.items() if not set_to and not (folder / name).is_file()]
