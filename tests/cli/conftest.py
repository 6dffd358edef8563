"""The command line as somebody at the keyboard uses it, with an instance folder of its own."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ledger.cli import main

Latitude = Callable[..., Result]


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point the command line at an empty instance folder, whatever the machine's settings say."""
    for name in [name for name in os.environ if name.startswith("LEDGER_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "instance"
    monkeypatch.setenv("LEDGER_INSTANCE", str(folder))
    return folder


@pytest.fixture
def latitude(instance: Path) -> Latitude:
    """Run `latitude` with these words; nothing that it meets may end in a traceback."""
    assert not instance.exists()

    def run(*words: str) -> Result:
        result = CliRunner().invoke(main, [*words])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result

    return run
