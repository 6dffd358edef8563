"""Which imported rows still stand: an import may be taken back, and a later row take over.

A row is named by its feed and external id, and each correction of it is its next revision. The
latest revision whose import was not taken back is the one that counts. A decision that was voided
stays the last word on its gift, whatever becomes of the imports around it: no file revives it.
"""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import col

from ledger.core.tables import Activity, Decision, ImportFile, ImportUndo, TillEntry, Void


def is_undone(import_id: Mapped[Any]) -> ColumnElement[bool]:
    """Return the condition that the import with the number in this column was taken back."""
    undo = aliased(ImportUndo)
    return exists().where(col(undo.import_id) == import_id)


def is_in_sight(import_id: Mapped[Any]) -> ColumnElement[bool]:
    """Return the condition that the import with this number was finished and not taken back."""
    file = aliased(ImportFile)
    return exists().where(col(file.id) == import_id) & ~is_undone(import_id)


@cache
def counts(book: type[Activity | TillEntry]) -> ColumnElement[bool]:
    """Return the condition that a row of this book counts: no later revision of it does."""
    later = aliased(book)
    replaced = exists().where(
        col(later.feed) == col(book.feed),
        col(later.external_id) == col(book.external_id),
        col(later.revision) > col(book.revision),
        is_in_sight(col(later.import_id)),
    )
    return is_in_sight(col(book.import_id)) & ~replaced


@cache
def is_last_word() -> ColumnElement[bool]:
    """Return the condition that a decision is the one to show: not taken back, not replaced."""
    return _speaks(Decision) & ~is_replaced()


def has_say() -> ColumnElement[bool]:
    """Return the condition that a decision's import was not taken back, or that it was voided."""
    return _speaks(Decision)


def is_replaced() -> ColumnElement[bool]:
    """Return the condition that a corrected import took the place of a decision."""
    later = aliased(Decision)
    return exists().where(
        col(later.feed) == col(Decision.feed),
        col(later.external_id) == col(Decision.external_id),
        col(later.revision) > col(Decision.revision),
        _speaks(later),
    )


@cache
def is_out_of_force() -> ColumnElement[bool]:
    """Return the condition that a decision was voided, replaced, or taken back with its import."""
    return _is_voided(Decision) | is_undone(col(Decision.import_id)) | is_replaced()


def _speaks(decision: Any) -> ColumnElement[bool]:  # noqa: ANN401 - the table, or an alias of it
    """Whether a revision has a say: its import was not taken back, or it was voided."""
    return ~is_undone(col(decision.import_id)) | _is_voided(decision)


def _is_voided(decision: Any) -> ColumnElement[bool]:  # noqa: ANN401 - the table, or an alias of it
    # A void of its own: the query around it may be joined with voids too.
    void = aliased(Void)
    return exists().where(col(void.decision_id) == col(decision.id))
