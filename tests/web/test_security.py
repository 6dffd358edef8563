"""What every answer carries, what is not answered, and what the server does not start with."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from ledger.config import SettingError, Settings
from ledger.core.permissions import Action
from ledger.core.tables import SignIn
from ledger.database import Database, sqlite_module
from ledger.ledgers import Ledger
from ledger.logs import JsonLines
from ledger.web import access, application, security
from ledger.web.application import UnguardedViewError
from ledger.web.transactions import TRIES, writing
from tests import cast
from tests.web.conftest import SECRETS, ClientFor, Clock, ledger_over, token_for
from tests.web.html import faults_of, parse
from tests.web.stopping import stopping
from tests.web.test_sweep import address_of, examples, routes

HOST = "latitude.example"


def outside(ledger: Ledger, **more: object) -> Ledger:
    """Return the ledger as a server that can be reached from outside opens it."""
    settings = Settings(
        instance=ledger.settings.instance,
        database_url=ledger.settings.database_url,
        host="0.0.0.0",  # noqa: S104  # that it can be reached is the point
        trusted_hosts=(HOST,),
    )
    return replace(ledger, settings=replace(settings, **more))  # type: ignore[arg-type]  # a test names the field


def test_every_answer_carries_every_header(
    app: Flask, ledger: Ledger, client_for: ClientFor
) -> None:
    given = examples(app, ledger)
    addresses = ["/nothing-here", "/static/nothing.css"] + [
        address_of(app, route, given.get(route.endpoint, {})) for route in routes(app)
    ]

    for browser in (app.test_client(), client_for("ada")):
        for address in addresses:
            answer = browser.get(address, buffered=True)
            lacking = {
                name: value
                for name, value in security.HEADERS.items()
                if answer.headers.get(name) != value
            }
            assert not lacking, address
            if not address.startswith("/static/mark"):
                assert answer.headers["Cache-Control"] == "no-store", address


def test_the_policy_runs_no_inline_code_and_no_frame() -> None:
    assert security.POLICY == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def test_static_files_are_kept_by_their_version_only(nobody: FlaskClient) -> None:
    page = nobody.get("/sign-in").text
    found = re.search(r'href="(/static/css/base\.css\?v=\w+)"', page)
    assert found is not None

    kept, asked_again, guessed = (
        nobody.get(address, buffered=True).headers["Cache-Control"]
        for address in (found[1], "/static/css/base.css", "/static/css/base.css?v=0")
    )

    assert kept == "public, max-age=31536000, immutable"
    assert asked_again == guessed == "no-cache"


def test_over_tls_the_cookies_are_bound_to_this_host(ledger: Ledger, clock: Clock) -> None:
    app = application.assemble(outside(ledger), clock=clock)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    browser = app.test_client()
    base = f"https://{HOST}"

    page = browser.get("/sign-in", base_url=base)
    typed = {"email": cast.email_of("dana"), "password": cast.PASSWORD}
    token = parse(page.text).form_token
    answer = browser.post("/sign-in", data={**typed, "csrf_token": token}, base_url=base)

    given = [*page.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]
    names = {cookie.split("=")[0] for cookie in given}
    assert answer.status_code == 303
    assert names == {"__Host-latitude", "__Host-latitude-form"}
    for cookie in given:
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    assert page.headers["Strict-Transport-Security"] == "max-age=63072000"


def test_on_this_machine_the_cookie_works_without_tls(nobody: FlaskClient) -> None:
    typed = {"email": cast.email_of("dana"), "password": cast.PASSWORD}

    answer = nobody.post("/sign-in", data=typed)

    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("latitude=")]
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.usefixtures("with_forms_guarded")
def test_a_form_without_its_token_does_nothing(client_for: ClientFor) -> None:
    browser = client_for("dana")

    answer = browser.post("/sign-out")

    assert answer.status_code == 400
    assert "This page was open for too long" in answer.text
    assert browser.get("/account").status_code == 200


def test_a_form_with_its_token_works_a_shift_later(
    client_for: ClientFor, with_forms_guarded: Flask
) -> None:
    browser = client_for("dana")
    token = parse(browser.get("/account").text).form_token

    assert with_forms_guarded.config["WTF_CSRF_TIME_LIMIT"] is None
    assert browser.post("/sign-out", data={"csrf_token": token}).status_code == 303


@pytest.mark.usefixtures("with_forms_guarded")
def test_a_token_of_another_browser_is_none(client_for: ClientFor) -> None:
    token = parse(client_for("ben").get("/account").text).form_token
    browser = client_for("dana")
    browser.get("/account")

    assert browser.post("/sign-out", data={"csrf_token": token}).status_code == 400
    assert browser.get("/account").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
    ],
)
def test_what_another_site_sends_does_nothing(
    client_for: ClientFor, headers: dict[str, str]
) -> None:
    browser = client_for("dana")

    assert browser.post("/sign-out", headers=headers).status_code == 400
    assert browser.get("/account").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {}],
)
def test_what_our_own_page_sends_is_done(client_for: ClientFor, headers: dict[str, str]) -> None:
    assert client_for("dana").post("/sign-out", headers=headers).status_code == 303


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.x.example"])
def test_a_name_that_is_not_ours_gets_no_page(nobody: FlaskClient, host: str) -> None:
    for address in ("/", "/sign-in", "/nothing"):
        answer = nobody.get(address, headers={"Host": host})

        assert answer.status_code == 400
        assert "evil" not in answer.text
        assert answer.headers["Content-Security-Policy"] == security.POLICY


def test_a_forwarded_name_is_not_heard_without_a_proxy(nobody: FlaskClient) -> None:
    answer = nobody.get("/team", headers={"X-Forwarded-Host": "evil.example"})

    assert answer.location == "/sign-in?next=team.index"


def test_too_much_at_once_is_not_read(nobody: FlaskClient) -> None:
    answer = nobody.post("/sign-in", data={"email": "x" * (security.MOST_BYTES + 1)})

    assert answer.status_code == 413
    assert "too large" in answer.text


@pytest.mark.parametrize("secret", ["short", "a" * 64, "abcabcabc" * 8])
def test_a_weak_secret_does_not_start(ledger: Ledger, secret: str) -> None:
    for weak in (
        replace(SECRETS, secret_key=secret),
        replace(SECRETS, old_secret_keys=(secret,)),
    ):
        with pytest.raises(SettingError, match="LEDGER_SECRET_KEY"):
            application.assemble(replace(ledger, secrets=weak))


@pytest.mark.parametrize("pepper", ["", "p" * 31])
def test_a_short_pepper_does_not_start(ledger: Ledger, pepper: str) -> None:
    with pytest.raises(SettingError, match="LEDGER_PEPPER"):
        application.assemble(replace(ledger, secrets=replace(SECRETS, pepper=pepper)))


def test_a_server_that_others_reach_does_not_answer_to_every_name(ledger: Ledger) -> None:
    with pytest.raises(SettingError, match="write the names themselves"):
        application.assemble(outside(ledger, trusted_hosts=("*",)))


def test_debugging_does_not_start_where_others_can_reach_it(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")

    with pytest.raises(SettingError, match="FLASK_DEBUG"):
        application.assemble(outside(ledger))


@pytest.mark.parametrize("more", [{"trusted_hosts": ()}, {"host": "127.0.0.1", "proxy_count": 1}])
def test_a_server_that_others_reach_knows_its_names(
    ledger: Ledger, more: dict[str, object]
) -> None:
    with pytest.raises(SettingError, match="LEDGER_TRUSTED_HOSTS"):
        application.assemble(outside(ledger, **{"trusted_hosts": (), **more}))


def test_a_view_that_nobody_guarded_does_not_start(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    careless = Blueprint("careless", __name__)
    careless.add_url_rule("/all-amounts", view_func=lambda: "all of them")
    monkeypatch.setattr(application, "BLUEPRINTS", (*application.BLUEPRINTS, careless))

    with pytest.raises(UnguardedViewError):
        application.assemble(ledger)


def test_a_new_secret_keeps_the_forms_that_are_open(ledger: Ledger, clock: Clock) -> None:
    before = application.assemble(ledger, clock=clock)
    browser = before.test_client()
    browser.set_cookie("latitude", token_for(ledger.database, "dana", now=clock.now))
    token = parse(browser.get("/account").text).form_token
    form_cookie = browser.get_cookie("latitude-form")
    assert form_cookie is not None

    newer = replace(
        SECRETS,
        secret_key="fedcba98765432100123456789abcdef",
        old_secret_keys=(SECRETS.secret_key,),
    )
    after = application.assemble(replace(ledger, secrets=newer), clock=clock).test_client()
    after.set_cookie("latitude-form", form_cookie.value)
    signed_in = browser.get_cookie("latitude")
    assert signed_in is not None
    after.set_cookie("latitude", signed_in.value)

    assert after.get("/account").status_code == 200
    assert parse(after.get("/account").text).form_token
    assert token


def test_what_stops_says_a_code_and_nothing_of_its_inside(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    app = stopping(ledger, lambda: KeyError("dana@mapleandmain.example owes $12"))

    with caplog.at_level(logging.ERROR):
        answer = app.test_client().get("/stop")

    code = re.search(r"[A-Z]+ [A-Z]+ [0-9]{2}", answer.text)
    assert answer.status_code == 500
    logged = "\n".join(JsonLines().format(record) for record in caplog.records)
    assert code is not None
    assert code[0] in logged
    assert "KeyError" in logged
    assert answer.headers["X-Request-ID"] in logged
    assert answer.headers["X-Request-ID"] in answer.text
    for told in (answer.text, logged, caplog.text):
        assert "dana@" not in told
        assert "$12" not in told
    assert "Traceback" not in answer.text
    assert not faults_of(parse(answer.text))
    assert answer.headers["Content-Security-Policy"] == security.POLICY


def test_b12_two_writers_in_each_others_way_are_tried_again(ledger: Ledger) -> None:
    times = []

    def clash() -> BaseException:
        times.append(1)
        return psycopg.errors.DeadlockDetected()

    answer = stopping(ledger, clash).test_client().post("/stop")

    assert len(times) == TRIES
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Not saved yet" in answer.text


def test_reading_is_not_tried_again(ledger: Ledger) -> None:
    times = []

    def clash() -> BaseException:
        times.append(1)
        return psycopg.errors.SerializationFailure()

    answer = stopping(ledger, clash).test_client().get("/stop")

    assert answer.status_code == 503
    assert len(times) == 1
    assert answer.headers["Retry-After"] == "5"
    assert "Not shown just now" in answer.text
    assert "saved" not in answer.text
    assert not faults_of(parse(answer.text))


def test_a_database_without_room_says_so_and_works_again_with_some(
    ledger: Ledger, clock: Clock
) -> None:
    app = application.assemble(ledger, clock=clock)
    app.config["WTF_CSRF_ENABLED"] = False
    room = {"pages": 1}

    def less_room(connection: DBAPIConnection, _record: object, _proxy: object) -> None:
        connection.cursor().execute(f"PRAGMA max_page_count = {room['pages']}")

    event.listen(ledger.database.engine, "checkout", less_room)
    app.add_url_rule("/fill", view_func=access.public(_fill), methods=["POST"])

    full = app.test_client().post("/fill")
    room["pages"] = 1_000_000
    with_room = app.test_client().post("/fill")

    assert full.status_code == 503
    assert "no room" in full.text
    assert with_room.status_code == 200


@pytest.fixture
def impatient(
    staffed: Database,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    open_database: Callable[[str], Database],
) -> Ledger:
    """Open the ledger so that it waits a twentieth of a second for others, not five."""
    monkeypatch.setattr("ledger.database.BUSY_MS", 50)
    database = open_database(staffed.url.render_as_string())
    return ledger_over(database, Settings(instance=tmp_path, database_url=str(database.url)))


@contextmanager
def held(database: Database) -> Iterator[None]:
    """Hold the database's write lock, as another program would.

    Through the same SQLite: two copies of the library in one process do not see each other.
    """
    other = sqlite_module().connect(str(database.path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_database_that_others_hold_asks_to_come_again(impatient: Ledger, clock: Clock) -> None:
    app = application.assemble(impatient, clock=clock)
    app.config["WTF_CSRF_ENABLED"] = False
    typed = {"email": cast.email_of("dana"), "password": cast.PASSWORD}

    with held(impatient.database):
        answer = app.test_client().post("/sign-in", data=typed)
    later = app.test_client().post("/sign-in", data=typed)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert not faults_of(parse(answer.text))
    assert later.status_code == 303


def test_a_database_that_others_hold_can_still_be_read(impatient: Ledger, clock: Clock) -> None:
    browser = application.assemble(impatient, clock=clock).test_client()
    browser.set_cookie("latitude", token_for(impatient.database, "dana", now=clock.now))
    clock.pass_by(minutes=5)

    with held(impatient.database):
        answer = browser.get("/team")

    assert answer.status_code == 200


def test_actions_that_do_not_exist_stop_the_page(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(ValueError, match="fly"):
        Action("fly")


def _fill() -> str:
    with writing() as session:
        for number in range(2_000):
            session.add(
                SignIn(
                    token_hash=f"{number:064}",
                    person_id=1,
                    created_at=cast.MONDAY,
                    last_seen_at=cast.MONDAY,
                )
            )
    return "filled"
