"""The horizon that is proposed: how soon all customers come back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session

from ledger.core import horizons
from ledger.core.horizons import Proposal, proposal
from ledger.core.imports.runs import Options
from ledger.core.tables import Company
from ledger.database import Database
from tests.core.files import take_activity

START = date(2026, 1, 5)
THROUGH = Options(through=date(2026, 6, 1))


def visit(key: str, customer: str, day: date, kind: str = "visit") -> str:
    return f"{key},{customer},{day.isoformat()}T15:00:00Z,{kind},0.00,USD"


def take(database: Database, offsets: list[int | None]) -> None:
    """Take in a customer for each offset: there on START, and again so many days later."""
    rows = [visit(f"a{n}", f"c{n}", START) for n in range(len(offsets))]
    rows += [
        visit(f"b{n}", f"c{n}", START + timedelta(days=days))
        for n, days in enumerate(offsets)
        if days is not None
    ]
    take_activity(database, *rows, options=THROUGH)


def look(database: Database) -> Proposal:
    with database.reading() as session:
        return proposal(session)


def shares(found: Proposal) -> list[tuple[int, int, int]]:
    return [(one.days, one.known, one.back) for one in found.at]


def test_the_shortest_horizon_is_proposed_at_which_half_to_four_in_five_are_back(
    database: Database,
) -> None:
    take(database, [5] * 19 + [7] + [20] * 12 + [100] * 4 + [None] * 4)

    found = look(database)

    # Half on the seventh day is enough; the feed ends before anybody's 180th day.
    assert shares(found)[:4] == [(7, 40, 20), (30, 40, 32), (60, 40, 32), (90, 40, 32)]
    assert shares(found)[4:] == [(180, 0, 0), (365, 0, 0)]
    assert (found.days, found.is_needed) == (7, False)


@pytest.mark.parametrize("back, proposed", [(19, None), (20, 7), (32, 7), (33, None)])
def test_the_range_holds_its_ends(
    sqlite_database: Database, back: int, proposed: int | None
) -> None:
    take(sqlite_database, [5] * back + [None] * (40 - back))

    assert look(sqlite_database).days == proposed


def test_the_same_day_again_is_not_back(sqlite_database: Database) -> None:
    take(sqlite_database, [0] * 40)

    assert {one.back for one in look(sqlite_database).at} == {0}


def test_a_cancellation_is_no_visit(sqlite_database: Database) -> None:
    take(sqlite_database, [None] * 40)
    left = visit("x1", "c1", START + timedelta(days=3), "cancellation")
    take_activity(sqlite_database, left, options=THROUGH)

    assert {one.back for one in look(sqlite_database).at} == {0}


def test_below_thirty_nothing_is_proposed(sqlite_database: Database) -> None:
    take(sqlite_database, [5] * 20 + [None] * 9)

    assert look(sqlite_database).days is None
    assert not look(sqlite_database).is_needed


def test_nearly_everybody_is_said(sqlite_database: Database) -> None:
    take(sqlite_database, [5] * 38 + [None] * 2)

    found = look(sqlite_database)

    assert (found.company_days, found.is_too_long, found.is_needed) == (90, True, True)


def test_a_later_import_is_seen(sqlite_database: Database) -> None:
    take(sqlite_database, [None] * 40)
    before = look(sqlite_database)
    more = [visit(f"n{n}", f"c{n}", START + timedelta(days=4)) for n in range(25)]
    take_activity(sqlite_database, *more, options=THROUGH)

    assert (before.days, look(sqlite_database).days) == (None, 7)


def test_where_contracts_are_watched_nothing_is_proposed(sqlite_database: Database) -> None:
    take(sqlite_database, [5] * 40)
    with sqlite_database.writing() as session:
        watch_who_stays(session)

    assert look(sqlite_database).at == ()


def test_only_a_few_are_kept(sqlite_database: Database) -> None:
    for last in range(6):
        row = visit(f"z{last}", "c1", START + timedelta(days=last))
        take_activity(sqlite_database, row, options=THROUGH)
        look(sqlite_database)

    assert len(horizons._kept) <= 4  # noqa: SLF001  # what is kept is seen from nowhere else


def watch_who_stays(session: Session) -> None:
    session.scalars(select(Company)).one().watch = "stays"
