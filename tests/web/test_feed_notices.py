"""A feed that has stopped is named where its figures are, and on the first pages of menus."""

from datetime import timedelta

import pytest
from flask import Flask, url_for

from ledger.core import feeds
from ledger.core.feeds import FeedChange
from ledger.ledgers import Ledger
from tests.cast import MONDAY
from tests.web.conftest import ClientFor
from tests.web.examples import EXAMPLES
from tests.web.outcome_year import NOW, take_activity
from tests.web.said import words_of

STOPPED = "The feed “Elm Street till” has brought nothing since 20 Feb. Figures stop there."


@pytest.fixture
def stopped(ledger: Ledger) -> Ledger:
    """Let the till at Elm Street bring nothing for ten days."""
    last = (MONDAY - timedelta(days=10)).date()
    take_activity(ledger.database, "A1,C1,2026-02-20T17:00:00Z,visit,0,USD", through=last)
    with ledger.database.writing() as session:
        change = FeedChange(kind="activity", name="main", label="Elm Street till")
        feeds.change_feed(session, change, actor="system", now=NOW)
    return ledger


@pytest.mark.parametrize(
    "who,page",
    [
        ("dana", "/outcomes"),
        ("dana", "/decisions"),
        ("otto", "/decisions"),
        ("vera", "/outcomes"),
        ("ana", "/my-decisions"),
        # Where they start, whatever that page shows.
        ("ada", "/"),
        ("vera", "/"),
        ("otto", "/"),
    ],
)
@pytest.mark.usefixtures("stopped")
def test_a_stopped_feed_is_named_once_where_its_figures_are_and_at_the_start(
    client_for: ClientFor, who: str, page: str
) -> None:
    said = words_of(client_for(who).get(page, follow_redirects=True))

    assert said.count(STOPPED) == 1


@pytest.mark.parametrize(
    "who,endpoint",
    [
        ("ada", "settings_company.show"),
        ("ada", "files.show"),
        ("ada", "files.taken_in"),
        ("dana", "customers_joining.compare"),
        ("dana", "customers_joining.part"),
    ],
)
def test_pages_that_use_the_feed_beside_their_main_business_name_it_too(
    app: Flask, stopped: Ledger, client_for: ClientFor, who: str, endpoint: str
) -> None:
    example = EXAMPLES.get(endpoint)
    arguments = example(stopped) if example else {}
    with app.test_request_context():
        address = url_for(endpoint, **arguments)

    assert words_of(client_for(who).get(address)).count(STOPPED) == 1


@pytest.mark.parametrize("who", ["ana", "dana"])
@pytest.mark.usefixtures("stopped")
def test_the_log_says_quietly_until_when_outcomes_are_known(
    client_for: ClientFor, who: str
) -> None:
    said = words_of(client_for(who).get("/log"))

    assert said.count("What came of earlier decisions is known up to 20 Feb.") == 1
    assert "The feed" not in said


@pytest.mark.usefixtures("stopped")
def test_who_sees_no_figures_of_it_is_told_nothing_of_feeds(client_for: ClientFor) -> None:
    said = words_of(client_for("hana").get("/", follow_redirects=True))

    assert "The feed" not in said
    assert "known up to" not in said


def test_a_feed_in_time_is_not_mentioned(ledger: Ledger, client_for: ClientFor) -> None:
    take_activity(
        ledger.database,
        "A1,C1,2026-02-28T17:00:00Z,visit,0,USD",
        through=MONDAY.date() - timedelta(days=2),
    )

    assert "The feed" not in words_of(client_for("dana").get("/outcomes"))
    assert "known up to" not in words_of(client_for("ana").get("/log"))
