"""What the inbox costs while it is open: nothing new is a handful of statements, and no answer."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlmodel import col
from werkzeug.test import TestResponse

from ledger.core import ask_rules, delegations
from ledger.core.delegations import NewDelegation
from ledger.core.tables import SignIn
from ledger.ledgers import Ledger
from tests import cast
from tests.asking import answered, withdrawn
from tests.cast import MONDAY
from tests.counter import Shop
from tests.web.conftest import ClientFor, Clock
from tests.web.opened import opened
from tests.web.said import words_of

BY_ITSELF = {"X-Latitude-Live": "1"}
MARK = "X-Latitude-Mark"
LIVE, COUNT = "/inbox/live", "/inbox/count"
READS = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")


@pytest.fixture(autouse=True)
def _limit(ledger: Ledger) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)


@pytest.fixture
def dana(client_for: ClientFor) -> FlaskClient:
    return client_for("dana")


def look(browser: FlaskClient, address: str, mark: str = "", **more: str) -> TestResponse:
    headers = {**BY_ITSELF, **more, **({MARK: mark} if mark else {})}
    return browser.get(address, headers=headers)


def mark_of(browser: FlaskClient, address: str) -> str:
    return look(browser, address).headers[MARK]


@contextmanager
def counted(ledger: Ledger) -> Iterator[list[str]]:
    """Keep every statement that the database runs meanwhile, also those on the driver's cursor."""
    ran: list[str] = []

    def keep(text: str) -> None:
        if text.lstrip().upper().startswith(READS):
            ran.append(text)

    def trace(connection: Any, *_rest: object) -> None:  # noqa: ANN401 - whichever SQLite it is
        connection.set_trace_callback(keep)

    def leave(connection: Any, *_rest: object) -> None:  # noqa: ANN401 - as above
        connection.set_trace_callback(None)

    engine = ledger.database.engine
    event.listen(engine, "checkout", trace)
    event.listen(engine, "checkin", leave)
    try:
        yield ran
    finally:
        event.remove(engine, "checkout", trace)
        event.remove(engine, "checkin", leave)


@pytest.mark.parametrize("address", [LIVE, COUNT])
def test_nothing_new_is_six_statements_and_no_answer(
    ledger: Ledger, dana: FlaskClient, address: str
) -> None:
    with opened(ledger) as shop:
        for name in ("ana", "ben"):
            shop.ask(name, 4_000, now=MONDAY)
        shop.give("ana", 3_000, already_given=True, note="Bus leaving", now=MONDAY)
    mark = mark_of(dana, address)

    with counted(ledger) as ran:
        answer = look(dana, address, mark)

    assert (answer.status_code, answer.data) == (204, b"")
    assert 1 < len(ran) <= 6


def test_news_are_few_statements_too(ledger: Ledger, dana: FlaskClient) -> None:
    with opened(ledger) as shop:
        customer = shop.customer("212 555 0101")
        for name in ("ana", "ben"):
            shop.ask(name, 4_000, customer_id=customer, note="The box was wet", now=MONDAY)
        shop.give("ana", 3_000, already_given=True, note="Bus leaving", now=MONDAY)

    with counted(ledger) as ran:
        answer = look(dana, LIVE)
    with counted(ledger) as counting:
        look(dana, COUNT)

    assert "Approve $40.00" in answer.text
    assert 6 < len(ran) <= 44
    assert 6 < len(counting) <= 22


@pytest.mark.parametrize("address", [LIVE, COUNT])
def test_what_changes_is_told_at_the_next_look(
    ledger: Ledger, dana: FlaskClient, clock: Clock, address: str
) -> None:
    marks = [mark_of(dana, address)]

    with opened(ledger) as shop:
        first = shop.ask("ana", 4_000, now=MONDAY)
    marks.append(mark_of(dana, address))
    with opened(ledger) as shop:
        second = shop.ask("ben", 5_000, now=MONDAY)
    marks.append(mark_of(dana, address))
    with opened(ledger) as shop:
        answered(shop, "sam", first, "approved", now=MONDAY)
    marks.append(mark_of(dana, address))
    with opened(ledger) as shop:
        withdrawn(shop, "ben", second, now=MONDAY)
        shop.give("ana", 3_000, already_given=True, note="Bus leaving", now=MONDAY)
    marks.append(mark_of(dana, address))
    with opened(ledger) as shop:
        shop.ask("ana", 4_000, now=MONDAY)
    marks.append(mark_of(dana, address))
    # The next in line are asked, then its time is up.
    for minutes in (5, 10):
        clock.pass_by(minutes=minutes)
        marks.append(mark_of(dana, address))

    assert all(before != after for before, after in pairwise(marks))


def test_the_marks_of_a_quiet_minute_are_one(dana: FlaskClient, clock: Clock) -> None:
    marks = {}
    for address in (LIVE, COUNT):
        clock.now = MONDAY
        marks[address] = [mark_of(dana, address)]
        for seconds in (59, 1):
            clock.pass_by(seconds=seconds)
            marks[address].append(mark_of(dana, address))

    live, count = marks[LIVE], marks[COUNT]
    assert live[0] == live[1] != live[2]
    assert len(set(count)) == 1


def test_who_is_handed_the_asks_of_another_site_is_told(ledger: Ledger, dana: FlaskClient) -> None:
    with opened(ledger) as shop:
        shop.ask("chidi", 4_000, site="harbour", now=MONDAY)
    before = mark_of(dana, COUNT)
    assert look(dana, COUNT).text.strip() == ""

    with opened(ledger) as shop:
        new = NewDelegation(
            uid=str(uuid.uuid4()),
            to=shop.people["dana"],
            starts_on=MONDAY.date(),
            ends_on=MONDAY.date(),
        )
        lead = shop.people["sam"]
        delegations.hand_over(shop.session, lead, new, by=lead, now=MONDAY)

    after = look(dana, COUNT, before)
    assert after.status_code == 200
    assert 'class="count">1' in after.text


def test_the_count_is_what_waits_for_oneself_and_the_heading_says_the_same(
    ledger: Ledger, dana: FlaskClient, clock: Clock
) -> None:
    with opened(ledger) as shop:
        turns(shop, dana=2)
        shop.ask("ana", 4_000, now=MONDAY)
        shop.ask("ben", 4_000, now=MONDAY + timedelta(minutes=2))
        shop.give("ana", 3_000, already_given=True, note="Bus leaving", now=MONDAY)
    clock.pass_by(minutes=6)

    page = words_of(dana.get("/inbox"))

    assert "1 customer waiting and 1 asked of somebody else" in page
    assert "Asks 1 Exceptions 1" in page
    assert 'class="count">2' in look(dana, COUNT).text
    clock.pass_by(minutes=1)
    assert "2 customers waiting" in words_of(dana.get("/inbox"))


def test_where_only_others_are_asked_the_inbox_says_so(ledger: Ledger, dana: FlaskClient) -> None:
    with opened(ledger) as shop:
        turns(shop, dana=2)
        shop.ask("ana", 4_000, now=MONDAY)

    page = words_of(dana.get("/inbox"))

    assert "Nobody is waiting for you 1 is asked of somebody else" in page
    assert look(dana, COUNT).text.strip() == ""


def test_a_look_keeps_somebody_signed_in_only_where_the_page_was_touched(
    ledger: Ledger, dana: FlaskClient, clock: Clock
) -> None:
    mark = mark_of(dana, LIVE)
    clock.pass_by(minutes=30)
    look(dana, LIVE, mark)
    assert seen_at(ledger) == MONDAY

    look(dana, LIVE, mark, **{"X-Latitude-Here": "1"})
    assert seen_at(ledger) == clock.now

    clock.pass_by(minutes=59)
    assert look(dana, LIVE).status_code == 200
    clock.pass_by(minutes=1)
    assert look(dana, LIVE).status_code == 303


def test_before_a_sign_in_runs_out_untouched_the_page_is_told(
    dana: FlaskClient, clock: Clock
) -> None:
    ending = "X-Latitude-Ending"
    clock.pass_by(minutes=57, seconds=59)
    assert ending not in look(dana, LIVE).headers

    clock.pass_by(seconds=1)
    told = look(dana, LIVE)
    assert told.headers[ending] == "1"
    assert look(dana, LIVE, told.headers[MARK]).headers[ending] == "1"

    assert ending not in look(dana, LIVE, **{"X-Latitude-Here": "1"}).headers
    assert ending not in look(dana, LIVE).headers


@pytest.mark.parametrize("address", ["/inbox", "/decisions", "/team"])
def test_every_desk_page_of_a_supervisor_keeps_its_count_by_itself(
    dana: FlaskClient, address: str
) -> None:
    page = dana.get(address).text

    assert "js/live.js" in page
    # The inbox counts with all else that changes there.
    assert (f'data-live="{COUNT}"' in page) is (address != "/inbox")


def test_who_answers_no_asks_has_no_count(client_for: ClientFor) -> None:
    assert COUNT not in client_for("ada").get("/team").text


def seen_at(ledger: Ledger) -> datetime:
    with ledger.database.reading() as session:
        dana = cast.person(session, "dana")
        query = select(col(SignIn.last_seen_at)).where(col(SignIn.person_id) == dana.id)
        return session.scalars(query).one()


def turns(shop: Shop, **said: int) -> None:
    site = shop.sites["elm_street"]
    by_id = {shop.people[name].id: turn for name, turn in said.items()}
    ask_rules.set_turns(shop.session, site, by_id, actor="system", now=MONDAY)
