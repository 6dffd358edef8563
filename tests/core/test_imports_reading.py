"""What a file may be: whatever somebody sends, each oddity is named and nothing is guessed."""

import csv
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.imports import cells
from ledger.core.imports.csv_file import LONGEST_LINE, CsvFile, Layout
from ledger.core.imports.lookalikes import lookalikes
from ledger.core.imports.problems import Problem, Problems

# What a CSV reader takes of one cell.
LONGEST_FIELD = csv.field_size_limit()
LAYOUT = Layout(required=("id", "amount"), optional=("site",))


def read(content: bytes) -> tuple[list[tuple[int, Sequence[str]]], list[Problem]]:
    found = Problems()
    rows = CsvFile(BytesIO(content), LAYOUT, found).rows()
    return [(number, list(cells)) for number, cells in rows], found.kept


def why(content: bytes) -> list[tuple[int, str]]:
    return [(problem.row, problem.why) for problem in read(content)[1]]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_separators_line_ends_and_a_byte_order_mark_are_recognised(
    separator: str, start: bytes, end: str
) -> None:
    lines = [separator.join(cells) for cells in (("Amount ", "id"), ("1.00", "007"))]

    rows, found = read(start + end.join([*lines, ""]).encode())

    assert (rows, found) == ([(2, ["007", "1.00", ""])], [])


def test_a_row_is_named_by_the_line_on_which_it_begins() -> None:
    rows, _ = read(b'id,amount\n1,"two\nlines"\n\n2,b\n')

    assert rows == [(2, ["1", "two\nlines", ""]), (5, ["2", "b", ""])]


@pytest.mark.parametrize(
    "content, expected",
    [
        pytest.param(b"", [(0, "empty_file")], id="empty"),
        pytest.param(b"\n\n", [(0, "empty_file")], id="empty lines"),
        pytest.param(b"12,2026-01-01\n", [(1, "no_header")], id="no header"),
        pytest.param(b'[{"id": 1}]', [(1, "no_header")], id="JSON"),
        pytest.param("id,amount\n".encode("utf-16-le"), [(0, "utf16")], id="utf16 unsaid"),
        pytest.param(b"PK\x03\x04rest", [(0, "zip")], id="spreadsheet"),
        pytest.param(b"\x1f\x8brest", [(0, "gzip")], id="gzip"),
        pytest.param("id,amount\n".encode("utf-16"), [(0, "utf16")], id="utf16"),
        pytest.param(b"id,amount\r1,2\r3,4\r", [(0, "only_cr")], id="old Mac"),
        pytest.param(b"id,amount\r" + b"1,2\r" * 300_000, [(0, "only_cr")], id="long old Mac"),
        pytest.param(b"id\n1\n", [(1, "missing_column")], id="missing"),
        pytest.param(b"id,amount,id\n1,2,3\n", [(1, "doubled_column")], id="doubled"),
        pytest.param(b"id,amount,Betrag\n", [(1, "unknown_column")], id="unknown"),
        pytest.param(b"id,amount\n1\n", [(2, "cells")], id="short row"),
        pytest.param(b"id,amount\n1,2,3\n", [(2, "cells")], id="long row"),
        pytest.param(b"id,amount\n1,\x00\n", [(2, "nul")], id="nul"),
        pytest.param(b'id,amount\n1,"a"b\n2,2\n', [(2, "quoting")], id="quotes"),
        pytest.param(b'id,amount\n1,"a\n', [(2, "quoting")], id="never closed"),
    ],
)
def test_what_is_odd_about_a_file_is_named(content: bytes, expected: list[tuple[int, str]]) -> None:
    assert why(content) == expected


def test_bytes_that_are_not_utf8_are_named_by_row_and_byte() -> None:
    rows, found = read(b"id,amount\n1,2\nJos\xe9,3\n4,5\n")

    assert [(problem.row, problem.value, problem.detail) for problem in found] == [
        (3, "0xe9", "byte 4")
    ]
    assert [number for number, _ in rows] == [2, 4]


@pytest.mark.parametrize("length", [LONGEST_FIELD - 1, LONGEST_FIELD, LONGEST_FIELD + 1])
def test_a_cell_has_a_longest_length(length: int) -> None:
    rows, found = read(b"id,amount\n1," + b"x" * length + b"\n2,2\n")

    assert ([problem.why for problem in found] == ["long_cell"]) == (length > LONGEST_FIELD)
    assert rows[-1][0] == 3


@pytest.mark.parametrize("odd", [b"", b"\xe9", b"\0", b"\xc3\xa9", b"\xe2\x80\xa8"])
def test_an_oddity_deep_in_a_long_file_is_named_by_its_line(odd: bytes) -> None:
    ids = [b"%06d" % number for number in range(2, 40_000)]
    ids[30_000] += odd

    rows, found = read(b"id,amount\n" + b"".join(one + b",1\n" for one in ids))

    is_odd = odd in {b"\xe9", b"\0"}
    assert [problem.row for problem in found] == [30_002] * is_odd
    assert [(number, cells[0].encode()) for number, cells in rows] == [
        (number, one) for number, one in enumerate(ids, 2) if not (is_odd and number == 30_002)
    ]


def test_a_line_without_an_end_is_read_no_further_than_its_bound(tmp_path: Path) -> None:
    path = tmp_path / "endless.csv"
    with path.open("wb") as file:
        file.write(b"id,amount\n1,")
        file.truncate(2_000_000_000)
    found = Problems()

    with path.open("rb") as file:
        rows = list(CsvFile(file, LAYOUT, found).rows())
        read_up_to = file.tell()

    assert (rows, [problem.why for problem in found.kept]) == ([], ["long_line"])
    assert read_up_to <= 2 * LONGEST_LINE


@given(st.binary(max_size=200))
def test_whatever_bytes_come_reading_ends_with_rows_or_named_problems(content: bytes) -> None:
    rows, found = read(b"id,amount\n" + content)

    assert all(number >= 2 for number, _ in rows)
    assert all(problem.why for problem in found)


@pytest.mark.parametrize("text", ["a\u202eb", "a\u200bb", "a\tb", "a\x00", "\ufeffa", "\u2066a"])
def test_a_code_holds_nothing_that_cannot_be_seen(text: str) -> None:
    found = Problems()

    taken = found.take(2, "id", text, cells.code)

    assert (taken, [problem.why for problem in found.kept]) == (None, ["hidden_character"])


def test_a_code_is_compared_in_one_form_and_keeps_its_zeros() -> None:
    assert cells.code("Jose\u0301") == cells.code("Jos\u00e9")
    assert cells.code(" 007 ") == "007"
    assert cells.code("=cmd|' /C calc'!A0") == "=cmd|' /C calc'!A0"


def test_a_name_keeps_its_emoji_and_loses_what_turns_text_around() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"

    assert cells.name(f"Ana {family}") == (f"Ana {family}", False)
    assert cells.name("An\u202ea") == ("Ana", True)


def test_names_that_only_look_alike_are_noticed() -> None:
    assert lookalikes(["Аna"], ["Ana", "Ben"]) == [("Аna", "Ana")]  # noqa: RUF001  # the first is Cyrillic
    assert lookalikes(["Ana"], ["Ana", "Anna"]) == []
