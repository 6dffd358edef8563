"""The books by set: the rows of each import, against the hash that its book row holds."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlmodel import col

from ledger.core import sets
from ledger.core.driver import Driver, Prepared
from ledger.core.tables import ImportFile
from ledger.core.verification.findings import BadRowError

_FILES = Prepared(
    select(
        col(ImportFile.id),
        col(ImportFile.kind),
        col(ImportFile.rows),
        col(ImportFile.rows_sha256),
        col(ImportFile.customers),
        col(ImportFile.customers_sha256),
    ).order_by(col(ImportFile.id))
)


def check_imports(driver: Driver) -> Mapping[str, int]:
    """Check every visible import; return how many rows of each book by set came with them.

    The rows themselves were compared with the journal before: the hashes in them can be relied on.

    Raises:
        BadRowError: at the first import whose rows are not those that came with it.

    """
    counts = dict.fromkeys((*_BOOKS.values(), "customer"), 0)
    for number, kind, rows, rows_hash, count, customers_hash in _FILES.run(driver).fetchall():
        for each, book in _BOOKS.items():
            # A file of one kind has no rows of another, which would count as well.
            expected = (rows, rows_hash) if each == kind else sets.NOTHING
            if sets.rows_set(driver, each, number) != expected:
                raise BadRowError("import_file", number, "set", book)
        if sets.customer_set(driver, number) != (count, customers_hash):
            raise BadRowError("import_file", number, "set", "customer")
        if kind in _BOOKS:
            counts[_BOOKS[kind]] += rows
        counts["customer"] += count
    return counts


# Which book the rows of a kind of file are in.
_BOOKS = {"activity": "activity", "till": "till_entry"}
