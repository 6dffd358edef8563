"""Reading and checking a file of activity: whole, and against itself."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from ledger.core import activity, clock
from ledger.core.batches import batched
from ledger.core.errors import AmountError, BadValueError
from ledger.core.imports import cells, columns
from ledger.core.imports.csv_file import CsvFile, Layout
from ledger.core.imports.doubles import Doubles
from ledger.core.imports.problems import Problems
from ledger.core.imports.runs import Options
from ledger.core.imports.spool import Columns, Spool
from ledger.core.tables import Site

# Rows that are looked at together.
BATCH = 1_000

LAYOUT = Layout(
    required=("external_id", "customer_ref", "occurred_at", "kind", "amount", "currency"),
    optional=("location_ref",),
)

# A line's number and its cells.
Numbered = tuple[int, Sequence[str]]
_KINDS = frozenset(activity.KINDS)


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


@dataclass(slots=True, kw_only=True)
class Read:
    """A file that was read whole; its rows are in the spool, those without a customer too.

    `latest` is the latest instant in it, of any row; `references` are the customers it names;
    `spans` the first and the last id of each batch in the spool.
    """

    rows: Spool[Came]
    sha256: str = ""
    without_customer: int = 0
    latest: str = ""
    references: dict[str, None] = field(default_factory=dict)
    spans: list[tuple[str, str]] = field(default_factory=list)

    def add(self, columns: Columns) -> None:
        """Keep a batch of rows, by column."""
        _, ids, references, instants, *_ = columns
        self.rows.add(columns)
        self.latest = max(self.latest, *instants)
        self.without_customer += references.count("")
        self.references.update(dict.fromkeys(references))
        self.references.pop("", None)
        self.spans.append((min(ids), max(ids)))


def read(
    session: Session,
    stream: BinaryIO,
    rows: Spool[Came],
    problems: Problems,
    *,
    options: Options,
    now: datetime,
) -> Read:
    """Read a file of activity into a spool; what is wrong is noted."""
    file, found, doubles = CsvFile(stream, LAYOUT, problems), Read(rows=rows), Doubles()
    checks = _Checks(session, problems, options, latest=clock.as_text(now))
    for batch in batched(file.rows(), BATCH):
        came = checks.good(batch) or list(zip(*checks.each(batch), strict=True))
        if came:
            doubles.add(came[1])
            found.add(came)
    found.sha256 = file.sha256
    _note_doubled(rows, doubles.hashes(), problems)
    return found


def _note_doubled(rows: Spool[Came], hashes: Collection[int], problems: Problems) -> None:
    """Name each row whose id an earlier one has: only ids of the same hash can be the same."""
    if not hashes:
        return
    lines: dict[str, int] = {}
    for row in rows:
        if hash(row.external_id) in hashes:
            first = lines.setdefault(row.external_id, row.line)
            if first != row.line:
                problems.add(row.line, "external_id", row.external_id, "doubled_id", str(first))


class _Checks:
    """What rows are checked against, and where problems are noted."""

    def __init__(
        self, session: Session, problems: Problems, options: Options, *, latest: str
    ) -> None:
        self._sites = {site.location_ref: site for site in session.scalars(select(Site))}
        self._problems, self._options, self._latest = problems, options, latest

    def good(self, batch: Sequence[Numbered]) -> Columns:
        """Return the columns of a batch in which nothing is wrong, as most are; else none."""
        lines, rows = zip(*batch, strict=True)
        ids, references, instants, kinds, amounts, currencies, locations = zip(*rows, strict=True)
        try:
            codes = columns.currencies(currencies)
            site_ids = self._site_ids(columns.optional_codes(locations), codes)
            if site_ids is None or not set(kinds) <= _KINDS:
                return ()
            return (
                lines,
                columns.codes(ids),
                columns.optional_codes(references),
                columns.instants_before(instants, self._latest),
                kinds,
                columns.amounts(amounts, codes),
                codes,
                site_ids,
            )
        except (BadValueError, AmountError):
            return ()

    def _site_ids(
        self, locations: Sequence[str], currencies: Sequence[str]
    ) -> Sequence[int | None] | None:
        """Return the site of each row; None if something is wrong with one of them."""
        site_ids: dict[str, int | None] = {}
        for location_ref, currency in set(zip(locations, currencies, strict=True)):
            site = self._sites.get(location_ref)
            if location_ref and (site is None or site.currency != currency):
                return None
            site_ids[location_ref] = None if site is None else site.id
            if self._options.forbids(site_ids[location_ref]):
                return None
        return [site_ids[location_ref] for location_ref in locations]

    def each(self, batch: Sequence[Numbered]) -> Sequence[Came]:
        """Return the good rows of a batch; whatever is wrong with the others is noted."""
        came = []
        for line, cells_of_row in batch:
            row = _checked_row(line, cells_of_row, self._sites, self._latest, self._problems)
            if row is not None and self._options.forbids(row.site_id):
                self._problems.add(line, "location_ref", cells_of_row[6], "not_your_site")
            elif row is not None:
                came.append(row)
        return came


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
