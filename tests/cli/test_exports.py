"""`latitude export recognition`: numbered files at the command line."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from ledger.core.tables import Export, Journal
from ledger.database import Database
from tests import cast, thanks
from tests.cli.conftest import Latitude, SetUp
from tests.counter import MONDAY, open_shop
from tests.thanks import thank

MARCH = ("--from", "2026-03-01", "--to", "2026-03-31")
EXPORT = ("export", "recognition")


@pytest.fixture
def shop_file(instance: Path, set_up: SetUp, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Set a ledger up in which Ana and Ben were thanked, and stand in an empty folder."""
    words = ("--name", "Maple & Main", "--currency", "USD", "--time-zone", "America/New_York")
    set_up(("init", *words))
    database = Database(f"sqlite:///{instance / 'ledger.sqlite'}")
    with database.writing() as session:
        shop = open_shop(session, cast.hire(session))
        thank(shop, "ana", words="=Listened first.", now=MONDAY)
        thank(shop, "ben", on=date(2026, 3, 1), now=MONDAY)
    folder = instance.parent / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    yield database
    database.close()


def numbers(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(col(Export.id)).order_by(col(Export.id))))


@pytest.mark.usefixtures("shop_file")
def test_an_export_writes_the_file_and_its_manifest(latitude: Latitude) -> None:
    result = latitude(*EXPORT, *MARCH)

    assert result.exit_code == 0, result.output
    file = Path("maple-main_recognition_2026-03_1.csv")
    manifest = json.loads(Path(f"{file}.manifest.json").read_text(encoding="utf-8"))
    content = file.read_bytes()
    assert manifest["sha256"] == hashlib.sha256(content).hexdigest()
    assert b"'=Listened first." in content
    assert "00412" in content.decode()
    assert sorted(path.name for path in Path().iterdir()) == [file.name, f"{file}.manifest.json"]


def test_a_number_again_is_the_same_file(shop_file: Database, latitude: Latitude) -> None:
    latitude(*EXPORT, *MARCH, "--out", "first.csv")

    again = latitude(*EXPORT, "--number", "1", "--out", "again.csv")

    assert again.exit_code == 0, again.output
    assert Path("first.csv").read_bytes() == Path("again.csv").read_bytes()
    assert numbers(shop_file) == [1]


def test_a_second_export_has_nothing_and_says_so(shop_file: Database, latitude: Latitude) -> None:
    latitude(*EXPORT, *MARCH)

    result = latitude(*EXPORT, *MARCH)

    assert result.exit_code == 1
    assert "Nothing new" in result.output
    assert numbers(shop_file) == [1]


def test_a_dry_run_changes_nothing_and_names_who_waits(
    shop_file: Database, latitude: Latitude
) -> None:
    with shop_file.writing() as session:
        cast.person(session, "ben").email = None

    result = latitude(*EXPORT, *MARCH, "--dry-run")

    assert result.exit_code == 0, result.output
    assert "Number 1 would hold 1 rows" in result.output
    assert "Waits: Ben (00413) has no work e-mail" in result.output
    assert not numbers(shop_file)
    assert not list(Path().iterdir())


def test_a_file_that_is_there_is_left_alone_and_no_number_is_used(
    shop_file: Database, latitude: Latitude
) -> None:
    Path("kept.csv").write_text("mine", encoding="utf-8")

    result = latitude(*EXPORT, *MARCH, "--out", "kept.csv")

    assert result.exit_code == 1
    assert Path("kept.csv").read_text(encoding="utf-8") == "mine"
    assert not numbers(shop_file)


def test_the_journal_knows_even_if_the_file_cannot_be_written(
    shop_file: Database, latitude: Latitude
) -> None:
    result = latitude(*EXPORT, *MARCH, "--out", "no/such/folder/file.csv")

    assert result.exit_code == 1
    assert "--number 1" in result.output
    with shop_file.reading() as session:
        query = select(col(Journal.kind)).where(col(Journal.subject) == "export:1")
        kinds = session.scalars(query.order_by(col(Journal.seq))).all()
    assert kinds[:3] == ["export.chosen", "export.made", "export.handed_out"]


@pytest.mark.usefixtures("shop_file")
def test_to_the_output_goes_the_file_and_nothing_else(latitude: Latitude) -> None:
    result = latitude(*EXPORT, *MARCH, "--out", "-")

    assert result.exit_code == 0
    assert result.stdout_bytes.startswith(b"schema_version,")
    assert result.stdout_bytes.count(b"\r\n") == 3
    assert thanks.WORDS in result.output


@pytest.mark.usefixtures("shop_file")
def test_one_day_alone_is_asked_to_be_two(latitude: Latitude) -> None:
    result = latitude(*EXPORT, "--from", "2026-03-01")

    assert result.exit_code == 1
    assert "both --from and --to" in result.output


@pytest.mark.usefixtures("shop_file")
def test_a_number_that_is_not_there_is_said_to_be_so(latitude: Latitude) -> None:
    result = latitude(*EXPORT, "--number", "7")

    assert result.exit_code == 1
    assert "No export has the number 7." in result.output
