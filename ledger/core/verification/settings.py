"""Settings and where people work: ordinary rows, against the last word of the journal on each."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlmodel import SQLModel

from ledger.core.driver import Driver, Prepared, Stored
from ledger.core.settings import SECRET, SETTINGS
from ledger.core.tables import PersonSite
from ledger.core.verification.books import difference
from ledger.core.verification.findings import BadRowError, read
from ledger.core.verification.remembered import Remembered, Said


def check_settings(driver: Driver, remembered: Remembered) -> None:
    """Check the company, its sites, calendars, remedies, reasons and cards, column by column.

    Raises:
        BadRowError: if a row is not what the journal last said, is not there, or was never said.

    """
    for table in SETTINGS:
        _check_table(driver, table, remembered.rows.get(str(table.__tablename__), {}))


def check_work_places(driver: Driver, remembered: Remembered) -> None:
    """Check where everybody works and worked, as `check_settings` does.

    Raises:
        BadRowError: if a row is not what the journal last said, is not there, or was never said.

    """
    _check_table(driver, PersonSite, remembered.work_places())


def _check_table(driver: Driver, table: type[SQLModel], said: Mapping[Stored, Said]) -> None:
    name, left = str(table.__tablename__), dict(said)
    columns = table.__table__.columns  # type: ignore[attr-defined]  # every table model has it
    for row in read(driver, _ROWS[table], name):
        if row[0] not in left:
            raise BadRowError(name, row[0], "extra", "journal row")
        _, written = left.pop(row[0])
        found = dict(zip(columns.keys(), row, strict=True))
        for secret in SECRET & found.keys():
            del found[secret]
        column = difference(found, written)
        if column is not None:
            raise BadRowError(name, row[0], "differs", column)
    for key, (seq, _) in left.items():
        raise BadRowError(name, key, "missing", f"journal {seq}")


_COMPARED: tuple[type[SQLModel], ...] = (*SETTINGS, PersonSite)
_ROWS: Mapping[type[SQLModel], Prepared] = {
    table: Prepared(select(*table.__table__.columns).order_by(*table.__table__.primary_key))  # type: ignore[attr-defined]  # every table model has it
    for table in _COMPARED
}
