"""`latitude init` sets a ledger up at the first try, or leaves nothing behind."""

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from ledger.core import sites
from ledger.core.tables import Company, Journal
from ledger.database import Database
from tests.cli.conftest import Latitude


def company_in(file: Path) -> Company:
    database = Database(f"sqlite:///{file}")
    try:
        with database.reading() as session:
            return sites.company(session)
    finally:
        database.close()


def test_init_sets_a_ledger_up_without_a_question(latitude: Latitude, instance: Path) -> None:
    result = latitude("init")

    found = company_in(instance / "ledger.sqlite")
    assert result.exit_code == 0
    assert (found.name, found.currency, found.zone) == ("My company", "USD", "UTC")
    assert (found.day_start, found.horizon_days, found.watch) == ("04:00", 90, "returns")


def test_init_takes_what_it_is_told(latitude: Latitude, instance: Path) -> None:
    words = "--currency chf --time-zone Europe/Zurich --day-start 05:30 --horizon 60 --watch stays"

    result = latitude("init", "--name", "Maple & Main", *words.split())

    found = company_in(instance / "ledger.sqlite")
    assert result.exit_code == 0
    assert (found.name, found.currency, found.zone) == ("Maple & Main", "CHF", "Europe/Zurich")
    assert (found.day_start, found.horizon_days, found.watch) == ("05:30", 60, "stays")


def test_the_keys_can_be_read_by_their_owner_only(latitude: Latitude, instance: Path) -> None:
    latitude("init")

    ledger_id = company_in(instance / "ledger.sqlite").ledger_id
    keys = sorted((instance / "keys" / ledger_id).iterdir())
    assert [key.name for key in keys] == ["pepper", "secret_key", "signing_key"]
    if os.name == "posix":
        assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}


def test_a_ledger_that_is_set_up_is_left_alone(latitude: Latitude, instance: Path) -> None:
    latitude("init", "--name", "First")
    before = (instance / "ledger.sqlite").read_bytes()

    result = latitude("init", "--name", "Second")

    assert result.exit_code == 1
    assert result.output == "This ledger is set up already, for First. It was left as it is.\n"
    assert (instance / "ledger.sqlite").read_bytes() == before


def test_a_city_is_led_to_the_name_of_its_time_zone(latitude: Latitude) -> None:
    result = latitude("init", "--time-zone", "new york")

    assert result.output.strip().endswith("Did you mean America/New_York?")


@pytest.mark.parametrize(
    "option,value,said",
    [
        ("--currency", "XXZ", "XXZ is not a currency"),
        ("--currency", "XAU", "XAU is not a currency"),
        ("--time-zone", "Mars/Base", "Mars/Base is not a time zone. Give a name such as"),
        ("--day-start", "25:00", "25:00 is not a time of day"),
        ("--day-start", "4", "4 is not a time of day"),
        ("--horizon", "45", "45 is not a horizon"),
        ("--name", " ", "The name is empty"),
    ],
)
def test_a_refused_value_leaves_nothing_in_the_way_of_a_second_try(
    latitude: Latitude, instance: Path, option: str, value: str, said: str
) -> None:
    result = latitude("init", option, value)

    assert result.exit_code == 1
    assert result.output.startswith(said)
    assert not instance.exists()
    assert latitude("init").exit_code == 0


def test_two_ledgers_may_share_an_instance_folder(latitude: Latitude, instance: Path) -> None:
    one, other = instance / "one.sqlite", instance / "other.sqlite"

    latitude("init", "--database", f"sqlite:///{one}")
    latitude("--database", f"sqlite:///{other}", "init")

    folders = {folder.name for folder in (instance / "keys").iterdir()}
    assert folders == {company_in(one).ledger_id, company_in(other).ledger_id}


@pytest.mark.postgres
def test_init_sets_a_ledger_up_in_postgresql(latitude: Latitude, empty_url: str) -> None:
    result = latitude("init", "--database", empty_url)

    database = Database(empty_url)
    with database.reading() as session:
        first = session.scalars(select(Journal)).one()
    database.close()
    assert result.exit_code == 0
    assert first.kind == "ledger.founded"


def test_upgrade_says_that_there_is_nothing_to_do(latitude: Latitude) -> None:
    latitude("init")

    result = latitude("upgrade")

    assert result.exit_code == 0
    assert "Nothing was changed" in result.output


@pytest.mark.parametrize("command", ["upgrade", "verify", "checkpoint", "serve"])
def test_a_command_says_that_there_is_no_ledger_yet_and_makes_none(
    latitude: Latitude, instance: Path, command: str
) -> None:
    result = latitude(command)

    assert result.exit_code == 1
    assert "Run: latitude init" in result.output
    assert not (instance / "ledger.sqlite").exists()
