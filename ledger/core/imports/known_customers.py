"""Customers who were added at the log, when a file brings the reference that the till has for them.

Whatever a file changes of who a customer is has its journal row with the new commitment.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, exists, func, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ledger.core import customers, journal
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.driver import Driver, Prepared, stored_row
from ledger.core.imports.runs import ImportOvertakenError
from ledger.core.tables import Customer, CustomerAlias, CustomerDetail, SubjectKey

CHANGING = ("reference", "name", "name_key", "phone", "phone_last4", "email", "loyalty", "since")


def by_loyalty(session: Session, references: Iterable[str]) -> dict[str, int]:
    """Return the ids of those from the log whose loyalty number is one of these references."""
    found: dict[str, int] = {}
    for batch in batched(references, IDS_IN_A_QUERY):
        for detail in numbered(session, "loyalty", batch):
            found.setdefault(detail.loyalty or "", detail.customer_id)
    return found


def numbered(session: Session, column: str, numbers: Collection[str]) -> Sequence[CustomerDetail]:
    """Return the details of those from the log with one of these numbers, in order of ids.

    Who counts as somebody whom the till knows by a reference is not from the log alone any more.
    """
    query = (
        select(CustomerDetail)
        .where(
            col(getattr(CustomerDetail, column)).in_(numbers),
            is_from_log(),
        )
        .order_by(col(CustomerDetail.customer_id))
    )
    return session.scalars(query).all()


def is_from_log() -> ColumnElement[bool]:
    """Return the condition that neither the customer nor anybody they are one with has a reference.

    On `customer_detail`. Each part is a look-up by a key.
    """
    own, other = aliased(CustomerAlias), aliased(CustomerAlias)
    named = aliased(CustomerDetail)
    this, has_one = col(CustomerDetail.customer_id), col(named.reference).is_not(None)
    counts_as = exists().where(
        col(own.customer_id) == this, col(named.customer_id) == col(own.into_id), has_one
    )
    beside = exists().where(
        col(own.customer_id) == this,
        col(other.into_id) == col(own.into_id),
        col(named.customer_id) == col(other.customer_id),
        has_one,
    )
    counted_as = exists().where(
        col(own.into_id) == this, col(named.customer_id) == col(own.customer_id), has_one
    )
    return col(CustomerDetail.reference).is_(None) & ~counts_as & ~beside & ~counted_as


def take_references(
    session: Session, references: Mapping[str, int], *, actor: str, now: datetime
) -> None:
    """Give customers from the log, by id, the references by which the till knows them.

    Raises:
        ImportOvertakenError: if one of them is no longer without a reference.

    """
    lock_from_log(session, references.values())
    taken: list[CustomerDetail] = []
    of = {customer_id: reference for reference, customer_id in references.items()}
    for ids in batched(of, IDS_IN_A_QUERY):
        query = select(CustomerDetail).where(col(CustomerDetail.customer_id).in_(ids))
        for detail in session.scalars(query):
            named = {**detail.model_dump(), "reference": of[detail.customer_id]}
            taken.append(CustomerDetail(**named))
    write_details(session, taken, actor=actor, now=now)


def lock_from_log(session: Session, customer_ids: Collection[int]) -> None:
    """See, under the chain lock, that these are still customers without a reference of their own.

    Raises:
        ImportOvertakenError: if they are not: they were when the file was checked.

    """
    if not customer_ids:
        return
    session.flush()
    journal.lock_chain(Driver(session))
    for ids in batched(customer_ids, IDS_IN_A_QUERY):
        query = select(func.count()).where(
            col(CustomerDetail.customer_id).in_(ids),
            is_from_log(),
        )
        if session.scalar(query) != len(set(ids)):
            raise ImportOvertakenError


def write_details(
    session: Session, details: Sequence[CustomerDetail], *, actor: str, now: datetime
) -> None:
    """Write who these customers are now, each with a journal row with the new commitment."""
    if not details:
        return
    driver = Driver(session)
    entries: list[journal.Entry] = []
    for batch in batched(details, IDS_IN_A_QUERY):
        secrets = _secrets(session, [detail.customer_id for detail in batch])
        for detail in batch:
            subject, key = secrets[detail.customer_id]
            content = {"commitment": customers.details_commitment(key, detail)}
            entries.append(
                journal.Entry(
                    kind="customer.changed", actor=actor, subject=subject, content=content
                )
            )
    _UPDATE.run_many(
        driver, [{**stored_row(detail), "customer": detail.customer_id} for detail in details]
    )
    head = journal.lock_chain(driver)
    journal.append_after(driver, head, entries, at=journal.monotone(head, now))


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
    .values({name: bindparam(name) for name in CHANGING})
)
