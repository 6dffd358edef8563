"""Whether anything has changed in somebody's inbox: a short mark, found with a few statements.

Pages look every few seconds. What they would be shown costs dozens of statements; that it is still
the same is seen from which asks wait, whose turn it is, and what is to be read.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from ledger.core import answerers, ask_states, reviews
from ledger.core.ask_rules import LAST_TURN, Rule
from ledger.core.permissions import Action, may
from ledger.core.tables import Ask, AskRule, Delegation, DelegationEnd, Person, PersonSite

# No site's business date is further than this from the date in UTC.
_AROUND = timedelta(days=2)
_SIGNS = 16


def mark(session: Session, person: Person, *, now: datetime) -> str:
    """Return a short text that is the same as long as nothing has changed in a person's inbox.

    It may change for less: asks at a site where somebody has handed over count for everybody. What
    settings and names say is not in it: a page that goes by it looks at all of it now and then.
    """
    today = now.date()
    open_ones = (
        select(col(Delegation.person_id))
        .outerjoin(DelegationEnd, col(DelegationEnd.delegation_id) == col(Delegation.id))
        .where(col(DelegationEnd.id).is_(None), col(Delegation.ends_on) >= today - _AROUND)
    )
    around = select(col(PersonSite.site_id)).where(
        or_(col(PersonSite.person_id) == person.id, col(PersonSite.person_id).in_(open_ones))
    )
    waiting = (
        select(col(Ask.id), col(Ask.made_at), col(AskRule.next_after_minutes))
        .outerjoin(AskRule, col(AskRule.site_id) == col(Ask.site_id))
        .where(col(Ask.site_id).in_(around), col(Ask.expires_at) > now, ask_states.is_unanswered())
        .order_by(col(Ask.id))
    )
    handed = select(
        select(func.max(col(Delegation.id))).scalar_subquery(),
        select(func.max(col(DelegationEnd.id))).scalar_subquery(),
    )
    said = [
        person.role,
        answerers.ceiling_of(person),
        [(row[0], _turn(row[1], row[2], now=now)) for row in session.execute(waiting)],
        tuple(session.execute(handed).one()),
        _unread(session, person, now=now),
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:_SIGNS]


def _turn(made_at: datetime, minutes: int | None, *, now: datetime) -> int:
    """Return how many times the next in line have been asked since an ask was made."""
    each = timedelta(minutes=minutes or Rule().next_after_minutes)
    return min(max(now - made_at, timedelta(0)) // each, LAST_TURN)


def _unread(session: Session, person: Person, *, now: datetime) -> Sequence[tuple[int, bool]]:
    """Return what is to be read around here, and what of it is late."""
    if not may(person.role, Action.READ_EXCEPTIONS):
        return []
    first, last = now.date() - _AROUND, now.date() + _AROUND
    near = select(col(PersonSite.site_id)).where(
        col(PersonSite.person_id) == person.id,
        col(PersonSite.from_date) <= last,
        or_(col(PersonSite.until).is_(None), col(PersonSite.until) >= first),
    )
    site_ids = sorted(set(session.scalars(near)))
    return [(one.decision.id, one.is_late) for one in reviews.unread_at(session, site_ids, now=now)]
