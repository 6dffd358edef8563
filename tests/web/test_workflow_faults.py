"""What somebody may try with forms (FAULTS A14, G4, G6), and what must happen.

Fields that no form has are not looked at, rather than answered with a 400: a browser's extension
may add some. `test_unknown_fields` tries them in every way to write; here it is the values.
"""

import uuid

import pytest
from sqlalchemy import select

from ledger.core import ask_states, asks
from ledger.core.tables import Ask, Decision
from ledger.ledgers import Ledger
from tests.cast import MONDAY
from tests.web.conftest import ClientFor
from tests.web.counter_form import written
from tests.web.opened import opened

# What nobody says in a form: who did it, how it stands, what the chain makes of it.
NOT_FOR_FORMS = {
    "status": "approved",
    "actor_id": "1",
    "person_id": "1",
    "approved_by": "1",
    "limit_id": "1",
    "limit_per_decision_minor": "999999",
    "ask_id": "1",
    "exception_reason": "act_now",
    "created_at": "2020-01-01",
    "made_at": "2020-01-01",
    "business_date": "2020-01-01",
    "source": "imported",
    "hash": "0" * 64,
}


@pytest.fixture
def ask(ledger: Ledger) -> Ask:
    """Let Ben ask for $40, where he may give $25."""
    with opened(ledger) as shop:
        shop.limit(2_500)
        return shop.ask("ben", 4_000, now=MONDAY)


def state_of(ledger: Ledger, ask: Ask) -> str:
    with ledger.database.reading() as session:
        found = asks.ask_by_uid(session, ask.uid)
        assert found is not None
        return ask_states.state_of(session, found, now=MONDAY).name


def answer_form(ask: Ask, kind: str, **said: str) -> dict[str, str]:
    plain = {"version": str(ask.version), "content_hash": ask.content_hash}
    return {"uid": str(uuid.uuid4()), "kind": kind, **plain, **said}


def test_a14_approving_twice_is_approving_once(
    ledger: Ledger, client_for: ClientFor, ask: Ask
) -> None:
    dana, form = client_for("dana"), answer_form(ask, "approved")

    first, again = (dana.post(f"/inbox/asks/{ask.uid}", data=form) for _ in range(2))
    other = dana.post(f"/inbox/asks/{ask.uid}", data=answer_form(ask, "declined", words="No"))

    assert [first.status_code, again.status_code, other.status_code] == [303, 303, 409]
    assert "approved" in other.text
    assert state_of(ledger, ask) == "approved"


def test_g4_nobody_says_in_a_form_what_only_the_ledger_says(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        ana = shop.people["ana"].id

    client_for("ana").post("/log", data={**NOT_FOR_FORMS, **written(ledger, amount="12")})
    client_for("ana").post("/log", data={**NOT_FOR_FORMS, **written(ledger, amount="40")})

    with ledger.database.reading() as session:
        (made,) = session.scalars(select(Decision))
    assert (made.person_id, made.amount_minor, made.ask_id) == (ana, 1_200, None)
    assert (made.source, made.exception_reason) == ("logged", None)
    assert made.limit_per_decision_minor == 2_500
    assert made.received_at.year == made.business_date.year == MONDAY.year


def test_g4_an_answer_is_that_of_whoever_is_signed_in(
    ledger: Ledger, client_for: ClientFor, ask: Ask
) -> None:
    said = {**NOT_FOR_FORMS, **answer_form(ask, "approved")}
    said |= {"ceiling_minor": "1", "for_person_id": "2", "in_place": "1"}

    client_for("dana").post(f"/inbox/asks/{ask.uid}", data=said)

    with ledger.database.reading() as session:
        found = asks.ask_by_uid(session, ask.uid)
        assert found is not None
        answer = ask_states.state_of(session, found, now=MONDAY).answer
    with opened(ledger) as shop:
        dana = shop.people["dana"].id
    assert answer is not None
    assert (answer.person_id, answer.for_person_id, answer.in_place) == (dana, None, False)
    assert answer.ceiling_minor == 10_000
