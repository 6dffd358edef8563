"""Receipts: what to do at the till, and two minutes to undo it without asking anyone."""

from uuid import uuid4

import pytest

from ledger.core import reviews
from ledger.core.customers import NewCustomer, add_customer
from ledger.core.decisions import decision_by_uid
from ledger.core.voids import void_of
from ledger.ledgers import Ledger
from tests.cast import MONDAY as NOON
from tests.counter import MONDAY
from tests.web.conftest import ClientFor, Clock
from tests.web.counter_form import remedy_of, written
from tests.web.html import parse
from tests.web.opened import opened
from tests.web.said import words_of

UNDO = {"uid": "5f0c3b1e-1111-4222-8333-444455556666", "why": "amount", "taken_back": "yes"}


@pytest.fixture(autouse=True)
def _limit(ledger: Ledger) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500, budget_minor=7_500, budget_period="day")


def logged(ledger: Ledger, client_for: ClientFor, name: str = "ana", **said: str) -> str:
    """Let somebody log a decision on the page; return the address of its receipt."""
    answer = client_for(name).post("/log", data=written(ledger, **said))
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def is_voided(ledger: Ledger, receipt: str) -> bool:
    with ledger.database.reading() as session:
        decision = decision_by_uid(session, receipt.rpartition("/")[2])
        assert decision is not None
        return void_of(session, decision) is not None


def test_the_first_line_says_what_to_do_at_the_till(ledger: Ledger, client_for: ClientFor) -> None:
    receipt = logged(ledger, client_for)

    page = client_for("ana").get(receipt)

    assert parse(page.text).heading == "Refund $12.00 at the till as D-000001."
    assert "Refund for a walk-in. Reason: Late" in words_of(page)
    assert "$63.00 left today, resets 04:00" in words_of(page)
    assert "Walk-in: cannot be known" in words_of(page)


def test_what_was_written_later_says_for_when(ledger: Ledger, client_for: ClientFor) -> None:
    receipt = logged(ledger, client_for, when="2026-03-02T15:30:00.000000Z")

    assert "Written later, for 10:30" in words_of(client_for("ana").get(receipt))


@pytest.mark.parametrize("name", ["ben", "dana", "chidi"])
def test_nobody_sees_the_receipt_of_somebody_else(
    ledger: Ledger, client_for: ClientFor, name: str
) -> None:
    receipt, other = logged(ledger, client_for), client_for(name)

    assert other.get(receipt).status_code == 404
    assert other.get(f"{receipt}/undo").status_code == 404
    assert other.post(f"{receipt}/undo", data=UNDO).status_code == 404
    assert other.get(receipt.replace("/receipts/", "/log/correct/")).status_code == 404
    assert not is_voided(ledger, receipt)


def test_the_remaining_time_to_undo_stands_in_words(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    receipt, ana = logged(ledger, client_for), client_for("ana")
    clock.pass_by(seconds=13)

    assert "Undo without asking anyone for 1:47" in words_of(ana.get(receipt))


def test_an_undone_decision_gives_the_budget_back(ledger: Ledger, client_for: ClientFor) -> None:
    receipt, ana = logged(ledger, client_for), client_for("ana")

    answer = ana.post(f"{receipt}/undo", data=UNDO)

    words = words_of(ana.get(answer.location))
    assert is_voided(ledger, receipt)
    assert "Undone on 2 Mar, 11:20" in words
    assert "$12.00 was taken back from the customer." in words
    assert "$75.00 left today" in words


def test_what_the_customer_keeps_still_costs(ledger: Ledger, client_for: ClientFor) -> None:
    receipt, ana = logged(ledger, client_for), client_for("ana")

    ana.post(f"{receipt}/undo", data={**UNDO, "taken_back": "no"})

    assert "The customer keeps it, so its cost stays" in words_of(ana.get(receipt))


def test_an_undo_asks_why_and_whether_it_was_taken_back(
    ledger: Ledger, client_for: ClientFor
) -> None:
    receipt = logged(ledger, client_for)

    answer = client_for("ana").post(f"{receipt}/undo", data={"uid": UNDO["uid"]})

    assert answer.status_code == 422
    assert "Choose an answer: Why do you undo it?" in words_of(answer)
    assert "Choose an answer: Was it taken back from the customer?" in words_of(answer)
    assert not is_voided(ledger, receipt)


@pytest.mark.parametrize("seconds", [119, 120, 121])
def test_after_two_minutes_only_a_supervisor_undoes_it(
    ledger: Ledger, client_for: ClientFor, clock: Clock, seconds: int
) -> None:
    receipt, ana = logged(ledger, client_for), client_for("ana")
    clock.pass_by(seconds=seconds)

    answer = ana.post(f"{receipt}/undo", data=UNDO)

    assert answer.status_code == 303
    assert is_voided(ledger, receipt) is (seconds < 120)
    if seconds >= 120:
        assert "Your supervisor can undo it." in words_of(ana.get(receipt))


def test_an_undo_and_its_correction_are_one_step(ledger: Ledger, client_for: ClientFor) -> None:
    receipt, ana = logged(ledger, client_for, forecast="comes_back"), client_for("ana")
    answer = ana.post(f"{receipt}/undo", data={**UNDO, "step": "correct"})
    again = ana.get(answer.location)
    assert not is_voided(ledger, receipt), "nothing is undone before the other is written"
    hidden = {
        one.get("name", ""): one.get("value", "")
        for one in parse(again.text).root.iter("input")
        if one.get("type") == "hidden" and one.get("name") != "csrf_token"
    }

    credit = remedy_of(ledger, "credit")
    done = ana.post("/log", data=written(ledger, remedy=credit, amount="9") | hidden)

    words = words_of(ana.get(done.location))
    assert is_voided(ledger, receipt)
    assert "In place of D-000001, which was undone" in words
    assert "$66.00 left today" in words
    assert "D-000002 came in its place" in words_of(ana.get(receipt))
    assert "Wrong amount" in words_of(ana.get(receipt))


def test_what_was_allowed_is_corrected_at_the_counter_and_both_receipts_say_so(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        ask = shop.ask("ana", 4_500, now=NOON)
        shop.answer("dana", ask, now=NOON)
        first = shop.hand_in("ana", ask, now=NOON)
    ana = client_for("ana")
    told = {"replaces": first.uid, "why": "amount", "taken_back": "yes"}
    page = ana.get(f"/log/correct/{first.uid}", query_string=told)
    assert "Up to $45.00 stays allowed, for the same customer." in words_of(page)

    done = ana.post("/log", data=written(ledger, amount="40", **told))

    assert done.status_code == 303
    new, old = words_of(ana.get(done.location)), words_of(ana.get(f"/receipts/{first.uid}"))
    assert "In place of D-000001, which was undone" in new
    assert "D-000002 came in its place" in old
    for words in (new, old):
        assert "Approved Dana allowed $45.00." in words


def test_a_correction_above_the_limit_leaves_the_first_decision_as_it_was(
    ledger: Ledger, client_for: ClientFor
) -> None:
    receipt = logged(ledger, client_for)
    told = {"replaces": receipt.rpartition("/")[2], "why": "amount", "taken_back": "yes"}

    answer = client_for("ana").post("/log", data=written(ledger, amount="26", **told))

    assert answer.status_code == 409
    assert "The decision that you wanted to replace stands as it was." in words_of(answer)
    assert not is_voided(ledger, receipt)


def test_a_correction_after_two_minutes_changes_nothing(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    receipt, ana = logged(ledger, client_for), client_for("ana")
    told = {"replaces": receipt.rpartition("/")[2], "why": "amount", "taken_back": "yes"}
    clock.pass_by(minutes=3)

    answer = ana.post("/log", data=written(ledger, amount="5", **told))

    assert answer.location == receipt
    assert "Nothing was changed." in words_of(ana.get(receipt))
    assert not is_voided(ledger, receipt)


def test_an_old_receipt_tells_what_was_and_asks_for_nothing(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    with opened(ledger) as shop:
        customer = shop.customer("212 555 4417")
    receipt = logged(ledger, client_for, customer=str(customer))
    clock.pass_by(days=40)

    page = client_for("ana").get(receipt)

    words = words_of(page)
    assert parse(page.text).heading == "$12.00 was given on 2 Mar, 11:20"
    assert "Reference at the till D-000001" in words
    assert "at the till as" not in words, "it is not to be done again"
    assert "What is left" not in words
    assert "Next customer" not in words
    assert "We will know by 31 May" in words
    assert 'href="/my-decisions"' in page.text
    assert "Back to My decisions" in words


def test_a_name_that_ends_with_an_initial_ends_its_sentence_once(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        new = NewCustomer(phone="212 555 4417", name="Marta A.")
        marta = add_customer(shop.session, shop.people["ana"], new, now=MONDAY, on=MONDAY.date()).id
    receipt = logged(ledger, client_for, customer=str(marta))

    assert "Refund for Marta A. Reason: Late" in words_of(client_for("ana").get(receipt))


def test_a_receipt_says_who_allowed_it(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        ask = shop.ask("ana", 4_000, note="The cake fell")
        shop.answer("dana", ask)
        made = shop.hand_in("ana", ask)
        offered = shop.ask("ana", 9_000, note="Two cakes")
        shop.answer("sam", offered, "countered", 3_000)
        taken = shop.hand_in("ana", offered)
    ana = client_for("ana")

    words = words_of(ana.get(f"/receipts/{made.uid}"))
    assert "Approved Dana allowed $40.00." in words
    assert "reads it" not in words
    words = words_of(ana.get(f"/receipts/{taken.uid}"))
    assert "Approved Sam offered $30.00 instead, and you took it." in words


def test_a_receipt_says_who_has_read_an_exception(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        made = shop.give("ana", 9_000, already_given=True, note="It was burnt")
        reviews.review(
            shop.session,
            shop.people["dana"],
            made,
            uid=str(uuid4()),
            words="Right so",
            now=MONDAY,
        )

    words = words_of(client_for("ana").get(f"/receipts/{made.uid}"))

    assert "Exception: already given Dana read it on 2 Mar, 10:00: “Right so”" in words
