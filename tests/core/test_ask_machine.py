"""Asks against a model of plain lists: whatever people do, in whatever order, both agree.

No budget is over, no ask is answered twice, what an ask keeps is freed exactly once, and nobody
answers their own, under whatever record; on both databases.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlmodel import col

from ledger.core import ask_rules, ask_states, delegations, leaving, person_changes
from ledger.core.answers import (
    Kind,
)
from ledger.core.ask_rules import ALLOW, Rule
from ledger.core.ask_steps import AskMovedOnError
from ledger.core.decisions import Recorded, Refused
from ledger.core.delegations import NewDelegation
from ledger.core.errors import NotFoundError
from ledger.core.person_changes import PersonChange
from ledger.core.tables import Ask, AskAnswer, Budget, Decision
from ledger.core.voids import AlreadyVoidedError
from tests.cast import HIRED_AT
from tests.core.ask_counter import ALLOWED_UP_TO, LEFT, AskCounter
from tests.core.ask_model import DEED, FAR, LASTS, Deed, Wish
from tests.counter import budget_rows, recounted_rows
from tests.recount import apart_rows, recounted_apart


class AskMachine(AskCounter):
    """What they do, in whatever order."""

    @initialize(allows=st.booleans())
    def open_the_shop(self, allows: bool) -> None:  # noqa: FBT001 - Hypothesis draws it
        self.allows = allows
        kim, dina = self.hire("kim", "00199", "harbour"), self.hire("dina", "00198", "elm_street")
        self.people = {**self.shop.people, "kim": kim, "dina": dina}
        # Dina is how Dana is known in another list.
        second = PersonChange(same_as_uid=self.people["dana"].uid)
        person_changes.change_person(self.shop.session, dina, second, actor="system", now=HIRED_AT)
        self.shop = replace(self.shop, people=self.people)
        if allows:
            rule_of = Rule(on_timeout=ALLOW, allow_up_to_minor=ALLOWED_UP_TO)
            elm = self.shop.sites["elm_street"]
            ask_rules.set_rule(self.shop.session, elm, rule_of, actor="system", now=HIRED_AT)
        self.set_limit(per_decision=1_000, budget=2_000)

    @rule(per_decision=st.sampled_from((500, 1_000)), budget=st.sampled_from((500, 2_000, 4_000)))
    def set_limit(self, per_decision: int, budget: int) -> None:
        self.shop.limit(per_decision, now=self.now, budget_minor=budget, budget_period="day")
        model = self.model
        model.per_decision, model.budget = per_decision, budget
        model.highest = max(model.highest, budget)

    @rule(deeds=st.lists(DEED, min_size=6, max_size=12))
    def go_on(self, deeds: Sequence[Deed]) -> None:
        for deed in deeds:
            self.now += timedelta(seconds=20)
            if deed.what == "wait":
                self.now += timedelta(minutes=deed.minutes)
            elif deed.what == "decide":
                self.decide(deed.who, deed.amount, is_own=deed.is_odd, is_given=deed.which > 1)
            elif deed.what == "ask":
                self.try_to_ask(deed.who, deed.amount, is_own=deed.is_odd, previous=None)
            elif deed.what == "all of it":
                self.all_of_it(deed)
            elif self.model.wishes:
                self.go_on_with(self.one(deed.which), deed)

    def all_of_it(self, deed: Deed) -> None:
        """Ask, answer and give, with a while in between."""
        before = len(self.model.wishes)
        self.try_to_ask(deed.who, deed.amount, is_own=deed.is_odd, previous=None)
        for wish in self.model.wishes[before:]:
            self.answer(wish, deed.by, deed.kind, is_here=deed.which > 0)
            self.now += timedelta(minutes=deed.minutes)
            self.give(wish, wish.name)

    def go_on_with(self, wish: Wish, deed: Deed) -> None:
        """Let somebody do something about an ask."""
        if deed.what == "ask anew":
            self.try_to_ask(wish.name, deed.amount, is_own=False, previous=wish)
        elif deed.what == "answer":
            self.answer(wish, deed.by, deed.kind, is_here=deed.is_odd)
        elif deed.what == "give":
            self.give(wish, "sam" if deed.which == FAR else wish.name)
        else:
            self.withdraw(wish)

    def decide(self, name: str, amount: int, *, is_own: bool, is_given: bool) -> None:
        """Hand a decision in, and check what comes of it against the model."""
        form = self.shop.draft(
            amount, declared_own=is_own, already_given=is_given, note="Told by the machine"
        )
        if name in self.model.gone:
            with self.refused(*LEFT):
                self.shop.send(name, form, now=self.now)
            return
        is_within = amount <= self.model.headroom(name, self.today, self.at) and not is_own
        answer = self.shop.send(name, form, now=self.now)
        if not is_within and not is_given:
            assert isinstance(answer, Refused)
            assert (answer.refusal.rule == "own_customer") == is_own
            return
        assert isinstance(answer, Recorded)
        way = "alone" if is_within else "exception"
        assert (answer.decision.exception_reason is None) == is_within
        self.given(name, answer.decision, way)

    def answer(self, wish: Wish, by: str, kind: Kind, *, is_here: bool) -> None:
        """Answer an ask, `is_here` on the asker's screen, and check it against the model."""
        offer = wish.amount // 2 if kind == "countered" else None
        refusal = self.answer_refused(wish, by, kind)
        if refusal is not None:
            with self.refused(refusal):
                self.say(by, wish, kind, offer, is_here=is_here)
            return
        row = self.say(by, wish, kind, offer, is_here=is_here)
        assert row.in_place == is_here
        assert (row.for_person_id is None) == (by != "kim")
        wish.said = kind
        if kind != "declined":
            wish.may, wish.lapses = offer or wish.amount, self.at + LASTS

    def give(self, wish: Wish, by: str) -> None:
        """Give what an ask was allowed, and check what comes of it against the model."""
        if by != wish.name:
            with self.refused(NotFoundError):
                self.shop.hand_in(by, wish.ask, now=self.now)
            return
        amount = wish.may_give(self.at)
        if wish.name in self.model.gone:
            with self.refused(*LEFT):
                self.shop.hand_in(wish.name, wish.ask, now=self.now)
        elif amount is None:
            with self.refused(AskMovedOnError):
                self.shop.hand_in(wish.name, wish.ask, now=self.now)
        else:
            made = self.shop.hand_in(wish.name, wish.ask, now=self.now)
            assert (made.amount_minor, made.ask_id) == (amount, wish.ask.id)
            wish.finish("accepted" if wish.state(self.at) == "countered" else "given", self.at)
            self.given(wish.name, made, "approved")

    def withdraw(self, wish: Wish) -> None:
        """Take an ask back, and check what comes of it against the model."""
        if not wish.is_open(self.at):
            with self.refused(AskMovedOnError):
                self.shop.withdraw(wish.name, wish.ask, now=self.now)
            return
        self.shop.withdraw(wish.name, wish.ask, now=self.now)
        wish.finish("withdrawn", self.at)

    @precondition(lambda self: self.model.gifts)
    @rule(which=st.integers(0))
    def void(self, which: int) -> None:
        gift = self.model.gifts[which % len(self.model.gifts)]
        if gift.voided_on is not None:
            with self.refused(AlreadyVoidedError):
                self.shop.void("sam", gift.decision, now=self.now)
            return
        self.shop.void("sam", gift.decision, now=self.now)
        gift.voided_on = self.today

    @rule()
    def look_through_the_books(self) -> None:
        self.verify()

    @rule(minutes=st.sampled_from((1, 7, 14, 15, 16, 60, 60 * 13, 60 * 26)))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: "ben" not in self.model.gone)
    @rule(is_so=st.sampled_from((False, False, True)))
    def leave(self, is_so: bool) -> None:  # noqa: FBT001 - Hypothesis draws it
        if not is_so:
            return
        ben = self.people["ben"]
        leaving.leave(self.shop.session, ben, last_day=None, actor="system", now=self.now)
        self.model.gone.add("ben")
        for wish in self.model.wishes:
            if wish.name == "ben" and wish.is_open(self.at):
                wish.finish("withdrawn", self.at)

    @precondition(
        lambda self: self.model.handed_over is None or self.model.handed_over[1] < self.today
    )
    @rule(days=st.integers(0, 2))
    def hand_over(self, days: int) -> None:
        new = NewDelegation(
            uid=str(uuid4()),
            to=self.people["kim"],
            starts_on=self.today,
            ends_on=self.today + timedelta(days=days),
        )
        dana = self.people["dana"]
        self.delegation = delegations.hand_over(self.shop.session, dana, new, by=dana, now=self.now)
        self.model.handed_over = new.starts_on, new.ends_on

    @precondition(lambda self: self.model.stands_in(self.today))
    @rule()
    def take_back(self) -> None:
        dana = self.people["dana"]
        delegations.take_back(self.shop.session, self.delegation.uid, by=dana, now=self.now)
        self.model.handed_over = None

    @invariant()
    def asks_stand_as_in_the_model(self) -> None:
        wishes, at = self.model.wishes, self.at
        asked = [wish.ask for wish in wishes]
        states = ask_states.states_of(self.shop.session, asked, now=at)
        assert [states[ask.id].name for ask in asked] == [one.state(at) for one in wishes]

    @invariant()
    def every_budget_is_what_a_recount_says(self) -> None:
        session = self.shop.session
        assert budget_rows(session) == recounted_rows(session)
        assert apart_rows(session) == recounted_apart(session)

    @invariant()
    def no_budget_is_over(self) -> None:
        over = select(Budget).where(col(Budget.alone) + col(Budget.reserved) > self.model.highest)
        assert self.shop.session.scalars(over).all() == []

    @invariant()
    def books_and_model_have_the_same_rows(self) -> None:
        session = self.shop.session
        made = session.scalars(select(Decision).order_by(col(Decision.id))).all()
        assert [(one.id, one.amount_minor) for one in made] == [
            (number, gift.amount) for number, gift in enumerate(self.model.gifts, 1)
        ]
        assert session.scalar(select(func.count(col(Ask.id)))) == len(self.model.wishes)

    @invariant()
    def nobody_answers_their_own_or_twice(self) -> None:
        rows = self.shop.session.execute(
            select(AskAnswer, col(Ask.person_id)).join(Ask, col(Ask.id) == col(AskAnswer.ask_id))
        ).all()
        answered = {"approved", "countered", "declined"}
        pairs = {(row.person_id, asker) for row, asker in rows if row.kind in answered}
        dana, dina = self.people["dana"].id, self.people["dina"].id
        assert all(one != asker and {one, asker} != {dana, dina} for one, asker in pairs)
        assert len({(row.ask_id, row.step) for row, _ in rows}) == len(rows)


@pytest.mark.parametrize("kind, examples", [("sqlite", 30), ("postgresql", 8)])
def test_asks_go_as_in_the_model_whatever_people_do(
    request: pytest.FixtureRequest, kind: str, examples: int
) -> None:
    AskMachine.lent = request.getfixturevalue(f"lent_staffed_{kind}")
    AskMachine.TestCase.settings = settings(
        max_examples=examples, stateful_step_count=16, derandomize=True, database=None
    )

    run_state_machine_as_test(AskMachine, settings=AskMachine.TestCase.settings)
