"""What the state machine of asks does at the counter, and what the model expects of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import pytest
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import select
from sqlmodel import col

from ledger.core import answers, clock, in_place, journal, people, signing_in, sites
from ledger.core.answers import (
    AboveCeilingError,
    AlreadyAnsweredError,
    AskChangedError,
    Kind,
    OwnAskError,
)
from ledger.core.ask_steps import AskMovedOnError
from ledger.core.asks import WithinHeadroomError
from ledger.core.driver import Driver
from ledger.core.errors import NotFoundError, NotPermittedError
from ledger.core.people import NewPerson
from ledger.core.permissions import Role
from ledger.core.tables import Ask, AskAnswer, Decision, Person, SignIn
from ledger.core.verification import look_through
from ledger.database import Database
from tests.cast import HIRED_AT, HIRED_ON, found
from tests.core.ask_model import CEILINGS, WAITS, AskModel, Gift, Wish
from tests.counter import MONDAY, Shop, answer_draft, open_shop

LEFT = (NotPermittedError, NotFoundError)
ALLOWED_UP_TO = 2_500


class AskCounter(RuleBasedStateMachine):
    """People at a counter, and those whom they ask."""

    lent: Database
    allows = False

    def __init__(self) -> None:
        super().__init__()
        self.writing = self.lent.writing()
        self.shop: Shop = open_shop(session := self.writing.__enter__(), found(session))
        self.model, self.now = AskModel(), MONDAY
        self.calendar = sites.calendar_of(session, self.shop.sites["elm_street"].id)

    def teardown(self) -> None:
        try:
            self.verify()
        finally:
            self.shop.session.rollback()
            self.writing.__exit__(None, None, None)

    def hire(self, name: str, employee_id: str, site: str) -> Person:
        """Add a supervisor to the cast."""
        new = NewPerson(
            employee_id=employee_id,
            name=name.title(),
            role=Role.SUPERVISOR,
            site_ids=[self.shop.sites[site].id],
            from_date=HIRED_ON,
            ceiling_minor=CEILINGS[name],
        )
        return people.add_person(self.shop.session, new, actor="system", now=HIRED_AT)

    def verify(self) -> None:
        """Check chain, books, budgets and all else, within what is taken back in the end."""
        session = self.shop.session
        for _ in look_through(session, Driver(session)):
            pass

    @property
    def today(self) -> date:
        return self.calendar.business_date(self.at)

    @property
    def at(self) -> datetime:
        """The ledger's time: never before what stands in its journal, whatever a clock says."""
        return max(self.now, clock.from_text(journal.read_head(Driver(self.shop.session)).at))

    def say(  # who, to which ask, what and where
        self, by: str, wish: Wish, kind: Kind, offer: int | None, *, is_here: bool
    ) -> AskAnswer:
        """Answer an ask in the inbox, or on the asker's screen with a proof."""
        if not is_here:
            return self.shop.answer(by, wish.ask, kind, offer, now=self.now)
        session, approver = self.shop.session, self.shop.people[by]
        signing_in.start(session, self.shop.people[wish.name], now=self.now)
        sign_in = session.scalars(select(SignIn).order_by(col(SignIn.id).desc()).limit(1)).one()
        proof = in_place.prove(session, wish.ask, approver, sign_in, now=self.now)
        draft = answer_draft(wish.ask, kind, amount_minor=offer)
        return answers.answer(session, approver, wish.ask, draft, proof=proof, now=self.now)

    def one(self, which: int) -> Wish:
        """Return one of the asks, more often a late one."""
        wishes = self.model.wishes
        return wishes[-1 - which % len(wishes)]

    def given(self, name: str, decision: Decision, way: str) -> None:
        """Keep a decision in the model."""
        amount, on = decision.amount_minor, self.today
        self.model.gifts.append(Gift(decision=decision, name=name, amount=amount, on=on, way=way))

    def try_to_ask(self, name: str, amount: int, *, is_own: bool, previous: Wish | None) -> None:
        """Ask, and check what comes of it against the model."""
        said = None if previous is None else previous.ask

        def send() -> Ask:
            return self.shop.ask(name, amount, now=self.now, previous=said, declared_own=is_own)

        if name in self.model.gone:
            with self.refused(*LEFT):
                send()
            return
        used = previous is not None and previous.state(self.at) in ("given", "accepted")
        if previous is not None and (used or not self.model.is_last(previous)):
            with self.refused(AskMovedOnError):
                send()
            return
        before = None if previous is None else (previous.said, previous.ended)
        if previous is not None and previous.is_open(self.at):
            previous.finish("replaced", self.at)
        if amount <= self.model.headroom(name, self.today, self.at) and not is_own:
            with self.refused(WithinHeadroomError):
                send()
            if previous is not None and before is not None:
                previous.said, previous.ended = before
            return
        left = self.model.left(name, self.today, self.at)
        allows = self.model.time_allows(
            name, amount, self.today, now=self.at, previous=previous
        ) and (self.allows and amount <= ALLOWED_UP_TO and not is_own)
        made = send()
        assert made.timeout_allows == allows
        assert made.reserved_minor == min(amount, left)
        assert made.version == (1 if said is None else said.version + 1)
        self.model.wishes.append(
            Wish(
                ask=made,
                name=name,
                amount=amount,
                on=self.today,
                ends=self.at + WAITS,
                kept=made.reserved_minor,
                allows=allows,
                previous=previous,
            )
        )

    def answer_refused(self, wish: Wish, by: str, kind: Kind) -> type[Exception] | None:
        """Return what refuses this answer, by the model."""
        if by == wish.name or {by, wish.name} == {"dana", "dina"}:
            return OwnAskError
        stands_in = by == "kim" and wish.name != "dana" and self.model.stands_in(self.today)
        if not (by in ("dana", "dina", "sam") or stands_in):
            return NotFoundError
        state = wish.state(self.at)
        if state != "waiting":
            return AskChangedError if state == "replaced" else AlreadyAnsweredError
        offered = {"approved": wish.amount, "countered": wish.amount // 2, "declined": 0}[kind]
        return AboveCeilingError if offered > CEILINGS[by] else None

    @contextmanager
    def refused(self, *why: type[Exception]) -> Iterator[None]:
        """Expect that what is done here is refused, and leaves nothing behind."""
        with pytest.raises(why), self.shop.session.begin_nested():
            yield
