"""Taking in a till's file: staged in short transactions, made visible in one, as activity is.

Only a till shows whether everything that was given was written here.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import BinaryIO

from sqlalchemy import bindparam, insert
from sqlmodel import Session

from ledger.core import clock, sites, till
from ledger.core.batches import batched
from ledger.core.driver import Driver, Prepared, Stored
from ledger.core.imports import held_back, preview_visits, runs, till_rows
from ledger.core.imports.problems import Problems
from ledger.core.imports.runs import Imported, Options, Transactions
from ledger.core.imports.till_rows import Checked, Rung
from ledger.core.sites import NewSite
from ledger.core.tables import TillEntry
from ledger.core.till import TillThrough

KIND = till.FILE
NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """A checked file and what it will do."""

    checked: Checked
    new: Sequence[Rung]
    changed: Sequence[Rung]
    through: TillThrough | None
    moves_through: bool
    # How far the till's files reached before.
    reached: date | None
    # The very same file was taken in before: its rows are left alone.
    is_known: bool
    # A notice if it counts already, in another feed.
    noticed: tuple[tuple[str, str], ...]

    @property
    def rows(self) -> Sequence[Rung]:
        """Return what will be written."""
        return (*self.new, *self.changed)

    @property
    def new_sites(self) -> Sequence[str]:
        """Return the references of the sites that have to be added before."""
        return sorted({row.location_ref for row in self.rows} & self.checked.new_sites)

    @property
    def is_nothing(self) -> bool:
        """Whether all would be as it is."""
        return not (self.rows or self.moves_through)


def import_till(
    transactions: Transactions, stream: BinaryIO, options: Options, *, now: datetime
) -> Imported:
    """Take in a file of what the till has: refunds, credits, discounts, free items and voids.

    Raises:
        ImportRefusedError: with every problem; then nothing was written.
        ImportOvertakenError: another import was quicker.

    """
    with transactions.reading() as session:
        plan = _planned(session, stream, options, now=now)
        if options.dry_run:
            seen = preview_visits.of_till(session, plan.checked, plan.changed)
            return replace(_told(plan, options), preview=seen)
    if plan.is_nothing:
        return _told(plan, options)
    if not plan.new_sites:
        site_ids = plan.checked.site_ids
        import_id = _write(transactions, plan, options, site_ids=site_ids, now=now)
        return replace(_told(plan, options), import_id=import_id)
    # Sites cannot be staged: then all of it is one transaction, so that a stop leaves nothing.
    with transactions.writing() as session:
        site_ids = _with_new_sites(session, plan, actor=options.actor, now=now)
        import_id = _write(_Within(session), plan, options, site_ids=site_ids, now=now)
    return replace(_told(plan, options), import_id=import_id)


class _Within:
    """Transactions that are all a part of one."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        yield self._session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        yield self._session


def _told(plan: _Plan, options: Options) -> Imported:
    unknown = sorted(plan.checked.unknown_staff)
    more = ", …" if len(unknown) > NAMED else ""
    named = f"{', '.join(unknown[:NAMED])}{more}"
    return Imported(
        kind=KIND,
        feed=options.feed,
        new=len(plan.new),
        corrected=len(plan.changed),
        unchanged=len(plan.checked.rows) - len(plan.rows),
        created={"sites": plan.new_sites} if plan.new_sites else {},
        through=plan.through.on if plan.through else None,
        through_stated=plan.through is not None and plan.through.is_stated,
        moved_through=plan.moves_through,
        reached=plan.reached,
        was_known=plan.is_known,
        dry_run=options.dry_run,
        notices=(*((("unknown_staff", named),) if unknown else ()), *plan.noticed),
    )


def _planned(session: Session, stream: BinaryIO, options: Options, *, now: datetime) -> _Plan:
    problems = Problems()
    reader = till_rows.Reader(session, problems, options=options, now=now)
    checked = reader.read(stream)
    till_rows.compare(session, checked, options.feed)
    known = runs.known_file(session, KIND, options.feed, checked.sha256)
    is_known = known is not None and not options.correct
    # Of a file that was taken in before, only what was taken back since is new.
    new = list(checked.new)
    changed = [] if is_known else list(checked.changed)
    for row in changed:
        if options.forbids(checked.known[row.external_id].says[0]):
            problems.add(row.line, "external_id", row.external_id, "not_your_row")
        elif not options.correct:
            problems.add(row.line, "external_id", row.external_id, "other_content")
    if not (checked.rows or options.through or problems.count):
        problems.add(0, "", "", "no_rows")
    before = till.throughs(session).get(options.feed)
    _check_through(session, before, options, problems, now=now)
    latest = checked.latest if options.moves_through and (new or not is_known) else ""
    through = _through(session, latest, before, options)
    if not problems.count and through is not None:
        days = _first_days(checked)
        held_back.check_till(session, options, through, days, problems)
    problems.refuse_any()
    return _Plan(
        checked=checked,
        new=new,
        changed=changed,
        through=through,
        moves_through=through is not None and through != before,
        reached=before.on if before else None,
        is_known=is_known,
        noticed=(
            *runs.same_file_elsewhere(session, KIND, options.feed, checked.sha256),
            *held_back.open_day(session, options.through, now=now),
        ),
    )


def _first_days(checked: Checked) -> Mapping[int, date]:
    """Return the first business date of each site in the file that is known already."""
    days: dict[int, date] = {}
    for row in checked.rows:
        site_id = checked.site_ids.get(row.location_ref)
        if site_id is not None:
            on = date.fromisoformat(row.business_date)
            days[site_id] = min(on, days.get(site_id, on))
    return days


def _through(
    session: Session, latest: str, before: TillThrough | None, options: Options
) -> TillThrough | None:
    """Return until when the till is complete after this file, and whether somebody said so."""
    if options.through is not None:
        return TillThrough(on=options.through, is_stated=True)
    if latest:
        seen = sites.company_calendar(session).business_date(clock.from_text(latest))
        if before is None or seen > before.on:
            return TillThrough(on=seen, is_stated=False)
    return before


def _check_through(
    session: Session,
    before: TillThrough | None,
    options: Options,
    problems: Problems,
    *,
    now: datetime,
) -> None:
    stated: date | None = options.through
    if stated is None:
        return
    if stated > sites.company_calendar(session).business_date(now):
        problems.add(0, "through", stated.isoformat(), "in_future")
    if not options.moves_through:
        problems.add(0, "through", stated.isoformat(), "not_your_through")
    if before is not None and stated < before.on and not options.correct:
        problems.add(0, "through", stated.isoformat(), "through_back", before.on.isoformat())


def _with_new_sites(
    session: Session, plan: _Plan, *, actor: str, now: datetime
) -> Mapping[str, int]:
    site_ids = dict(plan.checked.site_ids)
    for location_ref in plan.new_sites:
        name = sites.name_of_ref(session, location_ref)
        new = NewSite(location_ref=location_ref, name=name)
        site_ids[location_ref] = sites.add_site(session, new, actor=actor, now=now).id
    return site_ids


def _write(
    transactions: Transactions,
    plan: _Plan,
    options: Options,
    *,
    site_ids: Mapping[str, int],
    now: datetime,
) -> int:
    """Stage the rows, then make them visible; return the import's number."""
    import_id = runs.begin_run(transactions, now=now)
    done = 0
    for batch in batched(_stored_rows(plan, site_ids, options.feed, import_id), runs.BATCH):
        with transactions.writing() as session:
            _INSERT.run_many(Driver(session), batch)
        done += len(batch)
        options.progress(done, len(plan.rows))
    # Hashed before the last transaction, for which others wait: nobody else touches these rows.
    with transactions.reading() as session:
        told, sha256 = _told(plan, options), plan.checked.sha256
        if not options.moves_through:
            told = replace(told, through=None, through_stated=False)
        file = runs.file_row(session, told, sha256, import_id, now=now)
    with runs.overtaken_if_taken(), transactions.writing() as session:
        runs.make_visible(session, file, import_id, actor=options.actor, now=now)
    return import_id


def _stored_rows(
    plan: _Plan, site_ids: Mapping[str, int], feed: str, import_id: int
) -> Iterator[Mapping[str, Stored]]:
    for row in plan.rows:
        before = plan.checked.known.get(row.external_id)
        yield {
            "import_id": import_id,
            "feed": feed,
            "external_id": row.external_id,
            "revision": before.revision + 1 if before else 1,
            "replaces_id": before.id if before else None,
            "site_id": site_ids[row.location_ref],
            "occurred_at": row.occurred_at,
            "business_date": row.business_date,
            "kind": row.kind,
            "amount_minor": row.amount_minor,
            "currency": row.currency,
            "person_id": row.person_id,
            "reference": row.reference,
            "decision_number": till.decision_number(row.reference),
        }


_COLUMNS = (
    "import_id",
    "feed",
    "external_id",
    "revision",
    "replaces_id",
    "site_id",
    "occurred_at",
    "business_date",
    "kind",
    "amount_minor",
    "currency",
    "person_id",
    "reference",
    "decision_number",
)
_INSERT = Prepared(insert(TillEntry).values({name: bindparam(name) for name in _COLUMNS}).inline())
