"""The company, its bands and its feeds: a change is on every page at once and rewrites nothing."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from ledger.core import bands, feeds, sites
from ledger.core.sites import NewSite
from ledger.ledgers import Ledger
from ledger.web import application
from tests import cast
from tests.web.conftest import ClientFor, Clock, token_for
from tests.web.outcome_year import take_activity
from tests.web.said import words_of
from tests.web.settings_changed import kinds_changed


@pytest.fixture
def ada(client_for: ClientFor) -> FlaskClient:
    """Return the browser of the administrator."""
    return client_for("ada")


def test_a_new_name_is_on_every_page_at_once_in_every_process(
    ledger: Ledger, ada: FlaskClient, clock: Clock
) -> None:
    other_process = application.assemble(ledger, clock=clock).test_client()
    other_process.set_cookie("latitude", token_for(ledger.database, "dana", now=clock.now))

    answer = ada.post(
        "/settings/company", data={"name": "Maple & Oak", "horizon": "90", "watch": "returns"}
    )

    assert answer.status_code == 303
    assert "Maple & Oak" in words_of(other_process.get("/limits"))
    assert "Maple & Oak" in words_of(other_process.get("/sign-in", follow_redirects=True))


def test_another_horizon_asks_for_the_password_and_the_name_alone_does_not(
    ledger: Ledger, ada: FlaskClient
) -> None:
    longer = {"name": "Maple & Main", "horizon": "180", "watch": "stays"}

    asked = ada.post("/settings/company", data=longer)

    assert asked.status_code == 422
    assert "Type your password" in words_of(asked)
    assert ada.post(
        "/settings/company", data={**longer, "password": cast.PASSWORD}
    ).status_code == (303)
    with ledger.database.reading() as session:
        row = sites.company(session)
        assert (row.horizon_days, row.watch) == (180, "stays")
    assert kinds_changed(ledger) == ["company.changed"]


def test_bands_are_set_for_a_currency_and_shown_as_reports_group(
    ledger: Ledger, ada: FlaskClient
) -> None:
    ada.post("/settings/bands", data={"currency": "USD", "USD-tops": "20, 200"})

    words = words_of(ada.get("/settings/bands"))
    assert "nothing of value 0-20 20-200 200+" in words
    with ledger.database.reading() as session:
        assert bands.tops(session, ["USD"]) == {"USD": (20, 200)}

    refused = ada.post("/settings/bands", data={"currency": "USD", "USD-tops": "20, 10"})
    assert refused.status_code == 422
    assert "Each bound must be above the one before" in words_of(refused)


def test_the_usual_bands_of_the_yen_are_as_large_as_the_yen(
    ledger: Ledger, ada: FlaskClient
) -> None:
    with ledger.database.writing() as session:
        new = NewSite(location_ref="S9", name="Ueno", currency="JPY", zone="Asia/Tokyo")
        sites.add_site(session, new, actor="system", now=cast.MONDAY)

    words = words_of(ada.get("/settings/bands"))

    assert "nothing of value 0-500 500-1000 1000-2500 2500-5000 5000-10000 10000+" in words
    assert "nothing of value 0-5 5-10 10-25 25-50 50-100 100+" in words


def test_a_feed_is_named_given_its_days_and_retired(ledger: Ledger, ada: FlaskClient) -> None:
    take_activity(ledger.database, "A1,C1,2026-02-20T17:00:00Z,visit,0,USD")
    assert "The feed “main” has brought nothing since 20 Feb." in words_of(
        ada.get("/settings/feeds")
    )
    which = {"feed_kind": "activity", "feed": "main"}

    ada.post(
        "/settings/feeds/change", data={**which, "label": "Elm Street till", "every_days": "30"}
    )
    words = words_of(ada.get("/settings/feeds"))
    assert "Elm Street till main" in words
    assert "every 30 days in time" in words

    ada.post("/settings/feeds/retire", data={**which, "retired": "yes"})
    with ledger.database.reading() as session:
        assert feeds.feed(session, "activity", "main").retired
    assert kinds_changed(ledger) == ["feed.added", "feed.changed"]


def test_a_feed_that_is_expected_is_named_until_it_comes(ada: FlaskClient) -> None:
    new = {"kind": "till", "name": "harbour", "label": "Harbour till", "every_days": "2"}
    ada.post("/settings/feeds/new", data=new)

    assert "The feed “Harbour till” has brought nothing yet." in words_of(
        ada.get("/settings/feeds")
    )
    assert ada.post("/settings/feeds/new", data={**new, "every_days": "0"}).status_code == 422
    assert ada.get("/settings/feeds/change?feed_kind=till&feed=nobody").status_code == 302


def test_the_page_of_the_company_says_which_horizon_suits_it(
    ledger: Ledger, ada: FlaskClient
) -> None:
    assert "Which horizon suits" not in words_of(ada.get("/settings/company"))
    # Of forty customers, thirty are back after ten days.
    came = [f"A{number},C{number},2025-06-01T17:00:00Z,visit,0,USD" for number in range(40)]
    back = [f"B{number},C{number},2025-06-11T17:00:00Z,visit,0,USD" for number in range(30)]
    take_activity(ledger.database, *came, *back, through=date(2026, 2, 28))

    words = words_of(ada.get("/settings/company"))

    assert "30 days suit this company" in words
    assert "7 days 0.0 % back, of 40 30 days 75.0 % back, of 40" in words
