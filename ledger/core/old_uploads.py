"""Files that were brought more than a day ago: cleared wherever somebody comes by."""

from datetime import datetime

from ledger.core import uploads
from ledger.core.imports.runs import Transactions


def clear(transactions: Transactions, *, now: datetime) -> None:
    """Delete what was brought more than a day ago and never taken in; mostly there is nothing."""
    with transactions.reading() as session:
        if not uploads.has_old(session, now=now):
            return
    with transactions.writing() as session:
        uploads.clear_old(session, now=now)
