"""Taking in a file of decisions that were made elsewhere: facts, which no limit judges.

Each decision has its own journal row, and those cannot be staged: all are written in one
transaction, for which others wait. So whatever can be is made before it: the new customers, the
rows and the texts that are hashed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import BinaryIO

from sqlmodel import Session

from ledger.core import outcomes
from ledger.core.imports import (
    decision_rows,
    decision_voids,
    known_customers,
    missing,
    new_customers,
    preview_decisions,
    runs,
)
from ledger.core.imports.decision_rows import Checked, Decided, Ledgers
from ledger.core.imports.decision_writer import DecisionWriter
from ledger.core.imports.missing import Missing
from ledger.core.imports.preview import Preview
from ledger.core.imports.problems import Problems
from ledger.core.imports.runs import Imported, ImportOvertakenError, Options, Transactions

KIND = "decisions"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """A checked file and what it will do."""

    checked: Checked
    known: Ledgers
    new: Sequence[Decided]
    changed: Sequence[Decided]
    # References of customers whom nobody knows yet.
    unknown: Sequence[str]
    missing: Missing
    is_known: bool
    # A notice if it counts already, in another feed.
    elsewhere: tuple[tuple[str, str], ...]
    preview: Preview | None

    @property
    def rows(self) -> Sequence[Decided]:
        """Return what will be written."""
        return (*self.new, *self.changed)


def import_decisions(
    transactions: Transactions, stream: BinaryIO, options: Options, *, now: datetime
) -> Imported:
    """Take in a file of decisions.

    Raises:
        ImportRefusedError: with every problem; then nothing was written.
        ImportOvertakenError: another import, or somebody at the log, was quicker.

    """
    with transactions.reading() as session:
        plan = _planned(session, stream, options, now=now)
    told = _told(plan, options)
    if options.dry_run or not plan.rows:
        return told
    import_id, changed = _write(transactions, plan, options, now=now)
    return replace(told, import_id=import_id, outcomes=changed)


def _told(plan: _Plan, options: Options) -> Imported:
    return Imported(
        kind=KIND,
        feed=options.feed,
        new=len(plan.new),
        corrected=len(plan.changed),
        unchanged=len(plan.checked.rows) - len(plan.rows),
        customers=len(plan.unknown),
        notes_cut=sum(row.was_cut for row in plan.rows),
        notes_left_out=sum(row.was_left_out for row in plan.rows),
        created=plan.missing.names if plan.rows else {},
        was_known=plan.is_known and not plan.rows,
        dry_run=options.dry_run,
        notices=(*missing.notices(plan.missing, plan.known), *plan.elsewhere),
        preview=plan.preview,
    )


def _planned(session: Session, stream: BinaryIO, options: Options, *, now: datetime) -> _Plan:
    problems = Problems()
    known = decision_rows.references(session)
    reader = decision_rows.Reader(known, problems, options=options, now=now)
    checked = reader.read(stream)
    before = runs.known_file(session, KIND, options.feed, checked.sha256)
    is_known = before is not None and not options.correct
    decision_rows.compare(session, checked, options.feed)
    new = [row for row in checked.rows if _id_before(checked, row) is None]
    changed = [] if is_known else list(_changed(checked, known))
    _note_changed(session, changed, checked, problems, options)
    if not (checked.rows or problems.count):
        problems.add(0, "", "", "no_rows")
    problems.refuse_any()
    named = dict.fromkeys(row.customer_ref for row in (*new, *changed) if row.customer_ref)
    return _Plan(
        checked=checked,
        known=known,
        new=new,
        changed=changed,
        unknown=[one for one in named if one not in checked.customer_ids],
        missing=missing.found(checked.rows, known),
        is_known=is_known,
        elsewhere=runs.same_file_elsewhere(session, KIND, options.feed, checked.sha256),
        preview=preview_decisions.of_decisions(session, checked, changed, known)
        if options.dry_run
        else None,
    )


def _note_changed(
    session: Session,
    changed: Sequence[Decided],
    checked: Checked,
    problems: Problems,
    options: Options,
) -> None:
    """Name the rows that may not change what is known: no correction revives a voided decision."""
    voided = decision_voids.voided(session, _replaced_ids(checked, changed))
    for row in changed:
        void = voided.get(_id_before(checked, row) or 0)
        if void is not None:
            problems.add(row.line, "external_id", row.external_id, "voided", void)
        elif options.forbids(checked.known[row.external_id].site_id):
            problems.add(row.line, "external_id", row.external_id, "not_your_row")
        elif not options.correct:
            problems.add(row.line, "external_id", row.external_id, "other_content")


def _changed(checked: Checked, known: Ledgers) -> Iterator[Decided]:
    """Yield the rows with known ids that say something else than before."""
    for row in checked.rows:
        before = checked.known.get(row.external_id)
        if before is None or before.id is None:
            continue
        # None for what is not known yet, which nothing known is equal to.
        named = (
            known.people.get(row.staff_ref),
            known.sites.get(row.location_ref),
            known.remedies.get(row.kind),
            known.reasons.get(row.reason),
        )
        customer_id = checked.customer_ids.get(row.customer_ref, 0) if row.customer_ref else None
        says = (
            customer_id,
            *(one.id if one else None for one in named),
            row.amount_minor,
            row.currency,
            row.decided_at,
        )
        if says != before[2:-1] or before.note not in {None, row.note}:
            yield row


def _id_before(checked: Checked, row: Decided) -> int | None:
    """Return the id of the decision that a row repeats or changes; None if it is new."""
    before = checked.known.get(row.external_id)
    return None if before is None else before.id


def _replaced_ids(checked: Checked, changed: Iterable[Decided]) -> Sequence[int]:
    return [found for row in changed if (found := _id_before(checked, row)) is not None]


def _since(rows: Iterable[Decided]) -> Mapping[str, date]:
    """Return the first business date on which each customer was given something."""
    first: dict[str, date] = {}
    for row in rows:
        first[row.customer_ref] = min(row.business_date, first.get(row.customer_ref, date.max))
    return first


def _write(
    transactions: Transactions, plan: _Plan, options: Options, *, now: datetime
) -> tuple[int, int]:
    """Write everything; return the import's number and how many outcomes are new or others."""
    import_id = runs.begin_run(transactions, now=now)
    arrivals = new_customers.arrivals(plan.unknown, since=_since(plan.rows))
    ids = new_customers.stage(transactions, arrivals, import_id)
    arrived = {one.reference: ids[one.pseudonym] for one in arrivals}
    customer_ids = {**plan.checked.customer_ids, **arrived}
    writer = DecisionWriter(plan.checked, customer_ids, options, import_id=import_id, now=now)
    if not plan.missing:
        writer.prepare(plan.rows, plan.known)
    with runs.overtaken_if_taken(), transactions.writing() as session:
        new_customers.add_details(session, arrivals, ids)
        taking = plan.checked.taking({row.customer_ref for row in plan.rows})
        known_customers.take_references(session, taking, actor=options.actor, now=now)
        if plan.missing:
            missing.create(session, plan.missing, actor=options.actor, now=now)
            writer.prepare(plan.rows, decision_rows.references(session))
        writer.write(session)
        # The writer holds the chain's lock: nobody voids what this replaces from here on.
        if decision_voids.voided(session, _replaced_ids(plan.checked, plan.changed)):
            raise ImportOvertakenError
        file = runs.file_row(session, _told(plan, options), plan.checked.sha256, import_id, now=now)
        runs.make_visible(session, file, import_id, actor=options.actor, now=now)
        replaced = [plan.checked.known[row.external_id] for row in plan.changed]
        touched = {customer_ids[row.customer_ref] for row in plan.rows if row.customer_ref}
        touched |= {one.customer_id for one in replaced if one.customer_id is not None}
        walk_ins = writer.walk_in_ids + [
            one.id for one in replaced if one.customer_id is None and one.id is not None
        ]
        return import_id, outcomes.recompute(session, touched, walk_in_ids=walk_ins)
