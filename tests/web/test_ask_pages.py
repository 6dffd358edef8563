"""The asker's pages: from the refusal in one tap, watched, changed, given or left."""

import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from ledger.core import asks
from ledger.core.tables import Ask, AskAnswer, Decision, UnmetNeed
from ledger.ledgers import Ledger
from ledger.web import application
from tests.asking import answered
from tests.cast import MONDAY
from tests.patience import wait_until
from tests.web.conftest import ClientFor, Clock, token_for
from tests.web.counter_form import form_with_button, written
from tests.web.html import parse
from tests.web.opened import opened
from tests.web.said import words_of


@pytest.fixture(autouse=True)
def _limit(ledger: Ledger) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500, budget_minor=7_500, budget_period="day")


def asked(ledger: Ledger, client_for: ClientFor, amount: str = "40") -> str:
    """Let Ana meet the refusal and ask with one tap; return the address of the ask."""
    ana = client_for("ana")
    refused = ana.post("/log", data=written(ledger, amount=amount))
    assert refused.status_code == 409
    form = form_with_button(refused, "Ask Dana") | {"note": "The name on the cake"}
    answer = ana.post("/asks", data=form)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def uid_of(address: str) -> str:
    return address.split("/")[2]


def answer(ledger: Ledger, address: str, kind: str = "approved", **said: object) -> None:
    """Let Dana answer."""
    with opened(ledger) as shop:
        ask = asks.ask_by_uid(shop.session, uid_of(address))
        assert ask is not None
        answered(shop, "dana", ask, kind, now=MONDAY, **said)  # type: ignore[arg-type]  # as the test says them


def decisions_of(ledger: Ledger) -> list[Decision]:
    with ledger.database.reading() as session:
        return list(session.scalars(select(Decision)).all())


def press(client_for: ClientFor, address: str, words: str) -> str:
    """Press a button on Ana's page of the ask; return where it leads."""
    ana = client_for("ana")
    page = ana.get(address)
    path = next(
        form.get("action", "")
        for form in parse(page.text).root.iter("form")
        if any(words in "".join(button.itertext()) for button in form.iter("button"))
    )
    done = ana.post(path, data=form_with_button(page, words))
    assert done.status_code == 303, done.text
    return str(done.location)


def test_the_refusal_leads_to_an_ask_in_one_tap(ledger: Ledger, client_for: ClientFor) -> None:
    address = asked(ledger, client_for)

    page = client_for("ana").get(address)

    assert parse(page.text).heading == "Waiting for Dana or Sam"
    said = words_of(page)
    assert "$40.00, refund" in said
    assert "The name on the cake" in said
    assert "If nobody answers by" in said
    with ledger.database.reading() as session:
        ask = session.scalars(select(Ask)).one()
    assert (ask.amount_minor, ask.reserved_minor) == (4_000, 4_000)
    assert ask.refusal_uid is not None
    assert decisions_of(ledger) == []


def test_the_same_tap_again_is_the_same_ask(ledger: Ledger, client_for: ClientFor) -> None:
    ana = client_for("ana")
    refused = ana.post("/log", data=written(ledger, amount="40"))
    form = form_with_button(refused, "Ask Dana")

    first, second = ana.post("/asks", data=form), ana.post("/asks", data=form)

    assert first.location == second.location
    with ledger.database.reading() as session:
        assert len(session.scalars(select(Ask)).all()) == 1


def test_what_was_approved_is_given_with_one_tap(ledger: Ledger, client_for: ClientFor) -> None:
    address = asked(ledger, client_for)
    answer(ledger, address)

    page = client_for("ana").get(address)
    assert parse(page.text).heading == "Dana approved $40.00"
    assert "Nothing is given yet" in words_of(page)
    receipt = press(client_for, address, "Give $40.00")

    assert "Dana allowed $40.00" in words_of(client_for("ana").get(receipt))
    (made,) = decisions_of(ledger)
    assert (made.amount_minor, made.ask_id) == (4_000, 1)
    assert parse(client_for("ana").get(address).text).heading == "$40.00 was given"


def test_a_counter_offer_is_taken_or_not(ledger: Ledger, client_for: ClientFor) -> None:
    address = asked(ledger, client_for)
    answer(ledger, address, "countered", amount_minor=3_000, words="For the cake alone")

    page = client_for("ana").get(address)
    assert parse(page.text).heading == "Dana offers $30.00"
    said = words_of(page)
    assert "“For the cake alone”" in said
    assert "Give $25.00 instead" in said
    assert "Ask again" in said

    press(client_for, address, "No thanks")
    assert decisions_of(ledger) == []

    again = asked(ledger, client_for)
    answer(ledger, again, "countered", amount_minor=3_000)
    press(client_for, again, "Give $30.00")
    assert [one.amount_minor for one in decisions_of(ledger)] == [3_000]


def test_a_second_tap_on_give_gives_nothing_twice(ledger: Ledger, client_for: ClientFor) -> None:
    address = asked(ledger, client_for)
    answer(ledger, address)
    ana, uid = client_for("ana"), str(uuid.uuid4())

    first = ana.post(f"{address}/give", data={"uid": uid})
    second = ana.post(f"{address}/give", data={"uid": uid})
    other = ana.post(f"{address}/give", data={"uid": str(uuid.uuid4())})

    assert (first.status_code, second.status_code, other.status_code) == (303, 303, 409)
    assert "again=1" in str(second.location)
    assert "It was given before, once." in words_of(other)
    assert len(decisions_of(ledger)) == 1


def test_a_decline_shows_why_and_the_ways_on(ledger: Ledger, client_for: ClientFor) -> None:
    address = asked(ledger, client_for)
    answer(ledger, address, "declined", words="They had two this week")

    page = client_for("ana").get(address)

    assert parse(page.text).heading == "Dana said no"
    said = words_of(page)
    assert "“They had two this week”" in said
    for way in ("Give $25.00 instead", "Ask again", "Record an unmet need"):
        assert way in said


def test_a_second_try_is_linked_to_the_first(ledger: Ledger, client_for: ClientFor) -> None:
    address = asked(ledger, client_for)
    answer(ledger, address, "declined")
    ana = client_for("ana")
    form = form_with_button(ana.get(f"{address}/again"), "Ask for this")

    done = ana.post(f"{address}/again", data=form | {"amount": "35", "why": "She waits"})

    said = words_of(ana.get(str(done.location)))
    assert "$35.00, refund" in said
    assert "declined by Dana" in said
    with ledger.database.reading() as session:
        first, second = session.scalars(select(Ask).order_by(col(Ask.id))).all()
    assert (second.version, second.previous_id) == (2, first.id)


def test_an_amount_that_cannot_be_read_is_said_at_its_field(
    ledger: Ledger, client_for: ClientFor
) -> None:
    address = asked(ledger, client_for)
    ana = client_for("ana")
    form = form_with_button(ana.get(f"{address}/again"), "Ask for this")

    page = ana.post(f"{address}/again", data=form | {"amount": "4,000"})

    assert page.status_code == 422
    assert "Type the amount" in words_of(page)


def test_a_changed_ask_takes_the_place_of_the_first(ledger: Ledger, client_for: ClientFor) -> None:
    address = asked(ledger, client_for)
    ana = client_for("ana")
    form = form_with_button(ana.get(f"{address}/again"), "Ask for this")
    ana.post(f"{address}/again", data=form | {"amount": "45"})

    page = ana.get(address)

    assert parse(page.text).heading == "You changed this ask"
    assert "See the newer one" in words_of(page)


def test_less_is_given_in_place_of_the_ask_in_one_step(
    ledger: Ledger, client_for: ClientFor
) -> None:
    address = asked(ledger, client_for)

    receipt = press(client_for, address, "Give $25.00 instead")

    assert "/receipts/" in receipt
    (made,) = decisions_of(ledger)
    assert (made.amount_minor, made.ask_id, made.exception_reason) == (2_500, None, None)
    assert parse(client_for("ana").get(address).text).heading == "The ask was taken back"


def test_more_than_is_left_is_not_given_instead(ledger: Ledger, client_for: ClientFor) -> None:
    address = asked(ledger, client_for)

    sent = {"uid": str(uuid.uuid4()), "amount": "26"}
    client_for("ana").post(f"{address}/instead", data=sent)

    assert decisions_of(ledger) == []
    assert "Waiting for" in parse(client_for("ana").get(address).text).heading


def test_an_ask_is_taken_back(ledger: Ledger, client_for: ClientFor) -> None:
    address = asked(ledger, client_for)

    press(client_for, address, "Take the ask back")

    assert parse(client_for("ana").get(address).text).heading == "The ask was taken back"


def test_what_nobody_answered_says_so_and_becomes_an_unmet_need(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    address = asked(ledger, client_for)
    clock.pass_by(minutes=15)

    assert parse(client_for("ana").get(address).text).heading == "Nobody answered in time"
    press(client_for, address, "Record an unmet need")

    with ledger.database.reading() as session:
        need = session.scalars(select(UnmetNeed)).one()
    assert (need.amount_minor, need.refusal_uid is None) == (4_000, False)
    assert "Record an unmet need" not in words_of(client_for("ana").get(address))


def test_an_ask_without_a_refusal_becomes_one_unmet_need_for_its_thread(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        first = shop.ask("ana", 4_000)
        shop.withdraw("ana", first)
        second = shop.ask("ana", 3_500, previous=first)
        shop.withdraw("ana", second)
    addresses = [f"/asks/{ask.uid}" for ask in (first, second)]

    need = press(client_for, addresses[1], "Record an unmet need")
    ana = client_for("ana")

    assert "Record an unmet need" not in words_of(ana.get(addresses[1]))
    assert {ana.post(f"{address}/need").location for address in addresses} == {need}
    with ledger.database.reading() as session:
        assert session.scalars(select(UnmetNeed)).one().amount_minor == 3_500


def test_what_was_not_given_in_time_has_lapsed(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    address = asked(ledger, client_for)
    answer(ledger, address)
    clock.pass_by(minutes=15)

    page = client_for("ana").get(address)
    assert parse(page.text).heading == "The time to give it is over"
    late = client_for("ana").post(f"{address}/give", data={"uid": str(uuid.uuid4())})
    assert late.status_code == 409
    assert decisions_of(ledger) == []


@pytest.mark.parametrize("name", ["ben", "dana", "chidi"])
def test_nobody_sees_or_moves_the_ask_of_somebody_else(
    ledger: Ledger, client_for: ClientFor, name: str
) -> None:
    address = asked(ledger, client_for)
    answer(ledger, address)
    other, sent = client_for(name), {"uid": str(uuid.uuid4()), "amount": "10"}

    assert other.get(address).status_code == 404
    assert other.get(f"{address}/now").status_code == 404
    for step in ("give", "instead", "withdraw", "again", "need"):
        assert other.post(f"{address}/{step}", data=sent).status_code == 404
    with ledger.database.reading() as session:
        assert len(session.scalars(select(AskAnswer)).all()) == 1


def test_an_open_ask_stays_in_sight_at_the_counter(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    asked(ledger, client_for)

    assert "Your ask for $40.00 is waiting." in words_of(client_for("ana").get("/log"))
    clock.pass_by(minutes=15)
    assert "Your ask" not in words_of(client_for("ana").get("/log"))


def test_what_can_be_given_is_not_asked_for(ledger: Ledger, client_for: ClientFor) -> None:
    page = client_for("ana").post("/asks", data=written(ledger, amount="20"))

    assert page.status_code == 409
    assert "Nobody has to be asked." in words_of(page)


def test_the_companys_own_command_is_told_of_a_new_ask_once(
    ledger: Ledger, clock: Clock, tmp_path: Path
) -> None:
    told = tmp_path / "told.txt"
    command = f"sh -c 'echo \"$@\" >> {told}' tell"
    settings = replace(ledger.settings, notify_command=command)
    app = application.assemble(replace(ledger, settings=settings), clock=clock)
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    ana = app.test_client()
    ana.set_cookie("latitude", token_for(ledger.database, "ana", now=clock.now))
    form = form_with_button(ana.post("/log", data=written(ledger, amount="40")), "Ask Dana")

    ana.post("/asks", data=form)
    ana.post("/asks", data=form)

    wait_until(lambda: told.exists() and told.read_text() == f"{form['uid']} S1\n")


def test_my_asks_are_listed_with_what_became_of_them(ledger: Ledger, client_for: ClientFor) -> None:
    asked(ledger, client_for)
    declined = asked(ledger, client_for, "30")
    answer(ledger, declined, "declined", words="They had two this week")

    page = client_for("ana").get("/my-decisions/asks")

    said = words_of(page)
    assert "$40.00" in said
    assert "Waiting" in said
    assert "declined by Dana at 11:20: “They had two this week”" in said
    assert "No asks" in words_of(client_for("ben").get("/my-decisions/asks"))
