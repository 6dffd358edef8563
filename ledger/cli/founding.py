"""`latitude init` sets a ledger up."""

import uuid
from typing import TypedDict, Unpack

import click

from ledger import config, revisions, schema
from ledger.cli.options import ledger_options, now, shown_address
from ledger.config import SettingError, Settings
from ledger.core import checkpoint, founding, sites
from ledger.core.founding import AlreadyFoundedError, Founding
from ledger.database import Database
from ledger.ledgers import open_database, refuse_foreign, refuse_unsafe_place
from ledger.signing_key import SIGNING_KEY


class Wanted(TypedDict):
    """The options of `init`."""

    name: str
    currency: str
    time_zone: str
    day_start: str
    horizon: int
    watch: str


@click.command(short_help="Set a ledger up.")
@click.option("--name", default="My company", show_default=True, help="The company's name.")
@click.option("--currency", default="USD", show_default=True, help="Its currency (ISO 4217).")
@click.option("--time-zone", default="UTC", show_default=True, help="Where its days are counted.")
@click.option("--day-start", default="04:00", show_default=True, help="When a business day starts.")
@click.option(
    "--horizon",
    type=int,
    default=90,
    show_default=True,
    help="Within how many days coming back counts: " + ", ".join(map(str, founding.HORIZONS)) + ".",
)
@click.option(
    "--watch",
    type=click.Choice(founding.WATCHES),
    default="returns",
    show_default=True,
    help="Whether customers come back, or (contracts) whether they stay.",
)
@ledger_options
def init(settings: Settings, **wanted: Unpack[Wanted]) -> None:
    """Set a ledger up: its tables, its keys, its company and the journal's first row.

    Nothing is asked. A ledger that is set up already is left alone.
    """
    key = checkpoint.new_signing_key()
    new = Founding(
        ledger_id=str(uuid.uuid4()),
        name=wanted["name"],
        currency=wanted["currency"],
        zone=wanted["time_zone"],
        day_start=wanted["day_start"],
        public_key=key.public,
        horizon_days=wanted["horizon"],
        watch=wanted["watch"],
    )
    founding.check_founding(new)
    if settings.is_demo:
        raise SettingError(
            f"{config.DEMO_FILE} is the demo company's name, and latitude demo --fresh writes over "
            "it. Give your ledger another one."
        )
    refuse_unsafe_place(settings)
    database = open_database(settings)
    try:
        refuse_foreign(database)
        _refuse_founded(database)
        schema.upgrade(database)
        with database.writing() as session:
            founding.found_ledger(session, new, now=now())
            keys = config.keys_folder(settings, new.ledger_id)
            config.write_private(keys / SIGNING_KEY, key.private.encode())
            config.make_secrets(settings, new.ledger_id)
    finally:
        database.close()
    click.echo(f"{new.name} is set up.")
    click.echo(f"  Database  {shown_address(settings)}")
    click.echo(f"  Keys      {keys}  (back them up apart from the database)")
    click.echo("Next: latitude person add --role administrator --name NAME --email ADDRESS")


def _refuse_founded(database: Database) -> None:
    """Refuse a ledger that is set up already, whatever revision it is at."""
    at, _ = revisions.found(database)
    if not at:
        return
    with database.reading() as session:
        if founding.is_founded(session):
            raise AlreadyFoundedError(sites.company(session).name)
