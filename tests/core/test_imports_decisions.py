"""Taking in decisions that were made elsewhere: facts, with all that they name."""

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from ledger.core.imports.decisions import import_decisions
from ledger.core.imports.problems import ImportRefusedError
from ledger.core.imports.runs import Options
from ledger.core.reports.retention import retention
from ledger.core.tables import (
    CustomerDetail,
    Decision,
    Journal,
    Outcome,
    Person,
    Reason,
    Remedy,
    Site,
    Words,
)
from ledger.core.verification import verify
from ledger.database import Database
from tests.core.files import DECISIONS, csv, problems, take_activity, take_decisions

GIVEN = "d1,2026-06-02T03:30:00Z,0007,00412,Elm,refund,12.50,USD,late,Cold soup"
CORRECT = Options(create_missing=True, correct=True)


def test_a_decision_is_taken_in_as_a_fact_with_all_that_it_names(database: Database) -> None:
    came = take_decisions(database, GIVEN)

    assert came.created == {"sites": ("Elm",), "people": ("00412",), "remedies": (), "reasons": ()}
    with database.reading() as session:
        decision = session.scalars(select(Decision)).one()
        assert (decision.source, decision.feed, decision.external_id) == ("imported", "main", "d1")
        assert (decision.amount_minor, decision.cost_minor, decision.currency) == (
            1250,
            1250,
            "USD",
        )
        # Half past eleven at night in New York.
        assert (decision.business_date.isoformat(), decision.zone) == (
            "2026-06-01",
            "America/New_York",
        )
        assert decision.limit_id is None
        assert session.scalars(select(col(CustomerDetail.reference))).one() == "0007"
        assert session.scalars(select(col(Words.body))).one() == "Cold soup"
        person = session.scalars(select(Person)).one()
        assert (person.employee_id, person.role, person.email) == ("00412", "staff", None)
        kinds = session.scalars(select(col(Journal.kind)).order_by(col(Journal.seq))).all()
        assert kinds[-2:] == ["decision.imported", "file.imported"]
        content = "".join(session.scalars(select(col(Journal.content))))
        assert "0007" not in content
        assert "soup" not in content
    with database.reading() as session:
        assert verify(session).rows["decision"] == 1


def test_what_is_not_known_is_named_unless_it_may_be_added(sqlite_database: Database) -> None:
    row = GIVEN.replace("refund", "hug").replace("late", "why_not")

    found = problems(import_decisions, sqlite_database, csv(DECISIONS, row))

    assert [(one.column, one.value, one.why) for one in found] == [
        ("staff_ref", "00412", "unknown_staff_ref"),
        ("location_ref", "Elm", "unknown_location_ref"),
        ("kind", "hug", "unknown_kind"),
        ("reason", "why_not", "unknown_reason"),
    ]
    came = take_decisions(sqlite_database, row)
    assert (came.created["remedies"], came.created["reasons"]) == (("hug",), ("why_not",))
    with sqlite_database.reading() as session:
        assert session.scalars(select(Site)).one().currency == "USD"
        assert {"hug"} <= set(session.scalars(select(col(Remedy.kind))))
        assert {"why_not"} <= set(session.scalars(select(col(Reason.code))))


def test_without_a_reference_the_customer_is_a_walk_in(database: Database) -> None:
    came = take_decisions(database, GIVEN, GIVEN.replace("d1", "d2").replace("0007", ""))

    assert came.customers == 1
    with database.reading() as session:
        group = retention(session, unit="decision").group()
    assert group is not None
    assert (group.decisions, group.walk_ins, group.amount_minor) == (1, 1, {"USD": 2500})


@pytest.mark.parametrize(
    "row, why",
    [
        (GIVEN.replace("USD", "GBP"), "other_currency"),
        (GIVEN.replace("12.50", "0"), "zero"),
        (GIVEN.replace("refund", "apology"), "worth_of_nothing"),
        (GIVEN.replace("12.50", "100000000"), "too_large"),
        (GIVEN.replace("2026", "2027"), "in_future"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(
    sqlite_database: Database, row: str, why: str
) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        take_decisions(sqlite_database, row)

    assert [one.why for one in refused.value.problems] == [why]
    with sqlite_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Site)) == 0


def test_notes_are_cut_or_left_out_and_counted(database: Database) -> None:
    came = take_decisions(
        database,
        GIVEN.replace("Cold soup", "x" * 200),
        GIVEN.replace("d1", "d2").replace("Cold soup", "call 07700 900123"),
    )

    assert (came.notes_cut, came.notes_left_out) == (1, 1)
    with database.reading() as session:
        assert session.scalars(select(col(Words.body))).all() == ["x" * 140]


def test_a_correction_takes_the_place_of_what_was_known(database: Database) -> None:
    take_decisions(database, GIVEN)
    take_activity(database, "a1,0008,2026-06-05T15:00:00Z,visit,0,USD")
    other = GIVEN.replace("0007", "0008").replace("12.50", "20.00")
    with pytest.raises(ImportRefusedError):
        take_decisions(database, other)

    came = take_decisions(database, other, options=CORRECT)

    assert (came.new, came.corrected) == (0, 1)
    with database.reading() as session:
        rows = session.execute(
            select(Decision.revision, Outcome.in_force, Outcome.is_first)  # type: ignore[call-overload]  # three columns of two tables
            .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
            .order_by(col(Decision.id))
        ).all()
        assert [tuple(row) for row in rows] == [(1, False, False), (2, True, True)]
        group = retention(session).group()
    assert group is not None
    assert group.amount_minor == {"USD": 2000}
    with database.reading() as session:
        verify(session)
    assert take_decisions(database, other, options=CORRECT).changed_nothing


def test_the_first_file_does_not_decide_that_a_new_kind_is_worth_nothing(
    sqlite_database: Database,
) -> None:
    free = GIVEN.replace("refund", "free_dessert")

    with pytest.raises(ImportRefusedError) as refused:
        take_decisions(sqlite_database, free.replace("12.50", "0.00"))
    take_decisions(sqlite_database, free)

    (problem,) = refused.value.problems
    assert (problem.row, problem.column, problem.value) == (2, "amount", "0.00")
    assert (problem.why, problem.detail) == ("zero", "free_dessert")
    with sqlite_database.reading() as session:
        made = session.scalars(select(Remedy).where(col(Remedy.kind) == "free_dessert")).one()
        assert (made.worthless, made.cost_share_bp) == (False, 10_000)
