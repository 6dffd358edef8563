"""Books by set: which rows belong to an import, in which order and with which columns.

The journal row of an import holds a hash over its rows. This is the one place that says over what:
every column in the order of the table, as stored, the rows in the order of their key. Whoever
writes the hash and whoever verifies it call the same function.
"""

from sqlalchemy import bindparam, select
from sqlmodel import SQLModel

from ledger.core import journal
from ledger.core.driver import Driver, Prepared
from ledger.core.tables import Activity, Customer, TillEntry

# What is said of a kind of file whose rows each have a journal row.
NOTHING = journal.set_hash(())


def rows_set(driver: Driver, kind: str, import_id: int) -> tuple[int, str]:
    """Return how many rows of a kind of file came with this import, and the hash over them."""
    statement = _ROWS.get(kind)
    if statement is None:
        return NOTHING
    return journal.set_hash(statement.stream(driver, import_id=import_id))


def customer_set(driver: Driver, import_id: int) -> tuple[int, str]:
    """Return how many customers came with this import, and the hash over them."""
    return journal.set_hash(_CUSTOMERS.stream(driver, import_id=import_id))


def _rows_of_import(book: type[SQLModel]) -> Prepared:
    columns = book.__table__.columns  # type: ignore[attr-defined]  # every table model has it
    return Prepared(
        select(*columns)
        .where(columns["import_id"] == bindparam("import_id"))
        .order_by(columns["id"])
    )


_ROWS = {"activity": _rows_of_import(Activity), "till": _rows_of_import(TillEntry)}
_CUSTOMERS = _rows_of_import(Customer)
