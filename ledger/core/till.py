"""The till: which of its entries count, and what its files may say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col

from ledger.core.tables import ImportFile, ImportUndo, TillEntry

FILE = "till"
VOID = "void"
GIFTS = ("refund", "credit", "discount", "free_item")
KINDS = (*GIFTS, VOID)

# What a receipt says to write at the till: `own_receipt.till_code`. Tills drop marks and zeros.
_REFERENCE = re.compile(r"d[-\s]?0*(\d{1,18})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TillThrough:
    """The last business date that one till's files are complete for, and if somebody said so."""

    on: date
    is_stated: bool


def decision_number(reference: str | None) -> int | None:
    """Return the number of the decision that a reference at the till names, or None: "D-000123"."""
    found = _REFERENCE.fullmatch(reference or "")
    return int(found[1]) if found else None


def counts() -> ColumnElement[bool]:
    """Return the condition that an entry is visible, not undone, and replaced by none that is."""
    later = aliased(TillEntry)
    replaced = exists().where(col(later.replaces_id) == col(TillEntry.id), _stands(later))
    return _stands(TillEntry) & ~replaced


def is_undone() -> ColumnElement[bool]:
    """Return the condition that the file of an entry was taken back."""
    return exists().where(col(ImportUndo.import_id) == col(TillEntry.import_id))


def is_visible() -> ColumnElement[bool]:
    """Return the condition that the file of an entry was taken in whole."""
    return exists().where(col(ImportFile.id) == col(TillEntry.import_id))


def throughs(session: Session) -> Mapping[str, TillThrough]:
    """Return until when each till is complete, by feed: as its latest file that stands says."""
    undone = exists().where(col(ImportUndo.import_id) == col(ImportFile.id))
    latest = (
        select(func.max(col(ImportFile.id)))
        .where(col(ImportFile.kind) == FILE, col(ImportFile.through).is_not(None), ~undone)
        .group_by(col(ImportFile.feed))
    )
    query = select(
        col(ImportFile.feed), col(ImportFile.through), col(ImportFile.through_stated)
    ).where(col(ImportFile.id).in_(latest))
    return {
        feed: TillThrough(on=on, is_stated=bool(stated))
        for feed, on, stated in session.execute(query)
    }


def _stands(entry: type[SQLModel]) -> ColumnElement[bool]:
    import_id = col(entry.import_id)  # type: ignore[attr-defined]  # an entry, under another name
    return exists().where(col(ImportFile.id) == import_id) & ~exists().where(
        col(ImportUndo.import_id) == import_id
    )
