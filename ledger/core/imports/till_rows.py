"""Reading and checking a till's file, whole, against itself and against what is known."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, NamedTuple

from sqlalchemy import exists, select, type_coerce
from sqlmodel import Session, col

from ledger.core import clock, sites, standing, till
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.errors import BadValueError
from ledger.core.imports import cells
from ledger.core.imports.csv_file import CsvFile, Layout
from ledger.core.imports.problems import Problems
from ledger.core.imports.runs import Options
from ledger.core.tables import ImportFile, Person, Site, TillEntry
from ledger.core.tables.types import Line

LAYOUT = Layout(
    required=("external_id", "occurred_at", "location_ref", "kind", "amount", "currency"),
    optional=("reference", "staff_ref"),
)


class Rung(NamedTuple):
    """One row of the file: what was rung up, when (as stored) and where."""

    line: int
    external_id: str
    occurred_at: str
    location_ref: str
    kind: str
    amount_minor: int
    currency: str
    reference: str | None
    person_id: int | None
    business_date: str


class Known(NamedTuple):
    """The row with an id that the feed has brought before and that counts; its latest revision.

    `id` is None where none counts any more: the files that brought it were taken back.
    """

    id: int | None
    revision: int
    # Site, instant, kind, minor units, currency and reference; empty where there is no row.
    says: tuple[Any, ...]
    person_id: int | None


@dataclass(slots=True, kw_only=True)
class Checked:
    """A file that was read whole.

    `latest` is the latest instant in it; `known` the rows of the feed with the same ids;
    `new_sites` are named in it and not known, `unknown_staff` neither, and are left out.
    """

    sha256: str = ""
    rows: list[Rung] = field(default_factory=list)
    latest: str = ""
    known: Mapping[str, Known] = field(default_factory=dict)
    site_ids: Mapping[str, int] = field(default_factory=dict)
    new_sites: set[str] = field(default_factory=set)
    unknown_staff: set[str] = field(default_factory=set)

    @property
    def new(self) -> Iterator[Rung]:
        """Yield the rows with ids of which the feed has brought nothing that counts."""
        for row in self.rows:
            before = self.known.get(row.external_id)
            if before is None or before.id is None:
                yield row

    @property
    def changed(self) -> Iterator[Rung]:
        """Yield the rows with known ids that say something else than before.

        Somebody who became known in between, or left, is no other content.
        """
        for row in self.rows:
            before = self.known.get(row.external_id)
            if before is None or before.id is None:
                continue
            people = {before.person_id, row.person_id} - {None}
            if before.says != (self.site_ids.get(row.location_ref), *_says(row)) or len(people) > 1:
                yield row


class Reader:
    """Checks the rows of one till's file."""

    def __init__(
        self, session: Session, problems: Problems, *, options: Options, now: datetime
    ) -> None:
        """Check against the sites and people that are known; sites may be created."""
        self._problems = problems
        self._options = options
        self._latest = clock.as_text(now)
        self._sites: Mapping[str, Site] = {
            site.location_ref: site for site in sites.all_sites(session)
        }
        self._calendars = sites.calendars(session)
        self._own_calendar = sites.company_calendar(session)
        self._own_currency = sites.company(session).currency
        people = select(col(Person.employee_id), col(Person.id))
        self._people = {row[0]: row[1] for row in session.execute(people)}
        self._checked = Checked(
            site_ids={location_ref: site.id for location_ref, site in self._sites.items()}
        )

    def read(self, stream: BinaryIO) -> Checked:
        """Read the file whole; what is wrong is noted."""
        file, checked = CsvFile(stream, LAYOUT, self._problems), self._checked
        lines: dict[str, int] = {}
        for line, row in file.rows():
            rung = self._rung(line, row)
            if rung is None:
                continue
            first = lines.setdefault(rung.external_id, line)
            if first != line:
                self._problems.add(line, "external_id", rung.external_id, "doubled_id", str(first))
                continue
            checked.latest = max(checked.latest, rung.occurred_at)
            checked.rows.append(rung)
        checked.sha256 = file.sha256
        return checked

    def _rung(self, line: int, row: Sequence[str]) -> Rung | None:
        take, before = self._problems.take, self._problems.count
        external_id = take(line, "external_id", row[0], cells.code)
        occurred_at = take(
            line, "occurred_at", row[1], lambda text: cells.instant_before(text, self._latest)
        )
        location_ref = take(line, "location_ref", row[2], cells.code)
        kind = take(line, "kind", row[3], _kind)
        currency = take(line, "currency", row[5], cells.currency)
        amount_minor = take(line, "amount", row[4], lambda text: cells.amount(text, currency))
        reference = take(line, "reference", row[6], cells.optional_code)
        staff_ref = take(line, "staff_ref", row[7], cells.optional_code)
        self._check_site(line, location_ref, currency)
        if self._problems.count > before:
            return None
        return Rung(
            line=line,
            external_id=external_id or "",
            occurred_at=occurred_at or "",
            location_ref=location_ref or "",
            kind=kind or "",
            amount_minor=amount_minor or 0,
            currency=currency or "",
            reference=reference,
            person_id=self._person_id(staff_ref),
            business_date=self._business_date(location_ref or "", occurred_at or ""),
        )

    def _check_site(self, line: int, location_ref: str | None, currency: str | None) -> None:
        if location_ref is None:
            return
        site = self._sites.get(location_ref)
        if site is not None and self._options.forbids(site.id):
            self._problems.add(line, "location_ref", location_ref, "not_your_site")
        if site is None and not self._options.create_missing:
            self._problems.add(line, "location_ref", location_ref, "unknown_location_ref")
            return
        own = site.currency if site else self._own_currency
        if currency is not None and currency != own:
            self._problems.add(line, "currency", currency, "other_currency", own)
        if site is None:
            self._checked.new_sites.add(location_ref)

    def _person_id(self, staff_ref: str | None) -> int | None:
        if staff_ref is not None and staff_ref not in self._people:
            self._checked.unknown_staff.add(staff_ref)
        return self._people.get(staff_ref or "")

    def _business_date(self, location_ref: str, occurred_at: str) -> str:
        site = self._sites.get(location_ref)
        calendar = self._calendars[site.id] if site else self._own_calendar
        return calendar.business_date(clock.from_text(occurred_at)).isoformat()


def compare(session: Session, checked: Checked, feed: str) -> None:
    """Look up what the feed has brought before under the ids of the file."""
    has_any = select(col(TillEntry.id)).where(col(TillEntry.feed) == feed).limit(1)
    if session.scalar(has_any) is not None:
        checked.known = _known(session, feed, [row.external_id for row in checked.rows])


def _known(session: Session, feed: str, external_ids: Collection[str]) -> Mapping[str, Known]:
    known: dict[str, Known] = {}
    for batch in batched(external_ids, IDS_IN_A_QUERY):
        query = (
            select(
                col(TillEntry.external_id),
                col(TillEntry.id),
                col(TillEntry.revision),
                standing.is_undone(col(TillEntry.import_id)),
                col(TillEntry.person_id),
                col(TillEntry.site_id),
                type_coerce(col(TillEntry.occurred_at), Line()),
                col(TillEntry.kind),
                col(TillEntry.amount_minor),
                col(TillEntry.currency),
                col(TillEntry.reference),
            )
            .where(
                col(TillEntry.feed) == feed,
                col(TillEntry.external_id).in_(batch),
                exists().where(col(ImportFile.id) == col(TillEntry.import_id)),
            )
            .order_by(col(TillEntry.revision))
        )
        for external_id, key, revision, undone, person_id, *says in session.execute(query):
            before = known.get(external_id, Known(None, 0, (), None))
            # What was taken back keeps its number, and says nothing any more.
            known[external_id] = (
                before._replace(revision=revision)
                if undone
                else Known(key, revision, tuple(says), person_id)
            )
    return known


def _says(row: Rung) -> tuple[object, ...]:
    return (row.occurred_at, row.kind, row.amount_minor, row.currency, row.reference)


def _kind(text: str) -> str:
    for kind in till.KINDS:
        if text == kind:
            return kind
    raise BadValueError("kind", text, "unknown_till_kind")
