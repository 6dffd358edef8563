"""What the journal's filter leaves: lists by the site they were taken for, and how many rows."""

from collections.abc import Mapping

import pytest

from ledger.core import downloads
from ledger.core.reports import journal_list
from ledger.core.reports.journal_list import JournalFilter, journal_page
from ledger.database import Database
from ledger.ledgers import Ledger
from tests import cast
from tests.counter import MONDAY
from tests.web.conftest import ClientFor
from tests.web.opened import opened
from tests.web.said import words_of


@pytest.mark.parametrize("more", [{}, {"since": "2026-03-01"}])
def test_lists_are_found_by_the_site_they_were_taken_for(
    database: Database, more: Mapping[str, str]
) -> None:
    with database.writing() as session:
        hired = cast.hire(session)
        harbour, elm = (hired.sites[name].id for name in ("harbour", "elm_street"))
        otto, seen = hired.people["otto"], []
        for site in (harbour, elm, None, 10 * harbour + 1):
            begun = downloads.begin(
                session,
                otto,
                subject="limits",
                format="csv",
                choice={"site": site, **more},
                now=MONDAY,
            )
            ended = downloads.finish(session, begun, rows=1, sha256="ab" * 32, now=MONDAY)
            seen.append([ended.journal_seq, begun.journal_seq])
    with database.reading() as session:
        found = journal_page(session, JournalFilter(group="exports", site_id=harbour))

    assert [row.seq for row in found.rows] == seen[0]


def test_the_page_says_how_many_rows_fit(
    ledger: Ledger, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        for _time in range(3):
            shop.give("ana", 100)
        ana, site = shop.people["ana"].uid, shop.sites["elm_street"].id
    browser = client_for("otto")
    with ledger.database.reading() as session:
        size = journal_list.size_of(session)

    assert f"{size} rows in all" in words_of(browser.get("/journal"))
    for query, words in (
        ("group=decisions", f"3 of {size} rows fit"),
        (f"group=decisions&person={ana}", f"3 of {size} rows fit"),
        ("group=limits", f"1 of {size} rows fits"),
        ("group=decisions&since=2026-03-03", "No row fits"),
    ):
        assert words in words_of(browser.get(f"/journal?{query}"))
    monkeypatch.setattr(journal_list, "MOST_COUNTED", 2)
    assert f"at least 2 of {size} rows fit" in words_of(browser.get("/journal?group=decisions"))
    monkeypatch.setattr(journal_list, "MOST_COUNTED", 1_000)
    monkeypatch.setattr(journal_list, "LOOKED_THROUGH", 3)
    assert f"at least 2 of {size} rows fit" in words_of(browser.get(f"/journal?site={site}"))
