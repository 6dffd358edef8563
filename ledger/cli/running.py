"""`latitude serve` runs the server; `latitude doctor` says whether all is as it should be."""

from dataclasses import replace

import click

from ledger import config, server
from ledger.cli.examination import How, examine
from ledger.cli.options import ledger_options, opened
from ledger.config import Settings
from ledger.ledgers import refuse_unsafe_place

MARKS = {How.GOOD: "ok  ", How.NOTE: "note", How.BAD: "BAD "}


@click.command(short_help="Serve the pages.")
@click.option("--host", help="Which address to listen on.  [default: LEDGER_HOST, else 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="[default: LEDGER_PORT, else 8000]")
@ledger_options
def serve(settings: Settings, host: str | None, port: int | None) -> None:
    """Serve the pages until you press Ctrl-C."""
    chosen = replace(settings, host=host or settings.host, port=port or settings.port)
    # What is missing is said here, once, and not by every worker.
    refuse_unsafe_place(chosen)
    with opened(chosen) as ledger:
        config.refuse_unsafe(chosen, ledger.secrets)
        name = ledger.company.name
    server.refuse_taken_port(chosen)
    click.echo(f"{name} is at http://{chosen.host}:{chosen.port}/  (Ctrl-C stops it)")
    server.serve(chosen)


@click.command(short_help="Say whether all is as it should be.")
@ledger_options
def doctor(settings: Settings) -> None:
    """Say what is in use and what is missing. Leaves with 1 if the ledger cannot be relied on."""
    found = list(examine(settings))
    for finding in found:
        click.echo(f"{MARKS[finding.how]}  {finding.what}")
    if any(finding.how == How.BAD for finding in found):
        click.get_current_context().exit(1)
