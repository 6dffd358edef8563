"""The company's settings: a change is seen at once, is in the journal, and rewrites nothing."""

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import company_settings, sites
from ledger.core.company_settings import CompanyChange
from ledger.core.errors import BadValueError
from ledger.core.reports import states
from ledger.core.tables import Decision, Journal
from ledger.core.verification import verify
from ledger.database import Database
from tests.core.files import NOW, take_activity, take_decisions

GIVEN = "d1,2026-06-01T15:00:00Z,c1,T1,Elm,refund,5.00,USD,late,"
CAME = "a1,c1,2026-06-03T15:00:00Z,purchase,10.00,USD"


def change(session: Session, **values: object) -> bool:
    row = sites.company(session)
    now = {"name": row.name, "horizon_days": row.horizon_days, "watch": row.watch}
    wanted = CompanyChange(**{**now, **values})  # type: ignore[arg-type]  # each is of its type
    return company_settings.change_company(session, wanted, actor="system", now=NOW)


def test_another_horizon_counts_the_same_decisions_anew(database: Database) -> None:
    take_decisions(database, GIVEN)
    take_activity(database, CAME)
    with database.writing() as session:
        before = session.scalar(select(func.count()).select_from(Decision))

        assert change(session, name="Maple & Main", horizon_days=30, watch="stays")
        assert not change(session)

        found = states.horizon(session)
        assert (found.days, found.watch) == (30, "stays")
        assert session.scalar(select(func.count()).select_from(Decision)) == before

    with database.reading() as session:
        verify(session)
        query = select(func.count()).where(col(Journal.kind) == "company.changed")
        assert session.scalar(query) == 1


def test_only_the_horizon_and_what_is_watched_change_figures(session: Session) -> None:
    row = sites.company(session)

    def changes(**values: object) -> bool:
        now = {"name": row.name, "horizon_days": row.horizon_days, "watch": row.watch}
        return company_settings.changes_figures(
            session,
            CompanyChange(**{**now, **values}),  # type: ignore[arg-type]  # each is of its type
        )

    assert not changes(name="Other")
    assert changes(horizon_days=7)
    assert changes(watch="stays")


@pytest.mark.parametrize(
    "values,field",
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"horizon_days": 45}, "horizon"),
        ({"watch": "spends"}, "watch"),
    ],
)
def test_what_the_company_cannot_be_is_refused_by_name(
    session: Session, values: dict[str, object], field: str
) -> None:
    with pytest.raises(BadValueError) as caught:
        change(session, **values)

    assert caught.value.field == field
