"""Putting rows of activity where no query sees them yet: in short transactions, hashed on the way.

Others keep recording between two of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import bindparam, func, insert, select
from sqlmodel import col

from ledger.core import sets
from ledger.core.batches import batched
from ledger.core.driver import Driver, Prepared, Stored
from ledger.core.imports import runs
from ledger.core.imports.activity_known import Known
from ledger.core.imports.runs import Progress, Transactions
from ledger.core.imports.spool import Columns
from ledger.core.tables import Activity

# A row of the table, in the order of its columns.
Row = tuple[Stored, ...]
# Customer, instant and id (that no other row has), then kind, amount, currency and site.
_Placed = tuple[Any, ...]

_COLUMNS = tuple(column.name for column in Activity.__table__.columns)  # type: ignore[attr-defined]  # every table model has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Staging:
    """With what the rows of a file are stored: of which import and feed, what came before."""

    import_id: int
    feed: str
    customer_ids: Mapping[str, int]
    known: Mapping[str, Known]

    def stage(
        self, transactions: Transactions, rows: Iterable[Columns], total: int, progress: Progress
    ) -> str:
        """Insert rows that come by column, so many; return the hash over them (see `sets`)."""
        _, sha256 = sets.set_hash(self._staged(transactions, rows, total, progress))
        return sha256

    def _staged(
        self, transactions: Transactions, rows: Iterable[Columns], total: int, progress: Progress
    ) -> Iterator[Row]:
        """Yield each row as it is stored, in the order of keys, once it is."""
        with transactions.reading() as session:
            last: int = _LAST.one(Driver(session))[0] or 0
        done = 0
        for batch in batched(chain.from_iterable(map(self._placed, rows)), runs.BATCH):
            stored = self._stored(batch, last + done + 1)
            with transactions.writing() as session:
                _INSERT.run_rows(Driver(session), stored)
            done += len(stored)
            progress(done, total)
            yield from stored

    def _placed(self, columns: Columns) -> Iterator[_Placed]:
        """Yield the rows with the customer and the time in front."""
        _, external_ids, references, instants, *rest = columns
        customer_ids = map(self.customer_ids.__getitem__, references)
        return zip(customer_ids, instants, external_ids, *rest, strict=True)

    def _stored(self, rows: Iterable[_Placed], first: int) -> list[Row]:
        """Return rows as they are stored, with keys from `first` on.

        By customer and time: so each page of that index is written once for a batch.
        """
        import_id, feed, known = self.import_id, self.feed, self.known
        return [
            (
                key,
                import_id,
                feed,
                external_id,
                # Its revision, and the key of the row that it replaces.
                *((1, None) if external_id not in known else _after(known[external_id])),
                customer_id,
                site_id,
                occurred_at,
                kind,
                amount_minor,
                currency,
            )
            for key, (
                customer_id,
                occurred_at,
                external_id,
                kind,
                amount_minor,
                currency,
                site_id,
            ) in enumerate(sorted(rows), first)
        ]


def _after(before: Known) -> tuple[int, int | None]:
    return before.revision + 1, before.id


_LAST = Prepared(select(func.max(col(Activity.id))))
_INSERT = Prepared(insert(Activity).values({name: bindparam(name) for name in _COLUMNS}).inline())
