"""Customers joined, parted, given to and seen again in any order: outcomes as if told afresh.

The model is a tree: who was joined hangs under the other, whole, and who is parted is cut off,
with all that hangs under them. Everything else it finds by going through plain lists.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlmodel import col

from ledger.core import customer_joins, joining, outcomes, sites
from ledger.core.joining import AlreadyOneError, NotJoinedError
from ledger.core.tables import Activity, Decision, ImportFile, Outcome
from ledger.database import Database
from tests.cast import found
from tests.counter import MONDAY, Shop, open_shop

CUSTOMERS = 5
ONE = st.integers(0, CUSTOMERS - 1)
DAYS = st.integers(0, 9)


@dataclass(slots=True, kw_only=True)
class Given:
    """One decision as the model keeps it."""

    decision: Decision
    customer: int
    on: date
    at: datetime
    is_void: bool = False


@dataclass(slots=True, kw_only=True)
class Model:
    """What happened, in plain lists."""

    above: dict[int, int] = field(default_factory=dict)
    given: list[Given] = field(default_factory=list)
    came: list[tuple[int, date]] = field(default_factory=list)

    def top(self, customer: int) -> int:
        """Go up the tree."""
        while customer in self.above:
            customer = self.above[customer]
        return customer

    def outcome(self, one: Given) -> tuple[int, bool, bool, date | None]:
        """Go through everything that is known of the customer."""
        top = self.top(one.customer)
        theirs = [
            other for other in self.given if self.top(other.customer) == top and not other.is_void
        ]
        first = min(theirs, key=lambda other: (other.at, other.decision.id), default=None)
        days = [on for who, on in self.came if self.top(who) == top and on > one.on]
        return top, first is one, not one.is_void, min(days, default=None)


class JoinMachine(RuleBasedStateMachine):
    """A supervisor who joins and parts, while others give and the till tells."""

    lent: Database

    def __init__(self) -> None:
        super().__init__()
        self.writing = self.lent.writing()
        self.shop: Shop = open_shop(session := self.writing.__enter__(), found(session))
        self.model, self.now = Model(), MONDAY + timedelta(days=10)
        self.calendar = sites.calendar_of(session, self.shop.sites["elm_street"].id)

    def teardown(self) -> None:
        self.shop.session.rollback()
        self.writing.__exit__(None, None, None)

    @initialize()
    def open_the_shop(self) -> None:
        self.shop.limit(5_000)
        self.ids = [self.shop.customer(f"212555010{number}") for number in range(CUSTOMERS)]
        self.shop.session.add(
            ImportFile(
                id=1,
                journal_seq=1,
                kind="activity",
                feed="main",
                file_sha256="",
                rows=0,
                rows_sha256="",
                customers=0,
                customers_sha256="",
                made_at=MONDAY,
            )
        )
        self.shop.session.flush()

    @rule(customer=ONE)
    def give(self, customer: int) -> None:
        self.now += timedelta(hours=7)
        decision = self.shop.give("ana", 500, customer_id=self.ids[customer], now=self.now)
        # The log writes under the name of whom the customer counts as.
        written = self.ids.index(decision.customer_id or 0)
        assert written == self.model.top(customer)
        self.model.given.append(
            Given(
                decision=decision,
                customer=written,
                on=decision.business_date,
                at=decision.decided_at,
            )
        )

    @precondition(lambda self: any(not one.is_void for one in self.model.given))
    @rule(which=st.integers(0))
    def void(self, which: int) -> None:
        standing = [one for one in self.model.given if not one.is_void]
        one = standing[which % len(standing)]
        self.now += timedelta(minutes=5)
        self.shop.void("dana", one.decision, now=self.now)
        one.is_void = True

    @rule(customer=ONE, days=DAYS)
    def come(self, customer: int, days: int) -> None:
        at = MONDAY + timedelta(days=days + 6)
        number = len(self.model.came)
        self.shop.session.add(
            Activity(
                import_id=1,
                feed="main",
                external_id=f"a{number}",
                customer_id=self.ids[customer],
                occurred_at=at,
                kind="visit",
                amount_minor=0,
                currency="USD",
            )
        )
        outcomes.recompute(self.shop.session, [self.ids[customer]])
        self.model.came.append((customer, self.calendar.business_date(at)))

    @rule(one=ONE, other=ONE)
    def join(self, one: int, other: int) -> None:
        top, into = self.model.top(one), self.model.top(other)
        if top == into:
            with pytest.raises(AlreadyOneError):
                self.joined(one, other)
            return
        self.joined(one, other)
        self.model.above[top] = into

    def joined(self, one: int, other: int) -> None:
        session, dana = self.shop.session, self.shop.people["dana"]
        joining.join_customers(
            session, dana, self.ids[one], self.ids[other], reason="The same", now=self.now
        )

    @rule(one=ONE)
    def part(self, one: int) -> None:
        if one not in self.model.above:
            with pytest.raises(NotJoinedError):
                self.parted(one)
            return
        self.parted(one)
        del self.model.above[one]

    def parted(self, one: int) -> None:
        session, dana = self.shop.session, self.shop.people["dana"]
        joining.part_customer(session, dana, self.ids[one], reason="Two", now=self.now)

    @invariant()
    def everybody_counts_as_the_model_says(self) -> None:
        if not hasattr(self, "ids"):
            return
        into = customer_joins.into_ids(self.shop.session, None)
        tops = [self.ids[self.model.top(one)] for one in range(CUSTOMERS)]
        assert [into.get(one, one) for one in self.ids] == tops
        assert customer_joins.differences(self.shop.session) == []

    @invariant()
    def outcomes_are_as_if_told_afresh(self) -> None:
        session = self.shop.session
        assert list(outcomes.differences(session)) == []
        query = select(Outcome).order_by(col(Outcome.decision_id))
        rows = session.scalars(query.execution_options(populate_existing=True)).all()
        for row, one in zip(rows, self.model.given, strict=True):
            top, is_first, in_force, back = self.model.outcome(one)
            assert row.customer_id == self.ids[top]
            assert (row.is_first, row.in_force) == (is_first, in_force)
            assert row.returned_on == (None if back is None else back.toordinal())


@pytest.mark.parametrize("lent", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_joins_and_parts_in_any_order_leave_the_outcomes_of_a_recomputation(
    request: pytest.FixtureRequest, lent: str
) -> None:
    class OnThis(JoinMachine):
        pass

    OnThis.lent = request.getfixturevalue(f"lent_staffed_{lent}")
    run_state_machine_as_test(
        OnThis,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            suppress_health_check=list(HealthCheck),
        ),
    )
