"""Signing in and out at a desk: F5, F9 to F14 of what goes wrong, and the ways that go right."""

import time
from collections.abc import Callable, Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlmodel import col

from ledger.core import passwords, signing_in
from ledger.core.person_changes import PersonChange, change_person
from ledger.core.tables import Journal, Person
from ledger.ledgers import Ledger
from tests import cast
from tests.cast import MONDAY
from tests.web.conftest import ClientFor, Clock, token_for

NEW_PASSWORD = "a lamp beside the stairs"


def sign_in(browser: FlaskClient, name: str, password: str = cast.PASSWORD, **more: str) -> int:
    typed = {"email": cast.email_of(name), "password": password, **more}
    return browser.post("/sign-in", data=typed).status_code


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/account").status_code == 200


def kinds(ledger: Ledger) -> Sequence[str]:
    with ledger.database.reading() as session:
        return session.scalars(
            select(col(Journal.kind))
            .where(col(Journal.kind).not_in(["ledger.founded", "site.added", "person.added"]))
            .order_by(col(Journal.seq))
        ).all()


def give_code(ledger: Ledger, name: str, clock: Clock) -> str:
    with ledger.database.writing() as session:
        return signing_in.make_code(session, cast.person(session, name), now=clock.now)


def test_somebody_who_is_not_signed_in_is_asked_to(nobody: FlaskClient) -> None:
    answer = nobody.get("/team")

    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=team.index"


def test_email_and_password_sign_in_and_lead_on(nobody: FlaskClient, ledger: Ledger) -> None:
    typed = {"email": "  Dana@MapleAndMain.example", "password": cast.PASSWORD}

    answer = nobody.post("/sign-in", data={**typed, "next": "team.index"})

    assert answer.status_code == 303
    assert answer.location == "/team"
    assert "Dana" in nobody.get("/team").text
    assert kinds(ledger) == ["sign_in.started"]


@pytest.mark.parametrize(
    "asked",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/team\r\nSet-Cookie: a=b",
        "/team",
        "static",
        "sign_in.sign_out",
        "sign_in.show",
        "team.code_submit",
        "no.such",
        "",
    ],
)
def test_after_signing_in_nothing_leads_outside(nobody: FlaskClient, asked: str) -> None:
    typed = {"email": cast.email_of("ada"), "password": cast.PASSWORD, "next": asked}

    assert nobody.post("/sign-in", data=typed).location == "/"


def test_a_page_of_another_role_is_not_where_one_is_led(nobody: FlaskClient) -> None:
    typed = {"email": cast.email_of("ana"), "password": cast.PASSWORD, "next": "team.index"}

    assert nobody.post("/sign-in", data=typed).location == "/"


def test_unknown_wrong_left_and_waiting_read_the_same(
    app: Flask, ledger: Ledger, nobody: FlaskClient
) -> None:
    with ledger.database.writing() as session:
        cast.person(session, "ben").active = False
        cast.person(session, "chidi").password_hash = None
    for _ in range(6):
        sign_in(nobody, "dana", "not the right one")

    answers = {
        who: app.test_client().post(
            "/sign-in", data={"email": cast.email_of(who), "password": password}
        )
        for who, password in {
            "stranger": "whatever this is",
            "ana": "not the right one",
            "ben": cast.PASSWORD,
            "chidi": cast.PASSWORD,
            "dana": cast.PASSWORD,
        }.items()
    }

    assert {answer.status_code for answer in answers.values()} == {422}
    texts = {answer.text.replace(cast.email_of(who), "") for who, answer in answers.items()}
    assert len(texts) == 1


def test_unknown_wrong_and_waiting_take_the_same_time(app: Flask, ledger: Ledger) -> None:
    with ledger.database.writing() as session:
        for name in ("dana", "ana"):
            cast.person(session, name).password_hash = passwords.hashed(cast.PASSWORD)

    def quickest(name: str, clock: Callable[[], float]) -> float:
        took = []
        for _ in range(5):
            started = clock()
            assert sign_in(app.test_client(), name, "not the right one") == 422
            took.append(clock() - started)
        return min(took)

    # Two hash, which is work; who has to wait sleeps as long.
    wrong, unknown = (quickest(name, time.process_time) for name in ("dana", "stranger"))
    waiting = quickest("dana", time.perf_counter)

    assert unknown > wrong / 2
    assert wrong > unknown / 2
    assert waiting > wrong / 2


def test_the_sixth_try_is_not_looked_at_even_if_it_is_right(
    app: Flask, clock: Clock, ledger: Ledger
) -> None:
    for _ in range(5):
        assert sign_in(app.test_client(), "dana", "not the right one") == 422

    assert sign_in(app.test_client(), "dana") == 422
    assert kinds(ledger) == ["sign_in.refused"] * 5
    clock.pass_by(seconds=30)
    assert sign_in(app.test_client(), "dana") == 303


def test_a_miss_is_a_row_of_the_journal_without_personal_data(
    nobody: FlaskClient, ledger: Ledger, people: dict[str, Person]
) -> None:
    sign_in(nobody, "dana", "not the right one")
    sign_in(nobody, "stranger", "not the right one")

    with ledger.database.reading() as session:
        rows = session.scalars(
            select(Journal).where(col(Journal.kind) == "sign_in.refused").order_by(col(Journal.seq))
        ).all()
    assert [row.subject for row in rows] == [f"person:{people['dana'].uid}", "unknown"]
    assert not any("@" in row.content or "Dana" in row.content for row in rows)


def test_somebody_who_left_is_out_at_the_next_request(
    ledger: Ledger, client_for: ClientFor
) -> None:
    browser = client_for("dana")
    assert is_in(browser)

    with ledger.database.writing() as session:
        cast.person(session, "dana").active = False

    assert not is_in(browser)


def test_a_cookie_that_was_planted_is_not_adopted(app: Flask) -> None:
    browser = app.test_client()
    browser.set_cookie("latitude", "planted")
    assert not is_in(browser)

    sign_in(browser, "dana")

    cookie = browser.get_cookie("latitude")
    assert cookie is not None
    assert cookie.value != "planted"
    assert is_in(browser)


def test_signing_in_again_ends_what_this_browser_was_before(app: Flask) -> None:
    browser = app.test_client()
    sign_in(browser, "dana")
    before = browser.get_cookie("latitude")
    assert before is not None

    sign_in(browser, "sam")

    thief = app.test_client()
    thief.set_cookie("latitude", before.value)
    assert not is_in(thief)
    assert is_in(browser)


def test_a_copied_cookie_is_worth_nothing_after_signing_out(app: Flask, ledger: Ledger) -> None:
    browser, thief = app.test_client(), app.test_client()
    sign_in(browser, "dana")
    cookie = browser.get_cookie("latitude")
    assert cookie is not None
    thief.set_cookie("latitude", cookie.value)
    assert is_in(thief)

    answer = browser.post("/sign-out")

    assert answer.location == "/sign-in"
    assert browser.get_cookie("latitude") is None
    assert not is_in(thief)
    assert kinds(ledger) == ["sign_in.started", "sign_in.ended"]


def test_an_hour_away_ends_the_sign_in(client_for: ClientFor, clock: Clock) -> None:
    browser = client_for("dana")

    clock.pass_by(minutes=59)
    assert is_in(browser)
    clock.pass_by(minutes=59)
    assert is_in(browser)
    clock.pass_by(minutes=60)
    assert not is_in(browser)


def test_being_here_is_noted_once_in_half_a_minute(
    client_for: ClientFor, clock: Clock, ledger: Ledger
) -> None:
    browser = client_for("dana")
    seen = []
    for _ in range(4):
        clock.pass_by(seconds=15)
        assert is_in(browser)
        with ledger.database.reading() as session:
            person = cast.person(session, "dana")
            [row] = signing_in.open_sign_ins(session, person, now=clock.now)
            seen.append((row.last_seen_at - cast.MONDAY).seconds)

    assert seen == [0, 30, 30, 60]


def test_a_code_sets_a_password_and_signs_in(app: Flask, ledger: Ledger, clock: Clock) -> None:
    code, browser = give_code(ledger, "chidi", clock), app.test_client()
    typed = {"code": code, "password": NEW_PASSWORD, "again": NEW_PASSWORD}

    answer = browser.post("/sign-in/code", data={"email": cast.email_of("chidi"), **typed})

    assert answer.status_code == 303
    assert is_in(browser)
    assert sign_in(app.test_client(), "chidi", NEW_PASSWORD) == 303
    assert sign_in(app.test_client(), "chidi", cast.PASSWORD) == 422
    again = app.test_client().post("/sign-in/code", data={"email": cast.email_of("chidi"), **typed})
    assert again.status_code == 422


def test_a_new_password_by_code_ends_all_sign_ins(
    app: Flask, ledger: Ledger, clock: Clock, client_for: ClientFor
) -> None:
    browser = client_for("chidi")
    typed = {"code": give_code(ledger, "chidi", clock), "password": NEW_PASSWORD}

    app.test_client().post(
        "/sign-in/code",
        data={"email": cast.email_of("chidi"), **typed, "again": NEW_PASSWORD},
    )

    assert not is_in(browser)


def test_guesses_at_codes_and_at_passwords_are_counted_together(
    app: Flask, ledger: Ledger, clock: Clock
) -> None:
    code = give_code(ledger, "chidi", clock)
    for _ in range(3):
        sign_in(app.test_client(), "chidi", "not the right one")
    typed = {"email": cast.email_of("chidi"), "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    for _ in range(2):
        app.test_client().post("/sign-in/code", data={**typed, "code": "0000-0000-0000"})

    answer = app.test_client().post("/sign-in/code", data={**typed, "code": code})

    assert answer.status_code == 422
    assert sign_in(app.test_client(), "chidi") == 422


@pytest.mark.parametrize(
    "password, words",
    [
        ("too short", "Use at least 15 characters."),
        ("chidi mapleandmain", "more than “password”, your name"),
        ("aaaaaaaaaaaaaaaaaa", "one piece again and again"),
        ("a lamp beside the door", "the same password in both fields"),
    ],
)
def test_a_password_that_is_too_easy_or_mistyped_is_not_taken(
    app: Flask, ledger: Ledger, clock: Clock, password: str, words: str
) -> None:
    again = NEW_PASSWORD if "lamp" in password else password
    typed = {"code": give_code(ledger, "chidi", clock), "password": password, "again": again}

    answer = app.test_client().post(
        "/sign-in/code", data={"email": cast.email_of("chidi"), **typed}
    )

    assert answer.status_code == 422
    assert words in answer.text
    assert password not in answer.text
    assert sign_in(app.test_client(), "chidi") == 303


def test_an_administrators_code_is_shown_once_and_works(
    app: Flask, client_for: ClientFor, people: dict[str, Person]
) -> None:
    page = (
        client_for("ada")
        .post(f"/team/{people['ben'].uid}/code", data={"password": cast.PASSWORD})
        .text
    )

    code = page.split('<p class="stat-value mono">')[1].split("<")[0]
    typed = {"code": code, "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    by_ana, by_ben = (
        app.test_client().post("/sign-in/code", data={"email": cast.email_of(who), **typed})
        for who in ("ana", "ben")
    )
    assert by_ana.status_code == 422
    assert by_ben.status_code == 303


def test_a_changed_password_ends_the_other_sign_ins(
    app: Flask, ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    here, there = client_for("dana"), app.test_client()
    there.set_cookie("latitude", token_for(ledger.database, "dana", now=clock.now))
    typed = {"now": cast.PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD}

    answer = here.post("/account/password", data=typed)

    assert answer.status_code == 303
    assert is_in(here)
    assert not is_in(there)
    assert sign_in(app.test_client(), "dana", NEW_PASSWORD) == 303


def test_the_password_there_is_has_to_be_known_to_change_it(
    client_for: ClientFor, app: Flask
) -> None:
    typed = {"now": "not the right one", "password": NEW_PASSWORD, "again": NEW_PASSWORD}

    assert client_for("dana").post("/account/password", data=typed).status_code == 422
    assert sign_in(app.test_client(), "dana") == 303


def test_all_other_sign_ins_can_be_ended(
    app: Flask, ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    here, there = client_for("dana"), app.test_client()
    there.set_cookie("latitude", token_for(ledger.database, "dana", now=clock.now))

    page = here.post("/account/sign-ins", follow_redirects=True).text

    assert "Signed out in 1 place." in page
    assert is_in(here)
    assert not is_in(there)


def test_who_is_let_go_is_out_on_the_next_request(ledger: Ledger, client_for: ClientFor) -> None:
    browser = client_for("dana")
    assert browser.get("/decisions").status_code == 200

    with ledger.database.writing() as session:
        dana = cast.person(session, "dana")
        change_person(session, dana, PersonChange(active=False), actor="system", now=MONDAY)

    assert "/sign-in" in browser.get("/decisions").headers["Location"]
