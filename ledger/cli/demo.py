"""`latitude demo`: a company that has lived a year, made in seconds and served to this machine."""

import json
import shutil
import uuid
from contextlib import ExitStack, closing, suppress
from datetime import datetime
from pathlib import Path

import click

from ledger import config, replaced, schema, server
from ledger.cli.options import INSTANCE, now
from ledger.cli.upgrading import upgrade_demo
from ledger.config import SettingError, Settings
from ledger.core import checkpoint, founding
from ledger.core.founding import Founding
from ledger.core.tables import Journal
from ledger.database import Database
from ledger.demo import cast, company
from ledger.demo.cast import PASSWORD, SHOWN, WORKERS
from ledger.sessions import DATABASE_TROUBLES
from ledger.signing_key import SIGNING_KEY

FILE = config.DEMO_FILE
# What SQLite, and our queue, lay beside a database file.
BESIDE = ("-wal", "-shm", ".queue", ".import")
STEPS = 100
DOES = {
    "Ana": "logs decisions (staff)",
    "Dana": "changes limits, reviews outcomes (supervisor)",
    "Hana": "exports recognition (HR)",
    "Otto": "checks, and changes nothing (auditor)",
    "Vera": "sees what it costs and returns (executive)",
    "Ada": "people and limits (administrator)",
}


@click.command(short_help="Make and serve a demo company.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--fresh", is_flag=True, help="Make the company again, up to this minute.")
@click.option("--no-serve", is_flag=True, help="Only make it.")
@INSTANCE
@click.pass_context
def demo(
    context: click.Context, port: int, *, fresh: bool, no_serve: bool, instance: Path | None
) -> None:
    """Make a demo company in demo.sqlite in the instance folder, and nothing else; then serve it.

    It is the same company every time, with a year that ends now. Whatever ledger the settings
    name is left alone. Only this machine can reach it.
    """
    before = context.find_root().params.get("instance")
    folder = config.load(instance=instance or before).instance
    settings = Settings(
        instance=folder, database_url=f"sqlite:///{folder / FILE}", host="127.0.0.1", port=port
    )
    if not no_serve:
        server.refuse_taken_port(settings)
    if fresh or not (folder / FILE).exists():
        _make(settings, at=now())
    else:
        click.echo("The demo company is there already (--fresh makes it again).")
        _bring_here(settings)
    click.echo(_sign_ins())
    if no_serve:
        return
    click.echo(f"\nOpen http://127.0.0.1:{port}/  (Ctrl-C stops it)")
    server.serve(settings)


def _bring_here(settings: Settings) -> None:
    """Bring a demo that an older program made to this one; there is nothing in it to lose."""
    database = Database(settings.database_url)
    try:
        if upgrade_demo(database):
            click.echo("It was made by an older Latitude: its tables were brought to this one.")
    finally:
        database.close()


def _make(settings: Settings, *, at: datetime) -> None:
    """Make the company in a file of another name first: a demo is whole or not there."""
    path = settings.instance / FILE
    _refuse_other(path)
    making = settings.instance / f"{FILE}.making"
    settings.instance.mkdir(parents=True, exist_ok=True)
    _remove(making)
    key = checkpoint.new_signing_key()
    new = Founding(
        ledger_id=str(uuid.uuid4()),
        name=cast.COMPANY,
        currency=cast.CURRENCY,
        zone=cast.ZONE,
        day_start=cast.DAY_START,
        public_key=key.public,
    )
    with ExitStack() as leaving:
        database = Database(f"sqlite:///{making}")
        leaving.callback(database.close)
        schema.upgrade(database)
        with database.writing() as session:
            founding.found_ledger(session, new, now=company.founded_at(at))
        bar = leaving.enter_context(
            click.progressbar(length=STEPS, label=f"Making {cast.COMPANY}", width=30)
        )
        company.live_a_year(
            database, now=at, progress=lambda share: bar.update(int(share * STEPS) - bar.pos)
        )
    forget_keys(settings.instance)
    keys = config.keys_folder(settings, new.ledger_id)
    config.write_private(keys / SIGNING_KEY, key.private.encode())
    config.make_secrets(settings, new.ledger_id)
    _remove(path)
    making.replace(path)
    _remove(making)


def _refuse_other(path: Path) -> None:
    """Refuse to write over what was not founded as this company, whatever it is called today."""
    if not path.exists():
        return
    found = None
    with suppress(*DATABASE_TROUBLES), closing(Database(f"sqlite:///{path}")) as database:
        with database.reading() as session:
            row = session.get(Journal, 1)
        found = None if row is None else json.loads(row.content)["rows"]["company"][0]["name"]
    if found != cast.COMPANY:
        raise SettingError(
            f"{path} is not the demo, or cannot be read. Move it to another name first: nothing of "
            "it was changed."
        )


def forget_keys(instance: Path) -> None:
    """Remove the keys of the demo that is about to be replaced; not those of a ledger it became.

    Somebody may have made the demo their own, as a copy under the name of a ledger.
    """
    old, own = replaced.read(instance / FILE), instance / config.LEDGER_FILE
    if old is None or not old.ledger_id:
        return
    if own.exists():
        kept = replaced.read(own)
        if kept is None or kept.ledger_id == old.ledger_id:
            return
    shutil.rmtree(instance / "keys" / old.ledger_id, ignore_errors=True)


def _remove(path: Path) -> None:
    for name in (path.name, *(path.name + end for end in BESIDE)):
        path.with_name(name).unlink(missing_ok=True)


def _sign_ins() -> str:
    by_name = {worker.name: worker for worker in WORKERS}
    lines = [f"  {by_name[name].email:<20} {DOES[name]}" for name in SHOWN]
    return "\n".join([f'Sign in with the password "{PASSWORD}" as', *lines])
