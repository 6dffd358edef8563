"""Settings: the rows that say how this company works, whole in the journal as often as one is made.

They are ordinary rows. The last word of the journal on each is what `verify` compares it with.
"""

from collections.abc import Mapping

from sqlmodel import SQLModel

from ledger.core.driver import Stored, stored_row
from ledger.core.tables import Company, CriteriaCard, Reason, Remedy, Site, SiteCalendar

SETTINGS: tuple[type[SQLModel], ...] = (Company, Site, SiteCalendar, Remedy, Reason, CriteriaCard)
# What keys a fingerprint must not be read in the journal.
SECRET = frozenset({"fingerprint_key"})


def told(*rows: SQLModel) -> Mapping[str, object]:
    """Return what a journal row says of settings: under "rows" and the table, each row as stored.

    The rows were flushed: they have their ids.
    """
    found: dict[str, list[Mapping[str, Stored]]] = {}
    for row in rows:
        stored = {name: value for name, value in stored_row(row).items() if name not in SECRET}
        found.setdefault(str(row.__tablename__), []).append(stored)
    return {"rows": found}
