"""Reading and checking a file of decisions, whole, against itself and against what is known."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import BinaryIO, NamedTuple

from sqlalchemy import select, type_coerce
from sqlmodel import Session, col

from ledger.core import clock, money, notes, reasons, remedies, sites, standing
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.imports import cells, known_customers, new_customers
from ledger.core.imports.csv_file import CsvFile, Layout
from ledger.core.imports.problems import Problems
from ledger.core.imports.runs import Options
from ledger.core.tables import Decision, Person, Reason, Remedy, Site, Words
from ledger.core.tables.types import Line

LAYOUT = Layout(
    required=(
        "external_id",
        "decided_at",
        "customer_ref",
        "staff_ref",
        "location_ref",
        "kind",
        "amount",
        "currency",
        "reason",
        "note",
    )
)


# The one kind that gives nothing of value by its name.
APOLOGY = "apology"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One row of the file; the instant is as stored, the note is what is kept of it."""

    line: int
    external_id: str
    decided_at: str
    business_date: date
    zone: str
    customer_ref: str
    staff_ref: str
    location_ref: str
    kind: str
    amount_minor: int
    currency: str
    reason: str
    note: str
    was_cut: bool
    was_left_out: bool


class Known(NamedTuple):
    """The latest revision of a decision that the feed has brought before and that has a say.

    `id` is None where none has any more: the files that brought it were taken back.
    """

    id: int | None
    revision: int
    customer_id: int | None = None
    person_id: int = 0
    site_id: int = 0
    remedy_id: int = 0
    reason_id: int = 0
    amount_minor: int = 0
    currency: str = ""
    decided_at: str = ""
    # None: a note that was erased, which any note equals.
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledgers:
    """What decisions refer to, by the names that files use, and the company's own calendar."""

    sites: Mapping[str, Site]
    calendars: Mapping[int, clock.Calendar]
    people: Mapping[str, Person]
    remedies: Mapping[str, Remedy]
    reasons: Mapping[str, Reason]
    own_calendar: clock.Calendar
    own_currency: str


@dataclass(slots=True, kw_only=True)
class Checked:
    """A file that was read whole, with what is known of its ids and its customers."""

    sha256: str = ""
    rows: list[Decided] = field(default_factory=list)
    known: Mapping[str, Known] = field(default_factory=dict)
    customer_ids: Mapping[str, int] = field(default_factory=dict)
    # Those of them who were added at the log, with the reference for a loyalty number.
    from_log: Mapping[str, int] = field(default_factory=dict)

    def taking(self, references: Collection[str]) -> Mapping[str, int]:
        """Return whom of the log these references now name."""
        return {one: self.from_log[one] for one in self.from_log if one in references}


def references(session: Session) -> Ledgers:
    """Return what decisions may refer to."""
    own = sites.company(session)
    return Ledgers(
        sites={site.location_ref: site for site in sites.all_sites(session)},
        calendars=sites.calendars(session),
        people={person.employee_id: person for person in session.scalars(select(Person))},
        remedies={remedy.kind: remedy for remedy in remedies.all_remedies(session)},
        reasons={reason.code: reason for reason in reasons.all_reasons(session)},
        own_calendar=sites.company_calendar(session),
        own_currency=own.currency,
    )


class Reader:
    """Checks the rows of one file of decisions."""

    def __init__(
        self, known: Ledgers, problems: Problems, *, options: Options, now: datetime
    ) -> None:
        """Check against what is known; what is not is a problem unless it may be created."""
        self._known = known
        self._problems = problems
        self._options = options
        self._latest = clock.as_text(now)

    def read(self, stream: BinaryIO) -> Checked:
        """Read the file whole; what is wrong is noted."""
        file = CsvFile(stream, LAYOUT, self._problems)
        checked = Checked()
        lines: dict[str, int] = {}
        for line, row in file.rows():
            decided = self._decided(line, row)
            if decided is None:
                continue
            first = lines.setdefault(decided.external_id, line)
            if first != line:
                self._problems.add(
                    line, "external_id", decided.external_id, "doubled_id", str(first)
                )
                continue
            checked.rows.append(decided)
        checked.sha256 = file.sha256
        self._check_worth(checked.rows)
        return checked

    def _decided(self, line: int, row: Sequence[str]) -> Decided | None:
        take, before = self._problems.take, self._problems.count
        external_id = take(line, "external_id", row[0], cells.code)
        decided_at = take(
            line, "decided_at", row[1], lambda text: cells.instant_before(text, self._latest)
        )
        customer_ref = take(line, "customer_ref", row[2], cells.optional_code)
        staff_ref = take(line, "staff_ref", row[3], cells.code)
        location_ref = take(line, "location_ref", row[4], cells.code)
        kind = take(line, "kind", row[5], cells.code)
        currency = take(line, "currency", row[7], cells.currency)
        amount_minor = take(line, "amount", row[6], lambda text: cells.amount(text, currency))
        reason = take(line, "reason", row[8], cells.code)
        self._check_known(line, "staff_ref", staff_ref, self._known.people)
        self._check_known(line, "location_ref", location_ref, self._known.sites)
        self._check_known(line, "kind", kind, self._known.remedies)
        self._check_known(line, "reason", reason, self._known.reasons)
        self._check_site(line, location_ref)
        self._check_currency(line, currency, location_ref)
        if self._problems.count > before:
            return None
        note, was_cut, was_left_out = notes.imported_note(row[9])
        day, zone = self._day(location_ref or "", decided_at or "")
        return Decided(
            line=line,
            external_id=external_id or "",
            decided_at=decided_at or "",
            business_date=day,
            zone=zone,
            customer_ref=customer_ref or "",
            staff_ref=staff_ref or "",
            location_ref=location_ref or "",
            kind=kind or "",
            amount_minor=amount_minor or 0,
            currency=currency or "",
            reason=reason or "",
            note=note,
            was_cut=was_cut,
            was_left_out=was_left_out,
        )

    def _check_known(
        self, line: int, column: str, value: str | None, known: Collection[str]
    ) -> None:
        if value is not None and value not in known and not self._options.create_missing:
            self._problems.add(line, column, value, f"unknown_{column}")

    def _check_site(self, line: int, location_ref: str | None) -> None:
        site = self._known.sites.get(location_ref or "")
        if site is not None and self._options.forbids(site.id):
            self._problems.add(line, "location_ref", site.location_ref, "not_your_site")

    def _check_currency(self, line: int, currency: str | None, location_ref: str | None) -> None:
        if currency is None or location_ref is None:
            return
        site = self._known.sites.get(location_ref)
        own = site.currency if site else self._known.own_currency
        if currency != own:
            self._problems.add(line, "currency", currency, "other_currency", own)

    def _check_worth(self, rows: Collection[Decided]) -> None:
        """Refuse nothing of a remedy that is worth something, and something of one that is not."""
        worthless = worthless_kinds(rows, self._known)
        for row in rows:
            is_worthless = row.kind in worthless
            if is_worthless != (row.amount_minor == 0):
                why = "worth_of_nothing" if is_worthless else "zero"
                shown = money.plain(row.amount_minor, row.currency)
                self._problems.add(row.line, "amount", shown, why, row.kind)

    def _day(self, location_ref: str, decided_at: str) -> tuple[date, str]:
        site = self._known.sites.get(location_ref)
        calendar = self._known.calendars[site.id] if site else self._known.own_calendar
        day = calendar.business_date(clock.from_text(decided_at))
        return day, calendar.zone_on(day)


def worthless_kinds(rows: Collection[Decided], known: Ledgers) -> frozenset[str]:
    """Return the kinds that give nothing of value: as the remedy says; a new one: an apology.

    The amounts of the first file that names a kind decide nothing: later ones may be others.
    """
    kinds = {row.kind for row in rows}
    return frozenset(
        kind
        for kind in kinds
        if (known.remedies[kind].worthless if kind in known.remedies else kind == APOLOGY)
    )


def compare(session: Session, checked: Checked, feed: str) -> None:
    """Look up what is known of the file's customers and ids."""
    named = dict.fromkeys(row.customer_ref for row in checked.rows if row.customer_ref)
    known_ids = new_customers.known_references(session, named)
    unknown = [one for one in named if one not in known_ids]
    checked.from_log = known_customers.by_loyalty(session, unknown)
    checked.customer_ids = {**known_ids, **checked.from_log}
    known: dict[str, Known] = {}
    for batch in batched((row.external_id for row in checked.rows), IDS_IN_A_QUERY):
        known.update(_known(session, feed, batch))
    checked.known = known


def _known(session: Session, feed: str, external_ids: Sequence[str]) -> Mapping[str, Known]:
    query = (
        select(
            col(Decision.external_id),
            ~standing.has_say(),
            col(Decision.note_commitment),
            col(Words.body),
            col(Decision.id),
            col(Decision.revision),
            col(Decision.customer_id),
            col(Decision.person_id),
            col(Decision.site_id),
            col(Decision.remedy_id),
            col(Decision.reason_id),
            col(Decision.amount_minor),
            col(Decision.currency),
            type_coerce(col(Decision.decided_at), Line()),
        )
        .outerjoin(Words, col(Words.subject) == "note:" + col(Decision.uid))
        .where(col(Decision.feed) == feed, col(Decision.external_id).in_(external_ids))
        .order_by(col(Decision.revision))
    )
    known: dict[str, Known] = {}
    for external_id, is_silent, committed, note, *says in session.execute(query):
        found = Known._make((*says, "" if committed is None else note))
        before = known.get(external_id, Known(None, 0))
        # What was taken back keeps its number, and says nothing any more.
        known[external_id] = before._replace(revision=found.revision) if is_silent else found
    return known
