"""A real program is run for each new ask, and no ask ever waits for it or falls with it."""

import json
import logging
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger import notifying
from ledger.config import Settings, load
from tests.patience import wait_until

ASK = "5f0c3b1e-1111-4222-8333-444455556666"
# Writes down what it was called with, and what of the ledger it sees.
SCRIPT = """
import json, os, sys, pathlib
seen = [name for name in os.environ if name.startswith("LEDGER_")]
told = pathlib.Path(sys.argv[1])
told.with_suffix(".new").write_text(json.dumps([sys.argv[2:], seen]))
told.with_suffix(".new").rename(told)
"""
Tell = Callable[[str], None]


def settings(instance: Path, command: str) -> Settings:
    return load({"LEDGER_NOTIFY_COMMAND": command, "LEDGER_INSTANCE": str(instance)})


@pytest.fixture
def tell(tmp_path: Path) -> Tell:
    """Tell of a new ask by this command."""
    return lambda command: notifying.tell_of(settings(tmp_path, command), ASK, "S1; rm")


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.facts["why"] for record in caplog.records]  # type: ignore[attr-defined]  # ours


def test_the_command_gets_the_ask_and_the_site_and_nothing_else(
    tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, told = tmp_path / "a script.py", tmp_path / "told.json"
    script.write_text(SCRIPT)
    monkeypatch.setenv("LEDGER_PEPPER", "p" * 40)

    tell(f"{sys.executable} '{script}' {told} --loud")

    wait_until(told.exists)
    # No shell reads it: what would be two commands there is one word.
    assert json.loads(told.read_text()) == [["--loud", ASK, "S1; rm"], []]


def test_nobody_waits_for_a_command_that_takes_its_time(
    tell: Tell, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(notifying, "LASTS_SECONDS", 0.2)
    began = time.monotonic()

    tell(f"{sys.executable} -c 'import time; time.sleep(600)'")

    assert time.monotonic() - began < 0.2
    wait_until(lambda: bool(caplog.records))
    assert said(caplog) == ["it took too long and was ended"]


@pytest.mark.parametrize(
    "command, why",
    [
        ("/nowhere/ring", "it cannot be run"),
        ("sh -c 'exit 3'", "it ended with a code"),
        ("ring 'the bell", "it cannot be read"),
    ],
)
def test_what_goes_wrong_is_logged_and_names_nobody(
    tell: Tell, command: str, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    tell(command)

    wait_until(lambda: bool(caplog.records))
    assert said(caplog) == [why]
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert ASK not in json.dumps(record.__dict__, default=str)


def test_so_many_at_a_time_and_no_more(tell: Tell, caplog: pytest.LogCaptureFixture) -> None:
    slow, before = f"{sys.executable} -c 'import time; time.sleep(1)'", threading.active_count()
    for _ in range(notifying.MOST_AT_A_TIME + 1):
        tell(slow)
    assert said(caplog) == ["too many at a time"]
    wait_until(lambda: threading.active_count() <= before)


def test_without_a_command_nothing_is_run(tell: Tell, caplog: pytest.LogCaptureFixture) -> None:
    tell("")
    tell("   ")
    assert caplog.records == []
