"""What the outcomes page shows is what the books hold, on both databases."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import voids
from ledger.core.reports.overview import Choice, Outlook, outlook, overview
from ledger.core.reports.retention import retention
from ledger.core.reports.scope import Scope
from ledger.core.reports.spend import spend
from ledger.core.reports.waiting import Waiting, waiting
from ledger.core.tables import Decision
from ledger.core.voids import VoidDraft
from ledger.database import Database
from tests import cast
from tests.web.outcome_year import LAST_DAY, NOW, decided, take_activity, take_decisions, take_year

TODAY = date(2026, 3, 2)


@pytest.fixture
def staffed(database: Database) -> Database:
    """Open a ledger in which the cast works, on each database by turns."""
    with database.writing() as session:
        cast.hire(session)
    return database


def look(session: Session, name: str) -> Outlook:
    return outlook(session, cast.person(session, name), on=TODAY)


def test_it_is_the_retention_report_by_each_grouping(staffed: Database) -> None:
    take_year(staffed, count=120)
    with staffed.reading() as session:
        seen = look(session, "vera")

        found = overview(session, seen, Choice(scope=Scope(), horizon_days=30, unit="decision"))

        whole = retention(session, unit="decision", horizons=(30,)).group()
        by_site = retention(session, unit="decision", by="site", horizons=(30,)).groups
    assert whole is not None
    assert found.at == whole.horizons[0]
    assert found.curve == whole.curve
    assert {part.key: part.at for part in found.by_site} == {
        group.key: group.horizons[0] for group in by_site
    }
    assert [part.name for part in found.by_site] == ["Elm Street", "Harbour", "Old Mill", "Station"]
    watched = {point.day: point.at_risk for point in whole.curve}
    assert {day: count for day, count in found.watched.items() if day} == {
        day: watched[day] for day in (5, 10, 15, 20, 25, 30)
    }


def test_a_supervisor_looks_at_their_own_sites_and_others_at_all(staffed: Database) -> None:
    with staffed.reading() as session:
        danas, veras = look(session, "dana"), look(session, "vera")

    assert [site.name for site in danas.sites] == ["Elm Street"]
    assert danas.everything.site_ids == frozenset({danas.sites[0].id})
    assert veras.everything.site_ids is None


def test_maturing_ones_are_known_once_activity_reaches_their_horizon(staffed: Database) -> None:
    days_ago = (3, 3, 20, 40)
    rows = [decided(f"D{n}", NOW - timedelta(days=ago), f"C{n}") for n, ago in enumerate(days_ago)]
    take_decisions(staffed, *rows)
    take_activity(staffed, "A1,C1,2026-02-27T12:00:00Z,visit,0.00,USD", through=LAST_DAY)

    with staffed.reading() as session:
        waits = waiting(session, Scope(), unit="customer", horizon_days=30, through=LAST_DAY)

    assert waits.days == [(date(2026, 3, 12), 1), (date(2026, 3, 29), 2)]
    assert waits.count == 3
    assert waits.next == (date(2026, 3, 12), 1)
    assert [waits.day_of(nth) for nth in (1, 2, 3, 4)] == [
        date(2026, 3, 12),
        date(2026, 3, 29),
        date(2026, 3, 29),
        None,
    ]


def test_nobody_is_waited_for_when_everything_is_known() -> None:
    assert Waiting(days=[]).next is None


def test_a_void_takes_back_what_the_customer_gave_back(staffed: Database) -> None:
    rows = [decided(f"D{number}", NOW - timedelta(days=3), "") for number in range(3)]
    take_decisions(staffed, *rows)
    with staffed.writing() as session:
        sam = cast.person(session, "sam")
        found = session.scalars(select(Decision).order_by(col(Decision.id)).limit(2))
        for taken_back, decision in zip((True, False), list(found), strict=True):
            draft = VoidDraft(uid=str(uuid4()), reason="Wrong", taken_back=taken_back)
            voids.void_decision(session, sam, decision, draft, now=NOW)

    with staffed.reading() as session:
        (row,) = spend(session, Scope())

    assert (row.decisions, row.walk_ins, row.not_taken_back) == (1, 1, 1)
    assert (row.currency, row.given_minor, row.cost_minor) == ("USD", 600, 600)
