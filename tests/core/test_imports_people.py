"""Taking in people and customers: what is missing is filled in, what differs is refused."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from ledger.core import site_changes
from ledger.core.imports.customers import import_customers
from ledger.core.imports.people import import_people
from ledger.core.imports.problems import ImportRefusedError
from ledger.core.imports.runs import Imported, Options
from ledger.core.people import everybody
from ledger.core.tables import CustomerDetail, Site
from ledger.core.verification import verify
from ledger.database import Database
from tests.core.files import CUSTOMERS, NOW, PEOPLE, csv, take_decisions

GIVEN = "d1,2026-06-01T15:00:00Z,c1,00412,Elm,refund,12.50,USD,late,"
ANA = "00412,Ana,ANA@shop.example,staff,Elm;Oak,Senior"


def people(database: Database, *rows: str, correct: bool = False) -> Imported:
    options = Options(create_missing=True, correct=correct)
    return import_people(database, csv(PEOPLE, *rows), options, now=NOW)


def customers(database: Database, *rows: str, correct: bool = False) -> Imported:
    return import_customers(database, csv(CUSTOMERS, *rows), Options(correct=correct), now=NOW)


def test_people_are_added_with_their_sites_and_come_once(database: Database) -> None:
    came = people(database, ANA)

    assert (came.new, came.created) == (1, {"sites": ("Elm", "Oak")})
    assert people(database, ANA).changed_nothing
    with database.reading() as session:
        (ana,) = everybody(session)
        assert (ana.employee_id, ana.email, ana.grade) == ("00412", "ana@shop.example", "Senior")
        assert sorted(session.scalars(select(col(Site.location_ref)))) == ["Elm", "Oak"]
    with database.reading() as session:
        verify(session)


def test_somebody_who_came_with_a_decision_gets_a_name_and_the_rest(database: Database) -> None:
    take_decisions(database, GIVEN)

    came = people(database, ANA.replace("staff", "supervisor"))

    assert (came.new, came.corrected) == (0, 1)
    with database.reading() as session:
        (ana,) = everybody(session)
        assert (ana.name, ana.role, ana.grade) == ("Ana", "supervisor", "Senior")
    with database.reading() as session:
        verify(session)


def test_somebody_known_is_changed_only_when_told_to(database: Database) -> None:
    people(database, ANA)
    other = ANA.replace("Ana", "Anna").replace("staff", "hr")

    with pytest.raises(ImportRefusedError) as refused:
        people(database, other)
    assert [(one.row, one.column) for one in refused.value.problems] == [(2, "name"), (2, "role")]

    people(database, other, correct=True)
    with database.reading() as session:
        (anna,) = everybody(session)
        assert (anna.name, anna.role) == ("Anna", "hr")
    with database.reading() as session:
        verify(session)


def test_what_is_wrong_with_people_is_named(sqlite_database: Database) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        people(sqlite_database, ANA, "1,,no,boss,,", "00412,Ben,ana@shop.example,,,")

    assert [(one.row, one.column, one.why) for one in refused.value.problems] == [
        (3, "name", "empty"),
        (3, "email", "not_an_email"),
        (3, "role", "unknown_role"),
        (4, "employee_id", "doubled_id"),
    ]


def test_nobody_begins_at_a_retired_site_and_who_is_there_stays(sqlite_database: Database) -> None:
    people(sqlite_database, ANA)
    with sqlite_database.writing() as session:
        oak = session.scalars(select(Site).where(col(Site.location_ref) == "Oak")).one()
        site_changes.retire_site(session, oak.id, actor="system", now=NOW)

    assert people(sqlite_database, ANA).changed_nothing
    with pytest.raises(ImportRefusedError) as refused:
        people(sqlite_database, ANA.replace("00412", "00999").replace("ANA@", "ANI@"))
    assert [problem.why for problem in refused.value.problems] == ["retired_site"]


def test_a_name_in_two_forms_is_one_person_and_a_lookalike_is_noticed(
    sqlite_database: Database,
) -> None:
    people(sqlite_database, "1,Jose\u0301,,,,")

    assert people(sqlite_database, "1,Jos\u00e9,,,,").changed_nothing
    came = people(sqlite_database, "2,J\u043es\u00e9,,,,")
    assert [slug for slug, _ in came.notices] == ["lookalike"]


def test_a_customer_is_filled_in_and_changed_only_when_told_to(database: Database) -> None:
    take_decisions(database, GIVEN)

    came = customers(database, "c1,Cy,+1 555 010 0199,,", "c2,Di,,di@home.example,L9")
    assert (came.new, came.corrected) == (1, 1)
    with pytest.raises(ImportRefusedError) as refused:
        customers(database, "c1,Cyrus,,,")
    assert [(one.column, one.value) for one in refused.value.problems] == [("name", "Cyrus")]

    assert customers(database, "c1,Cyrus,,,", correct=True).corrected == 1
    with database.reading() as session:
        details = session.scalars(
            select(CustomerDetail).order_by(col(CustomerDetail.reference))
        ).all()
        assert [(one.name, one.name_key, one.phone) for one in details] == [
            ("Cyrus", "cyrus", "15550100199"),
            ("Di", "di", None),
        ]
    with database.reading() as session:
        verify(session)
