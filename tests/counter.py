"""At the counter: short words for what the tests of the rules do again and again.

Monday is 2 March 2026, ten in the morning in New York, whose business day starts at four.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Unpack

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import (
    answers,
    asks,
    customers,
    decisions,
    giving,
    headroom,
    limit_setting,
    voids,
)
from ledger.core.answers import AnswerDraft, Kind
from ledger.core.asks import AskDraft
from ledger.core.customers import NewCustomer
from ledger.core.decisions import Recorded, Refused
from ledger.core.drafts import DecisionDraft
from ledger.core.headroom import Headroom
from ledger.core.limit_setting import NewLimit
from ledger.core.tables import (
    Ask,
    AskAnswer,
    Budget,
    Decision,
    InPlace,
    Limit,
    Person,
    Reason,
    Refusal,
    Remedy,
    Site,
    Void,
)
from ledger.core.voids import VoidDraft
from tests.cast import Cast
from tests.said import Said, Terms

__all__ = [
    "LIMITS_SET_AT",
    "MONDAY",
    "SUNDAY",
    "TUESDAY",
    "Said",
    "Shop",
    "Terms",
    "budget_rows",
    "open_shop",
    "recounted_rows",
]

MONDAY = datetime(2026, 3, 2, 15, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
SUNDAY = MONDAY - timedelta(days=1)
LIMITS_SET_AT = datetime(2026, 2, 2, 15, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A founded ledger with the cast in it, and the session in which it is open."""

    session: Session
    people: Mapping[str, Person]
    sites: Mapping[str, Site]
    remedies: Mapping[str, int]
    reasons: Mapping[str, int]

    def draft(
        self,
        amount_minor: int,
        *,
        site: str = "elm_street",
        remedy: str = "refund",
        **said: Unpack[Said],
    ) -> DecisionDraft:
        """Return a well-formed decision of this amount, under a new id."""
        plain = DecisionDraft(
            uid=str(uuid.uuid4()),
            site_id=self.sites[site].id,
            remedy_id=self.remedies[remedy],
            reason_id=self.reasons["quality"],
            amount_minor=amount_minor,
        )
        return replace(plain, **said)

    def send(
        self, name: str, draft: DecisionDraft, *, now: datetime = MONDAY
    ) -> Recorded | Refused:
        """Hand a form in."""
        return decisions.record_decision(self.session, self.people[name], draft, now=now)

    def give(  # who, how much, where, what and when
        self,
        name: str,
        amount_minor: int,
        *,
        site: str = "elm_street",
        remedy: str = "refund",
        now: datetime = MONDAY,
        **said: Unpack[Said],
    ) -> Decision:
        """Record a decision that is within the latitude."""
        draft = self.draft(amount_minor, site=site, remedy=remedy, **said)
        answer = self.send(name, draft, now=now)
        assert isinstance(answer, Recorded), answer
        return answer.decision

    def refused(  # as `give`
        self,
        name: str,
        amount_minor: int,
        *,
        site: str = "elm_street",
        remedy: str = "refund",
        now: datetime = MONDAY,
        **said: Unpack[Said],
    ) -> Refusal:
        """Try a decision that is above the latitude."""
        draft = self.draft(amount_minor, site=site, remedy=remedy, **said)
        answer = self.send(name, draft, now=now)
        assert isinstance(answer, Refused), answer
        return answer.refusal

    def ask(  # as `give`; and of which ask it is the next version
        self,
        name: str,
        amount_minor: int,
        *,
        site: str = "elm_street",
        remedy: str = "refund",
        now: datetime = MONDAY,
        previous: Ask | None = None,
        **said: Unpack[Said],
    ) -> Ask:
        """Ask for more than the latitude."""
        wanted = self.draft(amount_minor, site=site, remedy=remedy, **said)
        draft = AskDraft(
            uid=wanted.uid, wanted=wanted, previous_uid=None if previous is None else previous.uid
        )
        return asks.make_ask(self.session, self.people[name], draft, now=now).ask

    def answer(  # who, to which ask, what and when
        self,
        name: str,
        ask: Ask,
        kind: Kind = "approved",
        amount_minor: int | None = None,
        *,
        words: str | None = None,
        proof: InPlace | None = None,
        now: datetime = MONDAY,
        uid: str | None = None,
    ) -> AskAnswer:
        """Answer an ask as it was read: approve it, offer an amount instead, or decline."""
        draft = answer_draft(ask, kind, amount_minor=amount_minor, words=words, uid=uid)
        person = self.people[name]
        return answers.answer(self.session, person, ask, draft, proof=proof, now=now)

    def hand_in(
        self, name: str, ask: Ask, *, now: datetime = MONDAY, uid: str | None = None
    ) -> Decision:
        """Give what an ask was allowed."""
        uid = uid or str(uuid.uuid4())
        return giving.give(self.session, self.people[name], ask, uid=uid, now=now).decision

    def withdraw(
        self, name: str, ask: Ask, *, now: datetime = MONDAY, uid: str | None = None
    ) -> AskAnswer:
        """Take an ask back, or leave a permission unused."""
        uid = uid or str(uuid.uuid4())
        return answers.withdraw(self.session, self.people[name], ask, uid=uid, now=now)

    def limit(
        self,
        per_decision_minor: int,
        *,
        by: str = "ada",
        now: datetime = LIMITS_SET_AT,
        **terms: Unpack[Terms],
    ) -> Limit:
        """Set a limit, for everyone unless something else is said."""
        new = NewLimit(
            currency="USD", per_decision_minor=per_decision_minor, reason="For the tests"
        )
        return limit_setting.set_limit(
            self.session, self.people[by], replace(new, **terms), now=now
        )

    def void(
        self, name: str, decision: Decision, *, now: datetime = MONDAY, uid: str | None = None
    ) -> Void:
        """Void a decision."""
        draft = VoidDraft(uid=uid or str(uuid.uuid4()), reason="Wrong customer", taken_back=True)
        return voids.void_decision(self.session, self.people[name], decision, draft, now=now)

    def customer(self, phone: str) -> int:
        """Add a customer by a phone number and return their id."""
        added = customers.add_customer(
            self.session,
            self.people["ana"],
            NewCustomer(phone=phone),
            now=LIMITS_SET_AT,
            on=LIMITS_SET_AT.date(),
        )
        return added.id

    def headroom(
        self,
        name: str,
        *,
        site: str = "elm_street",
        remedy: str | None = "refund",
        customer_id: int | None = None,
        now: datetime = MONDAY,
    ) -> Headroom:
        """Return what is left for somebody."""
        return headroom.headroom(
            self.session,
            self.people[name],
            site_id=self.sites[site].id,
            remedy_id=None if remedy is None else self.remedies[remedy],
            customer_id=customer_id,
            now=now,
        )

    def left(self, name: str, *, now: datetime = MONDAY, remedy: str = "refund") -> int:
        """Return how much somebody may still give at Elm Street, to nobody in particular."""
        return self.headroom(name, now=now, remedy=remedy).headroom_minor


def answer_draft(
    ask: Ask,
    kind: Kind,
    *,
    amount_minor: int | None = None,
    words: str | None = None,
    uid: str | None = None,
) -> AnswerDraft:
    """Return an answer to what an ask says now."""
    return AnswerDraft(
        uid=uid or str(uuid.uuid4()),
        kind=kind,
        amount_minor=amount_minor,
        words=words or ("Not this time" if kind == "declined" else None),
        version=ask.version,
        content_hash=ask.content_hash,
    )


def open_shop(session: Session, cast: Cast) -> Shop:
    """Return the shop of a ledger into which the cast was hired."""
    return Shop(
        session=session,
        people=cast.people,
        sites=cast.sites,
        remedies={remedy.kind: remedy.id for remedy in session.scalars(select(Remedy))},
        reasons={reason.code: reason.id for reason in session.scalars(select(Reason))},
    )


def budget_rows(session: Session) -> Mapping[tuple[object, ...], tuple[int, int]]:
    """Return every budget row: its key, and what it holds (net, gross)."""
    query = select(Budget).execution_options(populate_existing=True)
    return {
        (row.person_id, row.site_id, row.remedy_id, row.period_start, row.period_end): (
            row.alone,
            row.gross,
        )
        for row in session.scalars(query)
    }


def recounted_rows(session: Session) -> Mapping[tuple[object, ...], tuple[int, int]]:
    """Count every budget row again, decision by decision, in the plainest way."""
    voided_on = {void.decision_id: void.business_date for void in session.scalars(select(Void))}
    made = session.scalars(select(Decision).where(col(Decision.source) != "imported")).all()
    counted: dict[tuple[object, ...], tuple[int, int]] = {}
    for row in session.scalars(select(Budget)):
        net = gross = 0
        for decision in made:
            if (decision.person_id, decision.site_id) != (row.person_id, row.site_id):
                continue
            if not row.period_start <= decision.business_date <= row.period_end:
                continue
            if row.remedy_id not in (0, decision.remedy_id):
                continue
            if decision.ask_id is not None or decision.exception_reason is not None:
                continue
            gross += decision.amount_minor
            if voided_on.get(decision.id, date.max) > row.period_end:
                net += decision.amount_minor
        key = (row.person_id, row.site_id, row.remedy_id, row.period_start, row.period_end)
        counted[key] = (net, gross)
    return counted
