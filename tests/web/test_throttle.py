"""Guesses at the door: many at once, from behind a proxy, and over a restart."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlmodel import col

from ledger.config import Settings
from ledger.core import passwords
from ledger.core.tables import Journal, Throttle
from ledger.database import Database
from ledger.ledgers import Ledger
from ledger.web import application
from tests import cast
from tests.web.conftest import Clock, ledger_over

WRONG = {"email": cast.email_of("dana"), "password": "not the right one"}
RIGHT = {"email": cast.email_of("dana"), "password": cast.PASSWORD}


def looked_at(ledger: Ledger) -> int:
    query = select(func.count()).where(col(Journal.kind) == "sign_in.refused")
    with ledger.database.reading() as session:
        return session.scalar(query) or 0


def kept(ledger: Ledger) -> int:
    with ledger.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Throttle)) or 0


def addresses(ledger: Ledger) -> int:
    query = select(func.count()).where(col(Throttle.key).startswith("address:"))
    with ledger.database.reading() as session:
        return session.scalar(query) or 0


def test_of_a_hundred_guesses_at_once_five_at_most_are_looked_at(
    app: Flask, ledger: Ledger
) -> None:
    def guess(_number: int) -> int:
        return app.test_client().post("/sign-in", data=WRONG).status_code

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(guess, range(100)))

    assert set(answers) <= {422, 503}
    # Where the machine is busy, some of the five wait too long for their turn to be looked at.
    assert 1 <= looked_at(ledger) <= 5


def test_a_try_that_has_to_wait_is_not_looked_at(app: Flask) -> None:
    for _ in range(5):
        app.test_client().post("/sign-in", data=WRONG)

    with ThreadPoolExecutor(max_workers=1) as pool, passwords._TURN:  # noqa: SLF001  # nobody else may hash now
        answer = pool.submit(app.test_client().post, "/sign-in", data=RIGHT).result(timeout=20)

    assert answer.status_code == 422


def test_whoever_is_too_many_at_once_is_sent_away_uncounted(app: Flask, ledger: Ledger) -> None:
    with ExitStack() as taken:
        for _ in range(passwords.MOST_AT_ONCE):
            taken.enter_context(passwords.place())
        answers = [app.test_client().post("/sign-in", data=RIGHT) for _ in range(9)]

    assert {answer.status_code for answer in answers} == {503}
    assert answers[0].headers["Retry-After"]
    assert addresses(ledger) == 0
    assert app.test_client().post("/sign-in", data=RIGHT).status_code == 303


def test_guesses_that_have_to_wait_leave_no_row_and_no_turn_to_write(
    app: Flask, ledger: Ledger
) -> None:
    for number in range(20):
        app.test_client().post("/sign-in", data={**WRONG, "email": f"{number}@x.example"})
    before = kept(ledger)

    with ThreadPoolExecutor(max_workers=1) as pool, ledger.database.writing():
        last = pool.submit(app.test_client().post, "/sign-in", data=WRONG).result(timeout=20)

    assert last.status_code == 422
    assert kept(ledger) == before


def test_another_server_on_the_same_ledger_counts_on(
    app: Flask, ledger: Ledger, clock: Clock
) -> None:
    for _ in range(5):
        app.test_client().post("/sign-in", data=WRONG)

    restarted = application.assemble(ledger, clock=clock)
    restarted.config["WTF_CSRF_ENABLED"] = False

    assert restarted.test_client().post("/sign-in", data=RIGHT).status_code == 422


@pytest.mark.parametrize("proxies, seen", [(0, 1), (1, 3)])
def test_who_says_where_a_guess_came_from(
    staffed: Database, ledger: Ledger, clock: Clock, proxies: int, seen: int
) -> None:
    settings = Settings(
        instance=ledger.settings.instance,
        database_url=ledger.settings.database_url,
        proxy_count=proxies,
        trusted_hosts=("localhost",),
    )
    app = application.assemble(ledger_over(staffed, settings), clock=clock)
    app.config["WTF_CSRF_ENABLED"] = False

    for number in range(3):
        forged = {"X-Forwarded-For": f"203.0.113.{number}"}
        app.test_client().post("/sign-in", data=WRONG, headers=forged)

    assert addresses(ledger) == seen
