"""Two customers who are one count as one everywhere; parting gives each back what was theirs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import customer_finder, customer_joins, headroom, joining, outcomes
from ledger.core.customers import NewCustomer, add_customer
from ledger.core.driver import Driver
from ledger.core.errors import BadValueError, NotPermittedError
from ledger.core.imports.customers import import_customers
from ledger.core.imports.runs import Imported, Options
from ledger.core.joining import AlreadyOneError, NotJoinedError
from ledger.core.reports.retention import retention
from ledger.core.tables import CustomerAlias, CustomerDetail, CustomerJoin, Outcome, Words
from ledger.core.verification import BadRowError, verify
from ledger.database import Database
from tests.cast import hire
from tests.core.files import CUSTOMERS, NOW, csv, take_activity
from tests.counter import MONDAY, TUESDAY, Shop, open_shop

WHY = "Same person, two cards"
PHONE = "2125550100"


@pytest.fixture
def counter(database: Database) -> Shop:
    """Open a shop into which the till has brought two customers, each with a gesture."""
    with database.writing() as session:
        shop = open_shop(session, hire(session))
        shop.limit(5_000, customer_count=2, customer_days=90)
    take_activity(
        database,
        "a1,C1,2026-03-04T15:00:00Z,visit,0,USD",
        "a2,C2,2026-03-10T15:00:00Z,purchase,9.00,USD",
        "a3,C9,2026-06-30T15:00:00Z,visit,0,USD",
    )
    for reference, now in (("C1", MONDAY), ("C2", TUESDAY)):
        with database.writing() as session:
            one = by_reference(session, reference)
            replace(shop, session=session).give("ana", 500, customer_id=one, now=now)
    return shop


def test_two_whom_the_till_knows_come_back_as_one_and_part_as_they_were(
    database: Database, counter: Shop
) -> None:
    before = outcome_rows(database)

    changed = join(database, counter, "C1", "C2")

    one, two = outcome_rows(database)
    assert changed == 2
    assert (one[1:], two[1:]) == ((True, day(4)), (False, day(4)))
    assert one[0] == two[0]
    with database.reading() as session:
        firsts = retention(session, unit="customer").groups[0]
        assert (firsts.decisions, firsts.customers) == (1, 1)
    verify_whole(database)

    assert part(database, counter, "C1") == 2
    assert outcome_rows(database) == before
    verify_whole(database)


def test_a_cap_counts_what_all_names_were_given_and_parts_with_them(
    database: Database, counter: Shop
) -> None:
    assert room(database, counter, "C2") == ("per_decision", 5_000)

    join(database, counter, "C1", "C2")

    assert room(database, counter, "C1") == room(database, counter, "C2") == ("customer_count", 0)
    part(database, counter, "C1")
    assert room(database, counter, "C1") == ("per_decision", 5_000)


def test_who_counted_as_them_comes_along_and_goes_along(database: Database, counter: Shop) -> None:
    join(database, counter, "C9", "C1")

    join(database, counter, "C1", "C2")

    assert counts_as(database) == {"C1": "C2", "C9": "C2"}
    part(database, counter, "C1")
    assert counts_as(database) == {"C9": "C1"}
    join(database, counter, "C2", "C9")
    assert counts_as(database) == {"C9": "C1", "C2": "C1"}
    verify_whole(database)


def test_what_was_said_why_is_kept_outside_the_journal(database: Database, counter: Shop) -> None:
    join(database, counter, "C1", "C2")

    with database.reading() as session:
        [row] = session.scalars(select(CustomerJoin))
        assert row.reason_commitment is not None
        assert session.get_one(Words, f"join:{row.id}").body == WHY
    with database.writing() as session:
        session.get_one(Words, f"join:{row.id}").body = "Another reason"
    with database.reading() as session, pytest.raises(BadRowError):
        verify(session)


def test_nobody_is_joined_twice_parted_twice_or_without_a_reason(
    database: Database, counter: Shop
) -> None:
    with pytest.raises(NotJoinedError):
        part(database, counter, "C1")
    join(database, counter, "C1", "C2")

    with pytest.raises(AlreadyOneError):
        join(database, counter, "C2", "C1")
    with pytest.raises(BadValueError):
        part(database, counter, "C1", reason=" ")
    with pytest.raises(NotPermittedError):
        part(database, counter, "C1", by="ana")


def test_who_was_joined_is_found_by_all_that_either_is_known_by(
    database: Database, counter: Shop
) -> None:
    with database.writing() as session:
        new = NewCustomer(phone=PHONE, name="Nora Kovacs")
        ana = counter.people["ana"]
        nora = add_customer(session, ana, new, now=MONDAY, on=MONDAY.date()).id
        till = by_reference(session, "C2")
        dana = counter.people["dana"]
        joining.join_customers(session, dana, nora, till, reason=WHY, now=NOW)

    for text in (PHONE, "0100", "nora", "C2"):
        assert found(database, text) == [till]
    with database.writing() as session:
        again = add_customer(session, ana, NewCustomer(phone=PHONE), now=NOW, on=NOW.date())
        assert again.id == till


def test_whom_a_person_has_parted_no_file_joins_again(database: Database, counter: Shop) -> None:
    with database.writing() as session:
        new = NewCustomer(phone=PHONE, name="Nora")
        add_customer(session, counter.people["ana"], new, now=MONDAY, on=MONDAY.date())
    assert take(database, f"C2,,{PHONE},,").joined == 1
    with database.writing() as session:
        [joined] = session.scalars(select(col(CustomerAlias.customer_id)))
        joining.part_customer(session, counter.people["dana"], joined, reason="Kin", now=NOW)

    came = take(database, f"C2,Nora,{PHONE},,")

    assert (came.joined, came.notices) == (0, (("kept_apart", "C2"),))
    assert counts_as(database) == {}
    assert take(database, f"C2,Nora,{PHONE},,").joined == 0
    verify_whole(database)


def test_the_tally_of_joins_is_recomputed_from_the_book(database: Database, counter: Shop) -> None:
    join(database, counter, "C1", "C2")
    with database.writing() as session:
        customer_joins.note(
            Driver(session), by_reference(session, "C2"), by_reference(session, "C9")
        )
    with database.reading() as session, pytest.raises(BadRowError):
        verify(session)

    with database.writing() as session:
        assert customer_joins.recompute(session) == 1

    verify_whole(database)


def join(database: Database, shop: Shop, reference: str, into: str) -> int:
    """Let Dana join two customers; return how many outcomes changed."""
    with database.writing() as session:
        one, other = by_reference(session, reference), by_reference(session, into)
        return joining.join_customers(session, shop.people["dana"], one, other, reason=WHY, now=NOW)


def part(
    database: Database, shop: Shop, reference: str, *, reason: str = "Twins", by: str = "dana"
) -> int:
    """Let somebody part a customer from whom they count as."""
    with database.writing() as session:
        return joining.part_customer(
            session, shop.people[by], by_reference(session, reference), reason=reason, now=NOW
        )


def by_reference(session: Session, reference: str) -> int:
    """Return the id of the customer with this reference."""
    query = select(col(CustomerDetail.customer_id)).where(
        col(CustomerDetail.reference) == reference
    )
    return session.scalars(query).one()


def counts_as(database: Database) -> dict[str, str]:
    """Return who counts as whom, by reference."""
    with database.reading() as session:
        names = dict(
            session.execute(
                select(col(CustomerDetail.customer_id), col(CustomerDetail.reference))
            ).all()
        )
        into = customer_joins.into_ids(session, None)
    return {names[one]: names[other] for one, other in into.items()}


def outcome_rows(database: Database) -> Sequence[tuple[int | None, bool, int | None]]:
    """Return customer, whether it is their first, and the day of return of each decision."""
    with database.reading() as session:
        rows = session.scalars(select(Outcome).order_by(col(Outcome.decision_id)))
        return [(row.customer_id, row.is_first, row.returned_on) for row in rows]


def day(number: int) -> int:
    """Return a day of March 2026 as the tally keeps it."""
    return date(2026, 3, number).toordinal()


def room(database: Database, shop: Shop, reference: str) -> tuple[str, int]:
    """Return which rule binds for this customer on Wednesday, and what it leaves."""
    with database.reading() as session:
        left = headroom.headroom(
            session,
            shop.people["ana"],
            site_id=shop.sites["elm_street"].id,
            remedy_id=shop.remedies["refund"],
            customer_id=by_reference(session, reference),
            now=TUESDAY + timedelta(days=1),
        )
    return left.rule, left.headroom_minor


def found(database: Database, text: str) -> list[int]:
    """Return the ids of whom the finder shows."""
    with database.reading() as session:
        return [one.id for one in customer_finder.find_customers(session, text)]


def take(database: Database, *rows: str) -> Imported:
    """Take in these customers."""
    return import_customers(database, csv(CUSTOMERS, *rows), Options(), now=NOW)


def verify_whole(database: Database) -> None:
    """Check chain, books and tallies."""
    with database.reading() as session:
        verify(session)
    with database.reading() as session:
        assert list(outcomes.differences(session)) == []
