"""`latitude import`: take in decisions, activity, people, customers and the till's entries."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypedDict, Unpack

import click

from ledger.cli.import_words import (
    came_lines,
    horizon_lines,
    problem_lines,
    undo_refused,
    undone_lines,
)
from ledger.cli.options import ledger_options, now, opened_without_keys
from ledger.cli.progress import progress
from ledger.config import Settings
from ledger.core import horizons
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.imports.activity import import_activity
from ledger.core.imports.customers import import_customers
from ledger.core.imports.decisions import import_decisions
from ledger.core.imports.people import import_people
from ledger.core.imports.problems import ImportRefusedError
from ledger.core.imports.runs import DEFAULT_FEED, Imported, ImportOvertakenError, Options
from ledger.core.imports.till import import_till
from ledger.core.imports.undo import UndoRefusedError, undo_import
from ledger.database import Database
from ledger.turns import TurnTakenError, turn

Importer = Callable[..., Imported]

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
FEED = click.option(
    "--feed", default=DEFAULT_FEED, show_default=True, help="Where the ids in the file are unique."
)
CREATE = click.option(
    "--create-missing", is_flag=True, help="Add what the file names and the ledger does not have."
)
DRY = click.option("--dry-run", is_flag=True, help="Check everything and write nothing.")
CORRECT = click.option(
    "--correct", is_flag=True, help="Let rows with known ids replace what is known."
)
NEW_FEED = click.option(
    "--new-feed",
    is_flag=True,
    help="Begin a feed that everybody waits for, even if figures then stop earlier than today.",
)
THROUGH = click.option(
    "--through",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The last business date that the feed is complete for.  [default: the latest one in it]",
)


class Wanted(TypedDict, total=False):
    """The options of the five commands; not every command has all of them."""

    file: Path
    feed: str
    create_missing: bool
    dry_run: bool
    correct: bool
    through: datetime | None
    new_feed: bool


@click.group("import", short_help="Take in decisions, activity, people, customers, the till.")
def import_group() -> None:
    """Take in a CSV file: all of it, or nothing with every problem named by row and column."""


@import_group.command(short_help="What was decided elsewhere.")
@FILE
@FEED
@CREATE
@DRY
@CORRECT
@ledger_options
def decisions(settings: Settings, **wanted: Unpack[Wanted]) -> None:
    """Take in decisions that were made elsewhere. No limit judges them."""
    _take_in("decisions", import_decisions, settings, wanted)


@import_group.command(short_help="What customers did later.")
@FILE
@FEED
@NEW_FEED
@THROUGH
@DRY
@CORRECT
@ledger_options
def activity(settings: Settings, **wanted: Unpack[Wanted]) -> None:
    """Take in what customers did later, from the till or a customer system."""
    _take_in("activity", import_activity, settings, wanted)


@import_group.command(short_help="Who works here.")
@FILE
@FEED
@CREATE
@DRY
@CORRECT
@ledger_options
def people(settings: Settings, **wanted: Unpack[Wanted]) -> None:
    """Take in who works here, in which role and at which sites (separated by ;)."""
    _take_in("people", import_people, settings, wanted)


@import_group.command(short_help="Names and numbers of customers.")
@FILE
@FEED
@DRY
@CORRECT
@ledger_options
def customers(settings: Settings, **wanted: Unpack[Wanted]) -> None:
    """Take in customers' names and numbers."""
    _take_in("customers", import_customers, settings, wanted)


@import_group.command(short_help="What the till refunded, credited or voided.")
@FILE
@FEED
@NEW_FEED
@THROUGH
@CREATE
@DRY
@CORRECT
@ledger_options
def till(settings: Settings, **wanted: Unpack[Wanted]) -> None:
    """Take in what the till has: refunds, credits, discounts, free items and voids.

    The page "Completeness" compares it with what was written here.
    """
    _take_in("till", import_till, settings, wanted)


@import_group.command(short_help="Take an import back.")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--reason", required=True, metavar="TEXT", help="Why; at most 140 characters.")
@ledger_options
def undo(settings: Settings, number: int, reason: str) -> None:
    """Take back everything that came with import NUMBER: from then on none of it counts.

    What it had corrected counts again as before. Customers, people and sites that it added stay.
    """
    with opened_without_keys(settings) as database:
        try:
            with turn(database, "import"), database.writing() as session:
                done = undo_import(session, number, reason, person=None, now=now())
        except TurnTakenError as running:
            raise click.ClickException(str(running)) from running
        except (NotFoundError, UndoRefusedError, BadValueError) as refused:
            raise click.ClickException(undo_refused(refused, number)) from refused
    for line in undone_lines(done):
        click.echo(line)


def _take_in(kind: str, importer: Importer, settings: Settings, wanted: Wanted) -> None:
    with opened_without_keys(settings) as database, wanted["file"].open("rb") as stream:
        try:
            with turn(database, "import"), progress(f"Taking in {kind}") as tell:
                options = _options(wanted, lambda done, _total: tell(done))
                came = importer(database, stream, options, now=now())
        except ImportRefusedError as refused:
            for line in problem_lines(refused, kind):
                click.echo(line, err=True)
            click.get_current_context().exit(1)
        except TurnTakenError as running:
            raise click.ClickException(str(running)) from running
        except ImportOvertakenError as overtaken:
            raise click.ClickException(
                "Somebody else added the same meanwhile. Nothing was taken in; run this again."
            ) from overtaken
        proposed = _horizon_of(database, came)
    for line in (*came_lines(came), *proposed):
        click.echo(line)


def _horizon_of(database: Database, came: Imported) -> Iterator[str]:
    """Return which horizon suits the company, once its first activity has been taken in."""
    if came.kind != "activity" or came.reached is not None or came.dry_run or not came.new:
        return iter(())
    with database.reading() as session:
        return horizon_lines(horizons.proposal(session))


def _options(wanted: Wanted, tell: Callable[[int, int], None]) -> Options:
    through = wanted.get("through")
    return Options(
        feed=wanted["feed"],
        create_missing=wanted.get("create_missing", False),
        through=None if through is None else through.date(),
        dry_run=wanted["dry_run"],
        correct=wanted["correct"],
        progress=tell,
        new_feed=wanted.get("new_feed", False),
    )
