"""Taking an import back: nothing of it counts any more, and everything else is as it was."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import activity, outcomes, people, sites
from ledger.core.errors import BadValueError, NotFoundError, NotPermittedError
from ledger.core.imports import history, undo
from ledger.core.imports.activity import import_activity
from ledger.core.imports.customers import import_customers
from ledger.core.imports.runs import Options
from ledger.core.imports.undo import Undone, UndoRefusedError
from ledger.core.reports.decision_list import is_latest_revision
from ledger.core.tables import Activity, CustomerDetail, Decision, Outcome, Person
from ledger.core.verification import verify
from ledger.core.work_places import NewPlace, add_place
from ledger.database import Database
from tests.cast import hire
from tests.core.files import ACTIVITY, CUSTOMERS, NOW, csv, take_activity, take_decisions

GIVEN = "d1,2026-06-01T15:00:00Z,c1,T1,Elm,refund,5.00,USD,late,"
CAME = "a1,c1,2026-06-03T15:00:00Z,purchase,10.00,USD"
LATER = "a1,c1,2026-06-05T15:00:00Z,purchase,10.00,USD"
CORRECT = Options(correct=True)


def taken_back(database: Database, number: int, person: Person | None = None) -> Undone:
    with database.writing() as session:
        return undo.undo_import(session, number, "Wrong file", person=person, now=NOW)


def returned_on(database: Database) -> date | None:
    with database.reading() as session:
        found = session.scalars(select(col(Outcome.returned_on))).one()
    return None if found is None else date.fromordinal(found)


def through(database: Database) -> tuple[date | None, bool]:
    with database.reading() as session:
        found = activity.through(session)
    return found.on, found.is_stated


def given(database: Database) -> list[tuple[str, int]]:
    """Return the decisions that are shown, with their amounts."""
    query = select(Decision).where(is_latest_revision()).order_by(col(Decision.id))
    with database.reading() as session:
        return [(row.external_id or "", row.amount_minor) for row in session.scalars(query)]


def is_whole(database: Database) -> bool:
    with database.reading() as session:
        return verify(session).size > 0


def test_an_outcome_is_as_if_the_file_had_never_come(database: Database) -> None:
    take_decisions(database, GIVEN)
    take_activity(database, CAME)

    undone = taken_back(database, 2)

    assert (undone.rows, undone.restored, undone.outcomes) == (1, 0, 1)
    assert returned_on(database) is None
    assert is_whole(database)


def test_what_a_later_file_corrected_stays_and_is_counted_apart(database: Database) -> None:
    take_decisions(database, GIVEN, GIVEN.replace("d1", "d2"), GIVEN.replace("d1", "d3"))
    take_decisions(database, GIVEN.replace("5.00", "6.00"), options=CORRECT)

    undone = taken_back(database, 1)

    assert (undone.rows, undone.corrected, undone.voided) == (2, 1, 0)
    assert given(database) == [("d1", 600)]
    assert is_whole(database)


def test_what_it_had_corrected_counts_again(database: Database) -> None:
    take_decisions(database, GIVEN)
    take_activity(database, CAME)
    take_activity(database, LATER, options=CORRECT)

    undone = taken_back(database, 3)

    assert (undone.rows, undone.restored) == (1, 1)
    assert returned_on(database) == date(2026, 6, 3)


def test_a_correction_of_what_was_taken_back_still_counts(database: Database) -> None:
    take_decisions(database, GIVEN)
    take_activity(database, CAME)
    take_activity(database, LATER, options=CORRECT)

    undone = taken_back(database, 2)

    assert (undone.rows, undone.outcomes) == (0, 0)
    assert returned_on(database) == date(2026, 6, 5)


def test_the_same_file_comes_again_as_the_next_revision(database: Database) -> None:
    take_decisions(database, GIVEN)
    take_activity(database, CAME)
    taken_back(database, 2)

    again = take_activity(database, CAME)

    assert (again.new, again.was_known, again.import_id) == (1, False, 3)
    assert returned_on(database) == date(2026, 6, 3)
    with database.reading() as session:
        assert session.scalars(select(func.max(col(Activity.revision)))).one() == 2
    assert is_whole(database)


def test_a_later_file_that_repeated_its_rows_brings_them_again(database: Database) -> None:
    more = "a2,c1,2026-06-09T15:00:00Z,visit,0,USD"
    take_decisions(database, GIVEN)
    take_activity(database, CAME)
    take_activity(database, CAME, more)
    taken_back(database, 2)

    again = take_activity(database, CAME, more)

    assert (again.new, again.unchanged) == (1, 1)
    assert returned_on(database) == date(2026, 6, 3)


def test_a_feed_goes_back_to_what_the_other_files_say(database: Database) -> None:
    stated = Options(through=date(2026, 6, 20))
    take_activity(database, CAME)
    take_activity(database, "a2,c1,2026-06-18T15:00:00Z,visit,0,USD", options=stated)
    take_activity(database, "a3,c1,2026-06-04T15:00:00Z,visit,0,USD")
    before = through(database)

    undone = taken_back(database, 2)

    assert before == (date(2026, 6, 20), True)
    assert (undone.through_before, undone.through_after) == (date(2026, 6, 20), date(2026, 6, 4))
    assert through(database) == (date(2026, 6, 4), False)
    assert is_whole(database)


def test_a_feed_without_a_file_is_no_feed(database: Database) -> None:
    take_activity(database, CAME)

    undone = taken_back(database, 1)

    assert (undone.through_before, undone.through_after) == (date(2026, 6, 3), None)
    assert through(database)[0] is None
    assert is_whole(database)


def test_decisions_are_neither_shown_nor_counted(database: Database) -> None:
    walk_in = "d2,2026-06-01T16:00:00Z,,T1,Elm,refund,6.00,USD,late,"
    take_decisions(database, GIVEN, walk_in)
    dearer = GIVEN.replace("5.00", "7.00")
    take_decisions(database, dearer, options=Options(create_missing=True, correct=True))

    both = given(database)
    corrected = taken_back(database, 2)
    first_alone = given(database)
    taken_back(database, 1)

    assert both == [("d2", 600), ("d1", 700)]
    assert (corrected.rows, corrected.restored) == (1, 1)
    assert first_alone == [("d1", 500), ("d2", 600)]
    assert given(database) == []
    with database.reading() as session:
        assert list(outcomes.differences(session)) == []
    assert is_whole(database)


def test_an_import_is_taken_back_once(database: Database) -> None:
    take_activity(database, CAME)
    taken_back(database, 1)

    with pytest.raises(UndoRefusedError) as refused:
        taken_back(database, 1)
    with pytest.raises(NotFoundError):
        taken_back(database, 9)

    assert refused.value.why == "undone"


def test_customers_stay(database: Database) -> None:
    import_customers(database, csv(CUSTOMERS, "c1,Zoe,,,"), Options(), now=NOW)

    with pytest.raises(UndoRefusedError) as refused:
        taken_back(database, 1)

    assert refused.value.why == "stays"
    with database.reading() as session:
        assert session.scalars(select(col(CustomerDetail.name))).one() == "Zoe"


@pytest.mark.parametrize("reason, why", [(" ", "empty"), ("Call 212 555 0100 22", "phone")])
def test_it_needs_a_reason_that_may_be_kept(session: Session, reason: str, why: str) -> None:
    with pytest.raises(BadValueError) as refused:
        undo.undo_import(session, 1, reason, person=None, now=NOW)

    assert (refused.value.field, refused.value.why) == ("reason", why)


def test_who_brought_it_takes_it_back_and_so_does_an_administrator(
    sqlite_database: Database,
) -> None:
    with sqlite_database.writing() as session:
        cast = hire(session).people
        by_dana = Options(actor=people.subject_of(cast["dana"]), feed="elm")
    at_elm = f"{ACTIVITY},location_ref"
    for row in (CAME, LATER.replace("a1", "a2")):
        import_activity(sqlite_database, csv(at_elm, f"{row},S1"), by_dana, now=NOW)

    with pytest.raises(NotPermittedError):
        taken_back(sqlite_database, 1, cast["sam"])
    taken_back(sqlite_database, 1, cast["dana"])
    taken_back(sqlite_database, 2, cast["ada"])

    with sqlite_database.reading() as session:
        second, first = history.imports(session).rows
        told = history.one_import(session, 1)
    assert first.undone is not None
    assert second.undone is not None
    assert (told.by, told.undone_by, told.reason) == ("Dana", "Dana", "Wrong file")


def test_who_has_left_the_site_since_takes_nothing_back_there(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        dana = hire(session).people["dana"]
        by_dana = Options(actor=people.subject_of(dana), feed="elm")
    at_elm = csv(f"{ACTIVITY},location_ref", f"{CAME},S1")
    import_activity(sqlite_database, at_elm, by_dana, now=NOW)
    with sqlite_database.writing() as session:
        harbour = sites.site_by_ref(session, "S2")
        assert harbour is not None
        moved = NewPlace(site_id=harbour.id, from_date=date(2026, 7, 1), instead=True)
        add_place(session, dana, moved, actor="system", now=NOW)

    with pytest.raises(NotPermittedError):
        taken_back(sqlite_database, 1, dana)


def year(database: Database) -> None:
    """Take in a long file, import 1, and a short one of a later night, both complete to 9 Jun."""
    rows = [f"y{day},c1,2026-06-0{day}T15:00:00Z,visit,0,USD" for day in range(2, 9)]
    take_activity(database, *rows, options=Options(through=date(2026, 6, 9)))
    night = "n1,c1,2026-06-09T15:00:00Z,visit,0,USD"
    take_activity(database, night, options=Options(through=date(2026, 6, 9)))


def test_a_gap_that_is_left_is_not_taken_for_days_on_which_nobody_came(database: Database) -> None:
    year(database)
    with database.reading() as session:
        foreseen = undo.foresee(session, 1)

    undone = taken_back(database, 1)

    assert foreseen.through_after == undone.through_after == date(2026, 6, 1)
    assert through(database) == (date(2026, 6, 1), True)
    assert is_whole(database)


def test_a_gap_is_closed_by_the_same_file_or_by_whoever_says_so(database: Database) -> None:
    year(database)
    taken_back(database, 1)

    take_activity(
        database,
        "n2,c1,2026-06-10T15:00:00Z,visit,0,USD",
        options=Options(through=date(2026, 6, 10)),
    )

    assert through(database) == (date(2026, 6, 10), True)
    assert is_whole(database)


def test_a_correction_that_is_taken_back_leaves_no_gap(database: Database) -> None:
    year(database)
    take_activity(
        database,
        "y4,c1,2026-06-04T16:00:00Z,visit,0,USD",
        options=Options(correct=True, through=date(2026, 6, 9)),
    )

    taken_back(database, 3)

    assert through(database) == (date(2026, 6, 9), True)
    assert is_whole(database)
