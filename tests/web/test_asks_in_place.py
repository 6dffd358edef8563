"""Answering in place: on Ana's screen Dana proves who she is, for one ask, once."""

import json
import uuid
from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlmodel import col
from werkzeug.test import TestResponse

from ledger.core import ask_states, asks
from ledger.core.tables import Ask, AskAnswer, InPlace, Journal, SignIn
from ledger.ledgers import Ledger
from tests import cast
from tests.asking import answered, withdrawn
from tests.cast import MONDAY, PASSWORD
from tests.web.conftest import ClientFor, Clock
from tests.web.html import parse
from tests.web.opened import opened
from tests.web.said import words_of

NO_MATCH = "The password did not match, or it is too soon for another try."


@pytest.fixture(autouse=True)
def _limit(ledger: Ledger) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500, budget_minor=7_500, budget_period="day")


@pytest.fixture
def ask(ledger: Ledger, _limit: None) -> Ask:
    return an_ask(ledger)


@pytest.fixture
def ana(client_for: ClientFor) -> FlaskClient:
    return client_for("ana")


def an_ask(ledger: Ledger, name: str = "ana", amount_minor: int = 4_000) -> Ask:
    with opened(ledger) as shop:
        return shop.ask(name, amount_minor, now=MONDAY, note="The name on the cake")


def uid_of(ledger: Ledger, name: str) -> str:
    with ledger.database.reading() as session:
        return cast.person(session, name).uid


def typed(
    ledger: Ledger, browser: FlaskClient, ask: Ask, name: str, password: str = PASSWORD
) -> TestResponse:
    """Choose a name on Ana's screen and type a password."""
    said = {"who": uid_of(ledger, name), "password": password}
    return browser.post(f"/asks/{ask.uid}/here", data=said)


def form_of(ask: Ask, kind: str, **said: str) -> Mapping[str, str]:
    return {
        "uid": str(uuid.uuid4()),
        "kind": kind,
        "version": str(ask.version),
        "content_hash": ask.content_hash,
        **said,
    }


def says(browser: FlaskClient, ask: Ask, kind: str, **said: str) -> TestResponse:
    """Answer on Ana's screen."""
    return browser.post(f"/asks/{ask.uid}/here/answer", data=form_of(ask, kind, **said))


def state_of(ledger: Ledger, ask: Ask, clock: Clock | None = None) -> tuple[str, int | None]:
    now = MONDAY if clock is None else clock.now
    with ledger.database.reading() as session:
        found = asks.ask_by_uid(session, ask.uid)
        assert found is not None
        state = ask_states.state_of(session, found, now=now)
        return state.name, state.may_give_minor


def test_those_who_could_answer_are_named_and_nobody_else(ana: FlaskClient, ask: Ask) -> None:
    page = ana.get(f"/asks/{ask.uid}/here")

    said = words_of(page)
    assert parse(page.text).heading == "Who answers here?"
    tiles = [one for one in parse(page.text).root.iter("a") if one.get("class") == "person"]
    assert ["".join(one.itertext())[1:] for one in tiles] == ["Dana", "Sam"]
    assert "Ana stays signed in." in said


def test_that_somebody_is_beside_the_screen_is_not_claimed(ana: FlaskClient, ask: Ask) -> None:
    said = words_of(ana.get(f"/asks/{ask.uid}"))

    assert "Answer on this screen Dana or Sam" in said
    assert "is here: answer" not in said


def test_who_is_near_comes_first(ana: FlaskClient, ask: Ask, client_for: ClientFor) -> None:
    client_for("sam")

    page = ana.get(f"/asks/{ask.uid}/here")

    tiles = [one for one in parse(page.text).root.iter("a") if one.get("class") == "person"]
    names = [" ".join("".join(one.itertext()).split())[1:] for one in tiles]
    assert names == ["Samseen at 11:20", "Dana"]


def test_an_approver_answers_on_the_askers_screen(
    ledger: Ledger, ana: FlaskClient, ask: Ask
) -> None:
    proven = typed(ledger, ana, ask, "dana")
    assert (proven.status_code, proven.location) == (303, f"/asks/{ask.uid}/here")
    card = words_of(ana.get(f"/asks/{ask.uid}/here"))
    assert "Dana, what do you say?" in card
    assert "One answer, for this ask alone, until 11:25." in card
    assert "Ana may give $25.00 a decision" in card
    assert "The name on the cake" in card
    assert "Approve $40.00" in card

    done = says(ana, ask, "approved")

    assert (done.status_code, done.location) == (303, f"/asks/{ask.uid}")
    assert state_of(ledger, ask) == ("approved", 4_000)
    assert parse(ana.get(f"/asks/{ask.uid}").text).heading == "Dana approved $40.00"


def test_the_asker_stays_signed_in_and_nobody_else_is(
    ledger: Ledger, ana: FlaskClient, ask: Ask
) -> None:
    typed(ledger, ana, ask, "dana")
    assert "Your account: A Ana" in words_of(ana.get(f"/asks/{ask.uid}/here"))

    says(ana, ask, "approved")

    assert ana.get("/log").status_code == 200
    assert ana.get("/inbox").status_code == 404
    with ledger.database.reading() as session:
        signed = session.scalars(select(SignIn)).all()
        assert [one.person_id for one in signed] == [cast.person(session, "ana").id]


def test_the_journal_says_that_it_was_in_place(ledger: Ledger, ana: FlaskClient, ask: Ask) -> None:
    typed(ledger, ana, ask, "dana")
    says(ana, ask, "countered", amount="30")

    with ledger.database.reading() as session:
        dana = cast.person(session, "dana")
        row = session.scalars(select(AskAnswer)).one()
        assert (row.kind, row.amount_minor, row.in_place) == ("countered", 3_000, True)
        assert row.person_id == dana.id
        told = session.scalars(
            select(Journal)
            .where(col(Journal.subject) == f"ask:{ask.uid}")
            .order_by(col(Journal.seq))
        ).all()
    assert [one.kind for one in told] == ["ask.made", "ask.proven_in_place", "ask.countered"]
    assert [one.actor for one in told[1:]] == [f"person:{dana.uid}"] * 2


def test_a_no_needs_a_reason(ledger: Ledger, ana: FlaskClient, ask: Ask) -> None:
    typed(ledger, ana, ask, "dana")

    without = says(ana, ask, "declined")
    assert without.status_code == 422
    assert "Say why: it is what can be told to the customer." in words_of(without)

    assert says(ana, ask, "declined", words="We baked a new one").status_code == 303
    assert state_of(ledger, ask) == ("declined", None)


@pytest.mark.parametrize(
    "name, password",
    [
        ("dana", "not her password"),
        # The right password of somebody who may not answer: Ana herself, Ben, HR, an administrator.
        ("ana", PASSWORD),
        ("ben", PASSWORD),
        ("hana", PASSWORD),
        ("ada", PASSWORD),
    ],
)
def test_all_that_does_not_count_gets_one_answer(
    ledger: Ledger, ana: FlaskClient, ask: Ask, name: str, password: str
) -> None:
    answer = typed(ledger, ana, ask, name, password)

    assert answer.status_code == 422
    assert NO_MATCH in words_of(answer)
    assert "Who answers here?" in words_of(ana.get(f"/asks/{ask.uid}/here"))
    assert says(ana, ask, "approved").status_code == 409
    with ledger.database.reading() as session:
        assert session.scalars(select(InPlace)).all() == []
        kinds = session.scalars(select(col(Journal.kind)).order_by(col(Journal.seq).desc())).all()
    assert kinds[0] == "sign_in.refused"


def test_somebody_unknown_gets_the_same_answer(ana: FlaskClient, ask: Ask) -> None:
    said = {"who": str(uuid.uuid4()), "password": PASSWORD}

    answer = ana.post(f"/asks/{ask.uid}/here", data=said)

    assert answer.status_code == 422
    assert NO_MATCH in words_of(answer)


def test_an_empty_password_is_not_a_try(ledger: Ledger, ana: FlaskClient, ask: Ask) -> None:
    for _ in range(9):
        assert "Type your password" in words_of(typed(ledger, ana, ask, "dana", ""))

    assert typed(ledger, ana, ask, "dana").status_code == 303


def test_tries_on_the_askers_screen_wait_there_and_keep_nobody_out_elsewhere(
    ledger: Ledger, ana: FlaskClient, ask: Ask, nobody: FlaskClient, clock: Clock
) -> None:
    for _ in range(5):
        assert NO_MATCH in words_of(typed(ledger, ana, ask, "dana", "a guess"))

    # Now also the right one has to wait on this screen, and Dana's own devices let her in.
    assert NO_MATCH in words_of(typed(ledger, ana, ask, "dana"))
    door = {"email": cast.email_of("dana"), "password": PASSWORD}
    assert nobody.post("/sign-in", data=door).status_code == 303

    # Sam can still answer here, and signing in again gives Ana's screen no further tries.
    assert typed(ledger, ana, ask, "sam").status_code == 303
    clock.pass_by(seconds=31)
    assert typed(ledger, ana, ask, "dana").status_code == 303


def test_signing_in_again_gives_no_further_tries(
    ledger: Ledger, ana: FlaskClient, ask: Ask, client_for: ClientFor
) -> None:
    for _ in range(5):
        typed(ledger, ana, ask, "dana", "a guess")

    assert NO_MATCH in words_of(typed(ledger, client_for("ana"), ask, "dana"))


def test_guesses_at_several_names_keep_the_askers_screen_waiting(
    ledger: Ledger, ana: FlaskClient, ask: Ask
) -> None:
    for number in range(10):
        who = str(uuid.UUID(int=number))
        ana.post(f"/asks/{ask.uid}/here", data={"who": who, "password": "a guess"})

    assert NO_MATCH in words_of(typed(ledger, ana, ask, "dana"))


def test_the_journal_says_at_which_ask_a_password_did_not_match(
    ledger: Ledger, ana: FlaskClient, ask: Ask, client_for: ClientFor
) -> None:
    typed(ledger, ana, ask, "dana", "a guess")

    with ledger.database.reading() as session:
        row = session.scalars(select(Journal).order_by(col(Journal.seq).desc())).first()
        assert row is not None
        assert (row.kind, row.subject) == (
            "sign_in.refused",
            f"person:{cast.person(session, 'dana').uid}",
        )
        assert json.loads(row.content) == {"ask": ask.uid, "what": "password"}
    told = words_of(client_for("otto").get("/journal"))
    assert "tried to answer an ask on the asker's screen as Dana" in told


def test_after_five_minutes_the_password_is_asked_again(
    ledger: Ledger, ana: FlaskClient, ask: Ask, clock: Clock
) -> None:
    typed(ledger, ana, ask, "dana")
    clock.pass_by(minutes=5)

    late = says(ana, ask, "approved")

    assert late.status_code == 409
    assert "It is too late: nothing was answered." in words_of(late)
    assert state_of(ledger, ask, clock) == ("waiting", None)
    again = ana.get(f"/asks/{ask.uid}/here")
    assert "It is too late: nothing was answered." in words_of(again)
    assert typed(ledger, ana, ask, "dana").status_code == 303
    assert says(ana, ask, "approved").status_code == 303
    assert state_of(ledger, ask, clock) == ("approved", 4_000)


def test_a_proof_is_for_one_answer(ledger: Ledger, ana: FlaskClient, ask: Ask) -> None:
    typed(ledger, ana, ask, "dana")
    says(ana, ask, "declined", words="Not today")

    second = says(ana, ask, "approved")

    assert second.status_code == 409
    assert parse(second.text).heading == "Dana said no"
    assert "The answer was not saved. What happened first stands here." in words_of(second)
    assert state_of(ledger, ask) == ("declined", None)


def test_the_same_tap_twice_is_one_answer(ledger: Ledger, ana: FlaskClient, ask: Ask) -> None:
    typed(ledger, ana, ask, "dana")
    form = form_of(ask, "approved")

    twice = [ana.post(f"/asks/{ask.uid}/here/answer", data=form) for _ in range(2)]

    assert [one.status_code for one in twice] == [303, 303]
    assert state_of(ledger, ask) == ("approved", 4_000)


def test_a_proof_is_for_one_ask(ledger: Ledger, ana: FlaskClient, ask: Ask) -> None:
    other = an_ask(ledger, amount_minor=5_000)
    typed(ledger, ana, ask, "dana")

    assert says(ana, other, "approved").status_code == 409

    assert state_of(ledger, other) == ("waiting", None)
    assert "Who answers here?" in words_of(ana.get(f"/asks/{other.uid}/here"))


def test_a_proof_is_for_one_browser(
    ledger: Ledger, ana: FlaskClient, ask: Ask, client_for: ClientFor
) -> None:
    typed(ledger, ana, ask, "dana")

    assert says(client_for("ana"), ask, "approved").status_code == 409

    assert state_of(ledger, ask) == ("waiting", None)


def test_going_back_forgets_who_was_there(ledger: Ledger, ana: FlaskClient, ask: Ask) -> None:
    typed(ledger, ana, ask, "dana")

    left = ana.post(f"/asks/{ask.uid}/here/leave")

    assert (left.status_code, left.location) == (303, f"/asks/{ask.uid}")
    page = words_of(ana.get(f"/asks/{ask.uid}/here"))
    assert "Who answers here?" in page
    assert "too late" not in page
    assert says(ana, ask, "approved").status_code == 409


def test_who_answers_remotely_first_wins(ledger: Ledger, ana: FlaskClient, ask: Ask) -> None:
    typed(ledger, ana, ask, "dana")
    with opened(ledger) as shop:
        answered(shop, "sam", ask, "countered", amount_minor=3_000, now=MONDAY)

    assert ana.get(f"/asks/{ask.uid}/here/now").location == f"/asks/{ask.uid}/here"
    assert ana.get(f"/asks/{ask.uid}/here").location == f"/asks/{ask.uid}"
    assert says(ana, ask, "approved").status_code == 409
    assert state_of(ledger, ask) == ("countered", 3_000)


def test_an_answer_is_for_what_was_read(ledger: Ledger, ana: FlaskClient, ask: Ask) -> None:
    typed(ledger, ana, ask, "dana")

    other = ana.post(
        f"/asks/{ask.uid}/here/answer", data={**form_of(ask, "approved"), "content_hash": "0" * 64}
    )

    assert other.status_code == 409
    assert "The ask was changed meanwhile." in words_of(other)
    assert state_of(ledger, ask) == ("waiting", None)


def test_who_could_not_approve_it_all_is_not_among_those_who_answer(
    ledger: Ledger, client_for: ClientFor
) -> None:
    large, ana = an_ask(ledger, amount_minor=15_000), client_for("ana")

    assert "Dana" not in words_of(ana.get(f"/asks/{large.uid}/here"))
    assert NO_MATCH in words_of(typed(ledger, ana, large, "dana"))


def test_where_nobody_may_approve_that_much_the_page_says_so(
    ledger: Ledger, ana: FlaskClient
) -> None:
    largest = an_ask(ledger, amount_minor=25_000)

    assert "Nobody can answer this now" in words_of(ana.get(f"/asks/{largest.uid}/here"))


def test_only_ones_own_waiting_ask_is_answered_here(
    ledger: Ledger, client_for: ClientFor, ana: FlaskClient, ask: Ask
) -> None:
    assert client_for("ben").get(f"/asks/{ask.uid}/here").status_code == 404
    assert typed(ledger, client_for("ben"), ask, "dana").status_code == 404
    assert ana.get(f"/asks/{uuid.uuid4()}/here").status_code == 404

    with opened(ledger) as shop:
        withdrawn(shop, "ana", ask, now=MONDAY)

    assert ana.get(f"/asks/{ask.uid}/here").location == f"/asks/{ask.uid}"
    assert typed(ledger, ana, ask, "dana").location == f"/asks/{ask.uid}"
