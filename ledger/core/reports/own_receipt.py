"""The receipts of what one person recorded: for that person alone."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import customer_finder, till, voids
from ledger.core.customer_finder import FoundCustomer
from ledger.core.errors import NotFoundError
from ledger.core.reports import states
from ledger.core.reports.states import State
from ledger.core.tables import (
    Decision,
    Person,
    Reason,
    Refusal,
    Remedy,
    Site,
    UnmetNeed,
    Void,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReceipt:
    """A decision of one's own with what it points to.

    `customer` is None for a walk-in, and for somebody whose details were erased; `void_reason` if
    nobody voided it, and if these words were erased. `replaces` is the decision in whose place it
    came, `replaced_by` the one that came in its place. `state` is what came of it until now,
    `event_on` the day on which the customer came back, or left, and `watch` which of the two.
    """

    decision: Decision
    site: Site
    remedy: Remedy
    reason: Reason
    customer: FoundCustomer | None
    void: Void | None
    void_reason: str | None
    replaces: Decision | None
    replaced_by: Decision | None
    known_on: date
    state: State
    event_on: date | None
    watch: str

    @property
    def code(self) -> str:
        """Return the reference to write at the till."""
        return till.reference_of(self.decision.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedReceipt:
    """An unmet need of one's own, with the refusal that came before it, if one did."""

    need: UnmetNeed
    site: Site
    reason: Reason
    customer: FoundCustomer | None
    refusal: Refusal | None


def own_receipt(session: Session, person: Person, uid: str) -> OwnReceipt:
    """Return the receipt of a decision.

    Raises:
        NotFoundError: if there is none, or somebody else decided it.

    """
    query = select(Decision).where(col(Decision.uid) == uid, col(Decision.person_id) == person.id)
    decision = session.scalars(query).one_or_none()
    if decision is None:
        raise NotFoundError("decision", uid)
    void = voids.void_of(session, decision)
    at = states.horizon(session)
    state, event = states.came_of(session, decision, at)
    later = select(Decision).where(col(Decision.replaces_id) == decision.id).limit(1)
    return OwnReceipt(
        decision=decision,
        site=session.get_one(Site, decision.site_id),
        remedy=session.get_one(Remedy, decision.remedy_id),
        reason=session.get_one(Reason, decision.reason_id),
        customer=_customer(session, decision.customer_id),
        void=void,
        void_reason=None if void is None else voids.reason_of(session, void),
        replaces=session.get(Decision, decision.replaces_id) if decision.replaces_id else None,
        replaced_by=session.scalars(later).one_or_none(),
        known_on=at.known_on(decision.business_date),
        state=state,
        event_on=event,
        watch=at.watch,
    )


def own_need(session: Session, person: Person, uid: str) -> NeedReceipt:
    """Return the receipt of an unmet need.

    Raises:
        NotFoundError: if there is none, or it is somebody else's.

    """
    query = select(UnmetNeed).where(
        col(UnmetNeed.uid) == uid, col(UnmetNeed.person_id) == person.id
    )
    need = session.scalars(query).one_or_none()
    if need is None:
        raise NotFoundError("unmet_need", uid)
    refused = select(Refusal).where(
        col(Refusal.uid) == need.refusal_uid, col(Refusal.person_id) == person.id
    )
    return NeedReceipt(
        need=need,
        site=session.get_one(Site, need.site_id),
        reason=session.get_one(Reason, need.reason_id),
        customer=_customer(session, need.customer_id),
        refusal=session.scalars(refused).one_or_none() if need.refusal_uid else None,
    )


def _customer(session: Session, customer_id: int | None) -> FoundCustomer | None:
    return None if customer_id is None else customer_finder.customer(session, customer_id)
