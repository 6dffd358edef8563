"""The demo company: what waits in it, and a replay's figures as a second count has them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlmodel import col

from ledger import schema
from ledger.core import ask_states, flags, founding, reviews
from ledger.core.founding import Founding
from ledger.core.limit_setting import NewLimit
from ledger.core.permissions import Role
from ledger.core.reports.replay import replay
from ledger.core.tables import Ask, AskAnswer, Decision, Person, Site
from ledger.core.verification import verify
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


def test_asks_of_the_demo_end_in_every_way_and_three_wait(demo: Database) -> None:
    with demo.reading() as session:
        kinds = {(row.step, row.kind) for row in session.scalars(select(AskAnswer))}
        asks = session.scalars(select(Ask)).all()
        states = ask_states.states_of(session, asks, now=NOW)
        waiting = [ask.amount_minor for ask in asks if states[ask.id].name == "waiting"]
        ways = set(session.scalars(select(col(Decision.exception_reason))))

    answers = {"approved", "countered", "allowed", "declined", "withdrawn", "replaced", "expired"}
    ends = {"given", "accepted", "withdrawn", "lapsed"}
    assert kinds >= {*((1, kind) for kind in answers), *((2, kind) for kind in ends)}
    assert waiting == [4_000, 3_200, 2_800]
    assert ways == {None, "already_given", "act_now"}


def test_flags_of_every_kind_and_two_exceptions_wait_for_dana(demo: Database) -> None:
    with demo.reading() as session:
        dana = session.scalars(select(Person).where(col(Person.name) == "Dana")).one()
        kinds = [flag.kind for flag in flags.open_flags(session, dana, now=NOW)]
        unread = [one.is_late for one in reviews.needs_review(session, dana, now=NOW)]
        read = [one.reading.reading for one in flags.flags_read(session, dana, now=NOW)]

    assert sorted(kinds) == ["just_under", "many_hands", "same_customer", "splitting"]
    assert unread == [False, False]
    assert read == ["limit"]


def test_the_demo_is_whole(demo: Database) -> None:
    with demo.reading() as session:
        assert verify(session).rows["ask"] > 200
