"""`latitude import` and `latitude report`: all or nothing, in words, with an exit code."""

import json
from pathlib import Path

import pytest

from ledger import config
from ledger.cli.import_words import SHOWN, WHY
from ledger.database import Database
from ledger.turns import turn
from tests.cli.conftest import Latitude, SetUp
from tests.core.files import ACTIVITY, DECISIONS

GIVEN = "d1,2026-06-01T15:00:00Z,c1,T1,Elm,refund,5.00,GBP,late,"
CAME = "a1,c1,2026-06-03T15:00:00Z,purchase,1.00,GBP"


@pytest.fixture
def founded(latitude: Latitude, set_up: SetUp) -> Latitude:
    """Run `latitude` with a ledger in pounds and UTC."""
    set_up(("init", "--currency", "GBP", "--time-zone", "UTC"))
    return latitude


def written(folder: Path, name: str, header: str, *rows: str) -> str:
    path = folder / name
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return str(path)


def test_two_files_make_a_report(founded: Latitude, tmp_path: Path) -> None:
    decisions = written(tmp_path, "d.csv", DECISIONS, GIVEN)
    activity = written(tmp_path, "a.csv", ACTIVITY, CAME)

    taken = founded("import", "decisions", decisions, "--create-missing")
    came = founded("import", "activity", activity, "--through", "2026-06-20")
    report = founded("report", "retention", "--json")
    table = founded("report", "retention", "--by", "site")

    assert [one.exit_code for one in (taken, came, report, table)] == [0, 0, 0, 0]
    assert "1 site, 1 person, 1 customer" in taken.output
    whole = json.loads(report.output)
    assert list(whole) == ["definition", "unit", "by", "through", "groups"]
    assert (whole["through"], whole["groups"][0]["horizons"][0]["came_back"]) == ("2026-06-20", 1)
    assert "counts 1 of 1 decisions" in table.output


def test_a_dry_run_says_what_is_in_the_file_and_what_would_change(
    founded: Latitude, tmp_path: Path
) -> None:
    decisions = written(tmp_path, "d.csv", DECISIONS, GIVEN)
    corrected = written(tmp_path, "c.csv", DECISIONS, GIVEN.replace("5.00", "7.50"))
    founded("import", "decisions", decisions, "--create-missing")

    looked = founded("import", "decisions", corrected, "--correct", "--dry-run")

    assert "Business days in the file: 2026-06-01 to 2026-06-01." in looked.output
    assert "Amounts in the file: 7.50 GBP." in looked.output
    assert "  Elm: 1 row, 7.50 GBP" in looked.output
    assert "Row 2, d1, amount: 5.00 GBP -> 7.50 GBP" in looked.output


def test_notes_that_were_cut_or_left_out_are_counted(founded: Latitude, tmp_path: Path) -> None:
    long, phone = GIVEN + "x" * 200, GIVEN.replace("d1", "d2") + "call 212-555-0188"
    decisions = written(tmp_path, "d.csv", DECISIONS, long, phone)

    taken = founded("import", "decisions", decisions, "--create-missing")

    said = "1 note cut to 140 characters; 1 note left out for a card or phone number."
    assert said in taken.output


def test_an_import_is_taken_back_and_the_report_says_so(founded: Latitude, tmp_path: Path) -> None:
    decisions = written(tmp_path, "d.csv", DECISIONS, GIVEN)
    activity = written(tmp_path, "a.csv", ACTIVITY, CAME)
    founded("import", "decisions", decisions, "--create-missing")
    came = founded("import", "activity", activity, "--through", "2026-06-20")

    undone = founded("import", "undo", "2", "--reason", "Wrong till")
    again = founded("import", "undo", "2", "--reason", "Wrong till")
    nameless = founded("import", "undo", "1", "--reason", " ")
    report = founded("report", "retention", "--json")
    verified = founded("verify")

    assert "1 outcome changed" in came.output
    assert undone.output.splitlines() == [
        "Import 2 is taken back: 1 row of activity count no more.",
        "1 outcome changed.",
        "Feed main has no file any more; it was 2026-06-20.",
        "Figures of all sites are gone; they ended with 2026-06-20.",
    ]
    assert (again.exit_code, nameless.exit_code) == (1, 1)
    assert "was taken back before" in again.output
    assert "Say why" in nameless.output
    assert json.loads(report.output)["through"] is None
    assert verified.exit_code == 0


def test_a_tills_file_adds_its_sites_when_told_to(founded: Latitude, tmp_path: Path) -> None:
    head = "external_id,occurred_at,location_ref,kind,amount,currency,reference,staff_ref"
    row = "r1,2026-06-03T15:00:00Z,Elm,refund,5.00,GBP,D-000001,17"
    till = written(tmp_path, "t.csv", head, row)

    refused = founded("import", "till", till)
    taken = founded("import", "till", till, "--create-missing", "--through", "2026-06-05")

    assert (refused.exit_code, taken.exit_code) == (1, 0)
    assert "Row 2, location_ref, 'Elm': no site has this reference" in refused.output
    assert "Till: 1 row new." in taken.output
    assert "Nobody here has these employee ids, so their rows name nobody: 17." in taken.output
    assert "Feed main is complete through 2026-06-05." in taken.output


def test_the_same_file_again_is_told_and_is_no_fault(founded: Latitude, tmp_path: Path) -> None:
    activity = written(tmp_path, "a.csv", ACTIVITY, CAME)
    founded("import", "activity", activity)

    again = founded("import", "activity", activity)

    assert (again.exit_code, again.output) == (
        0,
        "This very file was taken in before. Nothing was changed.\n",
    )


def test_a_file_with_bad_rows_names_them_and_leaves_with_1(
    founded: Latitude, tmp_path: Path
) -> None:
    rows = [f"a{number},c1,soon,visit,1.00,GBP" for number in range(SHOWN + 5)]
    activity = written(tmp_path, "a.csv", ACTIVITY, *rows)

    refused = founded("import", "activity", activity)

    assert refused.exit_code == 1
    assert "Row 2, occurred_at, 'soon': write it as 2026-03-31T18:05:00Z." in refused.output
    assert "… and 5 more." in refused.output
    assert "Nothing was taken in: 205 problems were found." in refused.output


def test_a_second_import_waits_for_nobody_and_says_so(founded: Latitude, tmp_path: Path) -> None:
    activity = written(tmp_path, "a.csv", ACTIVITY, CAME)
    database = Database(config.load().database_url)

    with turn(database, "import"):
        refused = founded("import", "activity", activity)
    database.close()

    assert refused.exit_code == 1
    assert "Another import is under way." in refused.output
    assert founded("import", "activity", activity).exit_code == 0


def test_no_sentence_says_that_somebody_made_an_error() -> None:
    words = " ".join(WHY.values()).lower()

    assert not {"error", "invalid", "failed", "denied"} & set(words.replace(":", " ").split())


def test_walk_ins_alone_are_reported_with_what_they_were_given(
    founded: Latitude, tmp_path: Path
) -> None:
    rows = [
        f"d{n},2026-06-02T15:00:00Z,,00412,Elm,refund,12.50,GBP,late,"  # an empty customer
        for n in range(2)
    ]
    file = written(tmp_path, "d.csv", DECISIONS, *rows)

    assert founded("import", "decisions", file, "--create-missing").exit_code == 0
    table = founded("report", "retention").output

    assert "No decision for a known customer falls under this." in table
    assert "all: no counted customer; 2 walk-ins, £25.00" in table
    assert json.loads(founded("report", "retention", "--json").output)["groups"] == []


def test_the_sites_of_a_report_add_up_to_all(founded: Latitude, tmp_path: Path) -> None:
    elm = "{},2026-06-02T15:00:00Z,{},00412,Elm,refund,12.50,GBP,late,"
    oak = "d3,2026-06-02T15:00:00Z,,00412,Oak,refund,6.50,GBP,late,"
    file = written(tmp_path, "d.csv", DECISIONS, elm.format("d1", "c1"), elm.format("d2", ""), oak)
    founded("import", "decisions", file, "--create-missing")

    whole = founded("report", "retention").output
    by_site = founded("report", "retention", "--by", "site").output

    assert "all: given £31.50 (the 1 counted and 2 walk-ins)" in whole
    assert "site Elm: given £25.00 (the 1 counted and 1 walk-in)" in by_site
    assert "site Oak: no counted customer; 1 walk-in, £6.50" in by_site


def test_what_was_added_with_a_file_is_named(founded: Latitude, tmp_path: Path) -> None:
    second = "d2,2026-06-01T15:00:00Z,c1,T2,Elm,refund,5.00,GBP,late,"
    file = written(tmp_path, "d.csv", DECISIONS, GIVEN, second)

    said = founded("import", "decisions", file, "--create-missing", "--dry-run").output

    assert "Added with them: 1 site, 2 people, 1 customer.\n" in said
    assert "  sites: Elm\n" in said
    assert "  people: T1, T2\n" in said


def test_of_many_that_were_added_twenty_are_named(founded: Latitude, tmp_path: Path) -> None:
    rows = [GIVEN.replace("d1", f"d{n}").replace("Elm", f"S{n:02}") for n in range(22)]
    file = written(tmp_path, "d.csv", DECISIONS, *rows)

    said = founded("import", "decisions", file, "--create-missing").output

    assert "S18, S19 and 2 more\n" in said
    assert "S20" not in said
