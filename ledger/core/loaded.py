"""Whole rows of a table as objects, read on the driver's own cursor: for what every request reads.

The objects are what a session hands out once it is over: all of their columns are there, and
nothing that is changed in one is ever written. Asking the session itself costs ten times as much,
mostly for keeping track of changes that no reader makes.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, inspect
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm.attributes import instance_state, manager_of_class
from sqlmodel import Session, SQLModel

from ledger.core.driver import Driver, Prepared, Stored

Row = TypeVar("Row", bound=SQLModel)

# Rows of one table of settings that are kept as objects: more than any company has at a time.
SETTINGS_KEPT = 1024


class Made(Generic[Row]):
    """Makes objects of one table from stored values."""

    def __init__(self, table: type[Row], *, kept: int = 0) -> None:
        """Look up once how each column is read; both databases store the same.

        Args:
            table: whose rows they are.
            kept: for how many different rows the object is kept, and handed out again when the
                same row is read: what is read a thousand times between two changes. Everybody gets
                the same object: whoever wants to change the row asks the session for one.

        """
        self._table = table
        self._manager = manager_of_class(table)
        self._columns: list[tuple[str, Any]] = [
            (column.name, column.type.result_processor(sqlite.dialect(), None))
            for column in table.__table__.columns  # type: ignore[attr-defined]  # every table model has it
        ]
        self._keys = [column.name for column in inspect(table).primary_key]
        self.width = len(self._columns)
        # A row that was changed is another row: nothing has to be forgotten.
        self.from_row = lru_cache(maxsize=kept)(self._from_row) if kept else self._from_row

    def _from_row(self, row: tuple[Stored, ...]) -> Row:
        """Return the object of a row that has every column of the table, in its order."""
        return self._made(
            {
                name: value if read is None else read(value)
                for (name, read), value in zip(self._columns, row, strict=True)
            }
        )

    def from_names(self, row: Mapping[str, Stored]) -> Row:
        """Return the object of stored values by the names of the columns: all of them."""
        return self._made(
            {name: row[name] if read is None else read(row[name]) for name, read in self._columns}
        )

    def _made(self, values: dict[str, Any]) -> Row:
        # The way the ORM makes one that it has read; SQLModel's own validates and costs a third.
        made: Any = self._manager.new_instance()
        made.__dict__.update(values)
        key = tuple([values[name] for name in self._keys])
        # As in a session's own: what is added to one by mistake is not inserted a second time.
        instance_state(made).key = (self._table, key, None)
        whole: Row = made
        return whole


class Loaded(Generic[Row]):
    """A statement that selects whole rows of one table."""

    def __init__(self, table: type[Row], statement: Select[Any], *, kept: int = 0) -> None:
        """Compile the statement, which selects from the table; its columns are put in here.

        `kept` is for how many different rows the object is kept.
        """
        columns = table.__table__.columns  # type: ignore[attr-defined]  # every table model has it
        self._prepared = Prepared(statement.with_only_columns(*columns))
        self._made = Made(table, kept=kept)

    def all(self, session: Session, **values: Stored) -> Sequence[Row]:
        """Return the rows, with what this transaction has changed in them."""
        found = self._prepared.run(up_to_date(session), **values).fetchall()
        return [self._made.from_row(row) for row in found]

    def first(self, session: Session, **values: Stored) -> Row | None:
        """Return the first row, if there is one, with what this transaction has changed in it."""
        row = self._prepared.run(up_to_date(session), **values).fetchone()
        return None if row is None else self._made.from_row(row)


def up_to_date(session: Session) -> Driver:
    """Return the driver, after what the session has not written yet, as its own queries do."""
    if session.autoflush:
        session.flush()
    return Driver(session)
