"""A void stands, whatever the feed says later; and what was corrected is not voided."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core.imports.problems import ImportRefusedError
from ledger.core.imports.runs import Options
from ledger.core.reports.retention import retention
from ledger.core.tables import Decision, Void
from ledger.core.verification import verify
from ledger.core.voids import AlreadyReplacedError
from ledger.database import Database
from tests import cast
from tests.cast import Cast
from tests.core.files import NOW, take_decisions
from tests.counter import open_shop

GIVEN = "d1,2026-06-02T15:00:00Z,c1,00412,S1,refund,5.00,USD,late,"
OTHER = GIVEN.replace("5.00", "6.00")
CORRECT = Options(correct=True)


@pytest.fixture
def hired(database: Database) -> Cast:
    with database.writing() as session:
        return cast.hire(session)


def void(database: Database, hired: Cast, decision_id: int) -> None:
    """Have Dana void a decision the day after the file came."""
    with database.writing() as session:
        shop = open_shop(session, hired)
        shop.void("dana", session.get_one(Decision, decision_id), now=NOW + timedelta(days=1))


def given(session: Session) -> int:
    """Return what counts as given, in cents."""
    group = retention(session, unit="decision").group()
    return 0 if group is None else group.amount_minor["USD"]


@pytest.mark.parametrize("options", [CORRECT, Options()])
def test_a_voided_decision_is_not_revived_by_a_correction(
    database: Database, hired: Cast, options: Options
) -> None:
    take_decisions(database, GIVEN)
    void(database, hired, 1)

    with pytest.raises(ImportRefusedError) as refused:
        take_decisions(database, OTHER, options=options)

    (problem,) = refused.value.problems
    assert (problem.row, problem.value, problem.why) == (2, "d1", "voided")
    assert problem.detail == "2026-07-02: Wrong customer"
    with database.reading() as session:
        assert given(session) == 0
    assert take_decisions(database, GIVEN, options=options).changed_nothing


def test_what_was_corrected_is_voided_in_its_last_revision_only(
    database: Database, hired: Cast
) -> None:
    take_decisions(database, GIVEN)
    take_decisions(database, OTHER, options=CORRECT)

    with pytest.raises(AlreadyReplacedError) as refused:
        void(database, hired, 1)

    assert refused.value.decision_id == 2
    with database.reading() as session:
        assert session.scalar(select(func.count(col(Void.id)))) == 0
        assert given(session) == 600
    void(database, hired, 2)
    with database.reading() as session:
        verify(session)
        assert given(session) == 0
