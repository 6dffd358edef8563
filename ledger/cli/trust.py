"""`latitude verify` and `latitude checkpoint`: whether anything was changed."""

from pathlib import Path

import click

from ledger import last_runs
from ledger.cli.options import ledger_options, now, opened_without_keys
from ledger.cli.progress import progress
from ledger.config import Settings
from ledger.core import checkpoint as checkpoints
from ledger.core.checkpoint import Checkpoint
from ledger.core.verification import Verified
from ledger.core.verification import verify as verify_ledger
from ledger.database import Database
from ledger.last_runs import LastRun, Run
from ledger.signing_key import signed_text

# What people call one row of a table, and several.
SPOKEN = {
    "void": ("void", "voids"),
    "refusal": ("refusal", "refusals"),
    "unmet_need": ("unmet need", "unmet needs"),
    "latitude_limit": ("limit", "limits"),
    "import_file": ("imported file", "imported files"),
    "recognition": ("recognition", "recognitions"),
    "export": ("export", "exports"),
    "download": ("list taken out", "lists taken out"),
    "download_end": ("whole list", "whole lists"),
    "export_file": ("kept export file", "kept export files"),
    "activity": ("thing that a customer did", "things that customers did"),
    "customer": ("customer", "customers"),
    "customer_join": ("customer joined or parted", "customers joined or parted"),
    "customer_alias": ("customer counted as another", "customers counted as others"),
    "person": ("person", "people"),
    "words": ("note, reason or story", "notes, reasons and stories"),
    "budget": ("budget", "budgets"),
    "outcome": ("outcome", "outcomes"),
    "feed": ("feed", "feeds"),
}


@click.command(short_help="Check that nothing was changed.")
@click.option(
    "--checkpoint",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that somebody else kept: finds a journal cut short or written anew.",
)
@ledger_options
def verify(settings: Settings, file: Path | None) -> None:
    """Check the whole ledger: the chain, the books against it, and all that is summed up.

    Names the first row that is not what the journal says, and then leaves with 1. Without a
    checkpoint, a journal whose last rows were taken away together with what they made cannot be
    told from a younger one.
    """
    with opened_without_keys(settings) as database:
        held = _check_checkpoint(database, file)
        with database.reading() as session, progress("Verifying the journal") as tell:
            verified = verify_ledger(session, tell=tell)
    done = LastRun(at=now(), size=verified.size)
    last_runs.note(settings, verified.ledger_id, Run.VERIFY, done)
    for line in _told(verified):
        click.echo(line)
    if held is not None:
        click.echo(f"The checkpoint of row {held.size:,} holds.")


@click.command(short_help="Sign a statement of the journal as it is now.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to this file instead of the screen.",
)
@ledger_options
def checkpoint(settings: Settings, out: Path | None) -> None:
    """Sign a statement of the journal's size and head, for somebody else to keep.

    Give it to somebody who cannot change the ledger: what happened up to here cannot be changed
    unnoticed any more by anybody who does not hold their copy too.
    """
    with opened_without_keys(settings) as database:
        with database.reading() as session:
            public_key = checkpoints.journal_key(session)
            # Whether the key is there is found out before anything is written down.
            signed_text(settings, checkpoints.checkpoint_now(session), public_key=public_key)
        with database.writing() as session:
            stated = checkpoints.note_signed(session, None, now=now()).checkpoint
    signed = signed_text(settings, stated, public_key=public_key)
    done = LastRun(at=now(), size=stated.size, place=str(out.absolute()) if out else "")
    last_runs.note(settings, stated.ledger_id, Run.CHECKPOINT, done)
    if out is None:
        click.echo(signed, nl=False)
        return
    out.write_text(signed, encoding="utf-8", newline="\n")
    click.echo(f"The checkpoint of row {stated.size:,} is in {out}. Give it to somebody else.")


def _check_checkpoint(database: Database, file: Path | None) -> Checkpoint | None:
    """Check a checkpoint first: what it says of a journal that was cut is worth more."""
    if file is None:
        return None
    with database.reading() as session:
        return checkpoints.check(session, file.read_text(encoding="utf-8", errors="replace"))


def _decisions(verified: Verified) -> list[str]:
    """Return how many decisions are in force, and how many rows of them count no more."""
    every = verified.rows.get("decision", 0)
    if not every:
        return []
    one = "decision" if verified.in_force == 1 else "decisions"
    others = every - verified.in_force
    apart = f" and {others:,} corrected, voided or taken back" if others else ""
    return [f"{verified.in_force:,} {one} in force{apart}"]


def _told(verified: Verified) -> list[str]:
    rows = "1 row" if verified.size == 1 else f"{verified.size:,} rows"
    told = [f"The journal is whole: {rows} of ledger {verified.ledger_id}."]
    told += [f"Head: {verified.head}"]
    counted = [
        f"{count:,} {SPOKEN[table][count != 1]}"
        for table, count in verified.rows.items()
        if count and table in SPOKEN
    ]
    counted = [*_decisions(verified), *counted]
    return [*told, f"In agreement with it: {', '.join(counted) or 'nothing else yet'}."]
