"""The command line explains itself, in people's words."""

import re

import click
import pytest

from ledger.cli import COMMANDS, main
from ledger.cli.options import now
from tests.cli.conftest import Latitude

MACHINE_WORDS = re.compile(r"\b(errors?|invalid|failed|failure|denied)\b", re.IGNORECASE)


def test_help_lists_every_command_in_the_order_in_which_somebody_meets_them(
    latitude: Latitude,
) -> None:
    listed = latitude("--help").output.split("Commands:")[1]

    found = re.findall(r"^  (\w+)", listed, flags=re.MULTILINE)

    assert found == [command.name for command in COMMANDS] == list(main.commands)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.name))
def test_every_command_has_a_sentence_and_help(latitude: Latitude, command: click.Command) -> None:
    result = latitude(str(command.name), "--help")

    assert result.exit_code == 0
    assert command.short_help
    assert command.short_help.endswith(".")
    assert not MACHINE_WORDS.search(result.output)


@pytest.mark.parametrize(
    "words", [("bogus",), ("init", "--bogus"), ("person", "add"), ("init", "--horizon", "soon")]
)
def test_what_was_not_understood_is_said_without_a_machine_word(
    latitude: Latitude, words: tuple[str, ...]
) -> None:
    result = latitude(*words)

    assert result.exit_code == 2
    assert result.output
    assert not MACHINE_WORDS.search(result.output)


def test_the_clock_is_read_in_utc() -> None:
    offset = now().utcoffset()

    assert offset is not None
    assert not offset
