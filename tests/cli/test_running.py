"""`latitude serve` says what is missing once, before it says that it is there."""

from pathlib import Path

import pytest

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
