"""A feed of several sites: who has some of them adds rows there, and moves nobody's last day."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import col

from ledger.core import activity, till
from ledger.core.imports.activity import import_activity
from ledger.core.imports.decisions import import_decisions
from ledger.core.imports.problems import ImportRefusedError
from ledger.core.imports.runs import Imported, Options
from ledger.core.imports.till import import_till
from ledger.core.imports.undo import undo_import
from ledger.core.tables import ImportFile, Site
from ledger.core.verification import verify
from ledger.database import Database
from tests.core.files import ACTIVITY, DECISIONS, NOW, Importer, csv

AT = f"{ACTIVITY},location_ref"
TILL = "external_id,occurred_at,location_ref,kind,amount,currency"
GIVEN = "d1,2026-06-01T15:00:00Z,c1,00412,Elm,refund,12.50,USD,late,"
AT_OAK = GIVEN.replace("d1", "d2").replace("Elm", "Oak")
CAME = "a1,c1,2026-06-05T15:00:00Z,purchase,10.00,USD,Elm"
CAME_TO_OAK = CAME.replace("a1", "a2").replace("Elm", "Oak")
LATER = CAME.replace("a1", "a3").replace("06-05", "06-20")
RUNG = "r1,2026-06-05T15:00:00Z,Elm,refund,5.00,USD"
RUNG_AT_OAK = RUNG.replace("r1", "r2").replace("Elm", "Oak")
RUNG_LATER = RUNG.replace("r1", "r3").replace("06-05", "06-20")


@pytest.fixture
def shop(database: Database) -> Database:
    """Two sites, whose rows all came in one feed."""
    take(import_decisions, database, DECISIONS, GIVEN, AT_OAK, options=Options(create_missing=True))
    take(import_activity, database, AT, CAME, CAME_TO_OAK)
    take(import_till, database, TILL, RUNG, RUNG_AT_OAK)
    return database


def take(
    importer: Importer, database: Database, header: str, *rows: str, options: Options | None = None
) -> Imported:
    return importer(database, csv(header, *rows), options or Options(), now=NOW)


def for_elm(database: Database, *, correct: bool = False) -> Options:
    """Return how a file is taken in that comes from whoever has Elm alone."""
    with database.reading() as session:
        query = select(col(Site.id)).where(col(Site.location_ref) == "Elm")
        elm = session.scalars(query).one()
    return Options(
        correct=correct, site_ids=frozenset({elm}), may_hold_back=False, moves_through=False
    )


def reached(database: Database) -> tuple[date | None, date | None]:
    """Return until when activity and the till are complete."""
    with database.reading() as session:
        verify(session)
        return activity.through(session).on, till.throughs(session)["main"].on


def whys(
    importer: Importer, database: Database, header: str, *rows: str, options: Options
) -> list[str]:
    with pytest.raises(ImportRefusedError) as refused:
        take(importer, database, header, *rows, options=options)
    return [problem.why for problem in refused.value.problems]


def test_rows_of_the_own_site_are_added_and_the_last_day_stays(shop: Database) -> None:
    before = reached(shop)

    came = take(import_activity, shop, AT, LATER, options=for_elm(shop))
    rung = take(import_till, shop, TILL, RUNG_LATER, options=for_elm(shop))

    assert (came.new, came.moved_through, rung.new, rung.moved_through) == (1, False, 1, False)
    assert reached(shop) == before == (date(2026, 6, 5), date(2026, 6, 5))
    with shop.reading() as session:
        files = session.scalars(select(ImportFile).order_by(col(ImportFile.id).desc()).limit(2))
        assert [file.through for file in files] == [None, None]


def test_nobody_states_the_last_day_of_a_feed_of_other_sites(shop: Database) -> None:
    wanted = replace(for_elm(shop), through=date(2026, 6, 30))

    assert whys(import_activity, shop, AT, LATER, options=wanted) == ["not_your_through"]
    assert whys(import_till, shop, TILL, RUNG_LATER, options=wanted) == ["not_your_through"]


def test_nobody_corrects_a_row_of_another_site_nor_moves_it_to_their_own(shop: Database) -> None:
    wanted = for_elm(shop, correct=True)

    stolen = [
        whys(import_activity, shop, AT, CAME.replace("a1", "a2"), options=wanted),
        whys(import_till, shop, TILL, RUNG.replace("r1", "r2"), options=wanted),
        whys(import_decisions, shop, DECISIONS, GIVEN.replace("d1", "d2"), options=wanted),
    ]

    assert stolen == [["not_your_row"]] * 3


def test_rows_of_the_own_site_are_corrected_in_a_feed_of_others_too(shop: Database) -> None:
    before = reached(shop)

    corrected = CAME.replace("10.00", "11.00")
    came = take(import_activity, shop, AT, corrected, options=for_elm(shop, correct=True))

    assert came.corrected == 1
    assert reached(shop) == before


def test_taking_back_what_was_added_leaves_the_last_day_alone(shop: Database) -> None:
    before = reached(shop)
    came = take(import_activity, shop, AT, LATER, options=for_elm(shop))

    with shop.writing() as session:
        done = undo_import(session, came.import_id or 0, "Wrong", person=None, now=NOW)

    assert (done.rows, done.through_before, done.through_after) == (1, before[0], before[0])
    assert reached(shop) == before
