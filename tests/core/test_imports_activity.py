"""Taking in activity: all of it or nothing, never twice, and seen by nobody before its time."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import activity, reasons
from ledger.core.imports import runs
from ledger.core.imports.activity import import_activity
from ledger.core.imports.problems import ImportRefusedError
from ledger.core.imports.runs import Options
from ledger.core.reports.retention import retention
from ledger.core.tables import Activity, Customer, CustomerDetail, ImportFile, Outcome
from ledger.core.verification import verify
from ledger.database import Database
from tests.core.files import ACTIVITY, NOW, csv, problems, take_activity, take_decisions

GIVEN = "d1,2026-06-01T15:00:00Z,c1,T1,Elm,refund,5.00,USD,late,"
CAME = "a1,c1,2026-06-03T15:00:00Z,purchase,10.00,USD"
CORRECT = Options(correct=True)


def returned_on(database: Database) -> date | None:
    with database.reading() as session:
        found = session.scalars(select(col(Outcome.returned_on))).one()
    return None if found is None else date.fromordinal(found)


def through(database: Database) -> date | None:
    with database.reading() as session:
        return activity.through(session).on


def activity_count(session: Session) -> int:
    """Return how many things that customers did count."""
    return session.scalar(select(func.count()).select_from(Activity).where(activity.counts())) or 0


def test_a_visit_makes_the_decision_one_that_came_back(database: Database) -> None:
    take_decisions(database, GIVEN)

    came = take_activity(database, CAME)

    assert (came.new, came.customers, came.through) == (1, 0, date(2026, 6, 3))
    assert returned_on(database) == date(2026, 6, 3)


def test_the_same_file_again_changes_nothing_and_says_so(database: Database) -> None:
    take_activity(database, CAME)

    again = take_activity(database, CAME)

    assert (again.was_known, again.changed_nothing) == (True, True)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ImportFile)) == 1


def test_a_known_id_with_other_content_is_refused_and_nothing_is_written(
    database: Database,
) -> None:
    take_activity(database, CAME)

    with pytest.raises(ImportRefusedError) as refused:
        take_activity(
            database,
            "a2,c1,2026-06-04T15:00:00Z,visit,0,USD",
            "a1,c1,2026-06-03T15:00:00Z,purchase,10.01,USD",
        )

    assert [(one.row, one.value, one.why) for one in refused.value.problems] == [
        (3, "a1", "other_content")
    ]
    with database.reading() as session:
        assert activity_count(session) == 1


def test_a_correction_replaces_what_was_known_and_what_came_of_it(database: Database) -> None:
    take_decisions(database, GIVEN)
    take_activity(database, CAME)

    came = take_activity(database, "a1,c1,2026-06-05T15:00:00Z,purchase,10.00,USD", options=CORRECT)

    assert (came.new, came.corrected) == (0, 1)
    assert returned_on(database) == date(2026, 6, 5)
    with database.reading() as session:
        assert activity_count(session) == 1
        assert session.scalar(select(func.count()).select_from(Activity)) == 2
    verify_whole(database)


def test_a_correction_to_another_customer_takes_the_return_away(database: Database) -> None:
    take_decisions(database, GIVEN)
    take_activity(database, CAME)

    take_activity(database, CAME.replace("c1", "c2"), options=CORRECT)

    assert returned_on(database) is None


def test_two_feeds_may_use_the_same_id(database: Database) -> None:
    take_activity(database, CAME)

    came = take_activity(database, CAME.replace("10.00", "11.00"), options=Options(feed="crm"))

    assert came.new == 1


@pytest.mark.parametrize(
    "row, column, why",
    [
        (",c1,2026-06-03T15:00:00Z,visit,1.00,USD", "external_id", "empty"),
        ("a2,c1,2026-06-03 15:00,visit,1.00,USD", "occurred_at", "format"),
        ("a2,c1,2026-06-03T15:00:00,visit,1.00,USD", "occurred_at", "naive"),
        ("a2,c1,2026-02-30T15:00:00Z,visit,1.00,USD", "occurred_at", "no_such_time"),
        ("a2,c1,2026-07-02T12:00:00Z,visit,1.00,USD", "occurred_at", "in_future"),
        ("a2,c1,1969-06-03T15:00:00Z,visit,1.00,USD", "occurred_at", "too_early"),
        ("a2,c1,2026-06-03T15:00:00Z,Visit,1.00,USD", "kind", "unknown_activity"),
        ("a2,c1,2026-06-03T15:00:00Z,visit,1.00,us", "currency", "unknown_currency"),
        ("a2,c1,2026-06-03T15:00:00Z,visit,0.00,", "currency", "empty"),
        ("a2,c1,2026-06-03T15:00:00Z,visit,-5,USD", "amount", "sign"),
        ("a2,c1,2026-06-03T15:00:00Z,visit,25.005,USD", "amount", "decimals"),
        ("a2,c1,2026-06-03T15:00:00Z,visit,NaN,USD", "amount", "not_a_number"),
        ("a2,c1,2026-06-03T15:00:00Z,visit,1e309,USD", "amount", "exponent"),
        ("a2,c1,2026-06-03T15:00:00Z,visit,\uff11\uff12,USD", "amount", "digits"),
        ('a2,c1,2026-06-03T15:00:00Z,visit,"1,000",USD', "amount", "grouping"),
        (f"a2,c1,2026-06-03T15:00:00Z,visit,{'9' * 5000},USD", "amount", "too_large"),
        ("a1,c1,2026-06-03T15:00:00Z,visit,1.00,USD", "external_id", "doubled_id"),
    ],
)
def test_a_bad_value_is_named_by_row_column_and_value(
    sqlite_database: Database, row: str, column: str, why: str
) -> None:
    (found,) = problems(import_activity, sqlite_database, csv(ACTIVITY, CAME, row))

    assert (found.row, found.column, found.why) == (3, column, why)
    with sqlite_database.reading() as session:
        assert activity_count(session) == 0


def test_every_problem_of_a_file_is_named_at_once(sqlite_database: Database) -> None:
    found = problems(
        import_activity, sqlite_database, csv(ACTIVITY, "a1,c1,soon,stroll,-1,XXL", "a2,c1")
    )

    assert [(one.row, one.column) for one in found] == [
        (2, "occurred_at"),
        (2, "kind"),
        (2, "currency"),
        (2, "amount"),
        (3, ""),
    ]


def test_through_may_be_stated_and_moves_back_only_when_told_to(database: Database) -> None:
    take_activity(database, CAME, options=Options(through=date(2026, 6, 20)))
    assert through(database) == date(2026, 6, 20)

    take_activity(database, "a2,c1,2026-06-04T15:00:00Z,visit,0,USD")
    assert through(database) == date(2026, 6, 20)

    with pytest.raises(ImportRefusedError) as refused:
        take_activity(database, CAME, options=Options(through=date(2026, 6, 10)))
    assert [one.why for one in refused.value.problems] == ["through_back"]

    take_activity(database, CAME, options=Options(through=date(2026, 6, 10), correct=True))
    assert through(database) == date(2026, 6, 10)


def test_through_is_the_earliest_of_the_feeds_and_the_late_one_is_named(
    database: Database,
) -> None:
    take_activity(database, CAME)
    take_activity(database, "a1,c1,2026-06-09T15:00:00Z,visit,0,USD", options=Options(feed="crm"))

    with database.reading() as session:
        found = activity.through(session)

    assert (found.on, found.is_stated, found.late) == (date(2026, 6, 3), False, ("main",))


def test_a_row_without_a_customer_counts_for_the_last_day_alone(database: Database) -> None:
    came = take_activity(database, CAME, "a2,,2026-06-09T15:00:00Z,purchase,3.00,USD")

    assert (came.new, came.without_customer, came.through) == (1, 1, date(2026, 6, 9))


def test_a_dry_run_tells_the_same_and_writes_nothing(database: Database) -> None:
    dry = take_activity(database, CAME, options=Options(dry_run=True))

    assert through(database) is None
    came = take_activity(database, CAME)
    assert replace(dry, dry_run=False, import_id=1, preview=None) == came


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


@pytest.mark.parametrize("transactions", range(5))
def test_an_import_that_is_stopped_leaves_nothing_that_anybody_sees(
    database: Database, transactions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "BATCH", 1)
    take_decisions(database, GIVEN)
    rows = (CAME, "a2,c2,2026-06-04T15:00:00Z,visit,0,USD")
    before = seen(database)

    with pytest.raises(KeyboardInterrupt):
        import_activity(Stopping(database, transactions), csv(ACTIVITY, *rows), Options(), now=NOW)
    assert seen(database) == before

    came = take_activity(database, *rows)

    assert came.new == 2
    with database.reading() as session:
        kept = (
            session.scalar(select(func.count()).select_from(Activity)),
            session.scalar(select(func.count()).select_from(Customer)),
        )
    assert kept == (2, 2)
    verify_whole(database)


def seen(database: Database) -> Mapping[str, object]:
    """Return what pages and reports can tell, and that the ledger verifies."""
    verify_whole(database)
    with database.reading() as session:
        return {
            "activity": activity_count(session),
            "customers": sorted(
                filter(None, session.scalars(select(col(CustomerDetail.reference))))
            ),
            "report": retention(session, unit="decision", by="site").as_object(),
        }


def verify_whole(database: Database) -> None:
    with database.reading() as session:
        verify(session)


def test_others_write_and_see_nothing_of_a_file_while_it_comes_in(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "BATCH", 1)
    seen_meanwhile: list[int] = []

    def meanwhile(_done: int, _total: int) -> None:
        with database.writing() as session:
            reasons.add_reason(session, f"r{len(seen_meanwhile)}", "R", actor="system", now=NOW)
            seen_meanwhile.append(activity_count(session))

    take_activity(
        database,
        CAME,
        "a2,c2,2026-06-04T15:00:00Z,visit,0,USD",
        options=Options(progress=meanwhile),
    )

    assert seen_meanwhile == [0, 0]
    with database.reading() as session:
        assert activity_count(session) == 2


def test_an_import_that_was_overtaken_is_refused_whole(database: Database) -> None:
    def overtake(_done: int, _total: int) -> None:
        with database.writing() as session:
            number = runs.begin_run_in(session, now=NOW)
            file = runs.file_row(
                session, runs.Imported(kind="people", feed="main"), "", number, now=NOW
            )
            runs.make_visible(session, file, number, actor="system", now=NOW)

    with pytest.raises(runs.ImportOvertakenError):
        take_activity(database, CAME, options=Options(progress=overtake))
