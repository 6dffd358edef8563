"""What a feed of activity has brought before, and what a file of it says anew."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress, starmap, zip_longest
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from ledger.core import activity, standing
from ledger.core.batches import batched
from ledger.core.driver import Driver, Prepared
from ledger.core.imports import known_customers, new_customers
from ledger.core.imports.activity_rows import Came, Read
from ledger.core.imports.spool import Columns
from ledger.core.tables import Activity

# Ids that are looked up at a time.
LOOKED_UP = 200
NEW, CHANGED, SAME = range(3)


class Known(NamedTuple):
    """The row with an id that the feed has brought before and that counts; its latest revision.

    `id` is None where none counts any more: the files that brought it were taken back.
    """

    id: int | None
    revision: int
    customer_id: int = 0
    occurred_at: str = ""
    kind: str = ""
    amount_minor: int = 0
    currency: str = ""
    site_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A file of activity beside what is known, all as it was when it was checked.

    `known` are the rows of the feed with ids whose rows in the file are not the same;
    `customer_ids` the customers who are known, of whom `from_log` were added at the log.
    """

    file: Read
    customer_ids: Mapping[str, int]
    from_log: Mapping[str, int]
    known: dict[str, Known] = field(default_factory=dict)
    # How each row that names a customer stands to what is known: a byte each.
    stands: bytearray = field(default_factory=bytearray)

    @property
    def rows(self) -> Iterator[Came]:
        """Yield the rows that name a customer."""
        return (row for row in self.file.rows if row.customer_ref)

    @property
    def new(self) -> Iterator[Came]:
        """Yield the rows with ids of which the feed has brought nothing that counts."""
        return starmap(
            Came, chain.from_iterable(zip(*one, strict=True) for one in self.new_columns())
        )

    @property
    def changed(self) -> Iterator[Came]:
        """Yield the rows with known ids that say something else than before."""
        if not self.stands.count(CHANGED):
            return iter(())
        return compress(self.rows, (one == CHANGED for one in self.stands))

    def new_columns(self) -> Iterator[Columns]:
        """Yield the rows that are new in batches, by column."""
        stands = iter(self.stands)
        for columns in self.file.rows.columns() if self.stands.count(NEW) else ():
            is_new = [bool(reference) and next(stands) == NEW for reference in columns[2]]
            yield columns if all(is_new) else [list(compress(one, is_new)) for one in columns]

    def references(self, *, changed: bool) -> Collection[str]:
        """Return the customers of the rows that are new, and of those that are changed if asked."""
        if self.stands.count(NEW) == len(self.stands):
            return self.file.references
        found = dict.fromkeys(row.customer_ref for row in self.new)
        return {**found, **dict.fromkeys(row.customer_ref for row in self.changed if changed)}

    def taking(self, references: Collection[str]) -> Mapping[str, int]:
        """Return whom of the log these references now name."""
        return {one: self.from_log[one] for one in self.from_log if one in references}


def compare(session: Session, file: Read, feed: str) -> Checked:
    """Compare a file that was read with what the feed has brought before."""
    known_ids = new_customers.known_references(session, file.references)
    unknown = [one for one in file.references if one not in known_ids]
    from_log = known_customers.by_loyalty(session, unknown)
    checked = Checked(file=file, customer_ids={**known_ids, **from_log}, from_log=from_log)
    driver = Driver(session)
    # Tills number what they send: a batch of a new file lies beyond all that came before.
    spans = [_has_between(driver, feed, first, last) for first, last in file.spans]
    if not any(spans):
        checked.stands.extend(bytes(len(file.rows) - file.without_customer))
        return checked
    for batch, may_be_known in zip(file.rows.batches(), spans, strict=True):
        rows = [row for row in batch if row.customer_ref]
        known = _known(driver, feed, [row.external_id for row in rows]) if may_be_known else {}
        how = [_stands(row, known.get(row.external_id), checked.customer_ids) for row in rows]
        checked.stands.extend(how)
        checked.known.update(
            (row.external_id, known[row.external_id])
            for row, stand in zip(rows, how, strict=True)
            if stand != SAME and row.external_id in known
        )
    return checked


def _stands(row: Came, before: Known | None, customer_ids: Mapping[str, int]) -> int:
    if before is None or before.id is None:
        return NEW
    says = (customer_ids.get(row.customer_ref), *row[3:])
    return SAME if before[2:] == says else CHANGED


def _known(driver: Driver, feed: str, external_ids: Sequence[str]) -> Mapping[str, Known]:
    known: dict[str, Known] = {}
    for batch in batched(external_ids, LOOKED_UP):
        for row in _KNOWN.run(driver, feed=feed, **_named(batch)).fetchall():
            external_id, undone, key, revision, *says = row
            before = known.get(external_id, Known(None, 0))
            # What was taken back keeps its number, and says nothing any more.
            known[external_id] = (
                before._replace(revision=revision) if undone else Known(key, revision, *says)
            )
    return known


def _has_between(driver: Driver, feed: str, first: str, last: str) -> bool:
    """Whether the feed has brought anything from the first to the last of these ids."""
    return _BETWEEN.run(driver, feed=feed, first=first, last=last).fetchone() is not None


def _named(external_ids: Sequence[str]) -> Mapping[str, str]:
    """Return the parameters of a look-up; one of fewer ids asks for the last again."""
    return dict(zip_longest(_NAMES, external_ids, fillvalue=external_ids[-1]))


_NAMES = [f"id_{number}" for number in range(LOOKED_UP)]
_BETWEEN = Prepared(
    select(col(Activity.id))
    .where(
        col(Activity.feed) == bindparam("feed"),
        col(Activity.external_id) >= bindparam("first"),
        col(Activity.external_id) <= bindparam("last"),
    )
    .limit(1)
)
_KNOWN = Prepared(
    select(
        col(Activity.external_id),
        standing.is_undone(col(Activity.import_id)),
        col(Activity.id),
        col(Activity.revision),
        col(Activity.customer_id),
        col(Activity.occurred_at),
        col(Activity.kind),
        col(Activity.amount_minor),
        col(Activity.currency),
        col(Activity.site_id),
    )
    .where(
        col(Activity.feed) == bindparam("feed"),
        col(Activity.external_id).in_([bindparam(name) for name in _NAMES]),
        activity.is_visible(),
    )
    .order_by(col(Activity.revision))
)
