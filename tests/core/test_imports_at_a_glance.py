"""A file that is read at a glance says what it says cell by cell, and takes no more memory."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col

from ledger.core import journal, money, sets
from ledger.core.driver import Stored
from ledger.core.errors import AmountError, BadValueError
from ledger.core.imports import cells, columns, spool
from ledger.core.imports.doubles import Doubles
from ledger.core.imports.problems import ImportRefusedError
from ledger.core.imports.runs import Options
from ledger.core.tables import Activity
from ledger.core.verification import verify
from ledger.database import Database
from tests.core.files import take_activity

LATEST = "2026-07-01T12:00:00.000000Z"

codes = st.sampled_from(["a1", " a1", "", "  ", "é", "a\u200bb", "a\nb", "x" * 200, "x" * 201])
instants = st.sampled_from(
    [
        "2026-06-03T15:00:00Z",
        "2026-02-30T15:00:00Z",
        "2026-06-03T25:00:00Z",
        "2026-07-01T12:00:01Z",
        "1969-06-03T15:00:00Z",
        "2026-06-03T15:00:00+02:00",
        "2026-06-03T15:00:00Z\n2026-06-03T15:00:00Z",
        "",
    ]
)
amounts = st.sampled_from(
    ["5.00", "5", "5.0", "0.01", "99999999.99", "100000000.00", "-1.00", "", "1.00\n2.00", "5.00 "]
)


def outcome(read: Callable[[], Sequence[object]]) -> object:
    """Return what was read, or that something is wrong with one of the cells."""
    try:
        return list(read())
    except (BadValueError, AmountError):
        return "refused"


def by_cell(parse: Callable[[str], object], column: Sequence[str]) -> object:
    return outcome(lambda: [parse(text) for text in column])


@given(column=st.lists(codes, min_size=1, max_size=3))
def test_codes_of_a_column_are_those_of_its_cells(column: list[str]) -> None:
    assert outcome(lambda: columns.codes(column)) == by_cell(cells.code, column)
    assert outcome(lambda: columns.optional_codes(column)) == by_cell(
        lambda text: cells.optional_code(text) or "", column
    )


@given(column=st.lists(instants, min_size=1, max_size=3))
def test_instants_of_a_column_are_those_of_its_cells(column: list[str]) -> None:
    assert outcome(lambda: columns.instants_before(column, LATEST)) == by_cell(
        lambda text: cells.instant_before(text, LATEST), column
    )


@given(rows=st.lists(st.tuples(amounts, st.sampled_from(["USD", "JPY", "KWD"])), min_size=1))
@example(rows=[("5", "JPY"), ("9999999999", "JPY")])
@example(rows=[("5.00", "USD"), ("1.00\n2.00", "USD")])
def test_amounts_of_a_column_are_those_of_its_cells(rows: list[tuple[str, str]]) -> None:
    texts, codes = [row[0] for row in rows], [row[1] for row in rows]

    assert outcome(lambda: columns.amounts(texts, codes)) == outcome(
        lambda: [money.parse(text, code) for text, code in rows]
    )


def test_a_currency_is_stored_in_capitals_however_it_is_written(sqlite_database: Database) -> None:
    take_activity(sqlite_database, "a1,c1,2026-06-03T15:00:00Z,purchase,10.00,usd")

    with sqlite_database.reading() as session:
        assert session.scalars(select(col(Activity.currency))).all() == ["USD"]


def test_only_hashes_that_came_twice_are_looked_at_again() -> None:
    doubles = Doubles()

    doubles.add(["a1", "a2"])
    doubles.add(["a3", "a1"])

    assert doubles.hashes() == {hash("a1")}


def test_an_id_that_comes_twice_is_found_across_batches_and_without_a_customer(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.core.imports.activity_rows.BATCH", 1)
    rows = [f"a{one},,2026-06-03T15:00:00Z,visit,1.00,USD" for one in (1, 2, 1, 2, 1)]

    with pytest.raises(ImportRefusedError) as refused:
        take_activity(sqlite_database, *rows)

    found = [(one.row, one.value, one.why, one.detail) for one in refused.value.problems]
    assert found == [
        (4, "a1", "doubled_id", "2"),
        (5, "a2", "doubled_id", "3"),
        (6, "a1", "doubled_id", "2"),
    ]


def test_rows_that_do_not_fit_into_memory_come_back_as_they_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY", 10)

    with spool.spooled(lambda *values: values) as rows:
        rows.add([(1, 2), ("é\n", "b"), (None, 7)])
        rows.add([(3,), ("c",), (None,)])

        assert (len(rows), list(rows)) == (3, [(1, "é\n", None), (2, "b", 7), (3, "c", None)])
        assert [len(batch) for batch in rows.batches()] == [2, 1]


def test_a_long_file_with_new_changed_and_known_rows_is_taken_in_as_a_short_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.core.imports.activity_rows.BATCH", 2)
    rows = [f"a{one},c{one % 3},2026-06-0{one}T15:00:00Z,visit,{one}.00,USD" for one in range(1, 9)]
    take_activity(database, *rows[2:7])

    otherwise = [row.replace(",4.00,", ",40.00,") for row in rows]
    without = [*otherwise[:5], "a9,,2026-06-09T15:00:00Z,visit,1.00,USD", *otherwise[5:]]
    dry = take_activity(database, *without, options=Options(correct=True, dry_run=True))
    came = take_activity(database, *without, options=Options(correct=True))

    assert (came.new, came.corrected, came.unchanged, came.without_customer) == (3, 1, 4, 1)
    assert replace(dry, dry_run=False, import_id=2, preview=None) == came
    with database.reading() as session:
        verify(session)


def test_the_hash_over_rows_is_what_the_journal_says_of_each_value() -> None:
    rows: list[list[Stored]] = [[number, None, "same", f"a{number}"] for number in range(2_500)]
    rows += [[1, None, "é" * 3, "x" * 300], [2, 5, "same", "-"]]

    plain = b"".join(journal.prefixed(value) for row in rows for value in row)

    assert sets.set_hash(iter(rows)) == (len(rows), hashlib.sha256(plain).hexdigest())
