"""The customers' pages: found without a trace, shown as facts, joined and parted with a press."""

import logging
import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from ledger.core import joining
from ledger.core.tables import Customer, CustomerAlias
from ledger.ledgers import Ledger
from tests.counter import MONDAY
from tests.web.conftest import ClientFor
from tests.web.opened import opened
from tests.web.outcome_year import LAST_DAY, NOW, decided, take_activity, take_decisions
from tests.web.said import words_of

NUMBER = "212 555 0100"
OTHER = "212 555 0177"


def met(ledger: Ledger, number: str = NUMBER, *, site: str | None = None) -> str:
    """Add a customer, who is given $12.00 if a site is named; return their pseudonym."""
    with opened(ledger) as shop:
        customer_id = shop.customer(number)
        if site is not None:
            shop.limit(5_000)
            name = "chidi" if site == "harbour" else "ana"
            shop.give(name, 1_200, site=site, customer_id=customer_id)
        return shop.session.get_one(Customer, customer_id).pseudonym


def test_a_customer_is_found_by_a_form_that_leaves_no_name_or_number_behind(
    ledger: Ledger, client_for: ClientFor, caplog: pytest.LogCaptureFixture
) -> None:
    uid = met(ledger)
    caplog.set_level(logging.DEBUG)

    page = client_for("dana").post("/customers", data={"find": "0100"})

    assert f'href="/customers/{uid}"' in page.text
    assert 'method="post" action="/customers"' in page.text
    assert "0100" not in caplog.text


def test_a_whole_number_that_is_another_finds_nobody(ledger: Ledger, client_for: ClientFor) -> None:
    met(ledger)

    page = client_for("dana").post("/customers", data={"find": "917 555 0100"})

    assert "Nobody was found" in words_of(page)


def test_a_gesture_at_another_site_is_a_fact_without_who_or_a_way_to_it(
    ledger: Ledger, client_for: ClientFor
) -> None:
    uid = met(ledger, site="harbour")

    page = client_for("dana").get(f"/customers/{uid}")

    assert "Harbour" in words_of(page)
    assert "$12.00" in words_of(page)
    assert "Chidi" not in page.text
    assert not re.findall(r'href="/decisions/[0-9a-f-]{36}"', page.text)


def test_a_void_stays_on_the_page_struck_through(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        shop.limit(5_000)
        customer_id = shop.customer(NUMBER)
        shop.void("dana", shop.give("ana", 700, customer_id=customer_id))
        uid = shop.session.get_one(Customer, customer_id).pseudonym

    page = client_for("dana").get(f"/customers/{uid}")

    assert "<s>$7.00</s>" in page.text
    assert "Voided" in words_of(page)


def test_somebody_added_is_shown_and_nobody_is_added_twice(client_for: ClientFor) -> None:
    dana = client_for("dana")

    first = dana.post("/customers/new", data={"number": NUMBER, "name": "Nora Kovacs"})
    again = dana.post("/customers/new", data={"number": "(212) 555-0100"})

    assert first.location == again.location
    assert "Nora Kovacs" in dana.get(first.location).text
    assert dana.post("/customers/new", data={"number": "12"}).status_code == 422


def test_both_stand_side_by_side_with_what_joining_would_change(
    ledger: Ledger, client_for: ClientFor
) -> None:
    uid, other = met(ledger, site="elm_street"), met(ledger, OTHER, site="elm_street")
    dana = client_for("dana")

    found = dana.post(f"/customers/{uid}/join", data={"find": OTHER})
    assert f"/customers/{uid}/join/{other}" in found.text
    page = dana.get(f"/customers/{uid}/join/{other}")

    assert "2 decisions and 0 visits will count for one; 1 outcome changes." in words_of(page)
    assert not aliases(ledger)


def test_two_are_joined_with_a_reason_and_parted_again(
    ledger: Ledger, client_for: ClientFor
) -> None:
    uid, other = met(ledger, site="elm_street"), met(ledger, OTHER, site="elm_street")
    dana = client_for("dana")
    address = f"/customers/{uid}/join/{other}"

    assert dana.post(address, data={"reason": " "}).status_code == 422
    assert "Leave it out" in dana.post(address, data={"reason": "Call 212 555 0100"}).text
    joined = dana.post(address, data={"reason": "Two cards"}, follow_redirects=True)

    assert "Both count as one now. 1 outcome changed." in words_of(joined)
    assert "by Dana: “Two cards”" in words_of(joined)
    assert dana.get(f"/customers/{other}").location == f"/customers/{uid}"
    again = dana.post(address, data={"reason": "Two cards"}, follow_redirects=True)
    assert "They count as one already." in words_of(again)
    assert "goes back to 1 decision" in words_of(dana.get(f"/customers/{other}/part"))
    parted = dana.post(
        f"/customers/{other}/part", data={"reason": "Sisters"}, follow_redirects=True
    )
    assert "They are two again." in words_of(parted)
    assert not aliases(ledger)


def test_the_page_says_the_same_number_of_outcomes_before_and_after(
    ledger: Ledger, client_for: ClientFor
) -> None:
    days = [NOW - timedelta(days=60), NOW - timedelta(days=50)]
    take_decisions(
        ledger.database, *(decided(f"D{at:%d}", at, "C1") for at in days), decided("E", NOW, "C2")
    )
    take_activity(ledger.database, "A1,C2,2026-01-15T17:00:00Z,visit,0,USD", through=LAST_DAY)
    with opened(ledger) as shop:
        uids = shop.session.scalars(select(Customer).order_by(col(Customer.id))).all()
        uid, other = (one.pseudonym for one in uids)
    dana, address = client_for("dana"), f"/customers/{uid}/join/{other}"
    assert "3 outcomes change" in words_of(dana.get(address))

    joined = dana.post(address, data={"reason": "Two cards"}, follow_redirects=True)
    parted = dana.post(
        f"/customers/{other}/part", data={"reason": "Sisters"}, follow_redirects=True
    )

    assert "Both count as one now. 3 outcomes changed." in words_of(joined)
    assert "They are two again. 3 outcomes changed." in words_of(parted)


def test_only_supervisors_see_customers(ledger: Ledger, client_for: ClientFor) -> None:
    uid = met(ledger)

    for name in ("ana", "hana", "otto", "vera", "ada"):
        assert client_for(name).get(f"/customers/{uid}").status_code == 404
    assert client_for("dana").get(f"/customers/{uid.translate(ANOTHER)}").status_code == 404


def test_walk_ins_are_counted_apart_and_the_page_says_why(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(5_000)
        shop.give("ana", 900)
        shop.give("ana", 400, customer_id=shop.customer(NUMBER))

    said = words_of(client_for("dana").get("/customers"))

    assert "1 of 2 decisions, $9.00" in said
    assert "It never counts in who came back" in said


def test_a_decision_leads_to_its_customer_as_whom_they_count(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(5_000)
        one, two = shop.customer(NUMBER), shop.customer(OTHER)
        given = shop.give("ana", 500, customer_id=one).uid
        joining.join_customers(
            shop.session,
            shop.people["dana"],
            one,
            two,
            reason="Two cards",
            now=MONDAY + timedelta(hours=1),
        )
        uid = shop.session.get_one(Customer, two).pseudonym

    assert f'href="/customers/{uid}"' in client_for("dana").get(f"/decisions/{given}").text


ANOTHER = str.maketrans("0123456789abcdef", "123456789abcdef0")


def aliases(ledger: Ledger) -> bool:
    """Whether anybody counts as somebody else."""
    with opened(ledger) as shop:
        return shop.session.scalars(select(CustomerAlias)).first() is not None
