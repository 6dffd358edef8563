"""Who made each numbered export and who had its file since: for HR and for auditors, every page."""

from datetime import timedelta

import pytest

from ledger.core.exports import handing_out, making
from ledger.core.exports.shapes import Choice
from ledger.core.reports import exports_made
from ledger.ledgers import Ledger
from tests import cast, thanks
from tests.counter import MONDAY
from tests.thanks import MARCH
from tests.web.conftest import ClientFor
from tests.web.html import parse
from tests.web.said import words_of

LATER = MONDAY + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _two_numbers_and_one_a_page(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make two exports; Hana has the file of the first one later."""
    with ledger.database.writing() as session:
        hana = cast.person(session, "hana")
        for whom in ("ana", "ben"):
            thanks.story_of(session, whom, now=MONDAY)
            making.make_export(session, None, Choice(start=MARCH[0], end=MARCH[1]), now=MONDAY)
        handing_out.hand_out(session, hana, 1, "file", now=LATER)
    monkeypatch.setattr(exports_made, "ON_A_PAGE", 1)


@pytest.mark.parametrize("who,address", [("otto", "/journal/exports"), ("hana", "/exports")])
def test_each_page_of_the_numbers_says_who_had_which(
    client_for: ClientFor, who: str, address: str
) -> None:
    browser = client_for(who)

    newest, older = browser.get(address), browser.get(f"{address}?page=2")

    assert f"{address}?page=2" in parse(newest.text).links()
    assert "Page 1 of 2" in words_of(newest)
    assert "Number 2" in words_of(newest)
    assert "Not yet" in words_of(newest)
    assert "Number 1" in words_of(older)
    assert "2 Mar, 11:00, Hana: the file" in words_of(older)
    assert "Not yet" not in words_of(older)


def test_the_page_of_a_number_says_who_had_it(client_for: ClientFor) -> None:
    hana = client_for("hana")

    assert "Downloaded: 2 Mar, 11:00, Hana: the file" in words_of(hana.get("/exports/1"))
    assert "Downloaded: not yet" in words_of(hana.get("/exports/2"))


def test_a_download_leads_an_auditor_to_its_journal_row(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with ledger.database.reading() as session:
        seq = exports_made.made_row(session, 1).handed_out[0].seq

    page = client_for("otto").get("/journal/exports?page=2")

    assert f"/journal/{seq}" in parse(page.text).links()
