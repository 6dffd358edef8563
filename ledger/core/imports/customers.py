"""Taking in a file of customers: names and numbers for those who are known, and new ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col

from ledger.core import customers, journal
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.driver import Driver, Prepared, stored_row
from ledger.core.errors import BadValueError
from ledger.core.imports import cells, new_customers, runs
from ledger.core.imports.csv_file import CsvFile, Layout
from ledger.core.imports.problems import Problems
from ledger.core.imports.runs import Imported, Options, Transactions
from ledger.core.tables import Customer, CustomerDetail, SubjectKey

KIND = "customers"
LAYOUT = Layout(required=("customer_ref", "name", "phone", "email", "loyalty"))
# ITU-T E.164: at most 15 digits; fewer than 6 reach nobody.
PHONE_DIGITS = range(6, 16)
FIELDS = ("name", "phone", "email", "loyalty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row of the file; None says nothing about a customer who is known."""

    line: int
    reference: str
    name: str | None
    phone: str | None
    email: str | None
    loyalty: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    sha256: str
    new: Sequence[Listed]
    # Rows with the details of the customer whom they fill in or change.
    changed: Sequence[tuple[Listed, CustomerDetail]]
    unchanged: int
    notices: tuple[tuple[str, str], ...]
    is_known: bool


def import_customers(
    transactions: Transactions, stream: BinaryIO, options: Options, *, now: datetime
) -> Imported:
    """Take in a file of customers, in one transaction.

    What a known customer lacks is filled in; anything that differs needs `options.correct`. Who
    was added at the log by a number of this file gets its reference.

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
        was_known=plan.is_known,
        dry_run=options.dry_run,
        notices=plan.notices,
    )
    if (plan.new or plan.changed) and not options.dry_run:
        with runs.overtaken_if_taken(), transactions.writing() as session:
            import_id = runs.begin_run_in(session, now=now)
            arrivals = [new_customers.arrival(_detail(row)) for row in plan.new]
            ids = new_customers.add_pseudonyms(session, arrivals, import_id)
            new_customers.add_details(session, arrivals, ids)
            _change(session, plan.changed, options, now=now)
            file = runs.file_row(session, told, plan.sha256, import_id, now=now)
            runs.make_visible(session, file, import_id, actor=options.actor, now=now)
    return told


def _planned(session: Session, stream: BinaryIO, options: Options) -> _Plan:
    problems = Problems()
    file = CsvFile(stream, LAYOUT, problems)
    notices: list[tuple[str, str]] = []
    rows = list(_listed(file, problems, notices))
    sha256 = runs.keyed_hash(session, file.sha256)
    is_known = not options.correct and (
        runs.known_file(session, KIND, options.feed, sha256) is not None
    )
    known = _known(session, rows)
    pairs = [(row, known[row.reference]) for row in rows if row.reference in known]
    changed = [] if is_known else [(row, detail) for row, detail in pairs if _news(row, detail)]
    if not options.correct:
        for row, detail in changed:
            for column in FIELDS:
                said, kept = getattr(row, column), getattr(detail, column)
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
    )


def _listed(file: CsvFile, problems: Problems, notices: list[tuple[str, str]]) -> Iterator[Listed]:
    lines: dict[str, int] = {}
    for line, row in file.rows():
        before = problems.count
        reference = problems.take(line, "customer_ref", row[0], cells.code)
        named = problems.take(line, "name", row[1], _name)
        phone = problems.take(line, "phone", row[2], _phone)
        email = problems.take(line, "email", row[3], cells.email)
        loyalty = problems.take(line, "loyalty", row[4], cells.optional_code)
        if reference is not None and lines.setdefault(reference, line) != line:
            problems.add(line, "customer_ref", reference, "doubled_id", str(lines[reference]))
        if problems.count > before or reference is None:
            continue
        name, was_cleaned = named or (None, False)
        if was_cleaned:
            notices.append(("hidden_characters", name or ""))
        yield Listed(
            line=line, reference=reference, name=name, phone=phone, email=email, loyalty=loyalty
        )


def _name(text: str) -> tuple[str | None, bool]:
    return cells.name(text) if text.strip() else (None, False)


def _phone(text: str) -> str | None:
    if not text.strip():
        return None
    digits = customers.phone_key(text)
    if len(digits) not in PHONE_DIGITS:
        raise BadValueError("phone", text, "not_a_phone")
    return digits


def _detail(row: Listed) -> CustomerDetail:
    return CustomerDetail(
        reference=row.reference,
        name=row.name,
        name_key=customers.name_key(row.name) if row.name else None,
        phone=row.phone,
        phone_last4=row.phone[-customers.LEAST_DIGITS :] if row.phone else None,
        email=row.email,
        loyalty=row.loyalty,
    )


def _known(session: Session, rows: Sequence[Listed]) -> Mapping[str, CustomerDetail]:
    """Return the details of the rows' customers: by reference, else by a number from the log."""
    known: dict[str, CustomerDetail] = {}
    by_number: dict[tuple[str, str], CustomerDetail] = {}
    for batch in batched(rows, IDS_IN_A_QUERY):
        named = col(CustomerDetail.reference).in_([row.reference for row in batch])
        for detail in session.scalars(select(CustomerDetail).where(named)):
            known[detail.reference or ""] = detail
        for column in ("phone", "loyalty"):
            numbers = {getattr(row, column) for row in batch} - {None}
            query = select(CustomerDetail).where(
                col(CustomerDetail.reference).is_(None),
                col(getattr(CustomerDetail, column)).in_(numbers),
            )
            for detail in session.scalars(query):
                by_number[column, getattr(detail, column)] = detail
    taken: set[int] = set()
    for row in rows:
        if row.reference in known:
            continue
        found = by_number.get(("phone", row.phone or "")) or by_number.get(
            ("loyalty", row.loyalty or "")
        )
        # A number that two rows share belongs to the first of them.
        if found is not None and found.customer_id not in taken:
            known[row.reference] = found
            taken.add(found.customer_id)
    return known


def _news(row: Listed, detail: CustomerDetail) -> bool:
    """Whether the row says anything that is not known."""
    return detail.reference != row.reference or any(
        getattr(row, column) not in {None, getattr(detail, column)} for column in FIELDS
    )


def _change(
    session: Session,
    changed: Sequence[tuple[Listed, CustomerDetail]],
    options: Options,
    *,
    now: datetime,
) -> None:
    """Write the new details, and for each customer a journal row with the new commitment."""
    driver = Driver(session)
    entries, details = [], []
    for batch in batched(changed, IDS_IN_A_QUERY):
        secrets = _secrets(session, [detail.customer_id for _, detail in batch])
        for row, detail in batch:
            subject, key = secrets[detail.customer_id]
            merged = _merged(row, detail)
            commitment = customers.details_commitment(key, merged)
            details.append({**stored_row(merged), "customer": detail.customer_id})
            entries.append(
                journal.Entry(
                    kind="customer.changed",
                    actor=options.actor,
                    subject=subject,
                    content={"commitment": commitment},
                )
            )
    if not entries:
        return
    _UPDATE.run_many(driver, details)
    head = journal.lock_chain(driver)
    journal.append_after(driver, head, entries, at=journal.monotone(head, now))


def _merged(row: Listed, detail: CustomerDetail) -> CustomerDetail:
    said = _detail(row)
    names = CustomerDetail.__table__.columns.keys()  # type: ignore[attr-defined]  # every table model has it
    return CustomerDetail(
        **{
            name: getattr(detail, name) if getattr(said, name) is None else getattr(said, name)
            for name in names
        }
    )


def _secrets(session: Session, customer_ids: Sequence[int]) -> Mapping[int, tuple[str, str]]:
    """Return each customer's subject and key."""
    query = (
        select(col(Customer.id), col(SubjectKey.subject), col(SubjectKey.key))
        .join(SubjectKey, col(SubjectKey.subject) == "customer:" + col(Customer.pseudonym))
        .where(col(Customer.id).in_(customer_ids))
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}


_UPDATE = Prepared(
    update(CustomerDetail)
    .where(col(CustomerDetail.customer_id) == bindparam("customer"))
    .values({name: bindparam(name) for name in ("reference", "name_key", "phone_last4", *FIELDS)})
)
