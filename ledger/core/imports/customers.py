"""Taking in a file of customers: names and numbers for those who are known, and new ones."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import customer_joins, joining, outcomes
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.driver import Driver
from ledger.core.imports import customer_rows, known_customers, new_customers, preview, runs
from ledger.core.imports.csv_file import CsvFile
from ledger.core.imports.customer_rows import Listed
from ledger.core.imports.preview import Preview, Value
from ledger.core.imports.problems import Problems
from ledger.core.imports.runs import Imported, Options, Transactions
from ledger.core.tables import CustomerDetail

KIND = "customers"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """The details of a row's customer, and those of who was added at the log and is the same."""

    detail: CustomerDetail
    joined: tuple[CustomerDetail, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    sha256: str
    new: Sequence[Listed]
    # Rows with the customer whom they fill in or change.
    changed: Sequence[tuple[Listed, _Known]]
    unchanged: int
    notices: tuple[tuple[str, str], ...]
    is_known: bool
    preview: Preview | None


def import_customers(
    transactions: Transactions, stream: BinaryIO, options: Options, *, now: datetime
) -> Imported:
    """Take in a file of customers, in one transaction.

    What a known customer lacks is filled in; anything that differs needs `options.correct`. Who
    was added at the log by a number of this file gets its reference, or is joined with who has it.

    Raises:
        ImportRefusedError: with every problem; then nothing was written.
        ImportOvertakenError: somebody at the log was quicker.

    """
    with transactions.reading() as session:
        plan = _planned(session, stream, options)
    told = Imported(
        kind=KIND,
        feed=options.feed,
        new=len(plan.new),
        corrected=len(plan.changed),
        unchanged=plan.unchanged,
        customers=len(plan.new),
        joined=sum(len(known.joined) for _, known in plan.changed),
        was_known=plan.is_known,
        dry_run=options.dry_run,
        notices=plan.notices,
        preview=plan.preview,
    )
    if (plan.new or plan.changed) and not options.dry_run:
        import_id = runs.begin_run(transactions, now=now)
        arrivals = [new_customers.arrival(customer_rows.detail(row)) for row in plan.new]
        ids = new_customers.stage(transactions, arrivals, import_id)
        with runs.overtaken_if_taken(), transactions.writing() as session:
            new_customers.add_details(session, arrivals, ids)
            _change(session, plan.changed, options, now=now)
            file = runs.file_row(session, told, plan.sha256, import_id, now=now)
            runs.make_visible(session, file, import_id, actor=options.actor, now=now)
    return told


def _planned(session: Session, stream: BinaryIO, options: Options) -> _Plan:
    problems = Problems()
    file = CsvFile(stream, customer_rows.LAYOUT, problems)
    notices: list[tuple[str, str]] = []
    rows = list(customer_rows.listed(file, problems, notices))
    sha256 = runs.keyed_hash(session, file.sha256)
    is_known = not options.correct and (
        runs.known_file(session, KIND, options.feed, sha256) is not None
    )
    known = _known(session, rows, notices)
    pairs = [(row, known[row.reference]) for row in rows if row.reference in known]
    changed = [] if is_known else [pair for pair in pairs if _news(*pair)]
    if not options.correct:
        for row, one in changed:
            for column in customer_rows.FIELDS:
                said, kept = getattr(row, column), getattr(one.detail, column)
                if said is not None and kept not in {None, said}:
                    problems.add(row.line, column, said, "other_content")
    if not (rows or problems.count):
        problems.add(0, "", "", "no_rows")
    problems.refuse_any()
    return _Plan(
        sha256=sha256,
        new=[row for row in rows if row.reference not in known],
        changed=changed,
        unchanged=len(pairs) - len(changed),
        notices=tuple(notices),
        is_known=is_known,
        preview=_preview(rows, changed) if options.dry_run else None,
    )


def _preview(rows: Sequence[Listed], changed: Sequence[tuple[Listed, _Known]]) -> Preview:
    differ = [
        (row.line, row.reference, values)
        for row, known in changed
        if (values := list(_values(row, known.detail)))
    ]
    return Preview(
        columns=("customer", *customer_rows.FIELDS),
        first=[
            (row.reference, *(getattr(row, column) or "" for column in customer_rows.FIELDS))
            for row in rows[: preview.FIRST]
        ],
        sums={},
        parts=[],
        changes=preview.changes(differ),
        differing=len(differ),
    )


def _values(row: Listed, known: CustomerDetail) -> Iterator[Value]:
    """Yield what a row says; not all who may bring it may read what is known of a customer."""
    for column in customer_rows.FIELDS:
        said, kept = getattr(row, column), getattr(known, column)
        if said not in {None, kept}:
            yield column, None if kept else "", said


def _known(
    session: Session, rows: Sequence[Listed], notices: list[tuple[str, str]]
) -> Mapping[str, _Known]:
    """Return the rows' customers, by reference: those with it, and those from the log.

    Two whom a person has parted are not joined again; a notice says so.
    """
    by_reference: dict[str, CustomerDetail] = {}
    by_number: dict[tuple[str, str], list[CustomerDetail]] = defaultdict(list)
    for batch in batched(rows, IDS_IN_A_QUERY):
        references = {row.reference for row in batch}
        named = col(CustomerDetail.reference).in_(references)
        for detail in session.scalars(select(CustomerDetail).where(named)):
            by_reference[detail.reference or ""] = detail
        loyalty = {row.loyalty for row in batch if row.loyalty} | references
        phones = {row.phone for row in batch if row.phone}
        for column, numbers in (("loyalty", loyalty), ("phone", phones)):
            for detail in known_customers.numbered(session, column, numbers):
                same = by_number[column, getattr(detail, column)]
                if detail not in same:
                    same.append(detail)
    known: dict[str, _Known] = {}
    apart = _parted(session)
    taken: set[int] = set()
    for row in rows:
        named_one = by_reference.get(row.reference)
        own_numbers = (("loyalty", row.reference), ("phone", row.phone), ("loyalty", row.loyalty))
        found = {
            one.customer_id: one
            for column, number in own_numbers
            for one in by_number.get((column, number or ""), ())
            # A number that two rows share belongs to the first of them.
            if one.customer_id not in taken and not _is_another(one, row, named_one)
        }
        everyone = [*([] if named_one is None else [named_one]), *found.values()]
        if everyone:
            joined = [one for one in everyone[1:] if not apart(one, everyone[0])]
            if len(joined) < len(everyone) - 1:
                notices.append(("kept_apart", row.reference))
            known[row.reference] = _Known(detail=everyone[0], joined=tuple(joined))
            taken.update(one.customer_id for one in (everyone[0], *joined))
    return known


def _parted(session: Session) -> Callable[[CustomerDetail, CustomerDetail], bool]:
    """Return what tells whether a person took back that two customers were one."""
    if not joining.was_anybody_parted(session):
        return lambda _one, _other: False
    return lambda one, other: joining.were_parted(session, one.customer_id, other.customer_id)


def _is_another(from_log: CustomerDetail, row: Listed, named: CustomerDetail | None) -> bool:
    """Whether two who share a number, like a family's phone, have other loyalty numbers."""
    if named is None:
        return False
    card = row.loyalty or named.loyalty
    return None not in {from_log.loyalty, card} and from_log.loyalty not in {card, row.reference}


def _news(row: Listed, known: _Known) -> bool:
    """Whether the row says anything that is not known."""
    detail = known.detail
    return (
        bool(known.joined)
        or detail.reference != row.reference
        or any(
            getattr(row, column) not in {None, getattr(detail, column)}
            for column in customer_rows.FIELDS
        )
    )


def _change(
    session: Session,
    changed: Sequence[tuple[Listed, _Known]],
    options: Options,
    *,
    now: datetime,
) -> None:
    """Write the new details, and who turned out to be one of those with a reference."""
    from_log = [
        one.customer_id
        for _, known in changed
        for one in (known.detail, *known.joined)
        if one.reference is None
    ]
    # Who is joined is locked before the chain is.
    keepers = {known.detail.customer_id for _, known in changed if known.joined}
    customer_joins.lock(Driver(session), keepers.union(from_log))
    known_customers.lock_from_log(session, from_log)
    merged = [_merged(row, known) for row, known in changed]
    known_customers.write_details(session, merged, actor=options.actor, now=now)
    pairs = [
        (one.customer_id, known.detail.customer_id) for _, known in changed for one in known.joined
    ]
    touched = joining.join(session, pairs, actor=options.actor, now=now)
    outcomes.recompute(session, touched)


def _merged(row: Listed, known: _Known) -> CustomerDetail:
    """Return what is known of a customer: what the row says, else what was known before."""
    said = [customer_rows.detail(row), known.detail, *known.joined]
    names = CustomerDetail.__table__.columns.keys()  # type: ignore[attr-defined]  # every table model has it
    merged: dict[str, Any] = {
        name: next((value for one in said if (value := getattr(one, name)) is not None), None)
        for name in names
    }
    merged["since"] = min((one.since for one in said if one.since is not None), default=None)
    return CustomerDetail(**merged)
