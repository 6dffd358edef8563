"""The command line, `latitude …`: thin, like a page. It reads the clock, calls core, answers."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from ledger.cli.backups import backup, restore
from ledger.cli.demo import demo
from ledger.cli.exports import export_group
from ledger.cli.founding import init
from ledger.cli.imports import import_group
from ledger.cli.options import DATABASE, INSTANCE
from ledger.cli.people import person
from ledger.cli.reports import report_group
from ledger.cli.running import doctor, serve
from ledger.cli.sentences import REFUSALS, sentence
from ledger.cli.trust import checkpoint, verify
from ledger.cli.upgrading import upgrade

# In the order in which somebody meets them.
COMMANDS: tuple[click.Command, ...] = (
    demo,
    init,
    person,
    import_group,
    report_group,
    export_group,
    serve,
    verify,
    checkpoint,
    backup,
    restore,
    upgrade,
    doctor,
)

REFUSED, MISUSED, STOPPED = 1, 2, 130
CLICKS_WORD = "Invalid value"


class Latitude(click.Group):
    """Commands in our order, and one plain sentence for whatever they refuse."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which somebody meets them."""
        del ctx  # every context has the same ones
        return list(self.commands)

    def main(  # type: ignore[override]  # Click's may return; ours always leaves
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        **extra: Any,  # noqa: ANN401 - Click's own settings, which we pass on
    ) -> NoReturn:
        """Run a command and leave with its exit code: 0 if it did what it was asked, else not."""
        extra["standalone_mode"] = False
        sys.exit(self._code(args, prog_name or "latitude", extra))

    def _code(self, args: Sequence[str] | None, prog_name: str, extra: dict[str, Any]) -> int:
        try:
            left = super().main(args, prog_name, **extra)
        except click.UsageError as misuse:
            if misuse.ctx is not None:
                click.echo(misuse.ctx.get_usage(), err=True)
            click.echo(misuse.format_message().replace(CLICKS_WORD, "Not usable"), err=True)
            return MISUSED
        except click.ClickException as refusal:
            click.echo(refusal.format_message(), err=True)
            return REFUSED
        except (click.Abort, KeyboardInterrupt):
            click.echo("Stopped.", err=True)
            return STOPPED
        except REFUSALS as refusal:
            click.echo(sentence(refusal), err=True)
            return REFUSED
        return left if isinstance(left, int) else 0


@click.group(cls=Latitude, context_settings={"help_option_names": ["-h", "--help"]})
@DATABASE
@INSTANCE
@click.version_option(package_name="latitude-ledger", message="Latitude %(version)s")
def main(database: str | None, instance: Path | None) -> None:
    """Let people decide for the customer, write every decision down, and see what came of it.

    Begin with `latitude init`, then `latitude person add --role administrator`, then
    `latitude serve`.
    """
    # Every command reads the two options from this context (options.py).
    del database, instance


for _command in COMMANDS:
    main.add_command(_command)
