"""How the ledger's values look in a column, alike on SQLite and on PostgreSQL.

Instants and days are text: what is stored is what was hashed, sorts by itself and can be read by
an auditor without a program. Text compares byte by byte on both databases.
"""

from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Dialect,
    Index,
    Integer,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

from ledger.core import clock
from ledger.core.money import MAX_MINOR

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite makes a row id of "INTEGER PRIMARY KEY" only, and a STRICT table knows no BIGINT.
Whole = BigInteger().with_variant(Integer(), "sqlite")


T = TypeVar("T")


# The unused `dialect` below is part of SQLAlchemy's signature.


class StoredText(TypeDecorator[T], Generic[T]):
    """Text that compares by its bytes: BINARY is SQLite's own way, "C" has to be asked for."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the column type of this database."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Text(collation="C"))
        return dialect.type_descriptor(Text())


class Line(StoredText[str]):
    """Plain text."""

    cache_ok = True


class Instant(StoredText[datetime]):
    """An aware instant, kept as fixed-width UTC text."""

    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Write an instant; refuse a naive one."""
        return None if value is None else clock.as_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Read an instant, which stands there as `process_bind_param` wrote it."""
        return None if value is None else datetime.fromisoformat(value)


class Day(StoredText[date]):
    """A business date, kept as YYYY-MM-DD."""

    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """Write a date."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        """Read a date."""
        return None if value is None else date.fromisoformat(value)


class Flag(TypeDecorator[bool]):
    """Yes or no, kept as 1 or 0: a STRICT table knows no BOOLEAN."""

    impl = Integer
    cache_ok = True

    def process_bind_param(
        self, value: int | None, dialect: Dialect
    ) -> int | None:  # SQLAlchemy's signature
        """Write 1 for yes and 0 for no."""
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:
        """Read 1 as yes."""
        return None if value is None else bool(value)


def money_check(column: str) -> CheckConstraint:
    """Bound a column of minor units on both sides."""
    return CheckConstraint(f"{column} BETWEEN 0 AND {MAX_MINOR}", name=column)


def flag_check(column: str) -> CheckConstraint:
    """Hold a yes-or-no column to 1 and 0."""
    return CheckConstraint(f"{column} IN (0, 1)", name=column)


def index_of_few(name: str, column: str, *, where: str) -> Index:
    """Return an index of only those rows of which `where` is true."""
    return Index(name, column, sqlite_where=text(where), postgresql_where=text(where))


STRICT = {"sqlite_strict": True}
