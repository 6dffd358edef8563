"""Eight browsers give the last of one budget at once, through the pages, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ledger import write_queue
from ledger.config import Settings
from ledger.core.verification import verify
from ledger.database import Database
from ledger.web import application
from tests import cast
from tests.patience import PATIENCE_SECONDS
from tests.web.conftest import Clock, ledger_over, token_for
from tests.web.counter_form import written
from tests.web.opened import opened

EIGHT, ROUNDS = 8, 10
ONE_GETS_IT_OTHERS_SEE_THE_FORK = {HTTPStatus.SEE_OTHER: 1, HTTPStatus.CONFLICT: EIGHT - 1}


def test_the_last_ten_dollars_go_to_one_browser_and_the_others_see_the_fork(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_queue, "LONGEST_WAIT_SECONDS", PATIENCE_SECONDS)
    with database.writing() as session:
        cast.hire(session)
    ledger = ledger_over(database, Settings(instance=tmp_path, database_url=str(database.url)))
    clock = Clock()
    app = application.assemble(ledger, clock=clock)
    app.config["WTF_CSRF_ENABLED"] = False
    with opened(ledger) as shop:
        shop.limit(1_000, budget_minor=1_000, budget_period="day")

    with ThreadPoolExecutor(EIGHT) as threads:
        for _ in range(ROUNDS):
            clock.pass_by(days=1)
            browsers = [browser_of(app, database, clock) for _ in range(EIGHT)]
            forms = [written(ledger, amount="10") for _ in range(EIGHT)]
            start = Barrier(EIGHT)

            def send(
                browser: FlaskClient, form: dict[str, str], start: Barrier = start
            ) -> HTTPStatus:
                start.wait(PATIENCE_SECONDS)
                return HTTPStatus(browser.post("/log", data=form).status_code)

            answers = list(threads.map(send, browsers, forms))
            counted = {status: answers.count(status) for status in set(answers)}
            assert counted == ONE_GETS_IT_OTHERS_SEE_THE_FORK

    with database.reading() as session:
        verify(session)


def browser_of(app: Flask, database: Database, clock: Clock) -> FlaskClient:
    """Return one more browser in which Ana is signed in."""
    browser = app.test_client()
    browser.set_cookie("latitude", token_for(database, "ana", now=clock.now))
    return browser
