"""`latitude serve` runs the server; `latitude doctor` says whether all is as it should be."""

import json
from dataclasses import replace

import click

from ledger import config, server
from ledger.cli.examination import examine
from ledger.cli.findings import How, summary
from ledger.cli.options import ledger_options, now, opened
from ledger.config import Settings
from ledger.ledgers import refuse_unsafe_place


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
@click.option("--json", "as_json", is_flag=True, help="One JSON list, for programs.")
@ledger_options
def doctor(settings: Settings, *, as_json: bool) -> None:
    """Say what is in use, what is missing, why that matters and what to do.

    Leaves with 1 if there is something that must be mended.
    """
    found = list(examine(settings, now=now()))
    if as_json:
        click.echo(json.dumps([finding.as_json() for finding in found], indent=1))
    else:
        for finding in found:
            click.echo("\n".join(finding.lines()))
        click.echo(summary(found))
    if any(finding.how == How.BAD for finding in found):
        click.get_current_context().exit(1)
