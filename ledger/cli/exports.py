"""`latitude export`: what HR hands to somebody else, numbered and journalled first."""

import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypedDict, Unpack

import click

from ledger.cli.options import ledger_options, now, opened_without_keys
from ledger.config import Settings
from ledger.core import clock, sites
from ledger.core.errors import NotFoundError
from ledger.core.exports import EXPORTS, handing_out, making, trying
from ledger.core.exports.handing_out import Document, What
from ledger.core.exports.shapes import Choice, ExportChangedError, NothingToExportError
from ledger.core.exports.trying import DryRun
from ledger.database import Database

DAY = click.DateTime(["%Y-%m-%d"])
TO_OUTPUT = "-"

_WHY_LEFT_OUT = {
    "no_employee_id": "has no employee id",
    "no_email": "has no work e-mail",
    "no_words": "was thanked in words that were erased",
}


class Wanted(TypedDict):
    """The options of `export recognition`."""

    start: datetime | None
    end: datetime | None
    format_name: str
    out: str | None
    number: int | None
    without_email: bool
    is_dry: bool


@click.group("export", short_help="Recognitions, for a payroll or HR system.")
def export_group() -> None:
    """Hand something to somebody else; each export has a number."""


@export_group.command("recognition", short_help="A period: CSV, Excel, JSON Lines.")
@click.option("--from", "start", type=DAY, metavar="DATE", help="The first day.  [last month]")
@click.option("--to", "end", type=DAY, metavar="DATE", help="The last day.  [last month]")
@click.option(
    "--format", "format_name", type=click.Choice(list(EXPORTS)), default="csv", show_default=True
)
@click.option(
    "--out",
    metavar="FILE",
    help="Where to, or - for the output; the manifest goes beside a file.  [named by number]",
)
@click.option("--number", type=click.IntRange(min=1), help="Get this number again, to the byte.")
@click.option("--without-email", is_flag=True, help="People without a work e-mail too.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Say what it would hold; change nothing.")
@ledger_options
def export_recognition(settings: Settings, **wanted: Unpack[Wanted]) -> None:
    """Export what is new in a period under the next number, or get a number again."""
    out = wanted["out"]
    if out not in (None, TO_OUTPUT) and Path(str(out)).exists():
        raise click.ClickException(f"{out} is there already. Give another name.")
    with opened_without_keys(settings) as database:
        if wanted["is_dry"]:
            _say_dry(database, wanted)
            return
        number = wanted["number"] or _make(database, wanted)
        _hand_out(database, number, out)


def _choice(database: Database, wanted: Wanted) -> Choice:
    with database.reading() as session:
        today = sites.company_calendar(session).business_date(now())
    last = clock.period_of(today.replace(day=1) - timedelta(days=1), "month")
    start, end = wanted["start"], wanted["end"]
    if (start is None) != (end is None):
        raise click.ClickException("Give both --from and --to, or neither for the last month.")
    return Choice(
        start=start.date() if start else last.start,
        end=end.date() if end else last.end,
        format=wanted["format_name"],
        needs_email=not wanted["without_email"],
    )


def _say_dry(database: Database, wanted: Wanted) -> None:
    choice = _choice(database, wanted)
    with database.reading() as session:
        dry = trying.try_export(session, choice)
    days = f"{choice.start.isoformat()} to {choice.end.isoformat()}"
    click.echo(f"Number {dry.number} would hold {len(dry.rows)} rows of {days}: {dry.file_name}")
    _say_left_out(dry)


def _say_left_out(dry: DryRun) -> None:
    for one in dry.left_out:
        row = one.row
        click.echo(
            f"Waits: {row.person_name} ({row.employee_id}) {_WHY_LEFT_OUT[one.why]}, "
            f"{row.event_date.isoformat()}."
        )


def _make(database: Database, wanted: Wanted) -> int:
    choice = _choice(database, wanted)
    try:
        with database.writing() as session:
            return making.make_export(session, None, choice, now=now()).id
    except NothingToExportError:
        raise click.ClickException(
            f"Nothing new from {choice.start.isoformat()} to {choice.end.isoformat()}. "
            "`latitude export recognition --dry-run` says what waits."
        ) from None


def _hand_out(database: Database, number: int, out: str | None) -> None:
    """Write the file and its manifest, once the journal knows who gets them."""
    if out == TO_OUTPUT:
        (file,) = _documents(database, number, ["file"])
        sys.stdout.buffer.write(file.content)
        return
    file, manifest = _documents(database, number, ["file", "manifest"])
    path = Path(out or file.name)
    try:
        _write(path, file)
        _write(path.with_name(f"{path.name}.manifest.json"), manifest)
    except OSError as trouble:
        raise click.ClickException(
            f"Number {number} is made, but it could not be written: {trouble.strerror}. Make room, "
            f"then: latitude export recognition --number {number}"
        ) from trouble
    click.echo(f"Number {number}: {path} and {path.name}.manifest.json")


def _documents(database: Database, number: int, which: Sequence[What]) -> Sequence[Document]:
    try:
        with database.writing() as session:
            return [handing_out.hand_out(session, None, number, what, now=now()) for what in which]
    except NotFoundError:
        raise click.ClickException(f"No export has the number {number}.") from None
    except ExportChangedError:
        raise click.ClickException(
            f"Number {number} cannot be made again exactly as it was: somebody's details were "
            "changed, or words were erased, since. Use the copy that was handed over."
        ) from None


def _write(path: Path, document: Document) -> None:
    """Write a document whole or not at all, for nobody else on this machine to read."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
        try:
            part.write(document.content)
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).replace(path)
        except OSError:
            Path(part.name).unlink(missing_ok=True)
            raise
