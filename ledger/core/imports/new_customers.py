"""Customers who come with a file: a pseudonym each, and details and a key that can be erased.

The same as adding a customer at the log, for many at once.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, insert, select
from sqlmodel import Session, col

from ledger.core import commitments, customers
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.driver import Driver, Prepared, Stored, stored, stored_row
from ledger.core.imports.runs import BATCH, Transactions
from ledger.core.tables import Customer, CustomerDetail, SubjectKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A customer whom no one knew yet, with the pseudonym and the key that were made for them."""

    pseudonym: str
    key: str
    commitment: str
    # The detail as it is stored, but for the id.
    row: Mapping[str, Stored]

    @property
    def reference(self) -> str:
        """Return the reference by which a till knows them, "" if there is none."""
        return str(self.row["reference"] or "")


def known_references(session: Session, references: Iterable[str]) -> dict[str, int]:
    """Return the customer ids of those of these references that are known."""
    found: dict[str, int] = {}
    for batch in batched(references, IDS_IN_A_QUERY):
        query = select(col(CustomerDetail.reference), col(CustomerDetail.customer_id)).where(
            col(CustomerDetail.reference).in_(batch)
        )
        found.update((reference, customer_id) for reference, customer_id in session.execute(query))
    return found


def arrivals(references: Iterable[str], *, since: Mapping[str, date]) -> Sequence[Arrival]:
    """Return new customers who are known by a reference alone."""
    nothing = stored_row(CustomerDetail())
    return [
        _arrival({**nothing, "reference": reference, "since": stored(since.get(reference))})
        for reference in references
    ]


def arrival(detail: CustomerDetail) -> Arrival:
    """Return a new customer with these details."""
    return _arrival(stored_row(detail))


def _arrival(row: Mapping[str, Stored]) -> Arrival:
    key = commitments.new_key()
    return Arrival(
        pseudonym=str(uuid.uuid4()),
        key=key,
        commitment=customers.stored_commitment(key, row),
        row=row,
    )


def stage(transactions: Transactions, new: Sequence[Arrival], import_id: int) -> Mapping[str, int]:
    """Add the customers' rows in short transactions; return their ids by pseudonym.

    Nobody sees them before the import is visible.
    """
    for batch in batched(new, BATCH):
        rows: list[dict[str, Stored]] = [
            {"pseudonym": one.pseudonym, "commitment": one.commitment, "import_id": import_id}
            for one in batch
        ]
        with transactions.writing() as session:
            _INSERT_CUSTOMER.run_many(Driver(session), rows)
    with transactions.reading() as session:
        return dict(_STAGED.run(Driver(session), import_id=import_id).fetchall())


def add_details(session: Session, new: Collection[Arrival], ids: Mapping[str, int]) -> None:
    """Add who the customers are, and the keys of their commitments."""
    driver = Driver(session)
    _INSERT_DETAIL.run_many(
        driver,
        [{**one.row, "customer_id": ids[one.pseudonym]} for one in new],
    )
    keys = [{"subject": customers.subject_of(one.pseudonym), "key": one.key} for one in new]
    _INSERT_KEY.run_many(driver, keys)


_INSERT_CUSTOMER = Prepared(
    insert(Customer)
    .values({name: bindparam(name) for name in ("pseudonym", "commitment", "import_id")})
    .inline()
)
_STAGED = Prepared(
    select(col(Customer.pseudonym), col(Customer.id)).where(
        col(Customer.import_id) == bindparam("import_id")
    )
)
_INSERT_DETAIL = Prepared(insert(CustomerDetail))
_INSERT_KEY = Prepared(insert(SubjectKey))
