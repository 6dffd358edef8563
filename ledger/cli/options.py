"""What every command shares: which ledger, when, and how it is opened."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar, cast

import click
from sqlalchemy import make_url

from ledger import config
from ledger.config import Settings
from ledger.database import Database
from ledger.ledgers import Ledger, open_founded, open_ledger

P = ParamSpec("P")
R = TypeVar("R")

DATABASE = click.option(
    "--database",
    metavar="URL",
    help="Which ledger: sqlite:///FILE or postgresql+psycopg://…  [default: LEDGER_DATABASE_URL, "
    "else ledger.sqlite in the instance folder]",
)
INSTANCE = click.option(
    "--instance",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where keys and the SQLite file are.  [default: LEDGER_INSTANCE, else instance/]",
)


def ledger_options(command: Callable[Concatenate[Settings, P], R]) -> Callable[..., R]:
    """Give a command --database and --instance, and pass it the settings as its first argument.

    The same options before the command's name count too; those after it win.
    """

    @wraps(command)
    def with_settings(*args: P.args, **options: P.kwargs) -> R:
        before = click.get_current_context().find_root().params
        database, instance = options.pop("database"), options.pop("instance")
        settings = config.load(
            instance=cast("Path | None", instance or before.get("instance")),
            database_url=cast("str | None", database or before.get("database")),
        )
        return command(settings, *args, **options)

    return DATABASE(INSTANCE(with_settings))


@contextmanager
def opened(settings: Settings) -> Iterator[Ledger]:
    """Open the ledger with its keys, and close its database at the end."""
    ledger = open_ledger(settings)
    try:
        yield ledger
    finally:
        ledger.database.close()


@contextmanager
def opened_without_keys(settings: Settings) -> Iterator[Database]:
    """Open the database of a ledger that is set up, and close it at the end."""
    database = open_founded(settings)
    try:
        yield database
    finally:
        database.close()


def now() -> datetime:
    """Return the instant at which the command runs."""
    return datetime.now(UTC)


def shown_address(settings: Settings) -> str:
    """Return the database's address without its password."""
    return make_url(settings.database_url).render_as_string(hide_password=True)
