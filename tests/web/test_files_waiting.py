"""Files that wait for their press: what holds everybody back, grows old, or did not come whole."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, update
from sqlmodel import col

from ledger.core import uploads
from ledger.core.tables import Upload, UploadPiece
from ledger.ledgers import Ledger
from ledger.web import files_work
from tests import cast
from tests.cast import person
from tests.core.files import ACTIVITY
from tests.web.bringing import AT_ELM, CAME, bring, number_of_imports, press, taken, uid_in
from tests.web.conftest import ClientFor, Clock
from tests.web.said import words_of

LATER = CAME.replace("a1,c1,2026-02-05", "a9,c9,2026-02-20")


def test_only_an_administrator_begins_a_feed_that_everybody_waits_for(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ada, dana = client_for("ada"), client_for("dana")
    taken(ada, "activity", f"{ACTIVITY}\n{LATER}\n")

    asked = bring(dana, "activity", AT_ELM, feed="elm", new_feed="y")
    unsaid = bring(ada, "activity", AT_ELM, feed="elm")
    meant = bring(ada, "activity", AT_ELM, feed="elm", new_feed="y")

    assert "stop at 2026-02-05 instead of 2026-02-20" in words_of(asked)
    assert "ask an administrator to begin it" in words_of(asked)
    assert "tick" in words_of(unsaid)
    assert "Take in 1 row" in words_of(meant)
    assert "stop at 5 Feb instead of 20 Feb: no outcome becomes known" in words_of(meant)
    assert number_of_imports(ledger) == 1


def test_a_new_feed_is_not_proposed_where_one_is_known(client_for: ClientFor) -> None:
    taken(client_for("ada"), "activity", f"{ACTIVITY}\n{LATER}\n", feed="crm")

    assert 'value="S1"' not in client_for("dana").get("/files").text
    assert 'value="crm"' in client_for("ada").get("/files").text


def test_a_file_that_came_half_is_never_looked_at_and_asked_for_again(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    with ledger.database.writing() as session:
        named, wanted = ("half.csv", 900_000), uploads.Wanted()
        ada = person(session, "ada")
        uid = uploads.begin(session, ada, "activity", named, wanted, now=clock.now).uid
        whole = f"{ACTIVITY}\n{CAME}\n".encode()
        uploads.add_piece(session, uid, 0, whole, now=clock.now)
    clock.pass_by(seconds=61)
    browser = client_for("ada")

    page = browser.get(f"/files/{uid}")
    again = press(browser, page, "again")

    assert "did not come whole" in words_of(page)
    assert "Bring the file again" in words_of(page)
    assert "Start again" not in words_of(page)
    assert "did not come whole" in words_of(again)


def test_a_file_of_which_a_piece_is_gone_or_another_is_not_taken_in(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ada, text = client_for("ada"), f"{ACTIVITY}\n{CAME}\n"
    gone, other = bring(ada, "activity", text), bring(ada, "activity", text, feed="other")
    with ledger.database.writing() as session:
        missing = col(UploadPiece.upload_uid) == uid_in(gone.request.path)
        session.execute(delete(UploadPiece).where(missing))
        session.execute(update(UploadPiece).values(body="YQ=="))

    pages = [press(ada, page, "take-in") for page in (gone, other)]

    for page in pages:
        assert "This stopped before it was done" in words_of(page)
        assert "did not come whole" in words_of(page)
    assert number_of_imports(ledger) == 0


def test_a_file_that_is_being_taken_in_is_neither_put_away_nor_cleared(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    ada = client_for("ada")
    page = bring(ada, "activity", f"{ACTIVITY}\n{CAME}\n")
    uid = uid_in(page.request.path)
    clock.pass_by(days=1, seconds=30)
    with ledger.database.writing() as session:
        upload = uploads.by_uid(session, uid)
        assert uploads.claim(session, upload, "taking_in", since={"checked"}, now=clock.now)

    ada = client_for("ada")
    refused = ada.post(f"/files/{uid}/discard", follow_redirects=True)
    ada.get("/files")

    assert "This file is being worked on" in words_of(refused)
    with ledger.database.reading() as session:
        assert uploads.has_file(session, uid)
        assert uploads.has_old(session, now=clock.now + timedelta(seconds=61))


def test_work_on_a_file_that_was_put_away_ends_without_a_word(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ada = client_for("ada")
    page = bring(ada, "activity", f"{ACTIVITY}\n{CAME}\n")
    uid = uid_in(page.request.path)
    ada.post(f"/files/{uid}/discard")

    with ada.application.app_context():
        files_work.start(uid)
        files_work.wait_for(uid)

    with ledger.database.reading() as session:
        assert session.get(Upload, uid) is None
    assert number_of_imports(ledger) == 0


def test_whoever_has_left_meanwhile_takes_nothing_in(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    sam = client_for("sam")
    page = bring(sam, "activity", f"{ACTIVITY}\n{CAME}\n")
    uid = uid_in(page.request.path)
    with ledger.database.writing() as session:
        upload = uploads.by_uid(session, uid)
        assert uploads.claim(session, upload, "taking_in", since={"checked"}, now=clock.now)
        # Their last day is over; nobody has noted yet that they have left.
        person(session, "sam").leaves_at = clock.now - timedelta(minutes=1)

    with sam.application.app_context():
        files_work.start(uid)
        files_work.wait_for(uid)

    with ledger.database.reading() as session:
        assert '"not_allowed"' in (uploads.by_uid(session, uid).report or "")
    assert number_of_imports(ledger) == 0


def test_a_look_that_has_grown_old_is_taken_again_before_the_press(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ada = client_for("ada")
    page = bring(ada, "activity", f"{ACTIVITY}\n{CAME}\n{LATER}\n")
    taken(client_for("sam"), "activity", f"{ACTIVITY}\n{CAME}\n")

    old = ada.get(page.request.path)
    pressed = press(ada, page, "take-in")

    assert "This look has grown old" in words_of(old)
    assert "Look at it again" in words_of(old)
    assert "Take in" not in words_of(old)
    assert "1 new, 1 known already" in words_of(pressed)
    assert "Take in 1 row" in words_of(pressed)
    assert number_of_imports(ledger) == 1
    assert "It is taken in" in words_of(press(ada, page, "take-in"))


def test_a_look_grows_old_even_while_the_file_waits_for_its_turn(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    ada = client_for("ada")
    page = bring(ada, "activity", f"{ACTIVITY}\n{CAME}\n{LATER}\n")
    uid = uid_in(page.request.path)
    with ledger.database.writing() as session:
        upload = uploads.by_uid(session, uid)
        assert uploads.claim(session, upload, "taking_in", since={"checked"}, now=clock.now)
    taken(client_for("sam"), "activity", f"{ACTIVITY}\n{CAME}\n")

    with ada.application.app_context():
        files_work.start(uid)
        files_work.wait_for(uid)

    assert "after you looked at this one" in words_of(ada.get(page.request.path))
    assert number_of_imports(ledger) == 1


def test_a_file_that_is_all_known_waits_for_nothing(client_for: ClientFor) -> None:
    ada, text = client_for("ada"), f"{ACTIVITY}\n{CAME}\n"
    taken(ada, "activity", text)

    page = bring(ada, "activity", text)
    listed = words_of(ada.get("/files"))

    assert "Nothing to take in" in words_of(page)
    assert "Take in 1" not in words_of(page)
    assert "All known: nothing to do" in listed
    assert "Waits for your press" not in listed


def test_a_person_keeps_three_files_waiting_and_no_more(client_for: ClientFor) -> None:
    ada, text = client_for("ada"), f"{ACTIVITY}\n{CAME}\n"
    bring(ada, "activity", f"{ACTIVITY}\nnot,a,row\n")
    pages = [bring(ada, "activity", text, feed=feed) for feed in ("one", "two", "three")]

    refused = bring(ada, "activity", text, feed="four")
    ada.post(f"{pages[0].request.path}/discard")
    brought = bring(ada, "activity", text, feed="four")

    assert refused.status_code == 422
    assert "3 files of yours wait already" in words_of(refused)
    assert "Take in 1 row" in words_of(brought)
    assert "Take in 1 row" in words_of(bring(client_for("sam"), "activity", text))


def test_files_that_are_all_known_are_not_kept_and_hold_nobody_back(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ada, text = client_for("ada"), f"{ACTIVITY}\n{CAME}\n"
    taken(ada, "activity", text)
    pages = [bring(ada, "activity", text) for _ in range(uploads.MOST_WAITING)]

    more = bring(ada, "activity", f"{ACTIVITY}\n{LATER}\n")
    ada.post("/files/imports/1", data={"reason": "Wrong shop"})
    since = words_of(ada.get(pages[0].request.path))

    assert "The file is not kept" in words_of(pages[0])
    assert "Take in 1 row" in words_of(more)
    assert "bring this one again" in since
    assert "Look at it again" not in since
    with ledger.database.reading() as session:
        assert not uploads.has_file(session, uid_in(pages[0].request.path))


def test_an_old_file_is_cleared_when_anybody_signs_in(
    ledger: Ledger, client_for: ClientFor, clock: Clock, nobody: FlaskClient
) -> None:
    page = bring(client_for("ada"), "activity", f"{ACTIVITY}\n{CAME}\n")
    clock.pass_by(days=1, seconds=1)

    nobody.post("/sign-in", data={"email": cast.email_of("ana"), "password": cast.PASSWORD})

    with ledger.database.reading() as session:
        assert not uploads.has_file(session, uid_in(page.request.path))


def test_files_that_wait_are_not_too_large_together(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"{ACTIVITY}\n{CAME}\n"
    monkeypatch.setattr(uploads, "MOST_KEPT_BYTES", 2 * len(text) - 1)
    bring(client_for("ada"), "activity", text)

    refused = bring(client_for("sam"), "activity", text)

    assert refused.status_code == 422
    assert "too large together" in words_of(refused)
