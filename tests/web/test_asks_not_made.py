"""When an ask cannot be made, or less cannot be given in its place: what was typed is not lost."""

import uuid

import pytest
from sqlalchemy import select

from ledger.core import signing_in, site_changes
from ledger.core.tables import Ask
from ledger.ledgers import Ledger
from tests import cast
from tests.cast import MONDAY
from tests.web.conftest import ClientFor, Clock
from tests.web.counter_form import form_with_button, written
from tests.web.html import parse
from tests.web.opened import opened
from tests.web.said import words_of


@pytest.fixture(autouse=True)
def _limit(ledger: Ledger) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500, budget_minor=7_500, budget_period="day")


def refused(ledger: Ledger, client_for: ClientFor) -> dict[str, str]:
    """Let Ana meet the refusal of $40.00; return what the button that asks sends."""
    return form_with_button(
        client_for("ana").post("/log", data=written(ledger, amount="40")), "Ask Dana"
    )


def close(ledger: Ledger) -> None:
    with opened(ledger) as shop:
        number = shop.sites["elm_street"].id
        site_changes.retire_site(shop.session, number, actor="system", now=MONDAY)


def count(ledger: Ledger) -> int:
    with ledger.database.reading() as session:
        return len(session.scalars(select(Ask)).all())


def test_what_was_typed_stays_in_sight_when_the_site_was_closed(
    ledger: Ledger, client_for: ClientFor
) -> None:
    form = refused(ledger, client_for) | {"note": "the name on the cake"}
    close(ledger)

    answer = client_for("ana").post("/asks", data=form)

    assert answer.status_code == 409
    for words in ("Elm Street was closed", "$ 40", "the name on the cake"):
        assert words in words_of(answer)
    assert count(ledger) == 0


def test_an_ask_whose_answer_did_not_arrive_is_found_after_the_site_was_closed(
    ledger: Ledger, client_for: ClientFor
) -> None:
    form = refused(ledger, client_for)
    first = client_for("ana").post("/asks", data=form)
    close(ledger)

    again = client_for("ana").post("/asks", data=form)

    assert (again.status_code, again.location) == (303, first.location)
    assert count(ledger) == 1


def test_a_site_that_there_is_not_leads_back_to_the_log(
    ledger: Ledger, client_for: ClientFor
) -> None:
    form = refused(ledger, client_for) | {"site": "999999"}

    answer = client_for("ana").post("/asks", data=form)

    assert (answer.status_code, answer.location) == (303, "/log")
    assert count(ledger) == 0


def test_the_same_form_with_something_else_in_it_asks_nobody(
    ledger: Ledger, client_for: ClientFor
) -> None:
    form, ana = refused(ledger, client_for), client_for("ana")
    ana.post("/asks", data=form)

    answer = ana.post("/asks", data=form | {"amount": "45"})

    assert answer.status_code == 422
    assert "This form was sent before" in words_of(answer)
    assert count(ledger) == 1


def test_every_version_of_an_ask_leads_to_the_others(ledger: Ledger, client_for: ClientFor) -> None:
    ana = client_for("ana")
    first = str(ana.post("/asks", data=refused(ledger, client_for)).location)
    form = form_with_button(ana.get(f"{first}/again"), "Ask for this")
    second = str(ana.post(f"{first}/again", data=form | {"amount": "45"}).location)

    def leads_to(address: str) -> set[str]:
        found = parse(ana.get(address).text).root.iter("a")
        return {one.get("href", "") for one in found}

    assert second in leads_to(first)
    assert first in leads_to(second)


def test_less_is_given_in_place_of_an_ask_for_a_known_customer(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        ruth = shop.customer("212 555 4417")
    ana = client_for("ana")
    page = ana.post("/log", data=written(ledger, amount="40", customer=str(ruth)))
    address = str(ana.post("/asks", data=form_with_button(page, "Ask Dana")).location)

    sent = {"uid": str(uuid.uuid4()), "amount": "25"}
    first, second = (ana.post(f"{address}/instead", data=sent) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert str(second.location).startswith(str(first.location))


def test_a_page_that_looks_for_news_by_itself_keeps_nobody_signed_in(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    ana = client_for("ana")
    address = str(ana.post("/asks", data=refused(ledger, client_for)).location)

    clock.pass_by(minutes=9)
    ana.get(f"{address}/now", headers={"X-Latitude-Live": "1"})

    with ledger.database.reading() as session:
        person = cast.person(session, "ana")
        seen = {
            one.last_seen_at for one in signing_in.open_sign_ins(session, person, now=clock.now)
        }
    assert seen == {MONDAY}
