"""The till: what its files may say, and until when they are complete."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import standing
from ledger.core.driver import Driver, Prepared
from ledger.core.tables import ImportFile

FILE = "till"
VOID = "void"
GIFTS = ("refund", "credit", "discount", "free_item")
KINDS = (*GIFTS, VOID)

# As `reference_of` writes it. Tills drop marks and zeros.
_REFERENCE = re.compile(r"d[-\s]?0*(\d{1,18})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TillThrough:
    """The last business date that one till's files are complete for, and if somebody said so."""

    on: date
    is_stated: bool


def reference_of(number: int) -> str:
    """Return what is written at the till for the decision with this number: "D-000123"."""
    return f"D-{number:06d}"


def decision_number(reference: str | None) -> int | None:
    """Return the number of the decision that a reference at the till names, or None: "D-000123"."""
    found = _REFERENCE.fullmatch(reference or "")
    return int(found[1]) if found else None


def throughs(session: Session) -> Mapping[str, TillThrough]:
    """Return until when each till is complete, by feed: as its latest file that stands says."""
    return {
        feed: TillThrough(on=date.fromisoformat(on), is_stated=bool(stated))
        for feed, on, stated in _THROUGHS.run(Driver(session)).fetchall()
    }


_LATEST = (
    select(func.max(col(ImportFile.id)))
    .where(
        col(ImportFile.kind) == FILE,
        col(ImportFile.through).is_not(None),
        ~standing.is_undone(col(ImportFile.id)),
    )
    .group_by(col(ImportFile.feed))
)
_THROUGHS = Prepared(
    select(col(ImportFile.feed), col(ImportFile.through), col(ImportFile.through_stated)).where(
        col(ImportFile.id).in_(_LATEST)
    )
)
