"""At which revision the tables are, and which ones this program knows: without Alembic.

Every worker asks it at its start; only whoever changes tables needs the machinery of `schema`.
"""

import re
from pathlib import Path

from sqlalchemy import inspect, text

from ledger.database import Database

_MIGRATIONS = Path(__file__).resolve().parent / "migrations"
_FILE = re.compile(r"([0-9]{4})_[a-z0-9_]+\.py")


def found(database: Database) -> tuple[frozenset[str], frozenset[str]]:
    """Return the revisions of the database, none before its first, and this program's newest."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return frozenset(), newest()
        rows = connection.execute(text("SELECT version_num FROM alembic_version"))
        return frozenset(rows.scalars()), newest()


def newest() -> frozenset[str]:
    """Return the newest revision that this program knows, without asking any database."""
    return frozenset({max(known())})


def known() -> frozenset[str]:
    """Return all revisions that this program knows: each follows on the number before."""
    names = (_FILE.fullmatch(file.name) for file in _MIGRATIONS.iterdir())
    return frozenset(name[1] for name in names if name is not None)
