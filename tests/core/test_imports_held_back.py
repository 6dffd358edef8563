"""A file that would hold back what everybody sees: refused with what to do, unless it is meant."""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import Session

from ledger.core import activity, completeness
from ledger.core.feeds import FeedChange, change_feed
from ledger.core.imports import told, undo
from ledger.core.imports.figures import Moved
from ledger.core.imports.problems import ImportRefusedError
from ledger.core.imports.runs import Imported, Options
from ledger.core.imports.till import import_till
from ledger.database import Database
from tests.cast import hire
from tests.core.files import NOW, csv, take_activity, take_decisions

LATE = "a1,c1,2026-06-09T15:00:00Z,purchase,10.00,USD"
EARLY = "b1,c2,2026-06-03T15:00:00Z,visit,0,USD"
CRM = Options(feed="crm")
TILL = "external_id,occurred_at,location_ref,kind,amount,currency,reference,staff_ref"


def through(session: Session) -> date | None:
    return activity.through(session).on


def why(database: Database, *rows: str, options: Options) -> tuple[str, str]:
    """Return in which column and why this activity must be refused."""
    with pytest.raises(ImportRefusedError) as refused:
        take_activity(database, *rows, options=options)
    (problem,) = refused.value.problems
    return problem.column, problem.why


def ring_up(database: Database, row: str, **options: object) -> Imported:
    wanted = replace(Options(through=date(2026, 6, 9)), **options)  # type: ignore[arg-type]  # each is of its type
    return import_till(database, csv(TILL, row), wanted, now=NOW)


def test_one_row_in_a_new_feed_does_not_stop_the_figures_of_all_sites(
    sqlite_database: Database,
) -> None:
    take_activity(sqlite_database, LATE)

    assert why(sqlite_database, EARLY, options=CRM) == ("feed", "new_feed")

    with sqlite_database.reading() as session:
        assert through(session) == date(2026, 6, 9)


def test_a_new_feed_that_is_meant_holds_figures_back(sqlite_database: Database) -> None:
    take_activity(sqlite_database, LATE)

    take_activity(sqlite_database, EARLY, options=replace(CRM, new_feed=True))

    with sqlite_database.reading() as session:
        assert through(session) == date(2026, 6, 3)


def test_a_supervisor_is_told_to_ask_even_if_it_is_meant(sqlite_database: Database) -> None:
    take_activity(sqlite_database, LATE)
    dana = replace(CRM, new_feed=True, may_hold_back=False)

    assert why(sqlite_database, EARLY, options=dana) == ("feed", "not_your_feed")


def test_a_supervisor_does_not_move_the_figures_back_by_a_correction(
    sqlite_database: Database,
) -> None:
    take_activity(sqlite_database, LATE)
    back = Options(correct=True, through=date(2026, 6, 1), may_hold_back=False)

    assert why(sqlite_database, LATE, options=back) == ("through", "figures_back")
    take_activity(sqlite_database, LATE, options=replace(back, may_hold_back=True))

    with sqlite_database.reading() as session:
        assert through(session) == date(2026, 6, 1)


def test_a_feed_that_nobody_waits_for_may_begin(sqlite_database: Database) -> None:
    take_activity(sqlite_database, LATE)
    with sqlite_database.writing() as session:
        retired = FeedChange(kind="activity", name="crm", label="Old", retired=True)
        change_feed(session, retired, actor="system", now=NOW)

    take_activity(sqlite_database, EARLY, options=replace(CRM, may_hold_back=False))

    with sqlite_database.reading() as session:
        assert through(session) == date(2026, 6, 9)


def test_a_new_till_does_not_cut_what_a_site_compares(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        hire(session)
    ring_up(sqlite_database, "t1,2026-06-01T15:00:00Z,S1,refund,10.00,USD,,")
    second = "k1,2026-06-05T15:00:00Z,S1,refund,3.00,USD,,"
    reasons = []

    for may in (True, False):
        with pytest.raises(ImportRefusedError) as refused:
            ring_up(sqlite_database, second, feed="kiosk", may_hold_back=may)
        reasons += [problem.why for problem in refused.value.problems]

    assert reasons == ["new_till", "not_your_till"]
    ring_up(sqlite_database, second.replace("S1", "S2"), feed="kiosk", may_hold_back=False)
    with sqlite_database.writing() as session:
        retired = FeedChange(kind="till", name="old", label="Old", retired=True)
        change_feed(session, retired, actor="system", now=NOW)
    ring_up(sqlite_database, second.replace("k1", "k3"), feed="old", may_hold_back=False)
    with sqlite_database.reading() as session:
        assert {one.since.day for one in completeness.coverage(session).values()} == {1, 5}
    ring_up(sqlite_database, second.replace("k1", "k2"), feed="own", new_feed=True)
    with sqlite_database.reading() as session:
        assert {one.since for one in completeness.coverage(session).values()} == {date(2026, 6, 5)}


GIVEN = "d1,2026-03-05T15:00:00Z,c1,T1,Elm,refund,5.00,USD,late,"
# The company's horizon is 90 days: the decision of 5 March is known on 3 June.
REACHED = Options(through=date(2026, 6, 9))


def test_a_look_tells_what_becomes_known_and_what_matures_again(sqlite_database: Database) -> None:
    take_decisions(sqlite_database, GIVEN)
    forth = take_activity(sqlite_database, LATE, options=replace(REACHED, dry_run=True))
    take_activity(sqlite_database, LATE, options=REACHED)
    back = replace(REACHED, through=date(2026, 5, 20), correct=True, dry_run=True)

    returned = take_activity(sqlite_database, LATE, options=back)

    assert forth.figures == Moved(before=None, after=date(2026, 6, 9), known=1)
    assert (returned.outcomes, returned.figures) == (
        0,
        Moved(before=date(2026, 6, 9), after=date(2026, 5, 20), known=-1),
    )
    assert told.read(told.of_import(returned)).came == returned


def test_taking_an_import_back_tells_how_far_the_figures_of_all_sites_reach(
    sqlite_database: Database,
) -> None:
    take_decisions(sqlite_database, GIVEN)
    take_activity(sqlite_database, LATE, options=REACHED)
    meant = replace(CRM, new_feed=True, through=date(2026, 5, 20))
    take_activity(sqlite_database, EARLY.replace("06-03", "05-20"), options=meant)

    with sqlite_database.reading() as session:
        assert undo.foresee(session, 3).figures == Moved(
            before=date(2026, 5, 20), after=date(2026, 6, 9), known=1
        )
        assert undo.foresee(session, 2).figures is None
    with sqlite_database.writing() as session:
        undo.undo_import(session, 3, "Wrong feed", person=None, now=NOW)
        assert undo.foresee(session, 2).figures == Moved(
            before=date(2026, 6, 9), after=None, known=-1
        )


def test_a_day_that_is_not_over_yet_is_named_when_it_is_said_to_be_complete(
    sqlite_database: Database,
) -> None:
    take_decisions(sqlite_database, GIVEN)
    today = Options(through=date(2026, 7, 1), dry_run=True)

    came = take_activity(sqlite_database, LATE, options=today)
    over = take_activity(sqlite_database, LATE, options=replace(today, through=date(2026, 6, 30)))
    till = import_till(
        sqlite_database,
        csv(TILL, "t1,2026-06-09T15:00:00Z,Elm,refund,5.00,USD,,"),
        replace(today, new_feed=True),
        now=NOW,
    )

    assert came.notices == till.notices == (("day_open", "2026-07-01"),)
    assert over.notices == ()
