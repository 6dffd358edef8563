"""Reading and checking a file of activity, whole, against itself and against what is known."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from sys import intern
from typing import BinaryIO, NamedTuple

from sqlalchemy import select, type_coerce
from sqlmodel import Session, col

from ledger.core import activity, clock, standing
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.errors import AmountError, BadValueError
from ledger.core.imports import cells, known_customers, new_customers
from ledger.core.imports.csv_file import CsvFile, Layout
from ledger.core.imports.problems import Problems
from ledger.core.imports.runs import Options
from ledger.core.tables import Activity, Site
from ledger.core.tables.types import Line

LAYOUT = Layout(
    required=("external_id", "customer_ref", "occurred_at", "kind", "amount", "currency"),
    optional=("location_ref",),
)


class Came(NamedTuple):
    """One row of the file: who came, when (as stored) and for what. A tuple: there are many."""

    line: int
    external_id: str
    customer_ref: str
    occurred_at: str
    kind: str
    amount_minor: int
    currency: str
    site_id: int | None


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


@dataclass(slots=True, kw_only=True)
class Checked:
    """A file that was read whole.

    `latest` is the latest instant in it, of any row; `known` the rows of the feed with the same
    ids, `customer_ids` the customers that are known, both as they were when it was checked.
    """

    sha256: str = ""
    rows: list[Came] = field(default_factory=list)
    without_customer: int = 0
    latest: str = ""
    known: Mapping[str, Known] = field(default_factory=dict)
    customer_ids: Mapping[str, int] = field(default_factory=dict)
    # Those of them who were added at the log, with the reference for a loyalty number.
    from_log: Mapping[str, int] = field(default_factory=dict)

    def taking(self, references: Collection[str]) -> Mapping[str, int]:
        """Return whom of the log these references now name."""
        return {one: self.from_log[one] for one in self.from_log if one in references}

    @property
    def new(self) -> Iterator[Came]:
        """Yield the rows with ids of which the feed has brought nothing that counts."""
        for row in self.rows:
            before = self.known.get(row.external_id)
            if before is None or before.id is None:
                yield row

    @property
    def changed(self) -> Iterator[Came]:
        """Yield the rows with known ids that say something else than before."""
        for row in self.rows:
            before = self.known.get(row.external_id)
            if before is None or before.id is None:
                continue
            if before[2:] != (
                self.customer_ids.get(row.customer_ref),
                *row[3:],
            ):
                yield row


def read(
    session: Session, stream: BinaryIO, problems: Problems, *, options: Options, now: datetime
) -> Checked:
    """Read a file of activity and compare it with what is known; what is wrong is noted."""
    file = CsvFile(stream, LAYOUT, problems)
    checked = Checked()
    sites = {site.location_ref: site for site in session.scalars(select(Site))}
    latest_allowed = clock.as_text(now)
    lines: dict[str, int] = {}
    for line, row in file.rows():
        came = _good_row(line, row, sites, latest_allowed)
        if came is None:
            came = _checked_row(line, row, sites, latest_allowed, problems)
        if came is not None and options.forbids(came.site_id):
            problems.add(line, "location_ref", row[6], "not_your_site")
            continue
        if came is None:
            continue
        first = lines.setdefault(came.external_id, line)
        if first != line:
            problems.add(line, "external_id", came.external_id, "doubled_id", str(first))
            continue
        checked.latest = max(checked.latest, came.occurred_at)
        if came.customer_ref:
            checked.rows.append(came)
        else:
            checked.without_customer += 1
    checked.sha256 = file.sha256
    _compare(session, checked, options.feed)
    return checked


def _good_row(
    line: int, row: Sequence[str], sites: Mapping[str, Site], latest_allowed: str
) -> Came | None:
    """Return a row with which nothing is wrong, as most are: else nobody asks it cell by cell."""
    external_id, customer_ref, occurred_at, kind, amount, currency, location_ref = row
    try:
        site = sites[cells.code(location_ref)] if location_ref else None
        if site is not None and currency != site.currency:
            return None
        # What comes in many rows is kept once.
        return Came(
            line,
            cells.code(external_id),
            intern(cells.optional_code(customer_ref) or ""),
            cells.instant_before(occurred_at, latest_allowed),
            _kind(kind),
            cells.amount(amount, cells.currency(currency)),
            intern(currency),
            None if site is None else site.id,
        )
    except (BadValueError, AmountError, KeyError):
        return None


def _checked_row(
    line: int,
    row: Sequence[str],
    sites: Mapping[str, Site],
    latest_allowed: str,
    problems: Problems,
) -> Came | None:
    """Return a row; whatever is wrong with it is noted."""
    before = problems.count
    external_id = problems.take(line, "external_id", row[0], cells.code)
    customer_ref = problems.take(line, "customer_ref", row[1], cells.optional_code)
    occurred_at = problems.take(
        line, "occurred_at", row[2], lambda text: cells.instant_before(text, latest_allowed)
    )
    kind = problems.take(line, "kind", row[3], _kind)
    currency = problems.take(line, "currency", row[5], cells.currency)
    amount_minor = problems.take(line, "amount", row[4], lambda text: cells.amount(text, currency))
    site = None
    location_ref = problems.take(line, "location_ref", row[6], cells.optional_code)
    if location_ref:
        site = sites.get(location_ref)
        if site is None:
            problems.add(line, "location_ref", location_ref, "unknown_site")
        elif currency and currency != site.currency:
            problems.add(line, "currency", currency, "other_currency", site.currency)
    if (
        problems.count > before
        or external_id is None
        or occurred_at is None
        or kind is None
        or amount_minor is None
        or currency is None
    ):
        return None
    return Came(
        line=line,
        external_id=external_id,
        customer_ref=customer_ref or "",
        occurred_at=occurred_at,
        kind=kind,
        amount_minor=amount_minor,
        currency=currency,
        site_id=site.id if site else None,
    )


def _kind(text: str) -> str:
    for kind in activity.KINDS:
        if text == kind:
            return kind
    raise BadValueError("kind", text, "unknown_activity")


def _compare(session: Session, checked: Checked, feed: str) -> None:
    references = dict.fromkeys(row.customer_ref for row in checked.rows)
    known_ids = new_customers.known_references(session, references)
    unknown = [one for one in references if one not in known_ids]
    checked.from_log = known_customers.by_loyalty(session, unknown)
    checked.customer_ids = {**known_ids, **checked.from_log}
    has_any = select(col(Activity.id)).where(col(Activity.feed) == feed).limit(1)
    if session.scalar(has_any) is not None:
        checked.known = _known(session, feed, [row.external_id for row in checked.rows])


def _brought(session: Session, feed: str, external_ids: Iterable[str]) -> Iterator[str]:
    """Yield the ids that the feed has brought: the index alone knows, and mostly it is none."""
    column = col(Activity.external_id)
    for batch in batched(external_ids, IDS_IN_A_QUERY):
        query = select(column).where(col(Activity.feed) == feed, column.in_(batch)).distinct()
        yield from session.scalars(query)


def _known(session: Session, feed: str, external_ids: Collection[str]) -> Mapping[str, Known]:
    known: dict[str, Known] = {}
    for batch in batched(_brought(session, feed, external_ids), IDS_IN_A_QUERY):
        query = (
            select(
                col(Activity.external_id),
                col(Activity.id),
                col(Activity.revision),
                standing.is_undone(col(Activity.import_id)),
                col(Activity.customer_id),
                type_coerce(col(Activity.occurred_at), Line()),
                col(Activity.kind),
                col(Activity.amount_minor),
                col(Activity.currency),
                col(Activity.site_id),
            )
            .where(
                col(Activity.feed) == feed,
                col(Activity.external_id).in_(batch),
                activity.is_visible(),
            )
            .order_by(col(Activity.revision))
        )
        for external_id, key, revision, undone, *says in session.execute(query):
            before = known.get(external_id, Known(None, 0))
            # What was taken back keeps its number, and says nothing any more.
            known[external_id] = (
                before._replace(revision=revision) if undone else Known(key, revision, *says)
            )
    return known
