"""A customer added at the log is the till's customer, in whatever order the files come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import customer_finder, customers, headroom, outcomes, unmet_needs
from ledger.core.customers import NewCustomer
from ledger.core.errors import NotFoundError
from ledger.core.imports import known_customers
from ledger.core.imports.customers import import_customers
from ledger.core.imports.runs import Imported, ImportOvertakenError, Options
from ledger.core.reports.retention import retention
from ledger.core.tables import Customer, CustomerDetail, CustomerJoin, Journal
from ledger.core.unmet_needs import UnmetNeedDraft
from ledger.core.verification import verify
from ledger.database import Database
from tests.cast import hire
from tests.core.files import CUSTOMERS, NOW, csv, take_activity, take_decisions
from tests.counter import MONDAY, Shop, open_shop

CAME = "a1,{ref},2026-03-05T15:00:00Z,purchase,12.50,USD"
LATEST = "a2,somebody,2026-06-30T15:00:00Z,visit,0,USD"
PHONE = "2125550100"


@pytest.fixture
def counter(database: Database) -> Shop:
    """Open a shop that imports can be made into: what is done in it is committed."""
    with database.writing() as session:
        shop = open_shop(session, hire(session))
        shop.limit(5_000, customer_count=2, customer_days=90)
    return shop


@pytest.mark.parametrize("order", [("customers", "activity"), ("activity", "customers")])
@pytest.mark.parametrize("by, ref", [("phone", "C9"), ("loyalty", "77001")])
def test_who_was_added_at_the_log_comes_back_when_the_till_says_so(
    database: Database, counter: Shop, order: Sequence[str], by: str, ref: str
) -> None:
    number = PHONE if by == "phone" else ref
    nora = add(database, counter, NewCustomer(**{by: number}))
    give(database, counter, nora)

    for kind in order:
        if kind == "activity":
            take_activity(database, CAME.format(ref=ref), LATEST)
        else:
            take_customers(database, f"{ref},Nora,{PHONE},,")

    assert came_back(database) == (1, 0)
    assert len(found(database, PHONE)) == 1
    verify_whole(database)


def test_a_loyalty_number_typed_at_the_log_is_the_reference_of_a_decision_file_too(
    database: Database, counter: Shop
) -> None:
    nora = add(database, counter, NewCustomer(loyalty="77001"))
    give(database, counter, nora)

    came = take_decisions(database, "d1,2026-02-20T15:00:00Z,77001,T1,S1,refund,5.00,USD,late,")

    assert came.customers == 0
    with database.reading() as session:
        assert session.get_one(CustomerDetail, nora).reference == "77001"
        kinds = session.scalars(select(col(Journal.kind))).all()
    assert kinds.count("customer.changed") == 1
    verify_whole(database)


def test_who_is_joined_has_one_cap_one_list_of_gestures_and_one_first_decision(
    database: Database, counter: Shop
) -> None:
    nora = add(database, counter, NewCustomer(phone=PHONE, name="Nora"))
    give(database, counter, nora)
    take_activity(database, CAME.format(ref="C9"), LATEST)

    came = take_customers(database, f"C9,,{PHONE},,")

    assert (came.new, came.corrected, came.joined) == (0, 1, 1)
    [till] = found(database, "C9")
    assert till != nora
    assert found(database, "Nora") == found(database, PHONE) == [till]
    later = MONDAY + timedelta(days=1)
    # A form that was opened before the files came still names the customer of the log.
    give(database, counter, nora, days=1)
    with database.reading() as session:
        assert customer_finder.customer(session, nora) == customer_finder.customer(session, till)
        for one in (nora, till):
            given = customers.gestures(session, one, since=date(2026, 3, 1))
            assert [gesture.on.day for gesture in given] == [3, 2]
            left = headroom.headroom(
                session,
                counter.people["ana"],
                site_id=counter.sites["elm_street"].id,
                remedy_id=counter.remedies["refund"],
                customer_id=one,
                now=later,
            )
            assert (left.rule, left.headroom_minor) == ("customer_count", 0)
        firsts = retention(session, unit="customer").groups[0]
        assert (firsts.decisions, firsts.customers) == (1, 1)
        whole = retention(session, unit="decision").groups[0]
        assert (whole.decisions, whole.customers) == (2, 1)
    verify_whole(database)


def test_activity_and_voids_after_the_join_count_for_both_names(
    database: Database, counter: Shop
) -> None:
    nora = add(database, counter, NewCustomer(phone=PHONE))
    give(database, counter, nora)
    take_activity(database, LATEST.replace("somebody", "C9"))
    take_customers(database, f"C9,,{PHONE},,")

    take_activity(database, CAME.format(ref="C9"))
    assert came_back(database) == (1, 0)
    [till] = found(database, "C9")
    with database.writing() as session:
        shop = at(counter, session)
        shop.void("ana", shop.give("ana", 500, customer_id=till))

    verify_whole(database)


def test_a_family_with_one_phone_and_two_cards_stays_two_customers(
    database: Database, counter: Shop
) -> None:
    take_customers(database, "C8,Otto,,,L-8")
    nora = add(database, counter, NewCustomer(phone=PHONE, loyalty="L-9"))

    came = take_customers(database, f"C8,,{PHONE},,")

    assert came.joined == 0
    assert len(found(database, PHONE)) == 2
    assert nora in found(database, "L-9")


def test_the_reference_of_a_customer_typed_as_a_loyalty_number_is_that_customer(
    database: Database, counter: Shop
) -> None:
    take_customers(database, "77001,Nora,,,")

    assert [add(database, counter, NewCustomer(loyalty="77001"))] == found(database, "77001")


def test_the_same_file_again_joins_nobody_twice(database: Database, counter: Shop) -> None:
    add(database, counter, NewCustomer(phone=PHONE))
    take_activity(database, CAME.format(ref="C9"))
    take_customers(database, f"C9,,{PHONE},,")

    again = take_customers(database, f"C9,,{PHONE},,")

    assert again.changed_nothing
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CustomerJoin)) == 1


def test_whom_an_unfinished_import_brought_cannot_be_given_anything(
    database: Database, counter: Shop
) -> None:
    with database.writing() as session:
        session.add(Customer(pseudonym="p", commitment="c", import_id=9))
        session.flush()
        left = session.scalars(select(col(Customer.id)).where(col(Customer.import_id) == 9)).one()
        shop = at(counter, session)
        with pytest.raises(NotFoundError):
            shop.give("ana", 500, customer_id=left)
    need = UnmetNeedDraft(
        uid=str(uuid4()),
        site_id=counter.sites["elm_street"].id,
        reason_id=counter.reasons["quality"],
        amount_minor=500,
        customer_id=left,
    )
    with pytest.raises(NotFoundError), database.writing() as session:
        unmet_needs.record_unmet_need(session, counter.people["ana"], need, now=MONDAY)

    take_activity(database, LATEST)

    verify_whole(database)


def test_who_was_joined_meanwhile_stops_the_file_that_did_not_know(
    database: Database, counter: Shop
) -> None:
    nora = add(database, counter, NewCustomer(loyalty="77001"))

    with database.writing() as session:
        session.get_one(CustomerDetail, nora).reference = "C9"
        session.flush()
        with pytest.raises(ImportOvertakenError):
            known_customers.take_references(session, {"77001": nora}, actor="system", now=NOW)
        session.rollback()


def at(shop: Shop, session: Session) -> Shop:
    """Return the shop as it stands in this transaction."""
    return replace(shop, session=session)


def add(database: Database, shop: Shop, new: NewCustomer) -> int:
    """Add a customer at the log on Monday and return their id."""
    with database.writing() as session:
        ana = shop.people["ana"]
        return customers.add_customer(session, ana, new, now=MONDAY, on=MONDAY.date()).id


def give(database: Database, shop: Shop, customer_id: int, *, days: int = 0) -> None:
    """Give this customer five dollars so many days after Monday."""
    with database.writing() as session:
        now = MONDAY + timedelta(days=days)
        at(shop, session).give("ana", 500, customer_id=customer_id, now=now)


def take_customers(database: Database, *rows: str) -> Imported:
    """Take in these customers."""
    return import_customers(database, csv(CUSTOMERS, *rows), Options(), now=NOW)


def found(database: Database, text: str) -> list[int]:
    """Return the ids of whom the finder shows."""
    with database.reading() as session:
        return [one.id for one in customer_finder.find_customers(session, text)]


def came_back(database: Database) -> tuple[int, int]:
    """Return how many decisions' customers came back, and how many did not, within seven days."""
    with database.reading() as session:
        week = retention(session, unit="decision").groups[0].horizons[0]
    return week.came_back, week.not_back


def verify_whole(database: Database) -> None:
    """Check chain, books and tallies."""
    with database.reading() as session:
        verify(session)
    with database.reading() as session:
        assert list(outcomes.differences(session)) == []
