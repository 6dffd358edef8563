"""The books by set: the rows of each import, against the hash that its book row holds."""

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


def check_imports(driver: Driver) -> tuple[int, int]:
    """Check every visible import; return how much activity and how many customers there are.

    The rows themselves were compared with the journal before: the hashes in them can be relied on.

    Raises:
        BadRowError: at the first import whose rows are not those that came with it.

    """
    activity = customers = 0
    for number, kind, rows, rows_hash, count, customers_hash in _FILES.run(driver).fetchall():
        # Of other files each row has a journal row of its own.
        if kind == "activity" and sets.activity_set(driver, number) != (rows, rows_hash):
            raise BadRowError("import_file", number, "set", "activity")
        if sets.customer_set(driver, number) != (count, customers_hash):
            raise BadRowError("import_file", number, "set", "customer")
        activity += rows if kind == "activity" else 0
        customers += count
    return activity, customers
