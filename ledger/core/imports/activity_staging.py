"""Putting rows of activity where no query sees them yet: in short transactions, hashed on the way.

Others keep recording between two of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, func, insert, select
from sqlmodel import col

from ledger.core import sets
from ledger.core.batches import batched
from ledger.core.driver import Driver, Prepared, Stored
from ledger.core.imports import runs
from ledger.core.imports.activity_known import Known
from ledger.core.imports.activity_rows import Came
from ledger.core.imports.runs import Progress, Transactions
from ledger.core.tables import Activity

# A row of the table, in the order of its columns.
Row = tuple[Stored, ...]

_COLUMNS = tuple(column.name for column in Activity.__table__.columns)  # type: ignore[attr-defined]  # every table model has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Staging:
    """With what the rows of a file are stored: of which import and feed, what came before."""

    import_id: int
    feed: str
    customer_ids: Mapping[str, int]
    known: Mapping[str, Known]

    def stage(
        self, transactions: Transactions, rows: Iterable[Came], total: int, progress: Progress
    ) -> str:
        """Insert the rows, of which there are so many; return the hash over them (see `sets`)."""
        _, sha256 = sets.set_hash(self._staged(transactions, rows, total, progress))
        return sha256

    def _staged(
        self, transactions: Transactions, rows: Iterable[Came], total: int, progress: Progress
    ) -> Iterator[Row]:
        """Yield each row as it is stored, in the order of keys, once it is."""
        with transactions.reading() as session:
            last: int = _LAST.one(Driver(session))[0] or 0
        done = 0
        for batch in batched(rows, runs.BATCH):
            stored = self._stored(batch, last + done + 1)
            with transactions.writing() as session:
                _INSERT.run_rows(Driver(session), stored)
            done += len(stored)
            progress(done, total)
            yield from stored

    def _stored(self, rows: Iterable[Came], first: int) -> list[Row]:
        """Return rows as they are stored, with keys from `first` on.

        By customer and time: so each page of that index is written once for a batch.
        """
        ids = self.customer_ids
        placed = sorted((ids[row.customer_ref], row.occurred_at, row) for row in rows)
        return [
            (
                key,
                self.import_id,
                self.feed,
                row.external_id,
                *self._replaces(row.external_id),
                customer_id,
                row.site_id,
                occurred_at,
                row.kind,
                row.amount_minor,
                row.currency,
            )
            for key, (customer_id, occurred_at, row) in enumerate(placed, first)
        ]

    def _replaces(self, external_id: str) -> tuple[int, int | None]:
        """Return a row's revision, and the key of the row that it replaces."""
        before = self.known.get(external_id)
        return (1, None) if before is None else (before.revision + 1, before.id)


_LAST = Prepared(select(func.max(col(Activity.id))))
_INSERT = Prepared(insert(Activity).values({name: bindparam(name) for name in _COLUMNS}).inline())
