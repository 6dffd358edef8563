"""The ledger against a model of plain lists: whatever people do, in whatever order, both agree.

The model knows one limit in force at a time, for everyone at Elm Street, and judges each form by
going through everything that was ever given.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import settings
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

from ledger.core import sites, voids
from ledger.core.clock import PeriodKind
from ledger.core.decisions import Recorded, Refused
from ledger.core.errors import NotPermittedError
from ledger.core.submissions import SubmissionReusedError
from ledger.core.tables import Decision, Journal, Refusal, Submission
from ledger.core.voids import AlreadyVoidedError, VoidDraft
from ledger.database import Database
from tests.cast import found
from tests.core.ledger_model import WINDOW_DAYS, Given, Model, Rules, Sent
from tests.counter import MONDAY, Shop, budget_rows, open_shop, recounted_rows

NAMES = ("ana", "ben", "dana")
AMOUNTS = st.sampled_from((1, 100, 499, 500, 900, 1_000, 1_001))
GIFT = st.tuples(st.sampled_from(NAMES), AMOUNTS, st.integers(0, 2), st.uuids())


class LedgerMachine(RuleBasedStateMachine):
    """People at a counter."""

    lent: Database

    def __init__(self) -> None:
        super().__init__()
        self.writing = self.lent.writing()
        self.shop: Shop = open_shop(session := self.writing.__enter__(), found(session))
        self.model, self.now = Model(), MONDAY
        self.calendar = sites.calendar_of(session, self.shop.sites["elm_street"].id)

    def teardown(self) -> None:
        self.shop.session.rollback()
        self.writing.__exit__(None, None, None)

    @initialize()
    def open_the_shop(self) -> None:
        self.customers = [None, *(self.shop.customer(f"212555010{number}") for number in range(2))]
        self.set_limit(per_decision=1_000, budget=2_000, period="day", count=4, total=1_500)

    @rule(
        per_decision=st.sampled_from((0, 500, 1_000)),
        budget=st.sampled_from((500, 1_000, 2_000)),
        period=st.sampled_from(("day", "week", "month")),
        count=st.integers(1, 4),
        total=st.sampled_from((500, 1_500)),
    )
    def set_limit(
        self, per_decision: int, budget: int, period: PeriodKind, count: int, total: int
    ) -> None:
        self.shop.limit(
            per_decision,
            now=self.now,
            budget_minor=budget,
            budget_period=period,
            customer_count=count,
            customer_total_minor=total,
            customer_days=WINDOW_DAYS,
        )
        self.model.rules = Rules(
            per_decision=per_decision, budget=budget, period=period, count=count, total=total
        )

    @rule(gifts=st.lists(GIFT, min_size=1, max_size=6))
    def decide(self, gifts: Sequence[tuple[str, int, int, UUID]]) -> None:
        for name, amount, customer, uid in gifts:
            self.attempt(name, amount, customer, uid)

    @precondition(lambda self: self.model.answers)
    @rule(which=st.integers(0), other=st.booleans())
    def send_again(self, which: int, other: bool) -> None:  # noqa: FBT001 - Hypothesis draws it
        uid = sorted(self.model.answers)[which % len(self.model.answers)]
        sent = self.model.answers[uid]
        if other:
            with pytest.raises(SubmissionReusedError):
                self.send(replace(sent, form=replace(sent.form, amount_minor=7)))
            return
        answer = self.send(sent)
        assert answer.is_replay
        assert isinstance(answer, Recorded) == sent.is_recorded

    @precondition(lambda self: self.model.given)
    @rule(which=st.integers(0), by=st.sampled_from(NAMES))
    def void(self, which: int, by: str) -> None:
        one = self.model.given[which % len(self.model.given)]
        refusal = self.void_refused(one, by)
        if refusal is None:
            self.shop.void(by, one.decision, now=self.now)
            one.voided_on = self.today
            return
        with pytest.raises(refusal), self.shop.session.begin_nested():
            self.shop.void(by, one.decision, now=self.now)

    @precondition(lambda self: self.replaceable())
    @rule(which=st.integers(0), amount=AMOUNTS, customer=st.integers(0, 2), uid=st.uuids())
    def put_in_place(self, which: int, amount: int, customer: int, uid: UUID) -> None:
        standing = self.replaceable()
        self.attempt("dana", amount, customer, uid, instead_of=standing[which % len(standing)])

    @rule(hours=st.sampled_from((1, 13, 26, 24 * 6)))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(name=st.sampled_from(NAMES[:2]), comes_back=st.booleans())
    def leave(self, name: str, comes_back: bool) -> None:  # noqa: FBT001 - Hypothesis draws it
        self.shop.people[name].active = comes_back
        self.shop.session.flush()
        (self.model.gone.discard if comes_back else self.model.gone.add)(name)

    @invariant()
    def budgets_equal_a_recount(self) -> None:
        assert budget_rows(self.shop.session) == recounted_rows(self.shop.session)

    @invariant()
    def books_and_model_have_the_same_decisions(self) -> None:
        made = self.shop.session.scalars(select(Decision).order_by(col(Decision.id))).all()
        assert [one.id for one in made] == list(range(1, len(made) + 1))
        assert [one.amount_minor for one in made] == [one.amount for one in self.model.given]

    @invariant()
    def the_journal_has_no_gap_and_each_key_one_answer(self) -> None:
        seqs = self.shop.session.scalars(select(col(Journal.seq)).order_by(col(Journal.seq))).all()
        assert list(seqs) == list(range(1, len(seqs) + 1))
        session = self.shop.session
        recorded = set(session.scalars(select(col(Decision.uid))))
        refused = set(session.scalars(select(col(Refusal.uid))))
        assert not recorded & refused
        assert recorded | refused == set(self.model.answers)
        assert recorded | refused <= set(session.scalars(select(col(Submission.uid))))

    @property
    def today(self) -> date:
        return self.calendar.business_date(self.now)

    def attempt(
        self, name: str, amount: int, customer: int, uid: UUID, *, instead_of: Given | None = None
    ) -> None:
        """Hand a form in, and check the answer against the model's."""
        form = self.shop.draft(amount, uid=str(uid), customer_id=self.customers[customer])
        if form.uid in self.model.answers:
            return
        if name in self.model.gone:
            with pytest.raises(NotPermittedError), self.shop.session.begin_nested():
                self.shop.send(name, form, now=self.now)
            return
        # What is replaced gives its budget back first, if its period is still open, which it is:
        # it is the period in which the replacement falls, or none of it counts here.
        room = self.model.headroom(name, form.customer_id, self.today, without=instead_of)
        sent = Sent(name=name, form=form, instead_of=instead_of, is_recorded=amount <= room)
        answer = self.send(sent)
        self.model.answers[form.uid] = sent
        if not sent.is_recorded:
            assert isinstance(answer, Refused), (amount, room)
            assert answer.refusal.amount_minor == amount
            return
        assert isinstance(answer, Recorded), (amount, room, answer)
        if instead_of is not None:
            instead_of.voided_on = self.today
        self.model.given.append(
            Given(
                decision=answer.decision,
                name=name,
                customer=form.customer_id,
                amount=amount,
                on=self.today,
                at=self.now,
            )
        )

    def send(self, sent: Sent) -> Recorded | Refused:
        """Hand a form in, alone or as a replacement."""
        if sent.instead_of is None:
            return self.shop.send(sent.name, sent.form, now=self.now)
        draft = VoidDraft(uid=sent.form.uid, reason="Wrong amount", taken_back=True)
        return voids.replace_decision(
            self.shop.session,
            self.shop.people[sent.name],
            sent.instead_of.decision,
            draft=draft,
            instead=sent.form,
            now=self.now,
        )

    def replaceable(self) -> Sequence[Given]:
        """Return what Dana may put something else in the place of."""
        standing = [one for one in self.model.given if one.voided_on is None]
        return [one for one in standing if self.void_refused(one, "dana") is None]

    def void_refused(self, one: Given, by: str) -> type[Exception] | None:
        """Return what refuses this void, by the model."""
        is_in_time = self.now - one.at < timedelta(minutes=2)
        may = is_in_time if by == one.name else by == "dana"
        if by in self.model.gone or not may:
            return NotPermittedError
        return AlreadyVoidedError if one.voided_on is not None else None


def test_the_ledger_does_as_the_model_whatever_people_do(lent_staffed_sqlite: Database) -> None:
    LedgerMachine.lent = lent_staffed_sqlite
    LedgerMachine.TestCase.settings = settings(
        max_examples=25,
        stateful_step_count=30,
        derandomize=True,
        database=None,
    )

    run_state_machine_as_test(LedgerMachine, settings=LedgerMachine.TestCase.settings)
