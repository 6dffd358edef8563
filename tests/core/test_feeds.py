"""Feeds: one that has stopped is named, and one that was retired holds nothing back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import activity, feeds
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.feeds import EVERY_DAYS, FeedChange, LateFeed
from ledger.core.imports import runs
from ledger.core.imports.runs import Imported, Options
from ledger.core.tables import FeedSetting, Journal
from ledger.core.verification import verify
from ledger.database import Database
from tests.core.files import NOW, take_activity

THIRD = date(2026, 6, 3)
CAME = "a1,c1,2026-06-03T15:00:00Z,purchase,10.00,USD"
LATER = "b1,c1,2026-06-09T15:00:00Z,visit,0,USD"


def say(session: Session, name: str, label: str, **more: object) -> FeedSetting | None:
    change = FeedChange(**{"kind": "activity", "name": name, "label": label, **more})  # type: ignore[arg-type]  # each is of its type
    return feeds.change_feed(session, change, actor="system", now=NOW)


def late(database: Database, on: date) -> list[tuple[str, int]]:
    with database.reading() as session:
        return [(feed.label, feed.days) for feed in feeds.late(session, on=on)]


def test_a_feed_is_in_time_for_two_days_and_named_on_the_third(database: Database) -> None:
    take_activity(database, CAME)

    assert late(database, THIRD + timedelta(days=EVERY_DAYS)) == []
    assert late(database, THIRD + timedelta(days=EVERY_DAYS + 1)) == [("main", 1)]


def test_a_feed_that_comes_once_a_week_is_named_after_a_week(database: Database) -> None:
    take_activity(database, CAME)
    with database.writing() as session:
        say(session, "main", "Elm Street till", every_days=7)

    assert late(database, THIRD + timedelta(days=7)) == []
    with database.reading() as session:
        (named,) = feeds.late(session, on=THIRD + timedelta(days=10))
    assert named == LateFeed(
        kind="activity",
        name="main",
        label="Elm Street till",
        through=THIRD,
        days=3,
        holds=True,
    )


def test_figures_stop_at_the_feed_that_ends_first_and_only_there(database: Database) -> None:
    take_activity(database, CAME)
    take_activity(database, LATER, options=Options(feed="crm"))

    with database.reading() as session:
        named = feeds.late(session, on=date(2026, 7, 1))

    assert [(feed.name, feed.holds) for feed in named] == [("crm", False), ("main", True)]


def test_a_retired_feed_holds_nothing_back_and_is_named_no_more(database: Database) -> None:
    take_activity(database, CAME)
    take_activity(database, LATER, options=Options(feed="crm"))
    with database.writing() as session:
        say(session, "main", "The old till", retired=True)

        through = activity.through(session)

    assert (through.on, through.late) == (date(2026, 6, 9), ())
    assert late(database, date(2026, 7, 1)) == [("crm", 20)]


def test_when_every_feed_is_retired_figures_end_with_the_one_that_came_furthest(
    database: Database,
) -> None:
    take_activity(database, CAME)
    take_activity(database, LATER, options=Options(feed="crm"))
    with database.writing() as session:
        for name in ("main", "crm"):
            say(session, name, name, retired=True)

        assert activity.through(session).on == date(2026, 6, 9)


def test_a_feed_that_is_expected_and_never_came_is_named(database: Database) -> None:
    with database.writing() as session:
        say(session, "harbour", "Harbour till", kind="till")

        (named,) = feeds.late(session, on=THIRD)

    assert (named.kind, named.label, named.through, named.days) == ("till", "Harbour till", None, 0)


def test_the_till_is_as_complete_as_its_latest_file(database: Database) -> None:
    for through in (THIRD + timedelta(days=4), THIRD):
        number = runs.begin_run(database, now=NOW)
        with database.writing() as session:
            came = Imported(kind="till", feed="main", through=through)
            file = runs.file_row(session, came, "", number, now=NOW)
            runs.make_visible(session, file, number, actor="system", now=NOW)

    with database.reading() as session:
        (named,) = feeds.late(session, on=THIRD + timedelta(days=5))
        assert feeds.late(session, on=THIRD + timedelta(days=5), kinds=["activity"]) == []

    assert (named.kind, named.through, named.days) == ("till", THIRD, 3)


def test_what_an_administrator_says_of_a_feed_is_in_the_journal(database: Database) -> None:
    take_activity(database, CAME)
    with database.writing() as session:
        assert say(session, "main", "Elm Street till") is not None
        assert say(session, "main", "Elm Street till", every_days=5) is not None
        assert say(session, "main", "Elm Street till", every_days=5) is None

    with database.reading() as session:
        verify(session)
        query = select(col(Journal.kind)).where(col(Journal.subject) == "feed_setting:1")

        assert session.scalars(query).all() == ["feed.added", "feed.changed"]


@pytest.mark.parametrize(
    "change,field",
    [
        ({"kind": "weather"}, "kind"),
        ({"label": "  "}, "label"),
        ({"label": "x" * 81}, "label"),
        ({"name": "two\u202elines"}, "name"),
        ({"every_days": 0}, "every_days"),
        ({"every_days": 367}, "every_days"),
    ],
)
def test_what_cannot_be_said_of_a_feed_is_refused_by_name(
    session: Session, change: dict[str, object], field: str
) -> None:
    with pytest.raises(BadValueError) as caught:
        say(session, **{"name": "main", "label": "Till", **change})  # type: ignore[arg-type]  # as above

    assert caught.value.field == field


def test_a_feed_that_nobody_knows_is_not_there(session: Session) -> None:
    with pytest.raises(NotFoundError):
        feeds.feed(session, "activity", "nobody's")
