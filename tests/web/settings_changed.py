"""What an administrator has changed, as the journal has it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from ledger.core import settings
from ledger.core.tables import Journal
from ledger.core.verification import verify
from ledger.ledgers import Ledger
from tests import cast


def kinds_changed(ledger: Ledger) -> Sequence[str]:
    """Return the kinds of settings that Ada changed, in order, after the ledger was verified."""
    with ledger.database.reading() as session:
        verify(session)
        ada = f"person:{cast.person(session, 'ada').uid}"
        query = select(col(Journal.kind)).where(col(Journal.actor) == ada)
        return [kind for kind in session.scalars(query) if kind in settings.KINDS]
