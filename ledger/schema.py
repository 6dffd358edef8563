"""The tables' migrations, run by Flask-Alembic: the only way in which tables come to be."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from ledger.database import Database

if TYPE_CHECKING:
    from ledger.migrating import Migrations


def migrations(database: Database) -> "AbstractContextManager[Migrations]":
    """Return the migrations of this database, ready to run inside the block."""
    from ledger import migrating  # noqa: PLC0415 - eight megabytes that no server needs

    return migrating.migrations(database)


def upgrade(database: Database, *, to: str = "heads") -> None:
    """Bring the tables to the newest state, or to a released one, all in one transaction."""
    with migrations(database) as found:
        found.upgrade(to)


def drift(database: Database) -> list[Any]:
    """Return how the tables differ from what the models declare; empty when they do not."""
    with migrations(database) as found:
        return list(found.compare_metadata())
