"""Bringing a file on the page: a look first, one press, and a way back."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlmodel import col

from ledger.cli.import_words import WHY
from ledger.core import uploads
from ledger.core.imports import history
from ledger.core.imports.activity import import_activity
from ledger.core.imports.runs import Options
from ledger.core.tables import Decision, UploadPiece
from ledger.core.verification import verify
from ledger.ledgers import Ledger
from ledger.logs import JsonLines
from ledger.web.files_problems import PHRASES
from tests.cast import MONDAY
from tests.core.files import ACTIVITY, CUSTOMERS, DECISIONS, PEOPLE
from tests.web.bringing import (
    AT_ELM,
    CAME,
    GIVEN,
    bring,
    number_of_imports,
    press,
    taken,
    uid_in,
)
from tests.web.conftest import ClientFor, Clock
from tests.web.said import words_of


def test_a_look_says_what_would_change_and_changes_nothing(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ada = client_for("ada")
    taken(ada, "decisions", f"{DECISIONS}\n{GIVEN}\n", create_missing="y")

    page = bring(ada, "activity", f"{ACTIVITY}\n{CAME}\n")

    words = words_of(page)
    assert "1 new" in words
    assert "1 would change" in words
    assert "5 Feb. Nobody stated it" in words
    assert "Take in 1 row" in words
    assert number_of_imports(ledger) == 1


def test_one_press_takes_it_in_and_another_does_nothing_more(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ada = client_for("ada")
    page = bring(ada, "activity", f"{ACTIVITY}\n{CAME}\n")

    first = press(ada, page, "take-in")
    second = press(ada, page, "take-in")

    assert "It is taken in" in words_of(first)
    assert words_of(first) == words_of(second)
    assert number_of_imports(ledger) == 1
    with ledger.database.reading() as session:
        assert not uploads.has_file(session, uid_in(page.request.path))
        (line,) = history.imports(session).rows
        assert (line.by, line.name) == ("Ada", "activity.csv")


def test_problems_are_named_by_row_column_and_value(client_for: ClientFor) -> None:
    ada = client_for("ada")

    page = bring(ada, "activity", f"{ACTIVITY}\na1,c1,2026-02-05,purchase,ten,USD\n")
    listed = ada.get(f"{page.request.path}/problems.csv")

    words = words_of(page)
    assert "2 problems were found" in words
    assert "amount ten" in words
    assert "Take in" not in words
    assert listed.get_data(as_text=True).splitlines()[0] == "\ufeffrow,column,value,what"
    assert "2,amount,ten," in listed.get_data(as_text=True)


def test_every_problem_that_a_file_can_have_has_words_on_the_page() -> None:
    assert PHRASES.keys() == WHY.keys()


def test_a_file_is_taken_back_and_may_come_again(ledger: Ledger, client_for: ClientFor) -> None:
    ada, activity = client_for("ada"), f"{ACTIVITY}\n{CAME}\n"
    taken(ada, "decisions", f"{DECISIONS}\n{GIVEN}\n", create_missing="y")
    taken(ada, "activity", activity)

    before = words_of(ada.get("/files/imports/2"))
    without_reason = ada.post("/files/imports/2", data={"reason": " "})
    undone = ada.post("/files/imports/2", data={"reason": "Wrong shop"}, follow_redirects=True)
    again = taken(ada, "activity", activity)

    assert "has no file any more; it was complete through 5 Feb" in before
    assert without_reason.status_code == 422
    assert "1 outcome changed. Feed main has no file any more." in words_of(undone)
    assert "Wrong shop" in words_of(undone)
    assert "1 changed" in words_of(again)
    assert number_of_imports(ledger) == 3
    with ledger.database.reading() as session:
        verify(session)


def test_a_supervisor_brings_rows_of_own_sites_alone(client_for: ClientFor) -> None:
    dana = client_for("dana")

    own = bring(dana, "activity", AT_ELM, feed="elm")
    nowhere = bring(dana, "activity", f"{ACTIVITY}\n{CAME}\n", feed="elm")
    elsewhere = bring(dana, "decisions", f"{DECISIONS}\n{GIVEN.replace('S1', 'S2')}\n", feed="elm")
    people = bring(dana, "people", f"{PEOPLE}\n1,Zed,,administrator,S1,\n")

    assert "Take in 1 row" in words_of(own)
    assert "your own sites alone" in words_of(nowhere)
    assert "your own sites alone" in words_of(elsewhere)
    assert people.status_code == 422


def test_a_supervisor_adds_own_rows_to_a_feed_of_other_sites_and_moves_no_last_day(
    client_for: ClientFor,
) -> None:
    taken(client_for("ada"), "activity", f"{ACTIVITY}\n{CAME}\n")
    dana, later = client_for("dana"), AT_ELM.replace("a1", "a2").replace("02-05", "02-07")

    asked = words_of(dana.get("/files"))
    stated = bring(dana, "activity", later, through="2026-02-07")
    done = taken(dana, "activity", later)
    undone = dana.post("/files/imports/2", data={"reason": "Wrong"}, follow_redirects=True)

    assert "The feed main holds other sites too" in asked
    assert "are for an administrator (Ada)" in asked
    assert stated.status_code == 422
    assert "leave the day empty" in words_of(stated)
    assert "1 new" in words_of(done)
    assert "5 Feb, as before" in words_of(done)
    assert "Import 2 is taken back" in words_of(undone)


def test_a_supervisor_takes_back_what_they_brought_and_nothing_else(
    client_for: ClientFor,
) -> None:
    taken(client_for("ada"), "activity", AT_ELM, feed="till")
    dana = client_for("dana")

    answer = dana.post("/files/imports/1", data={"reason": "Not mine"})

    assert answer.status_code in {403, 404}
    assert "Taken back" not in words_of(dana.get("/files/imports/1"))


def test_nobody_sees_what_somebody_else_brought(client_for: ClientFor) -> None:
    page = bring(client_for("ada"), "customers", f"{CUSTOMERS}\nc1,Zoe,,,\n")

    assert client_for("dana").get(page.request.path).status_code == 404


def test_work_that_gave_no_sign_of_life_is_started_again(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    ada = client_for("ada")
    page = bring(ada, "activity", f"{ACTIVITY}\n{CAME}\n")
    uid = uid_in(page.request.path)
    with ledger.database.writing() as session:
        assert uploads.claim(
            session, uploads.by_uid(session, uid), "taking_in", since={"checked"}, now=clock.now
        )
    clock.pass_by(seconds=61)

    stopped = ada.get(page.request.path)
    checked = press(ada, page, "again")
    done = press(ada, page, "take-in")

    assert "This stopped before it was done" in words_of(stopped)
    assert "Take in 1 row" in words_of(checked)
    assert "It is taken in" in words_of(done)


def test_work_that_stops_on_our_side_says_so_at_once_and_is_logged_by_kind(
    ledger: Ledger, client_for: ClientFor, caplog: pytest.LogCaptureFixture
) -> None:
    ada = client_for("ada")
    page = bring(ada, "activity", f"{ACTIVITY}\n{CAME}\n")
    uid = uid_in(page.request.path)
    with ledger.database.writing() as session:
        session.execute(update(UploadPiece).values(body="secret words that are no base64"))

    stopped = press(ada, page, "take-in")

    assert "Something stopped on our side. Nothing of it was taken in." in words_of(stopped)
    assert "Start it again" in words_of(stopped)
    assert number_of_imports(ledger) == 0
    (record,) = [one for one in caplog.records if one.name == "ledger.uploads"]
    assert '"kind": "Error"' in JsonLines().format(record)
    assert "secret" not in JsonLines().format(record)
    assert uid not in caplog.text


def test_what_came_by_the_command_line_is_called_by_what_it_brought(
    ledger: Ledger, client_for: ClientFor
) -> None:
    rows = BytesIO(f"{ACTIVITY}\n{CAME}\n".encode())
    import_activity(ledger.database, rows, Options(feed="till"), now=MONDAY)

    listed = words_of(client_for("ada").get("/files"))

    assert "Activity, import 1 Activity · till" in listed
    assert "Command line" in listed


def test_a_file_that_waited_for_a_day_is_put_away(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    page = bring(client_for("ada"), "activity", f"{ACTIVITY}\n{CAME}\n")
    clock.pass_by(days=1, seconds=1)

    client_for("dana").get("/files")

    with ledger.database.reading() as session:
        assert not uploads.has_file(session, uid_in(page.request.path))


def test_a_file_of_more_than_one_piece_comes_whole(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PIECE_BYTES", 1_000)
    rows = [f"a{number},c{number},2026-02-05T15:00:00Z,visit,0,USD" for number in range(1_200)]
    text = "\n".join([ACTIVITY, *rows, ""])

    page = bring(client_for("ada"), "activity", text)

    assert "1,200 new" in words_of(page)


def test_a_file_that_is_too_large_is_answered_with_what_to_do(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 1_000)

    answer = bring(client_for("ada"), "activity", "x" * 70_000)

    assert answer.status_code == 413
    assert "Split it by days" in words_of(answer)


def test_a_forged_form_brings_nothing(
    with_forms_guarded: Flask, ledger: Ledger, client_for: ClientFor
) -> None:
    assert with_forms_guarded.config["WTF_CSRF_ENABLED"]

    answer = bring(client_for("ada"), "activity", f"{ACTIVITY}\n{CAME}\n")

    assert answer.status_code == 400
    with ledger.database.reading() as session:
        assert not uploads.has_old(session, now=MONDAY + timedelta(days=9))


def test_a_decision_of_a_file_that_was_taken_back_says_so(
    ledger: Ledger, client_for: ClientFor
) -> None:
    sam = client_for("sam")
    taken(sam, "decisions", f"{DECISIONS}\n{GIVEN}\n")
    with ledger.database.reading() as session:
        uid = session.scalars(select(col(Decision.uid))).one()
    sam.post("/files/imports/1", data={"reason": "Wrong shop"})

    page, listed = sam.get(f"/decisions/{uid}"), sam.get("/decisions")

    assert "It came with import 1, which was taken back" in words_of(page)
    assert "Void" not in words_of(page)
    assert uid not in listed.text
