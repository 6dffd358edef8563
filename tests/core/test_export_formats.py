"""Recognitions as a workbook and as JSON Lines: the same rows, the same number, the same bytes."""

import json
import re
import zipfile
from datetime import date
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest

from ledger.core.exports import EXPORTS, keeping, making
from ledger.core.exports.recognition_cells import COLUMNS
from ledger.core.exports.shapes import Choice, NothingToExportError
from ledger.core.tables import Export, ExportFile
from ledger.core.verification import BadRowError, verify
from ledger.database import Database
from tests import cast, thanks
from tests.counter import MONDAY, Shop
from tests.thanks import MARCH

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMULA = "=1+1, he said"


def march(format_name: str) -> Choice:
    return Choice(start=MARCH[0], end=MARCH[1], format=format_name)


def exported(shop: Shop, format_name: str) -> bytes:
    """Export March with a story about Ana, and return the file."""
    thanks.story_of(shop.session, "ana", now=MONDAY, words=FORMULA)
    made = making.make_export(shop.session, shop.people["hana"], march(format_name), now=MONDAY)
    return making.file_of(shop.session, made)


def cells_of(workbook: bytes) -> list[list[tuple[str, str]]]:
    """Return the rows of the first sheet: each cell's type and what stands in it."""
    with zipfile.ZipFile(BytesIO(workbook)) as parts:
        assert parts.testzip() is None
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                ET.fromstring(parts.read(name))  # noqa: S314  # our own file
        sheet = ET.fromstring(parts.read("xl/worksheets/sheet1.xml"))  # noqa: S314  # the same
    return [
        [(cell.get("t", "n"), "".join(cell.itertext())) for cell in row.iter(f"{MAIN}c")]
        for row in sheet.iter(f"{MAIN}row")
    ]


def test_a_workbook_has_texts_and_real_days_and_no_formula(sqlite_shop: Shop) -> None:
    workbook = exported(sqlite_shop, "xlsx")
    header, row = cells_of(workbook)
    named = dict(zip(COLUMNS, row, strict=True))

    assert [words for _type, words in header] == list(COLUMNS)
    assert named["employee_id"] == ("inlineStr", "00412")
    assert named["reason_text"] == ("inlineStr", FORMULA)
    assert named["event_date"] == ("n", str((date(2026, 3, 2) - date(1899, 12, 30)).days))
    with zipfile.ZipFile(BytesIO(workbook)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
        assert b"yyyy-mm-dd" in parts.read("xl/styles.xml")


def test_json_lines_hold_every_value_exactly(sqlite_shop: Shop) -> None:
    (line,) = exported(sqlite_shop, "jsonl").decode().splitlines()

    found = json.loads(line)

    assert list(found) == list(COLUMNS)
    assert (found["employee_id"], found["reason_text"]) == ("00412", FORMULA)
    assert re.fullmatch("[0-9a-f]{64}", found["row_hash"])


@pytest.mark.parametrize("format_name", EXPORTS)
def test_a_number_is_the_same_to_the_byte_kept_or_made_again(shop: Shop, format_name: str) -> None:
    first = exported(shop, format_name)
    made, kept = shop.session.get_one(Export, 1), shop.session.get_one(ExportFile, 1)
    text = kept.content

    shop.session.delete(kept)
    shop.session.flush()

    assert keeping.kept_bytes(text, format_name) == first
    assert making.file_of(shop.session, made) == first


def test_what_went_out_in_one_format_is_not_sent_again_in_another(sqlite_shop: Shop) -> None:
    first = exported(sqlite_shop, "csv")
    hana, session = sqlite_shop.people["hana"], sqlite_shop.session
    thanks.story_of(session, "ben", now=MONDAY)

    workbook = making.make_export(session, hana, march("xlsx"), now=MONDAY)
    rows = cells_of(making.file_of(session, workbook))[1:]
    session.delete(session.get_one(ExportFile, 1))
    session.flush()

    assert [row[COLUMNS.index("employee_id")][1] for row in rows] == [
        sqlite_shop.people["ben"].employee_id
    ]
    assert making.file_of(session, session.get_one(Export, 1)) == first
    with pytest.raises(NothingToExportError):
        making.make_export(session, hana, march("jsonl"), now=MONDAY)


def test_a_kept_workbook_that_was_changed_is_found(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        hana = cast.hire(session).people["hana"]
        thanks.story_of(session, "ana", now=MONDAY)
        making.make_export(session, hana, march("xlsx"), now=MONDAY)
    with sqlite_database.reading() as session:
        assert verify(session).rows["export_file"] == 1
    for change in ("AAAA", "\n", " "):
        with sqlite_database.writing() as session:
            session.get_one(ExportFile, 1).content += change
            session.flush()
            with pytest.raises(BadRowError):
                verify(session)
            session.rollback()
