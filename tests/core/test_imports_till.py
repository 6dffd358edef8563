"""Taking in what the till has: all of it or nothing, never twice, and in nobody's way."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import sites, standing, till
from ledger.core.imports import runs
from ledger.core.imports.problems import ImportRefusedError
from ledger.core.imports.runs import Imported, Options
from ledger.core.imports.till import import_till
from ledger.core.tables import ImportFile, Site, TillEntry
from ledger.core.verification import BadRowError, verify
from ledger.database import Database
from tests.cast import hire
from tests.core.files import NOW, csv, problems

TILL = "external_id,occurred_at,location_ref,kind,amount,currency,reference,staff_ref"
RUNG = "t1,2026-06-03T15:00:00Z,S1,refund,10.00,USD,d-12,00412"
CORRECT = Options(correct=True)


@pytest.fixture
def hired(database: Database) -> Database:
    """Open the sites of the cast, on each database by turns."""
    with database.writing() as session:
        hire(session)
    return database


@pytest.fixture
def sqlite_hired(sqlite_database: Database) -> Database:
    """Open the same on SQLite, where the database makes no difference to the test."""
    with sqlite_database.writing() as session:
        hire(session)
    return sqlite_database


def take_till(database: Database, *rows: str, options: Options | None = None) -> Imported:
    """Take in these rows of a till."""
    return import_till(database, csv(TILL, *rows), options or Options(), now=NOW)


def entries(database: Database) -> list[TillEntry]:
    """Return the entries that count, in the order in which they came."""
    with database.reading() as session:
        found = select(TillEntry).where(standing.counts(TillEntry)).order_by(col(TillEntry.id))
        return list(session.scalars(found))


def verify_whole(database: Database) -> None:
    with database.reading() as session:
        verify(session)


def test_an_entry_is_kept_with_its_day_its_person_and_the_decision_it_names(
    hired: Database,
) -> None:
    came = take_till(hired, RUNG, "t2,2026-06-03T03:00:00Z,S1,void,4.00,USD,,")

    assert (came.new, came.through, came.through_stated) == (2, date(2026, 6, 3), False)
    first, second = entries(hired)
    assert (first.kind, first.amount_minor, first.reference) == ("refund", 1_000, "d-12")
    assert first.decision_number == 12
    assert first.person_id is not None
    assert (first.business_date, second.business_date) == (date(2026, 6, 3), date(2026, 6, 2))
    assert (second.reference, second.decision_number, second.person_id) == (None, None, None)
    verify_whole(hired)


@pytest.mark.parametrize(
    "reference, number",
    [
        ("D-000123", 123),
        ("d123", 123),
        ("D 00123", 123),
        ("D-0", 0),
        ("E-123", None),
        ("D-12a", None),
        ("D-" + "9" * 19, None),
        ("", None),
        (None, None),
    ],
)
def test_a_reference_is_read_as_people_type_it(reference: str | None, number: int | None) -> None:
    assert till.decision_number(reference) == number


def test_the_same_file_again_changes_nothing_and_says_so(hired: Database) -> None:
    take_till(hired, RUNG)

    again = take_till(hired, RUNG)

    assert (again.was_known, again.changed_nothing) == (True, True)
    with hired.reading() as session:
        assert session.scalar(select(func.count()).select_from(ImportFile)) == 1


def test_a_known_id_with_other_content_is_refused_unless_it_is_a_correction(
    hired: Database,
) -> None:
    take_till(hired, RUNG)
    other = RUNG.replace("10.00", "10.01")

    with pytest.raises(ImportRefusedError) as refused:
        take_till(hired, other)
    assert [(one.row, one.value, one.why) for one in refused.value.problems] == [
        (2, "t1", "other_content")
    ]

    came = take_till(hired, other, options=CORRECT)

    assert (came.new, came.corrected) == (0, 1)
    assert [entry.amount_minor for entry in entries(hired)] == [1_001]
    verify_whole(hired)


def test_somebody_who_became_known_in_between_is_no_other_content(hired: Database) -> None:
    came = take_till(hired, RUNG.replace("00412", "77"))
    assert came.notices == (("unknown_staff", "77"),)

    again = take_till(hired, RUNG, "t2,2026-06-03T15:00:00Z,S1,refund,1.00,USD,,")

    assert (again.new, again.unchanged) == (1, 1)


@pytest.mark.parametrize(
    "row, column, why",
    [
        ("t2,2026-06-03T15:00:00Z,S9,refund,1.00,USD,,", "location_ref", "unknown_location_ref"),
        ("t2,2026-06-03T15:00:00Z,,refund,1.00,USD,,", "location_ref", "empty"),
        ("t2,2026-06-03T15:00:00Z,S1,Refund,1.00,USD,,", "kind", "unknown_till_kind"),
        ("t2,2026-06-03T15:00:00Z,S1,refund,-1.00,USD,,", "amount", "sign"),
        ("t2,2026-06-03T15:00:00Z,S1,refund,1.00,EUR,,", "currency", "other_currency"),
        ("t2,2026-07-02T12:00:00Z,S1,refund,1.00,USD,,", "occurred_at", "in_future"),
        ("t1,2026-06-03T15:00:00Z,S1,refund,1.00,USD,,", "external_id", "doubled_id"),
    ],
)
def test_a_bad_value_is_named_by_row_column_and_value(
    sqlite_hired: Database, row: str, column: str, why: str
) -> None:
    (found,) = problems(import_till, sqlite_hired, csv(TILL, RUNG, row))

    assert (found.row, found.column, found.why) == (3, column, why)
    assert entries(sqlite_hired) == []


def test_the_last_two_columns_may_be_left_out(sqlite_hired: Database) -> None:
    file = csv(TILL.removesuffix(",reference,staff_ref"), RUNG.removesuffix(",d-12,00412"))

    assert import_till(sqlite_hired, file, Options(), now=NOW).new == 1


def test_a_new_site_is_added_only_when_asked_to_and_with_the_rows(hired: Database) -> None:
    row = RUNG.replace("S1", "S9")
    with pytest.raises(ImportRefusedError):
        take_till(hired, row)

    came = take_till(hired, row, options=Options(create_missing=True))

    assert came.created == {"sites": ["S9"]}
    with hired.reading() as session:
        added = session.scalars(select(Site).where(col(Site.location_ref) == "S9")).one()
        assert [entry.site_id for entry in entries(hired)] == [added.id]
        assert sites.calendar_of(session, added.id).zone_on(date(2026, 6, 3))
    verify_whole(hired)


def test_through_may_be_stated_and_moves_back_only_when_told_to(hired: Database) -> None:
    take_till(hired, RUNG, options=Options(through=date(2026, 6, 20)))
    take_till(hired, RUNG.replace("t1", "t2"))
    assert through(hired) == date(2026, 6, 20)

    with pytest.raises(ImportRefusedError) as refused:
        take_till(hired, RUNG, options=Options(through=date(2026, 6, 10)))
    assert [one.why for one in refused.value.problems] == ["through_back"]

    take_till(hired, RUNG, options=Options(through=date(2026, 6, 10), correct=True))
    assert through(hired) == date(2026, 6, 10)


def through(database: Database) -> date | None:
    with database.reading() as session:
        return till.throughs(session)["main"].on


def test_a_till_says_nothing_of_activity(hired: Database) -> None:
    take_till(hired, RUNG, options=Options(feed="till"))

    with hired.reading() as session:
        found = verify(session)
    assert (found.rows["till_entry"], found.rows["activity"], found.rows["feed"]) == (1, 0, 0)


def test_a_dry_run_tells_the_same_and_writes_nothing(hired: Database) -> None:
    dry = take_till(hired, RUNG, options=Options(dry_run=True))

    assert entries(hired) == []
    came = take_till(hired, RUNG)
    assert replace(dry, dry_run=False, import_id=came.import_id, preview=None) == came


@dataclass
class Stopping:
    """A database that is switched off in the middle of an import, at one of its transactions."""

    database: Database
    left: int

    def reading(self) -> AbstractContextManager[Session]:
        return self.database.reading()

    def writing(self) -> AbstractContextManager[Session]:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return self.database.writing()


@pytest.mark.parametrize("transactions", range(4))
def test_an_import_that_is_stopped_leaves_nothing_that_anybody_sees(
    hired: Database, transactions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "BATCH", 1)
    rows = (RUNG, RUNG.replace("t1", "t2"))

    with pytest.raises(KeyboardInterrupt):
        import_till(Stopping(hired, transactions), csv(TILL, *rows), Options(), now=NOW)
    assert entries(hired) == []
    verify_whole(hired)

    assert take_till(hired, *rows).new == 2
    with hired.reading() as session:
        assert session.scalar(select(func.count()).select_from(TillEntry)) == 2
    verify_whole(hired)


def test_a_row_of_a_till_in_a_file_of_another_kind_is_caught(hired: Database) -> None:
    take_till(hired, RUNG)
    with hired.writing() as session:
        number = runs.begin_run_in(session, now=NOW)
        people = Imported(kind="people", feed="main")
        file = runs.file_row(session, people, "", number, now=NOW)
        runs.make_visible(session, file, number, actor="system", now=NOW)
        row = entries(hired)[0].model_dump(exclude={"id"})
        later = row["occurred_at"] + timedelta(hours=1)
        slipped = row | {"import_id": number, "external_id": "t9", "occurred_at": later}
        session.add(TillEntry(**slipped))

    with pytest.raises(BadRowError) as caught:
        verify_whole(hired)
    assert (caught.value.table, caught.value.why) == ("import_file", "set")
