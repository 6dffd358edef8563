"""What is kept for an ask is told apart from what is used, with the way to take it back."""

import pytest

from ledger.core.tables import Ask
from ledger.ledgers import Ledger
from tests.cast import MONDAY
from tests.web.conftest import ClientFor
from tests.web.counter_form import written
from tests.web.opened import opened
from tests.web.said import words_of


@pytest.fixture
def ask(ledger: Ledger) -> Ask:
    """Let Ana give $28 of $75, and ask for more than is left."""
    with opened(ledger) as shop:
        shop.limit(2_500, budget_minor=7_500, budget_period="day")
        shop.give("ana", 2_500)
        shop.give("ana", 300)
        return shop.ask("ana", 6_000, now=MONDAY)


def test_the_refusal_tells_what_is_kept_from_what_is_used(
    ledger: Ledger, client_for: ClientFor, ask: Ask
) -> None:
    fork = client_for("ana").post("/log", data=written(ledger, amount="5"))

    words = words_of(fork)
    assert "Your budget is $75 a business day, and $28.00 is used." in words
    assert "$28.00 used $0.00 left" in words
    assert "$47.00 is kept for your ask that waits. Take it back" in words
    sheet = fork.text.partition("<dialog")[2]
    assert f'href="/asks/{ask.uid}"' in sheet


@pytest.mark.usefixtures("ask")
def test_the_log_tells_what_is_kept_beside_what_is_left(client_for: ClientFor) -> None:
    words = words_of(client_for("ana").get("/log"))

    assert "$0.00 left today" in words
    assert "$47.00 is kept for your ask that waits. Take it back" in words


def test_what_is_taken_back_is_left_again(client_for: ClientFor, ledger: Ledger, ask: Ask) -> None:
    with opened(ledger) as shop:
        shop.withdraw("ana", ask, now=MONDAY)

    words = words_of(client_for("ana").get("/log"))

    assert "$47.00 left today" in words
    assert "is kept" not in words


def test_two_asks_are_told_in_one_sentence(client_for: ClientFor, ledger: Ledger) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500, budget_minor=7_500, budget_period="day")
        shop.ask("ana", 2_600, now=MONDAY)
        shop.ask("ana", 3_000, now=MONDAY)

    words = words_of(client_for("ana").get("/log"))

    assert "$56.00 is kept for your asks that wait." in words


def test_what_was_allowed_and_not_yet_given_is_kept_for_what_was_asked(
    client_for: ClientFor, ledger: Ledger, ask: Ask
) -> None:
    with opened(ledger) as shop:
        shop.answer("dana", ask, now=MONDAY)

    words = words_of(client_for("ana").get("/log"))

    assert "$47.00 is kept for what you asked." in words
