"""Journal rows exactly as they are stored: one that was changed must still be shown.

A table row would refuse an instant that is none, and that is just the row an auditor looks for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, select, type_coerce
from sqlmodel import Session, col

from ledger.core import clock
from ledger.core.driver import Stored
from ledger.core.errors import BadValueError
from ledger.core.tables import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """A row of the journal with its stored values; `at` is text."""

    seq: int
    version: int
    ledger_id: str
    epoch: int
    kind: str
    at: str
    actor: str
    subject: str
    content: str
    previous_hash: str
    hash: str

    @property
    def moment(self) -> datetime | None:
        """Return the instant of the row; None if what is stored is none any more."""
        try:
            return clock.from_text(self.at)
        except BadValueError:
            return None

    def stored(self) -> dict[str, Stored]:
        """Return the row as column names and stored values."""
        return {name: getattr(self, name) for name in _NAMES}


_NAMES = tuple(RawRow.__dataclass_fields__)


def raw_rows(session: Session, seqs: Iterable[int]) -> Sequence[RawRow]:
    """Return the rows with these numbers that there are, latest first."""
    wanted = sorted(set(seqs))
    if not wanted:
        return []
    columns = [
        type_coerce(col(Journal.at), Text) if name == "at" else col(getattr(Journal, name))
        for name in _NAMES
    ]
    query = select(*columns).where(col(Journal.seq).in_(wanted)).order_by(col(Journal.seq).desc())
    return [RawRow(**dict(zip(_NAMES, row, strict=True))) for row in session.execute(query)]
