"""The fork: a refusal is never a dead end, and what was given already is written down."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from ledger.core import ask_rules, asks
from ledger.core.ask_rules import Rule
from ledger.core.tables import Ask, Decision, Refusal, SignIn
from ledger.ledgers import Ledger
from tests.cast import MONDAY as MONDAY_NOON
from tests.counter import LIMITS_SET_AT
from tests.web.conftest import ClientFor
from tests.web.counter_form import form_with_button, remedy_of, written
from tests.web.opened import opened
from tests.web.said import words_of


@pytest.fixture(autouse=True)
def _limit(ledger: Ledger) -> None:
    """Let everybody give $25 a decision and $75 a day."""
    with opened(ledger) as shop:
        shop.limit(2_500, budget_minor=7_500, budget_period="day")


def test_what_was_given_already_is_written_down_with_its_reason(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ana = client_for("ana")
    fork = ana.post("/log", data=written(ledger, amount="40"))
    assert "I already gave it Dana or Sam reads it within a day" in words_of(fork)

    answer = ana.post(
        "/log", data=form_with_button(fork, "I already gave it") | {"note": "It was burnt"}
    )

    assert answer.status_code == 303
    (made,) = decisions_of(ledger)
    assert (made.exception_reason, made.amount_minor) == ("already_given", 4_000)
    assert made.note_commitment
    words = words_of(ana.get(answer.location))
    assert "Exception: already given Dana or Sam reads it by 3 Mar, 11:20." in words


def test_the_note_that_was_typed_comes_along(ledger: Ledger, client_for: ClientFor) -> None:
    fork = client_for("ana").post("/log", data=written(ledger, amount="40", note="Cold soup"))

    assert form_with_button(fork, "I already gave it")["note"] == "Cold soup"


@pytest.mark.parametrize(
    "note, fix",
    [
        ("", "Write in a few words why, then choose again"),
        ("card 4111 1111 1111 1111", "Leave out what looks like a card or phone number"),
    ],
)
def test_without_a_reason_the_fork_asks_for_it_in_the_same_sheet(
    ledger: Ledger, client_for: ClientFor, note: str, fix: str
) -> None:
    ana = client_for("ana")
    fork = ana.post("/log", data=written(ledger, amount="40"))

    again = ana.post("/log", data=form_with_button(fork, "I already gave it") | {"note": note})

    words = words_of(again)
    assert again.status_code == 422
    assert "You may give up to $25.00 a decision" in words
    assert fix in words
    assert not decisions_of(ledger)
    last = form_with_button(again, "I already gave it") | {"note": "It was burnt"}
    assert ana.post("/log", data=last).status_code == 303
    assert len(decisions_of(ledger)) == 1


def test_somebody_elses_refusal_is_not_shown(ledger: Ledger, client_for: ClientFor) -> None:
    client_for("ana").post("/log", data=written(ledger, amount="40"))
    with ledger.database.reading() as session:
        refused = session.scalars(select(Refusal)).one().uid

    form = written(ledger, amount="40", refused=refused, already_given="y")
    answer = client_for("ben").post("/log", data=form)

    assert answer.status_code == 422
    assert "You may give up to" not in words_of(answer)


def test_where_the_band_allows_it_it_is_given_at_once_and_read(
    ledger: Ledger, client_for: ClientFor
) -> None:
    set_band(ledger, 3_000)
    ana = client_for("ana")
    fork = ana.post("/log", data=written(ledger, amount="30"))

    button = form_with_button(fork, "Give $30.00 now")
    without = ana.post("/log", data=button | {"note": " "})
    assert without.status_code == 422
    assert "Write in a few words why, then choose again" in words_of(without)
    answer = ana.post("/log", data=button | {"note": "The train was leaving"})

    assert answer.status_code == 303
    (made,) = decisions_of(ledger)
    assert made.exception_reason == "act_now"
    assert "Exception: act now Dana or Sam reads it by" in words_of(ana.get(answer.location))


def test_beyond_the_band_there_is_no_giving_at_once(ledger: Ledger, client_for: ClientFor) -> None:
    ana = client_for("ana")
    assert "now Allowed here" not in words_of(ana.post("/log", data=written(ledger, amount="30")))
    set_band(ledger, 3_000)

    fork = ana.post("/log", data=written(ledger, amount="30.01"))

    assert "Allowed here" not in words_of(fork)


def test_g8_what_is_for_family_is_told_why_and_offered_ways_on(
    ledger: Ledger, client_for: ClientFor
) -> None:
    """G8: own and family customers, in words."""
    ana = client_for("ana")
    page = words_of(ana.get("/log"))
    assert "This is for me, family or a friend Then somebody else decides it: you ask." in page

    fork = ana.post("/log", data=written(ledger, amount="5", declared_own="y"))

    words = words_of(fork)
    assert fork.status_code == 409
    assert "For you, family or a friend Somebody else decides this one" in words
    assert "I already gave it" in words
    assert "Record an unmet need" in words
    assert "done now" not in words
    given = form_with_button(fork, "I already gave it") | {"note": "My sister"}
    assert ana.post("/log", data=given).status_code == 303
    (made,) = decisions_of(ledger)
    assert (made.declared_own, made.exception_reason) == (True, "already_given")
    receipt = words_of(ana.get(f"/receipts/{made.uid}"))
    assert "Exception: already given Own or family customer Dana or Sam reads it by" in receipt


def test_an_unmet_need_for_family_is_recorded(ledger: Ledger, client_for: ClientFor) -> None:
    ana = client_for("ana")
    fork = ana.post("/log", data=written(ledger, amount="5", declared_own="y"))

    need = ana.post("/log", data=form_with_button(fork, "Record an unmet need"))

    words = words_of(ana.get(need.location))
    assert "What stopped you For yourself, family or a friend" in words


def test_an_apology_to_family_is_done_without_anybody(
    ledger: Ledger, client_for: ClientFor
) -> None:
    form = written(ledger, remedy=remedy_of(ledger, "apology"), amount="", declared_own="y")

    assert client_for("ana").post("/log", data=form).status_code == 303


def test_nobody_who_can_allow_it_is_said(ledger: Ledger, client_for: ClientFor) -> None:
    fork = client_for("ana").post("/log", data=written(ledger, amount="9000"))

    assert "Nobody here can allow $9,000.00 today." in words_of(fork)


def test_an_exception_that_is_corrected_offers_the_same_again(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ana = client_for("ana")
    first = given_already(ledger, ana.post("/log", data=written(ledger, amount="40")), ana)

    form = written(
        ledger, amount="39", replaces=first.uid, why="amount", taken_back="yes", note="It was burnt"
    )
    fork = ana.post("/log", data=form)
    assert fork.status_code == 409
    again = ana.post("/log", data=form_with_button(fork, "I already gave it"))

    assert again.status_code == 303
    _, second = decisions_of(ledger)
    assert (second.replaces_id, second.exception_reason) == (first.id, "already_given")
    words = words_of(ana.get(f"/receipts/{first.uid}"))
    assert "Undone on" in words
    assert "Exception: already given It was undone: nobody needs to read it." in words
    assert "came in its place" in words
    assert "In place of" in words_of(ana.get(again.location))


def given_already(ledger: Ledger, fork: TestResponse, client: object) -> Decision:
    """Say in the fork that it was given already."""
    data = form_with_button(fork, "I already gave it") | {"note": "It was burnt"}
    assert client.post("/log", data=data).status_code == 303  # type: ignore[attr-defined]  # a test client
    return decisions_of(ledger)[-1]


def set_band(ledger: Ledger, up_to_minor: int) -> None:
    """Let everybody at Elm Street act above their limit, up to this much."""
    with opened(ledger) as shop:
        ask_rules.set_rule(
            shop.session,
            shop.sites["elm_street"],
            Rule(act_now_up_to_minor=up_to_minor),
            actor="system",
            now=LIMITS_SET_AT + timedelta(minutes=1),
        )


def sheet_of(fork: TestResponse) -> str:
    """Return the fork alone, as it is written."""
    return fork.text.partition("<dialog")[2].partition("</dialog>")[0]


def decisions_of(ledger: Ledger) -> list[Decision]:
    with ledger.database.reading() as session:
        return list(session.scalars(select(Decision).order_by(Decision.id)))  # type: ignore[arg-type]  # a column on the class


@pytest.mark.parametrize(
    "ago, seen",
    [
        (timedelta(0), "Dana is here now"),
        (timedelta(minutes=1), "Dana was seen 1 minute ago"),
        (timedelta(minutes=10), "Dana was seen 10 minutes ago"),
        (
            timedelta(minutes=11),
            "Seen 11 minutes ago. Call Dana or Sam over to answer on this screen",
        ),
    ],
)
def test_the_fork_says_who_can_answer_and_when_they_were_last_seen(
    ledger: Ledger, client_for: ClientFor, ago: timedelta, seen: str
) -> None:
    client_for("dana")
    with ledger.database.writing() as session:
        for sign_in in session.scalars(select(SignIn)):
            sign_in.last_seen_at = MONDAY_NOON - ago

    fork = client_for("ana").post("/log", data=written(ledger, amount="40"))

    assert f"Ask Dana or Sam for $40.00 {seen}" in words_of(fork)


def test_with_nobody_signed_in_the_fork_says_to_call_them_over(
    ledger: Ledger, client_for: ClientFor
) -> None:
    fork = words_of(client_for("ana").post("/log", data=written(ledger, amount="40")))

    assert "Not signed in. Call Dana or Sam over to answer on this screen" in fork


def test_asking_takes_one_tap_and_the_note_along(ledger: Ledger, client_for: ClientFor) -> None:
    ana = client_for("ana")
    fork = ana.post("/log", data=written(ledger, amount="40", note="Cold soup"))

    answer = ana.post("/asks", data=form_with_button(fork, "Ask Dana or Sam"))

    assert answer.status_code == 303
    with ledger.database.reading() as session:
        (ask,) = session.scalars(select(Ask)).all()
        assert ask.amount_minor == 4_000
        assert ask.refusal_uid == session.scalars(select(Refusal)).one().uid
        assert asks.why_of(session, [ask]) == {ask.uid: "Cold soup"}


def test_asking_needs_no_note_and_no_browser_says_otherwise(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ana = client_for("ana")
    fork = ana.post("/log", data=written(ledger, amount="40"))
    assert " required" not in sheet_of(fork)

    answer = ana.post("/asks", data=form_with_button(fork, "Ask Dana or Sam"))

    assert answer.status_code == 303
    with ledger.database.reading() as session:
        (ask,) = session.scalars(select(Ask)).all()
        assert ask.why_commitment is None


def test_a_note_with_a_number_is_mended_in_the_fork_when_asking_too(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ana = client_for("ana")
    fork = ana.post("/log", data=written(ledger, amount="40"))
    data = form_with_button(fork, "Ask Dana or Sam") | {"note": "call 212-555-0100"}

    again = ana.post("/asks", data=data)

    assert again.status_code == 422
    words = words_of(again)
    assert "Leave out what looks like a card or phone number" in words
    assert "You may give up to $25.00 a decision" in words


def test_g8_what_is_for_family_becomes_an_ask(ledger: Ledger, client_for: ClientFor) -> None:
    """G8: the ask says that it is for one's own."""
    ana = client_for("ana")
    fork = ana.post("/log", data=written(ledger, amount="5", declared_own="y", note="My sister"))

    assert ana.post("/asks", data=form_with_button(fork, "Ask Dana or Sam")).status_code == 303

    with ledger.database.reading() as session:
        assert session.scalars(select(Ask)).one().declared_own is True
