"""Giving what one may give alone in place of what was asked: the ask ends, both in one step."""

import uuid
from datetime import datetime

from sqlmodel import Session

from ledger.core import (
    answers,
    ask_states,
    ask_steps,
    asks,
    customer_joins,
    decisions,
    headroom,
    posting,
    sites,
)
from ledger.core.ask_versions import CARRIED
from ledger.core.decisions import Recorded
from ledger.core.drafts import DecisionDraft
from ledger.core.driver import Driver
from ledger.core.errors import LedgerError, NotFoundError
from ledger.core.sites import SiteChangedError
from ledger.core.tables import Ask, Person


class StillAboveError(LedgerError):
    """Not even that much can be given alone: `headroom_minor` in `currency` is left."""

    def __init__(self, *, headroom_minor: int, currency: str) -> None:
        super().__init__(headroom_minor, currency)
        self.headroom_minor = headroom_minor
        self.currency = currency


def room_instead(session: Session, person: Person, ask: Ask, *, now: datetime) -> int:
    """Return how much the asker could give alone if the ask ended now, in minor units.

    What an open ask keeps of the budget would be free again. Nothing for one's own or family.
    """
    if ask.declared_own:
        return 0
    room = headroom.headroom(
        session,
        person,
        site_id=ask.site_id,
        remedy_id=ask.remedy_id,
        customer_id=ask.customer_id,
        now=now,
    )
    state = ask_states.state_of(session, ask, now=now)
    if room.rule != "budget" or not state.is_open:
        return room.headroom_minor
    freed = (room.budget_left_minor or 0) + ask.reserved_minor
    rooms = [room.per_decision_minor, freed, ask.amount_minor]
    if room.customer_left_minor is not None:
        rooms.append(room.customer_left_minor)
    return min(rooms)


def give_instead(  # who, in place of which ask, how much, under which id
    session: Session, person: Person, ask: Ask, amount_minor: int, *, uid: str, now: datetime
) -> Recorded:
    """Take the ask back if it is open, and record a decision for less: both, or neither.

    `uid` is the decision's own; the same form again gives the same decision again.

    Raises:
        NotFoundError: if the ask is not theirs, or they do not work at its site today.
        StillAboveError: if it is more than they may give alone.
        SiteChangedError: if the site was retired, or has another currency than the ask.
        AskMovedOnError: if something was given for the ask meanwhile.
        BadValueError, NotPermittedError, SubmissionReusedError: as a decision.

    """
    if ask.person_id != person.id:
        raise NotFoundError("ask", ask.uid)
    if decisions.decision_by_uid(session, uid) is None:
        site = sites.site(session, ask.site_id)
        if site is None or site.currency != ask.currency:
            raise SiteChangedError
        _end(session, person, ask, uid=uid, now=now)
    draft = DecisionDraft(
        uid=uid,
        site_id=ask.site_id,
        remedy_id=ask.remedy_id,
        reason_id=ask.reason_id,
        amount_minor=amount_minor,
        customer_id=ask.customer_id,
        note=asks.why_of(session, [ask]).get(ask.uid),
        declared_own=ask.declared_own,
        **{name: getattr(ask, name) for name in CARRIED},
    )
    answer = decisions.record_decision(session, person, draft, now=now)
    if isinstance(answer, Recorded):
        return answer
    refusal = answer.refusal
    raise StillAboveError(headroom_minor=refusal.headroom_minor, currency=refusal.currency)


def _end(session: Session, person: Person, ask: Ask, *, uid: str, now: datetime) -> None:
    """Take the ask back if it is open. The decision's locks come first: the chain's is last."""
    driver = Driver(session)
    posting.lock_person(driver, person.id)
    if ask.customer_id is not None:
        customer_joins.lock(driver, [ask.customer_id])
    state = ask_steps.state_now(session, ask, now=now)
    if state.name in ask_states.USED:
        raise ask_steps.AskMovedOnError(state)
    if state.is_open:
        own = str(uuid.uuid5(uuid.UUID(uid), "withdraw"))
        answers.withdraw(session, person, ask, uid=own, now=now)
