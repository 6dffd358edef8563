"""A replay over the amounts of a real year, given, asked for, missed and handed over by the rules.

What the retailer's people gave in their last sixty days is given again, day by day, under a limit
of £15. What is above it is asked for, could not be given, or was handed over already: by turns.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import asks, limit_setting, people, sites
from ledger.core.asks import AskDraft
from ledger.core.decisions import Refused
from ledger.core.drafts import DecisionDraft
from ledger.core.limit_setting import NewLimit
from ledger.core.people import NewPerson
from ledger.core.permissions import Role
from ledger.core.reports.replay import replay
from ledger.core.tables import Decision, Person, Reason, Remedy
from ledger.database import Database
from tests.core.replay_count import counted
from tests.core.replay_figures import as_figures
from tests.core.test_real_input import DATA, NOW, taken_in
from tests.core.test_replay import MINUTE, needed
from tests.counter import Shop

LIMIT = 1_500
DAYS = 60
AFTERWARDS = NOW + timedelta(days=DAYS + 1)
PLAIN = NewLimit(currency="GBP", per_decision_minor=2_000, reason="What if")
PROPOSALS = (
    PLAIN,
    replace(PLAIN, budget_minor=4_000, budget_period="day"),
    replace(PLAIN, customer_count=1, customer_days=30),
    replace(
        PLAIN,
        budget_minor=9_000,
        budget_period="week",
        customer_count=2,
        customer_total_minor=3_000,
        customer_days=30,
    ),
    replace(PLAIN, per_decision_minor=1_000, budget_minor=20_000, budget_period="month"),
)

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the folder shared/data is not beside the project"
)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Take a retailer's year in, and let its last sixty days happen once more, by the rules."""
    path: Path = tmp_path_factory.mktemp("real") / "ledger.sqlite"
    database = taken_in("online_retail", f"sqlite:///{path}")
    with database.writing() as session:
        given = _last_given(session)
        shop = _opened(session)
        for number, decision in enumerate(given):
            _again(shop, decision, number, since=given[0])
    yield database
    database.close()


def _last_given(session: Session) -> Sequence[Decision]:
    last = session.scalars(select(func.max(col(Decision.decided_at)))).one()
    query = select(Decision).where(col(Decision.decided_at) > last - timedelta(days=DAYS))
    return session.scalars(query.order_by(col(Decision.decided_at), col(Decision.id))).all()


def _opened(session: Session) -> Shop:
    """Hire who sets the limit and who answers, and set it."""
    there = {site.name: site for site in sites.all_sites(session)}
    staff = {str(person.id): person for person in session.scalars(select(Person))}
    for name, role in (("ada", Role.ADMINISTRATOR), ("dana", Role.SUPERVISOR)):
        site_ids = [site.id for site in there.values()] if role == Role.SUPERVISOR else []
        new = NewPerson(
            employee_id=f"9-{name}",
            name=name.title(),
            role=role,
            site_ids=site_ids,
            from_date=NOW.date(),
            ceiling_minor=100_000 if role == Role.SUPERVISOR else 0,
        )
        staff[name] = people.add_person(session, new, actor="system", now=NOW)
    shop = Shop(
        session=session,
        people=staff,
        sites=there,
        remedies={row.kind: row.id for row in session.scalars(select(Remedy))},
        reasons={row.code: row.id for row in session.scalars(select(Reason))},
    )
    limit = replace(PLAIN, per_decision_minor=LIMIT)
    limit_setting.set_limit(session, staff["ada"], limit, now=NOW)
    return shop


def _again(shop: Shop, was: Decision, number: int, *, since: Decision) -> None:
    """Let a decision be made again by the same person, for the same customer and amount."""
    now = NOW + timedelta(days=1) + (was.decided_at - since.decided_at)
    name = str(was.person_id)
    (site,) = (one.name for one in shop.sites.values() if one.id == was.site_id)
    is_own = number % 7 == 0
    draft = shop.draft(
        was.amount_minor, site=site, customer_id=was.customer_id, note="Came back with it"
    )
    draft = replace(draft, declared_own=is_own)
    if was.amount_minor <= LIMIT and not is_own:
        shop.send(name, draft, now=now)
    elif number % 4 == 0:
        shop.send(name, replace(draft, already_given=True), now=now)
    elif number % 4 == 1:
        refused = shop.send(name, draft, now=now)
        assert isinstance(refused, Refused)
        uid = refused.refusal.uid
        needed(shop, name, was.amount_minor, now=now, refusal_uid=uid, site=site)
    else:
        _asked(shop, name, draft, number, now=now)


def _asked(shop: Shop, name: str, draft: DecisionDraft, number: int, *, now: datetime) -> None:
    """Ask, and be answered in one of three ways or not at all."""
    made = asks.make_ask(
        shop.session, shop.people[name], AskDraft(uid=draft.uid, wanted=draft), now=now
    )
    ask, soon = made.ask, now + (1 + number % 11) * MINUTE
    if number % 5 == 0:
        return
    if number % 5 == 1:
        shop.answer("dana", ask, "declined", now=soon)
        return
    if number % 5 == 2:
        shop.answer("dana", ask, "countered", ask.amount_minor // 2, now=soon)
    else:
        shop.answer("dana", ask, now=soon)
    shop.hand_in(name, ask, now=soon + MINUTE)


def test_replays_over_real_amounts_are_those_of_a_second_count(lived: Database) -> None:
    with lived.reading() as session:
        ada = session.scalars(select(Person).where(col(Person.name) == "Ada")).one()
        found = [replay(session, new, setter=ada, now=AFTERWARDS) for new in PROPOSALS]
        for new, ours in zip(PROPOSALS, found, strict=True):
            assert as_figures(ours) == counted(session, new, ada, now=AFTERWARDS), new

    plain, *bound = found
    for all_of, free in (("asks", "asks_free"), ("unmet", "unmet_free")):
        assert getattr(plain, all_of).count > getattr(plain, free).count > 5
    assert plain.exceptions.count > plain.exceptions_free.count > 5
    assert plain.given.count > 200
    assert plain.unanswered > 0
    assert plain.more_minor > 0
    # A budget and a cap let fewer be free than the amount alone.
    assert all(one.asks_free.count < plain.asks_free.count for one in bound)
    assert all(one.would_ask.count > plain.would_ask.count for one in bound)
