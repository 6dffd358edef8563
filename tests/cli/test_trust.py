"""`latitude verify`, `checkpoint` and `backup` say what they found; what is bad leaves with 1."""

import re
import shutil
from pathlib import Path

import pytest

from ledger.cli.sentences import bad_row
from ledger.cli.trust import SPOKEN
from ledger.core.verification import BadRowError
from ledger.database import sqlite_module
from ledger.signing_key import SIGNING_KEY
from tests.cli.conftest import Filled, Latitude
from tests.core.files import DECISIONS


def change(file: Path, *statements: str) -> None:
    """Change the file as somebody with another program does."""
    connection = sqlite_module().connect(file)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_whole_ledger_is_said_to_be_whole(latitude: Latitude, file: Path) -> None:
    assert file.exists()

    result = latitude("verify")

    assert result.exit_code == 0
    assert result.output.startswith("The journal is whole: 3 rows of ledger ")
    assert result.output.endswith("In agreement with it: 1 person.\n")


def test_decisions_in_force_are_told_apart_from_those_that_were_corrected(
    latitude: Latitude, file: Path, tmp_path: Path
) -> None:
    assert file.exists()
    row = "{id},2026-02-02T15:00:00Z,,00412,S1,refund,{amount},USD,late,"
    for amount, ids in (("5.00", ("d1", "d2", "d3")), ("6.00", ("d2",))):
        path = tmp_path / f"{amount}.csv"
        rows = [row.format(id=one, amount=amount) for one in ids]
        path.write_text("\n".join([DECISIONS, *rows, ""]), encoding="utf-8")
        taken = latitude("import", "decisions", str(path), "--create-missing", "--correct")
        assert taken.exit_code == 0, taken.output

    said = latitude("verify").output

    assert "3 decisions in force and 1 corrected, voided or taken back" in said


def test_one_is_said_otherwise_than_several(latitude: Latitude, filled: Filled) -> None:
    filled()

    said = latitude("verify").output

    counted = {
        found[2]: int(found[1])
        for one, several in SPOKEN.values()
        if (found := re.search(rf"\b(\d+) ({several}|{one})(, |\.\n)", said))
    }
    ones = {one for one, _ in SPOKEN.values()}
    assert {"void", "limit", "feed"} <= counted.keys()
    assert all((count == 1) == (words in ones) for words, count in counted.items())


def test_one_changed_value_is_named(latitude: Latitude, file: Path) -> None:
    change(
        file,
        "DROP TRIGGER journal_no_update",
        "UPDATE journal SET subject = 'nobody' WHERE seq = 2",
    )

    result = latitude("verify")

    assert result.exit_code == 1
    assert result.output == (
        "journal 2: the row does not have the hash that belongs to what it holds.\n"
    )


def test_a_file_that_is_no_database_is_named_without_a_traceback(
    latitude: Latitude, file: Path
) -> None:
    file.write_bytes(b"not a database at all, but long enough to be one" * 100)

    result = latitude("verify")

    assert result.exit_code == 1
    assert "not a database" in result.output


def test_a_checkpoint_shows_that_rows_were_taken_away(
    latitude: Latitude, file: Path, tmp_path: Path
) -> None:
    held = tmp_path / "held.txt"
    latitude("checkpoint", "--out", str(held))
    change(file, "DROP TRIGGER journal_no_delete", "DELETE FROM journal WHERE seq >= 3")

    result = latitude("verify", "--checkpoint", str(held))

    assert result.exit_code == 1
    assert result.output.startswith("This is an older state of the ledger: it ends at row 2")


def test_a_checkpoint_shows_that_its_own_row_is_gone(
    latitude: Latitude, file: Path, tmp_path: Path
) -> None:
    held = tmp_path / "held.txt"
    latitude("checkpoint", "--out", str(held))
    change(file, "DROP TRIGGER journal_no_delete", "DELETE FROM journal WHERE seq = 3")

    result = latitude("verify", "--checkpoint", str(held))

    assert result.exit_code == 1
    assert result.output.startswith("History was rewritten: row 3 of the journal")


def test_the_journal_says_that_a_checkpoint_was_signed(latitude: Latitude, file: Path) -> None:
    signed = latitude("checkpoint").output

    connection = sqlite_module().connect(file)
    query = "SELECT actor, subject, content FROM journal WHERE kind = 'checkpoint.signed'"
    (row,) = connection.execute(query).fetchall()
    connection.close()

    assert row[:2] == ("system", "checkpoint:3")
    assert signed.splitlines()[2] in row[2]
    assert latitude("verify").exit_code == 0


def test_a_checkpoint_holds_when_nothing_was_changed(
    latitude: Latitude, file: Path, tmp_path: Path
) -> None:
    assert file.exists()
    held = tmp_path / "held.txt"
    held.write_text(latitude("checkpoint").output, encoding="utf-8")
    latitude("person", "code", "ada@example.com")

    result = latitude("verify", "--checkpoint", str(held))

    assert result.exit_code == 0
    assert result.output.endswith("The checkpoint of row 3 holds.\n")


def test_nothing_is_signed_with_a_key_that_is_not_the_ledgers(
    latitude: Latitude, file: Path, instance: Path
) -> None:
    assert file.exists()
    (key,) = instance.glob(f"keys/*/{SIGNING_KEY}")
    key.write_text("02" * 32)

    result = latitude("checkpoint")

    assert result.exit_code == 1
    assert "is not the one that the journal's first row names" in result.output


def test_a_backup_is_a_ledger_itself(latitude: Latitude, file: Path, tmp_path: Path) -> None:
    assert file.exists()
    copy = tmp_path / "copy.sqlite"

    result = latitude("backup", str(copy))

    assert result.exit_code == 0
    assert "It ends at row 3 of the journal." in result.output
    assert latitude("verify", "--database", f"sqlite:///{copy}").exit_code == 0
    assert not copy.with_name("copy.sqlite.part").exists()


def test_a_backup_is_never_written_over(latitude: Latitude, file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    shutil.copy(file, copy)
    before = copy.read_bytes()

    result = latitude("backup", str(copy))

    assert result.exit_code == 1
    assert copy.read_bytes() == before


def test_the_doctor_finds_nothing_amiss(latitude: Latitude, file: Path) -> None:
    assert file.exists()

    result = latitude("doctor")

    assert result.exit_code == 0
    assert "BAD" not in result.output
    assert "every book is guarded against changed and removed rows" in result.output
    assert "the last 3 rows of the journal follow each other" in result.output


def test_the_doctor_names_a_key_that_is_gone(
    latitude: Latitude, file: Path, instance: Path
) -> None:
    assert file.exists()
    (key,) = instance.glob("keys/*/pepper")
    key.unlink()

    result = latitude("doctor")

    assert result.exit_code == 1
    assert "BAD   LEDGER_PEPPER is not set" in result.output


@pytest.mark.parametrize("content", [b"not a key", b"\xff\xfe", b"", b"abcd"])
def test_a_broken_signing_key_is_named_with_what_to_do(
    latitude: Latitude, file: Path, instance: Path, content: bytes
) -> None:
    assert file.exists()
    (key,) = instance.glob("keys/*/signing_key")
    key.write_bytes(content)

    looked, signed = latitude("doctor"), latitude("checkpoint")

    assert looked.exit_code == signed.exit_code == 1
    for result in (looked, signed):
        assert str(key) in result.output
        assert "restore the instance folder" in result.output
    assert "BAD" in looked.output
    # It goes on with the rest.
    assert "rows of the journal follow each other" in looked.output


def test_the_doctor_names_a_pepper_that_is_cut(
    latitude: Latitude, file: Path, instance: Path
) -> None:
    assert file.exists()
    (key,) = instance.glob("keys/*/pepper")
    key.write_text("")

    result = latitude("doctor")

    assert result.exit_code == 1
    assert "The pepper has 0 characters" in result.output


def test_the_doctor_sees_the_end_of_the_journal(latitude: Latitude, file: Path) -> None:
    change(file, "DROP TRIGGER journal_no_update", "UPDATE journal SET kind = 'x' WHERE seq = 3")

    result = latitude("doctor")

    assert result.exit_code == 1
    assert "journal 3: the row does not have the hash" in result.output


def test_the_doctor_names_a_guard_that_somebody_dropped(latitude: Latitude, file: Path) -> None:
    change(file, "DROP TRIGGER decision_no_delete", "DROP TRIGGER journal_no_update")

    result = latitude("doctor")

    assert result.exit_code == 1
    assert (
        "BAD   the books are not guarded (not there or switched off: "
        "decision_no_delete, journal_no_update)\n" in result.output
    )


WHYS = (
    "empty gap hash previous version ledger epoch order missing extra differs set wrong gone"
    " changed unreadable damaged"
)


@pytest.mark.parametrize("why", WHYS.split())
def test_every_finding_has_its_sentence(why: str) -> None:
    said = bad_row(BadRowError("decision", 12, why, "amount_minor"))

    assert said.startswith("decision 12: ")
    assert said.endswith(".")
