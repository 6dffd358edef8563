"""Customers at the log: found by what one knows of them, added once, and what they were given."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from ledger.core import commitments, customer_finder, customers
from ledger.core.customers import NewCustomer
from ledger.core.errors import BadValueError
from ledger.core.tables import Customer, CustomerDetail, Journal, SubjectKey
from tests.counter import MONDAY, TUESDAY, Shop

ON_MONDAY = date(2026, 3, 2)


def test_a_customer_is_found_by_number_last_four_digits_loyalty_and_name(shop: Shop) -> None:
    nora = add(shop, NewCustomer(phone="(212) 555-0100", name="Nóra  Kovács"))
    omar = add(shop, NewCustomer(loyalty="L-77", name="Omar Kaya"))

    assert found(shop, "212 555 0100") == [nora]
    assert found(shop, "0100") == [nora]
    assert found(shop, " L-77 ") == [omar]
    assert found(shop, "nora k") == [nora]
    assert found(shop, "NÓRA KOVÁCS") == [nora]
    assert found(shop, "omar") == [omar]


@pytest.mark.parametrize("text", ["", "  ", "100", "%", "_", "Kaya", "L-7", "nora%"])
def test_too_little_or_something_else_finds_nobody(shop: Shop, text: str) -> None:
    add(shop, NewCustomer(phone="2125550100", name="Nora Kovacs"))
    add(shop, NewCustomer(loyalty="L-77", name="Omar Kaya"))

    assert found(shop, text) == []


def test_at_most_so_many_are_shown_by_name(shop: Shop) -> None:
    for number in reversed(range(10)):
        add(shop, NewCustomer(phone=f"212555010{number}", name=f"Kim {number}"))

    shown = customer_finder.find_customers(shop.session, "kim")

    assert [one.label for one in shown] == [f"Kim {number}" for number in range(8)]
    assert shown[0].phone_last4 == "0100"
    assert shown[0].since == ON_MONDAY


def test_a_customer_with_the_same_number_is_not_added_twice(shop: Shop) -> None:
    first = add(shop, NewCustomer(phone="212-555-0100"))
    card = add(shop, NewCustomer(loyalty="L-77"))

    assert add(shop, NewCustomer(phone="(212) 5550100", name="Nora")) == first
    assert add(shop, NewCustomer(loyalty=" L-77 ")) == card
    assert shop.session.scalars(select(func.count(col(Customer.id)))).one() == 2


@pytest.mark.parametrize(
    "new, why",
    [
        (NewCustomer(), "empty"),
        (NewCustomer(name="Nora"), "empty"),
        (NewCustomer(loyalty="  "), "empty"),
        (NewCustomer(phone="12345"), "not a number"),
        (NewCustomer(phone="1234567890123456"), "not a number"),
        (NewCustomer(phone="call me"), "not a number"),
        (NewCustomer(loyalty="x" * 81), "too_long"),
        (NewCustomer(phone="2125550100", name="x" * 81), "too_long"),
    ],
)
def test_a_customer_is_added_with_a_number_only(shop: Shop, new: NewCustomer, why: str) -> None:
    with pytest.raises(BadValueError) as refused:
        add(shop, new)

    assert refused.value.why == why


def test_who_a_customer_is_stays_outside_the_journal(shop: Shop) -> None:
    customer_id = add(shop, NewCustomer(phone="2125550100", name="Nora Kovacs"))

    added = shop.session.get_one(Customer, customer_id)
    row = shop.session.get_one(Journal, added.journal_seq)
    key = shop.session.get_one(SubjectKey, customers.subject_of(added.pseudonym)).key
    detail = shop.session.get_one(CustomerDetail, customer_id)
    assert (row.kind, row.subject) == ("customer.added", f"customer:{added.pseudonym}")
    assert "2125550100" not in row.content
    assert "Nora" not in row.content
    assert added.commitment == customers.details_commitment(key, detail)
    assert added.commitment != customers.details_commitment(commitments.new_key(), detail)


def test_a_customer_of_an_import_that_is_not_finished_is_not_seen(shop: Shop) -> None:
    coming = Customer(pseudonym="p-1", commitment="c-1", import_id=77)
    shop.session.add(coming)
    shop.session.flush()
    shop.session.add(CustomerDetail(customer_id=coming.id, reference="C-1", phone="2125550100"))
    shop.session.flush()

    assert found(shop, "C-1") == []
    assert customer_finder.customer(shop.session, coming.id) is None
    assert add(shop, NewCustomer(phone="2125550100")) != coming.id


def test_earlier_gestures_are_facts_the_newest_first_without_what_was_voided(shop: Shop) -> None:
    shop.limit(2_500)
    nora = shop.customer("2125550100")
    other = shop.customer("2125550101")
    shop.give("ana", 500, customer_id=nora, now=MONDAY - timedelta(days=25))
    shop.give("ana", 700, customer_id=nora, remedy="credit", now=MONDAY - timedelta(days=3))
    shop.give("ben", 0, customer_id=nora, remedy="apology", now=MONDAY)
    shop.give("ben", 900, customer_id=other, now=MONDAY)
    shop.void("dana", shop.give("ana", 800, customer_id=nora, now=MONDAY))

    facts = customers.gestures(shop.session, nora, since=ON_MONDAY - timedelta(days=20))

    assert [(fact.on, fact.amount_minor, fact.remedy) for fact in facts] == [
        (ON_MONDAY, 0, "Apology only"),
        (ON_MONDAY - timedelta(days=3), 700, "Credit"),
    ]
    assert [fact.returned_on for fact in facts] == [None, None]
    assert len(customers.gestures(shop.session, nora, since=date(2025, 1, 1), count=1)) == 1
    assert customers.gestures(shop.session, nora, since=TUESDAY.date()) == []


def add(shop: Shop, new: NewCustomer) -> int:
    """Add a customer on Monday and return their id."""
    return customers.add_customer(
        shop.session, shop.people["ana"], new, now=MONDAY, on=ON_MONDAY
    ).id


def found(shop: Shop, text: str) -> Sequence[int]:
    """Return the ids of whom the finder shows."""
    return [one.id for one in customer_finder.find_customers(shop.session, text)]
