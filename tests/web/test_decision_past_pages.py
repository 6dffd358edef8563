"""How a decision came about, on its page and in its row: asked and approved, or an exception."""

import uuid
from datetime import timedelta

from ledger.core import reviews, voids
from ledger.core.decisions import decision_by_uid
from ledger.core.tables import Customer
from ledger.core.voids import VoidDraft
from ledger.ledgers import Ledger
from tests.counter import MONDAY
from tests.web.conftest import ClientFor, Clock
from tests.web.opened import opened
from tests.web.said import words_of


def test_a_decision_tells_of_its_ask_and_of_who_approved_it(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        ask = shop.ask("ana", 6_000, note="The whole cake")
        shop.answer("dana", ask, words="For the party", now=MONDAY + timedelta(minutes=4))
        uid = shop.hand_in("ana", ask, now=MONDAY + timedelta(minutes=5)).uid

    page = words_of(client_for("dana").get(f"/decisions/{uid}"))

    for words in (
        "How it came about",
        "Asked for $60.00 on 2 Mar, 10:00",
        "Answer Approved by Dana, from the inbox",
        "Their words For the party",
        "The customer waited 4 minutes",
    ):
        assert words in page, words
    row = words_of(client_for("dana").get("/decisions?how=approved"))
    assert "1 decision · $60.00 given in 1 decision · of it approved: $60.00 in 1" in row
    assert "No decision fits" in words_of(client_for("dana").get("/decisions?how=alone"))


def test_a_decision_after_a_counter_offer_says_so(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        ask = shop.ask("ana", 6_000, note="The whole cake")
        shop.answer("dana", ask, "countered", 4_000)
        uid = shop.hand_in("ana", ask).uid

    page = words_of(client_for("dana").get(f"/decisions/{uid}"))

    assert "Counter-offer of $40.00 by Dana, from the inbox, which was accepted" in page
    assert "The customer waited under a minute" in page


def test_an_exception_says_who_read_it_and_until_when_somebody_is_to(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        given = shop.give("ana", 6_000, already_given=True, note="Bus was leaving")
        uid = given.uid
    dana = client_for("dana")

    page = words_of(dana.get(f"/decisions/{uid}"))
    assert "Above the limit, and already given when it was told" in page
    assert "Read by Nobody yet, due by 3 Mar, 10:00 Read it in the inbox" in page
    assert "Exception: already given not read yet" in words_of(dana.get("/decisions"))
    clock.pass_by(hours=24)
    dana = client_for("dana")
    assert "Nobody, and it was due by 3 Mar, 10:00" in words_of(dana.get(f"/decisions/{uid}"))

    with opened(ledger) as shop:
        decision = decision_by_uid(shop.session, uid)
        assert decision is not None
        reviews.review(
            shop.session,
            shop.people["dana"],
            decision,
            uid=str(uuid.uuid4()),
            words="Well done",
            now=clock.now,
        )

    page = words_of(dana.get(f"/decisions/{uid}"))
    assert "Read by Dana, 3 Mar, 11:20 Their words Well done" in page
    assert "Exception: already given read" in words_of(dana.get("/decisions"))


def test_both_rows_say_that_one_took_the_place_of_the_other(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(5_000)
        first = shop.give("ana", 1_200)
        voids.replace_decision(
            shop.session,
            shop.people["ana"],
            first,
            draft=VoidDraft(uid=str(uuid.uuid4()), reason="Wrong amount", taken_back=True),
            instead=shop.draft(1_300),
            now=MONDAY,
        )
        uid = first.uid
    dana = client_for("dana")

    page = words_of(dana.get("/decisions"))
    assert "Replaced by another" in page
    assert "In place of a voided one" in page
    assert "In its place another decision, made in the same step" in words_of(
        dana.get(f"/decisions/{uid}")
    )


def test_the_outcomes_say_how_what_they_count_came_about(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        customer = shop.customer("212 555 0100")
        shop.give("ana", 1_200, customer_id=customer)
    dana = client_for("dana")
    assert "Among all of them" not in words_of(dana.get("/outcomes"))

    with opened(ledger) as shop:
        ask = shop.ask("ana", 6_000, note="The whole cake", now=clock.now)
        shop.answer("dana", ask, now=clock.now)
        shop.hand_in("ana", ask, now=clock.now)
        shop.give("ben", 7_000, already_given=True, note="Bus was leaving", now=clock.now)

    assert "Among all of them: 1 alone, 1 approved, 1 as an exception." in words_of(
        dana.get("/outcomes")
    )


def test_a_customers_page_tells_exceptions_and_what_was_approved(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        customer = shop.customer("212 555 0100")
        shop.give("ana", 1_200, customer_id=customer)
        shop.give("ana", 6_000, customer_id=customer, already_given=True, note="Bus was leaving")
        shop.void("dana", shop.give("ana", 300, customer_id=customer))
        uid = shop.session.get_one(Customer, customer).pseudonym

    page = words_of(client_for("dana").get(f"/customers/{uid}"))

    assert "newest first, over all sites; 1 alone, 1 as an exception" in page
    assert "Refund, Quality Exception: already given $60.00" in page
