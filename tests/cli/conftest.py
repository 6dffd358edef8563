"""The command line as somebody at the keyboard uses it, with an instance folder of its own."""

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ledger import config
from ledger.cli import main
from ledger.config import Settings
from ledger.database import Database
from ledger.signing_key import SIGNING_KEY
from tests import founded
from tests.small_ledger import fill

Latitude = Callable[..., Result]
Command = tuple[str, ...]
SetUp = Callable[..., None]
Filled = Callable[..., Path]

INIT: Command = ("init", "--name", "Maple & Main")
ADD_ADA: Command = ("person", "add", "--name", "Ada", "--email", "ada@example.com")


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


@pytest.fixture(scope="session")
def instances(tmp_path_factory: pytest.TempPathFactory) -> Callable[[tuple[Command, ...]], Path]:
    """Return where the folder is kept that some commands make; nothing is there at first."""
    kept = tmp_path_factory.mktemp("instances")
    numbers: dict[tuple[Command, ...], int] = {}
    return lambda commands: kept / str(numbers.setdefault(commands, len(numbers)))


@pytest.fixture
def set_up(
    latitude: Latitude, instance: Path, instances: Callable[[tuple[Command, ...]], Path]
) -> SetUp:
    """Run these commands in the empty folder, or copy what they made there for an earlier test."""

    def setting_up(*commands: Command) -> None:
        kept = instances(commands)
        if kept.exists():
            shutil.copytree(kept, instance)
            return
        for words in commands:
            assert latitude(*words).exit_code == 0
        shutil.copytree(instance, kept)

    return setting_up


@pytest.fixture
def file(set_up: SetUp, instance: Path) -> Path:
    """Set a ledger up with somebody in it; return its file."""
    set_up(INIT, ADD_ADA)
    return instance / "ledger.sqlite"


@pytest.fixture
def filled(instance: Path) -> Filled:
    """Fill a ledger that was founded before anything happened in it, with its keys in place.

    What `init` founds begins today, and for asks made in an earlier spring time would be over.
    """

    def filling(url: str | None = None) -> Path:
        file = instance / "ledger.sqlite"
        instance.mkdir(exist_ok=True)
        settings = Settings(instance=instance, database_url=url or f"sqlite:///{file}")
        founded.found_ledger(settings.database_url)
        keys = config.keys_folder(settings, founded.LEDGER_ID)
        config.write_private(keys / SIGNING_KEY, founded.SIGNING_KEY.encode())
        config.make_secrets(settings, founded.LEDGER_ID)
        with closing(Database(settings.database_url)) as database:
            fill(database)
        return file

    return filling
