"""Lists taken out from the pages: the page's filter, the password first, the journal before all."""

import csv
import hashlib
import io
import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from ledger.core import people
from ledger.core.exports import LISTS
from ledger.core.permissions import Role
from ledger.core.tables import Download, DownloadEnd
from ledger.ledgers import Ledger
from tests import cast
from tests.web.conftest import ClientFor
from tests.web.opened import opened

PASSWORD = {"password": cast.PASSWORD}


def some_decisions(ledger: Ledger) -> int:
    """Let Ana, Ben and Chidi give something; return the site of the first two."""
    with opened(ledger) as shop:
        shop.limit(2_500)
        shop.give("ana", 1_200, customer_id=shop.customer("555 867 5309"))
        shop.give("ben", 700)
        shop.give("chidi", 300, site="harbour")
        return shop.sites["elm_street"].id


def rows_in(answer: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer, newline="")))


def downloads_in(ledger: Ledger) -> tuple[list[Download], list[DownloadEnd]]:
    with ledger.database.reading() as session:
        return list(session.scalars(select(Download))), list(session.scalars(select(DownloadEnd)))


def take(browser: FlaskClient, address: str) -> list[dict[str, str]]:
    """Take a list out, and return its rows."""
    answer = browser.post(address, data=PASSWORD)
    assert answer.status_code == 200
    return rows_in(answer.text)


@pytest.mark.parametrize(
    "address, why",
    [
        ("since=2026-13-45", "Choose a day"),
        ("since=2026-11-20&until=2026-11-01", "This is before the first day"),
        ("least=a+lot", "Amount at least:"),
    ],
)
def test_a_list_is_never_wider_than_what_was_asked_for(
    ledger: Ledger, client_for: ClientFor, address: str, why: str
) -> None:
    some_decisions(ledger)
    browser = client_for("otto")

    asked = browser.get(f"/decisions/list?{address}").text
    answer = browser.post(f"/decisions/list?{address}", data=PASSWORD)

    assert why in asked
    assert "Download the CSV" not in asked
    assert answer.status_code == 422
    assert downloads_in(ledger) == ([], [])


def test_the_list_has_what_the_page_showed(ledger: Ledger, client_for: ClientFor) -> None:
    site = some_decisions(ledger)
    browser = client_for("otto")

    page = browser.get(f"/decisions?site={site}").text
    asked = browser.get(f"/decisions/list?site={site}").text
    answer = browser.post(f"/decisions/list?site={site}", data=PASSWORD)

    assert f'href="/decisions/list?site={site}"' in page
    assert "Site: Elm Street" in asked
    assert "2 decisions" in asked
    assert [row["person"] for row in rows_in(answer.text)] == ["Ana", "Ben"]
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="latitude-decisions-2026-03-02.csv"'
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.splitlines()[0] == ",".join(LISTS["decisions"].columns)
    assert "5309" not in answer.text


def test_the_journal_knows_who_took_what_and_that_it_is_whole(
    ledger: Ledger, client_for: ClientFor
) -> None:
    site = some_decisions(ledger)

    taken = client_for("otto").post(f"/decisions/list?site={site}", data=PASSWORD).data

    (begun,), (end,) = downloads_in(ledger)
    assert (begun.subject, begun.format, json.loads(begun.choice)) == (
        "decisions",
        "csv",
        {"site": site},
    )
    assert (end.download_id, end.rows) == (begun.id, 2)
    assert taken.count(b"\r\n") == 3
    assert end.sha256 == hashlib.sha256(taken).hexdigest()
    assert "2 rows" in client_for("otto").get("/journal/exports").text


def test_one_that_broke_off_is_begun_and_not_finished(
    ledger: Ledger, client_for: ClientFor
) -> None:
    some_decisions(ledger)

    answer = client_for("otto").post("/decisions/list", data=PASSWORD, buffered=False)
    next(iter(answer.response))
    answer.close()

    begun, ends = downloads_in(ledger)
    assert (len(begun), ends) == (1, [])
    assert "Begun, not finished" in client_for("otto").get("/journal/exports").text


def test_the_password_is_asked_first_and_nothing_leaves_without_it(
    ledger: Ledger, client_for: ClientFor
) -> None:
    some_decisions(ledger)
    browser = client_for("dana")

    without = browser.post("/decisions/list", data={})
    limits = browser.post("/limits/list", data={"password": "not this one at all"})

    assert (without.status_code, limits.status_code) == (422, 422)
    assert "Type your password" in without.text
    assert downloads_in(ledger) == ([], [])


def test_a_supervisor_takes_own_sites_and_nobody_elses(
    ledger: Ledger, client_for: ClientFor
) -> None:
    some_decisions(ledger)
    with opened(ledger) as shop:
        shop.limit(9_900, site_id=shop.sites["harbour"].id)
        harbour = shop.sites["harbour"].id
    browser = client_for("dana")

    assert [row["person"] for row in take(browser, "/decisions/list")] == ["Ana", "Ben"]
    assert [row["per_decision"] for row in take(browser, "/limits/list")] == ["25.00"]
    assert browser.get(f"/limits/list?site={harbour}").status_code == 404
    assert browser.post(f"/decisions/list?site={harbour}", data=PASSWORD).status_code == 404


def test_who_is_no_supervisor_any_more_gets_nothing(ledger: Ledger, client_for: ClientFor) -> None:
    some_decisions(ledger)
    browser = client_for("dana")
    take(browser, "/decisions/list")
    with ledger.database.writing() as session:
        found = people.person_by_email(session, cast.email_of("dana"))
        assert found is not None
        found.role = Role.STAFF

    assert browser.post("/decisions/list", data=PASSWORD).status_code == 404


def test_nothing_to_take_out_says_so(client_for: ClientFor) -> None:
    page = client_for("otto").get("/decisions/list").text

    assert "Nothing fits this choice" in page
    assert "Download the CSV" not in page
