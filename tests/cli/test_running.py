"""`latitude serve` says what is missing once, before it says that it is there."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.cli.demo import forget_keys
from tests.cli.conftest import Latitude


@pytest.mark.parametrize(
    "host,proxies", [("latitude.example", "0"), ("203.0.113.7", "0"), ("127.0.0.1", "1")]
)
def test_a_server_that_others_reach_is_not_started_without_its_names(
    latitude: Latitude, monkeypatch: pytest.MonkeyPatch, host: str, proxies: str
) -> None:
    latitude("init")
    monkeypatch.setenv("LEDGER_PROXY_COUNT", proxies)

    result = latitude("serve", "--host", host)

    assert result.exit_code == 1
    assert result.output == (
        "This server can be reached from outside: set LEDGER_TRUSTED_HOSTS to the names under "
        "which people open it, such as latitude.example.\n"
    )


def test_a_key_that_is_too_easy_is_not_served_with(
    latitude: Latitude, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    latitude("init")
    assert instance.exists()
    monkeypatch.setenv("LEDGER_SECRET_KEY", "a" * 64)

    result = latitude("serve")

    assert result.exit_code == 1
    assert result.output.startswith("The secret key is too easy.")


@pytest.fixture
def taken_port() -> Iterator[str]:
    """Listen on a port of this machine, and return its number."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield str(listening.getsockname()[1])


def test_a_port_that_is_taken_is_named_and_nothing_is_said_to_be_open(
    latitude: Latitude, taken_port: str
) -> None:
    latitude("init")

    for command in ("serve", "demo"):
        result = latitude(command, "--port", taken_port)

        assert result.exit_code == 1
        assert result.output == (
            f"Something listens on 127.0.0.1:{taken_port} already. If a server there was stopped "
            "just now, try again in half a minute; else choose another port with --port.\n"
        )


def test_a_demo_that_cannot_be_served_is_not_made(
    latitude: Latitude, instance: Path, taken_port: str
) -> None:
    latitude("demo", "--port", taken_port)

    assert not (instance / "demo.sqlite").exists()


def test_a_ledger_of_somebodys_own_is_never_taken_for_the_demo(
    latitude: Latitude, instance: Path
) -> None:
    demo = instance / "demo.sqlite"
    named = latitude("init", "--database", f"sqlite:///{demo}")
    latitude("init", "--name", "Corner shop")
    (instance / "ledger.sqlite").rename(demo)
    before = demo.read_bytes()

    made = latitude("demo", "--fresh", "--no-serve")

    assert "the demo company's name" in named.output
    assert "is not the demo" in made.output
    assert (named.exit_code, made.exit_code) == (1, 1)
    assert demo.read_bytes() == before


def test_whoever_made_the_demo_their_own_keeps_its_keys(latitude: Latitude, instance: Path) -> None:
    latitude("init", "--name", "Maple & Main")
    ledger, demo = instance / "ledger.sqlite", instance / "demo.sqlite"
    (keys,) = (instance / "keys").iterdir()
    shutil.copyfile(ledger, demo)

    forget_keys(instance)
    kept = sorted(path.name for path in keys.iterdir())
    ledger.unlink()
    forget_keys(instance)

    assert kept == ["pepper", "secret_key", "signing_key"]
    assert not keys.exists()


def test_the_demo_is_served_to_this_machine_alone(
    latitude: Latitude, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    latitude("init", "--name", "Corner shop")
    (instance / "ledger.sqlite").rename(instance / "demo.sqlite")
    monkeypatch.setenv("LEDGER_TRUSTED_HOSTS", "latitude.example")

    words = (
        "serve",
        "--database",
        f"sqlite:///{instance / 'demo.sqlite'}",
        "--host",
        "203.0.113.7",
    )
    result = latitude(*words)

    assert result.exit_code == 1
    assert "demo.sqlite is the demo company" in result.output


def test_an_address_of_another_machine_cannot_be_listened_on(
    latitude: Latitude, monkeypatch: pytest.MonkeyPatch
) -> None:
    latitude("init")
    monkeypatch.setenv("LEDGER_TRUSTED_HOSTS", "latitude.example")

    result = latitude("serve", "--host", "203.0.113.7")

    assert result.exit_code == 1
    assert result.output == (
        "This machine cannot listen on 203.0.113.7:8000: choose another --host or --port.\n"
    )
