"""What a supervisor is to read: decisions that went past a limit with nobody's answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import commitments, reviews
from ledger.core.reports.inbox_gestures import KnownCustomer, known_customers
from ledger.core.tables import Decision, Person, Reason, Remedy, Site

ALLOWED = "allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRead:
    """A decision to be read until `due_at`.

    `way` is how it went past the limit: the code of an exception, or "allowed" where nobody had
    answered an ask in time. `note` is None where nothing was said or it was erased (`had_note`
    tells them apart). `customer` is None for a walk-in.
    """

    decision: Decision
    way: str
    site: str
    person: str
    remedy: str
    reason: str
    note: str | None
    had_note: bool
    customer: KnownCustomer | None
    due_at: datetime
    is_late: bool

    @property
    def is_own(self) -> bool:
        """Whether it was for the person who gave it, their family or a friend, as they said."""
        return self.decision.declared_own

    @property
    def stands_alone(self) -> bool:
        """Whether it is read by itself, and never among all of a list: overdue, or one's own."""
        return self.is_late or self.is_own


def to_read(session: Session, person: Person, *, now: datetime) -> Sequence[ToRead]:
    """Return what a person is to read, what is due first on top."""
    unread = reviews.needs_review(session, person, now=now)
    if not unread:
        return []
    decisions = [one.decision for one in unread]
    named = {
        row[0]: row
        for row in session.execute(
            select(
                col(Decision.id),
                col(Site.name),
                col(Person.name),
                col(Remedy.name),
                col(Reason.name),
            )
            .join(Site, col(Site.id) == col(Decision.site_id))
            .join(Person, col(Person.id) == col(Decision.person_id))
            .join(Remedy, col(Remedy.id) == col(Decision.remedy_id))
            .join(Reason, col(Reason.id) == col(Decision.reason_id))
            .where(col(Decision.id).in_([one.id for one in decisions]))
        )
    }
    notes = commitments.words_of(session, [f"note:{one.uid}" for one in decisions])
    customers = known_customers(
        session,
        {one.customer_id for one in decisions if one.customer_id is not None},
        since=max(one.business_date for one in decisions),
    )
    return [
        ToRead(
            decision=one.decision,
            way=one.decision.exception_reason or ALLOWED,
            site=row[1],
            person=row[2],
            remedy=row[3],
            reason=row[4],
            note=notes.get(f"note:{one.decision.uid}"),
            had_note=one.decision.note_commitment is not None,
            customer=customers.get(one.decision.customer_id or 0),
            due_at=one.due_at,
            is_late=one.is_late,
        )
        for one in unread
        for row in [named[one.decision.id]]
    ]


def to_read_count(session: Session, person: Person, *, now: datetime) -> int:
    """Return how many decisions a person is to read."""
    return len(reviews.needs_review(session, person, now=now))
