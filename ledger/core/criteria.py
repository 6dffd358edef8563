"""The criteria card: how we decide for the customer here, in a few lines, by version."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core.tables import CriteriaCard


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """One version of the card; ticks name its lines from 1, as in "1,3"."""

    version: int
    lines: Sequence[str]


def card_in_force(session: Session) -> Criteria | None:
    """Return the newest version of the card, or None if the company has none."""
    query = select(CriteriaCard).order_by(col(CriteriaCard.version).desc()).limit(1)
    card = session.scalars(query).one_or_none()
    if card is None:
        return None
    lines = [line.strip() for line in card.body.splitlines() if line.strip()]
    return Criteria(version=card.version, lines=lines)
