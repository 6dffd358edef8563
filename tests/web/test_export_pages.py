"""HR's exports: tried, made with one press, and had again."""

import csv
import io
import json
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlmodel import col

from ledger.core.exports import making
from ledger.core.exports.shapes import Choice
from ledger.core.permissions import Role
from ledger.core.tables import Export, ExportFile, Journal, Person
from ledger.ledgers import Ledger
from tests import cast, thanks
from tests.counter import MONDAY
from tests.thanks import MARCH
from tests.web.conftest import ClientFor, Clock
from tests.web.html import Page, parse

MARCH_PAGE = "/exports?period=2026-03"


def a_story(ledger: Ledger, whom: str = "ana", words: str = thanks.WORDS) -> None:
    with ledger.database.writing() as session:
        thanks.story_of(session, whom, now=MONDAY, words=words)


def an_export(ledger: Ledger) -> int:
    """Make an export of March as Hana and return its number."""
    with ledger.database.writing() as session:
        choice = Choice(start=MARCH[0], end=MARCH[1])
        return making.make_export(session, cast.person(session, "hana"), choice, now=MONDAY).id


def hidden_values(page: Page, action: str) -> dict[str, str]:
    """Return what the form that leads to this address would send."""
    form = next(
        one
        for one in page.root.iter("form")
        if (one.get("method"), one.get("action")) == ("post", action)
    )
    return {
        one.get("name", ""): one.get("value", "")
        for one in form.iter("input")
        if one.get("type") == "hidden"
    }


def press_export(browser: FlaskClient, password: str = cast.PASSWORD) -> str:
    """Open March, press Export, and return where that leads."""
    form = hidden_values(parse(browser.get(MARCH_PAGE).text), "/exports")
    answer = browser.post("/exports", data={**form, "password": password})
    assert answer.status_code == 303
    return answer.location


def exports_in(ledger: Ledger) -> list[Export]:
    with ledger.database.reading() as session:
        return list(session.scalars(select(Export)))


def test_one_press_exports_what_the_dry_run_showed(ledger: Ledger, client_for: ClientFor) -> None:
    a_story(ledger)
    browser = client_for("hana")
    dry = browser.get(MARCH_PAGE).text

    where = press_export(browser)

    assert "Dry run: 1 row is ready" in dry
    assert "Export 1 row" in dry
    assert where == "/exports/1"
    shown = browser.get(where).text
    assert "maple-main_recognition_2026-03_1.csv" in shown
    assert exports_in(ledger)[0].sha256 in shown
    assert "Dry run: nothing to export" in browser.get(MARCH_PAGE).text


def test_a_dry_run_changes_nothing(ledger: Ledger, client_for: ClientFor) -> None:
    a_story(ledger)

    client_for("hana").get(MARCH_PAGE)

    assert not exports_in(ledger)


def test_the_file_is_had_with_its_name_and_the_same_each_time(
    ledger: Ledger, client_for: ClientFor
) -> None:
    a_story(ledger, words="=1+1, he said")
    browser = client_for("hana")
    where = press_export(browser)

    first, second = (browser.post(f"{where}/download", data={"what": "file"}) for _ in range(2))

    assert first.data == second.data
    assert first.headers["Content-Disposition"] == (
        'attachment; filename="maple-main_recognition_2026-03_1.csv"'
    )
    assert first.mimetype == "text/csv"
    (row,) = csv.DictReader(io.StringIO(first.text, newline=""))
    assert (row["employee_id"], row["reason_text"]) == ("00412", "'=1+1, he said")


def test_the_manifest_is_had_beside_the_file(ledger: Ledger, client_for: ClientFor) -> None:
    a_story(ledger)
    browser = client_for("hana")
    where = press_export(browser)

    manifest = browser.post(f"{where}/download", data={"what": "manifest"})

    assert json.loads(manifest.text)["sha256"] == exports_in(ledger)[0].sha256
    assert "manifest.json" in manifest.headers["Content-Disposition"]


def test_the_journal_knows_before_the_first_byte(ledger: Ledger, client_for: ClientFor) -> None:
    a_story(ledger)
    browser = client_for("hana")
    where = press_export(browser)

    # The answer is never read: as if the line had broken at once.
    browser.post(f"{where}/download", data={"what": "file"}, buffered=False)

    with ledger.database.reading() as session:
        query = select(col(Journal.kind)).where(col(Journal.subject) == "export:1")
        kinds = session.scalars(query.order_by(col(Journal.seq))).all()
    assert kinds == ["export.chosen", "export.made", "export.handed_out"]


def test_the_password_is_asked_before_and_holds_for_a_quarter_of_an_hour(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    a_story(ledger)
    number, browser = an_export(ledger), client_for("hana")
    address = f"/exports/{number}/download"

    without = browser.post(address, data={"what": "file"})
    wrong = browser.post(address, data={"what": "file", "password": "not this one at all"})
    right = browser.post(address, data={"what": "file", "password": cast.PASSWORD})
    clock.pass_by(minutes=14, seconds=59)
    soon = browser.post(address, data={"what": "file"})
    clock.pass_by(seconds=1)
    later = browser.post(address, data={"what": "file"})

    assert [one.status_code for one in (without, wrong, right, soon, later)] == [
        422,
        422,
        200,
        200,
        422,
    ]
    assert "Type your password" in without.text
    assert "Your password did not match" in wrong.text


def test_a_wrong_password_exports_nothing_and_keeps_the_choice(
    ledger: Ledger, client_for: ClientFor
) -> None:
    a_story(ledger)
    browser = client_for("hana")
    form = hidden_values(parse(browser.get(MARCH_PAGE).text), "/exports")

    answer = browser.post("/exports", data={**form, "password": "not this one at all"})

    assert answer.status_code == 422
    assert parse(answer.text).title == "To fix: Exports · Latitude"
    assert "Dry run: 1 row is ready" in answer.text
    assert not exports_in(ledger)


def test_what_came_after_the_dry_run_goes_into_the_next_number(
    ledger: Ledger, client_for: ClientFor
) -> None:
    a_story(ledger)
    browser = client_for("hana")
    form = hidden_values(parse(browser.get(MARCH_PAGE).text), "/exports")
    a_story(ledger, "ben")

    browser.post("/exports", data={**form, "password": cast.PASSWORD})

    assert [made.rows for made in exports_in(ledger)] == [1]
    assert press_export(browser) == "/exports/2"


def test_a_second_press_makes_no_second_number(ledger: Ledger, client_for: ClientFor) -> None:
    a_story(ledger)
    browser = client_for("hana")
    form = hidden_values(parse(browser.get(MARCH_PAGE).text), "/exports")
    browser.post("/exports", data={**form, "password": cast.PASSWORD})

    again = browser.post("/exports", data=form, follow_redirects=True)

    assert "Nothing new to export." in again.text
    assert len(exports_in(ledger)) == 1


def test_rows_that_wait_are_named_with_what_to_do(ledger: Ledger, client_for: ClientFor) -> None:
    a_story(ledger)
    a_story(ledger, "ben")
    with ledger.database.writing() as session:
        cast.person(session, "ben").email = None
    browser = client_for("hana")

    dry = browser.get(MARCH_PAGE).text
    all_of_it = browser.get(f"{MARCH_PAGE}&without_email=y").text

    assert "No work e-mail" in dry
    assert "Export 1 row" in dry
    assert "Export 2 rows" in all_of_it


def test_the_page_leads_to_what_has_not_gone_out_yet(ledger: Ledger, client_for: ClientFor) -> None:
    a_story(ledger)

    page = client_for("hana").get("/exports").text

    assert "Dry run: nothing to export" in page
    assert "1 row of 2 Mar has not gone out yet" in page
    assert "start=2026-03-02" in page


def test_a_file_that_cannot_be_made_again_is_said_to_be_so(
    ledger: Ledger, client_for: ClientFor
) -> None:
    a_story(ledger)
    number, browser = an_export(ledger), client_for("hana")
    with ledger.database.writing() as session:
        session.delete(session.get_one(ExportFile, number))
        cast.person(session, "ana").email = "anna@mapleandmain.example"

    shown = browser.get(f"/exports/{number}").text
    form = {"what": "file", "password": cast.PASSWORD}
    answer = browser.post(f"/exports/{number}/download", data=form)

    assert "This file cannot be made again exactly as it was." in shown
    assert "Download the file" not in shown
    assert answer.status_code == 409
    assert answer.mimetype == "text/html"


def test_the_history_says_who_made_what_and_when(ledger: Ledger, client_for: ClientFor) -> None:
    a_story(ledger)
    an_export(ledger)

    page = client_for("hana").get("/exports").text

    for words in ("Number 1", "March 2026", "2 Mar, 10:00", "Hana"):
        assert words in page


def test_only_hr_exports_and_a_number_that_is_not_there_is_not_found(
    ledger: Ledger, client_for: ClientFor
) -> None:
    a_story(ledger)
    number = an_export(ledger)

    for name in ("ana", "sam", "otto", "vera", "ada"):
        assert client_for(name).get(f"/exports/{number}").status_code == 404
        assert client_for(name).post(f"/exports/{number}/download").status_code == 404
    assert client_for("hana").get(f"/exports/{number + 1}").status_code == 404


def test_who_is_not_hr_any_more_gets_nothing(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    a_story(ledger)
    number, browser = an_export(ledger), client_for("hana")
    form = {"what": "file", "password": cast.PASSWORD}
    browser.post(f"/exports/{number}/download", data=form)
    with ledger.database.writing() as session:
        person: Person = cast.person(session, "hana")
        person.role = Role.STAFF
    clock.now += timedelta(seconds=5)

    assert browser.post(f"/exports/{number}/download", data=form).status_code == 404


def test_a_choice_that_was_tampered_with_exports_nothing(
    ledger: Ledger, client_for: ClientFor
) -> None:
    a_story(ledger)
    browser = client_for("hana")
    form = hidden_values(parse(browser.get(MARCH_PAGE).text), "/exports")

    for broken in ({"format": "pdf"}, {"head_seq": "x"}, {"start": ""}, {"needs_email": "7"}):
        answer = browser.post("/exports", data={**form, **broken, "password": cast.PASSWORD})
        assert answer.location == "/exports"

    assert not exports_in(ledger)
