"""Decisions of a feed that were voided here: their voids stand, whatever the feed says later."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import voids
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.tables import Void


def voided(session: Session, decision_ids: Sequence[int]) -> Mapping[int, str]:
    """Return which of these were voided, with the business date and the reason if it is kept."""
    found = {}
    for batch in batched(decision_ids, IDS_IN_A_QUERY):
        for void in session.scalars(select(Void).where(col(Void.decision_id).in_(batch))):
            reason = voids.reason_of(session, void)
            day = void.business_date.isoformat()
            found[void.decision_id] = f"{day}: {reason}" if reason else day
    return found
