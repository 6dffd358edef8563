"""The log says what was asked and how it went, and never who, from where or what they typed."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ledger import config, logs
from ledger.ledgers import Ledger
from ledger.logs import JsonLines, PlainLines
from ledger.web import application, request_log
from tests.web.conftest import ClientFor
from tests.web.stopping import stopping

NAME, PHONE, MAIL, NOTE = "Zoraya", "5558675309", "zoraya@maple.example", "cold%20soup"
CANARIES = (NAME, PHONE, MAIL, "soup", "4242")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Write everything that is logged, also what is quiet, to one stream as the server does."""
    stream = io.StringIO()
    root, ours = logging.getLogger(), logging.getLogger("ledger")
    before = (root.handlers, root.level, ours.level)
    logs.set_up(logs.JSON, stream)
    root.setLevel(logging.DEBUG)
    ours.setLevel(logging.DEBUG)
    yield stream
    root.handlers, _, _ = before
    root.setLevel(before[1])
    ours.setLevel(before[2])


def said(lines: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def ask_with_personal_data(browser: FlaskClient) -> None:
    """Put names, numbers and notes wherever a request can hold them."""
    headers = {
        "User-Agent": NAME,
        "Referer": f"http://localhost/log?customer={PHONE}",
        "X-Request-ID": PHONE,
        "X-Forwarded-For": "203.0.113.9",
        "Cookie": f"latitude={NAME}{PHONE}",
        "From": MAIL,
    }
    for address in (
        f"/{NAME}/{PHONE}?q={NOTE}",
        f"/sign-in?next={MAIL}&amount=4242",
        "/healthz?x=4242",
    ):
        browser.get(address, headers=headers, buffered=True)
    typed = {"email": MAIL, "password": f"{NAME} {NOTE}"}
    browser.post(f"/sign-in?who={MAIL}", data=typed, headers=headers, buffered=True)
    browser.open("/log", method=NAME.upper(), headers=headers, buffered=True)


def test_what_people_are_and_type_is_nowhere_in_the_log(
    ledger: Ledger, app: Flask, client_for: ClientFor, lines: io.StringIO
) -> None:
    ask_with_personal_data(app.test_client())
    ask_with_personal_data(client_for("dana"))
    broken = stopping(ledger, lambda: KeyError(f"{NAME} {PHONE} {MAIL}"))
    broken.test_client().get(f"/stop?q={PHONE}", buffered=True)

    written = lines.getvalue()
    assert len(said(lines)) >= 12
    assert [one["kind"] for one in said(lines) if one["event"] == "stopped"] == ["KeyError"]
    for canary in (*CANARIES, "203.0.113.9", "127.0.0.1", "dana", NAME.upper()):
        assert canary not in written, canary


def test_a_line_says_the_rule_the_status_and_the_time(
    client_for: ClientFor, lines: io.StringIO
) -> None:
    answer = client_for("dana").get("/help/staff?q=1", buffered=True)

    (line,) = said(lines)
    assert line["event"] == "request"
    assert (line["method"], line["route"], line["status"]) == ("GET", "/help/<name>", 200)
    assert line["request"] == answer.headers["X-Request-ID"]
    assert isinstance(line["ms"], int)
    assert str(line["time"]).endswith("+00:00")


def test_a_request_that_is_refused_has_its_rule_too(
    with_forms_guarded: Flask, lines: io.StringIO
) -> None:
    answer = with_forms_guarded.test_client().post("/sign-in", data={}, buffered=True)

    (line,) = [line for line in said(lines) if line["event"] == "request"]
    assert answer.status_code == 400
    assert (line["method"], line["route"], line["status"]) == ("POST", "/sign-in", 400)


@pytest.mark.parametrize(
    "given,is_taken",
    [
        ("0f8fad5bd9cb469fa16570867728950e", True),
        ("7C9E6679-7425-40DE-944B-E07FC1F90AE7", True),
        ("5558675309", False),
        ("ana@maple.example", False),
        ("f" * 65, False),
        ("0f8fad5bd9cb469f\tx", False),
    ],
)
def test_only_a_proxys_number_is_taken_over(ledger: Ledger, given: str, *, is_taken: bool) -> None:
    settings = replace(ledger.settings, proxy_count=1, trusted_hosts=("localhost",))
    behind = application.assemble(replace(ledger, settings=settings)).test_client()
    alone = application.assemble(ledger).test_client()

    numbers = [
        browser.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
        for browser in (behind, alone)
    ]

    assert [number == given.lower() for number in numbers] == [is_taken, False]
    assert all(len(number) <= 64 for number in numbers)


def test_a_slow_request_is_warned_of(
    nobody: FlaskClient, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_log, "SLOW_MS", -1)

    nobody.get("/healthz", buffered=True)

    (line,) = said(lines)
    assert (line["level"], line["event"]) == ("warning", "slow request")


def test_what_others_say_is_repeated_only_where_it_names_nobody(lines: io.StringIO) -> None:
    server = logging.getLogger("gunicorn.error")
    server.warning(f"Invalid request from ip=203.0.113.9: {NAME}")
    server.critical("WORKER TIMEOUT (pid:%s)", 12)
    logging.getLogger("urllib").warning("asked for %s", f"/?q={PHONE}")
    try:
        config.load({"LEDGER_PORT": "x"})
    except config.SettingError:
        server.exception("Exception in worker process")

    texts = [line["text"] for line in said(lines)]
    assert texts[1] == "WORKER TIMEOUT (pid:12)"
    assert "LEDGER_PORT" in str(said(lines)[3]["why"])
    for canary in (*CANARIES, "203.0.113.9"):
        assert canary not in lines.getvalue()


@pytest.mark.parametrize("formatter", [JsonLines(), PlainLines()])
def test_whatever_is_written_stays_on_its_line(formatter: logging.Formatter) -> None:
    record = logging.LogRecord(
        "ledger", logging.INFO, "x.py", 1, "a\nb\r\x1b[31mred\u2028end", None, None
    )

    written = formatter.format(record)

    assert written.isprintable()


def test_a_plain_line_reads_well() -> None:
    record = logging.LogRecord("ledger.requests", logging.INFO, "x.py", 1, "request", None, None)
    record.facts = {"method": "GET", "route": "/log", "status": 200, "ms": 4, "request": None}

    assert (
        PlainLines()
        .format(record)
        .endswith("info    request method=GET route=/log status=200 ms=4")
    )


def test_a_terminal_gets_plain_lines_and_everything_else_json() -> None:
    assert logs.kind_for("plain") == "plain"
    assert logs.kind_for("", io.StringIO()) == "json"
    assert logs.kind_for("json", sys.stderr) == "json"
