"""Replay over the demo company: the same figures as a second count has."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlmodel import col

from ledger import schema
from ledger.core import founding
from ledger.core.founding import Founding
from ledger.core.limit_setting import NewLimit
from ledger.core.permissions import Role
from ledger.core.reports.replay import replay
from ledger.core.tables import Person, Site
from ledger.database import Database
from ledger.demo import cast, company
from tests.core.replay_count import counted
from tests.core.replay_figures import as_figures
from tests.founded import LEDGER_ID, PUBLIC_KEY

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
PLAIN = NewLimit(currency=cast.CURRENCY, per_decision_minor=3_500, reason="What if")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Let the demo company live its year, once for all tests here."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'ledger.sqlite'}")
    schema.upgrade(database)
    wanted = Founding(
        ledger_id=LEDGER_ID,
        name=cast.COMPANY,
        currency=cast.CURRENCY,
        zone=cast.ZONE,
        day_start=cast.DAY_START,
        public_key=PUBLIC_KEY,
    )
    with database.writing() as session:
        founding.found_ledger(session, wanted, now=company.founded_at(NOW))
    company.live_a_year(database, now=NOW, progress=lambda _share: None)
    yield database
    database.close()


def test_the_demo_companys_figures_are_those_of_a_second_count(demo: Database) -> None:
    with demo.reading() as session:
        setter = session.scalars(
            select(Person).where(col(Person.role) == Role.ADMINISTRATOR.value)
        ).one()
        a_site = session.scalars(select(Site).order_by(col(Site.id))).all()[0]
        found = 0
        for new in (
            PLAIN,
            replace(PLAIN, per_decision_minor=1_200),
            replace(PLAIN, site_id=a_site.id, budget_minor=4_000, budget_period="day"),
            replace(PLAIN, customer_count=1, customer_days=60),
            replace(PLAIN, budget_minor=15_000, budget_period="month"),
        ):
            ours = replay(session, new, setter=setter, now=NOW)
            assert as_figures(ours) == counted(session, new, setter, now=NOW), new
            found += ours.given.count
    assert found > 100
