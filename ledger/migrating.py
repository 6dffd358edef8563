"""Flask-Alembic, set up for our tables: loaded by schema.py when tables are to change."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic.autogenerate.api import AutogenContext
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_alembic import Alembic
from sqlalchemy import Column, Text
from sqlalchemy.types import TypeEngine

from ledger.core.tables import METADATA, types
from ledger.database import Database

REVISION_WIDTH = 4


class Migrations(Alembic):
    """Migrations that number their files one after the other."""

    def rev_id(self) -> str:
        """Return the number of the next file."""
        return str(len(list(self.script_directory.walk_revisions())) + 1).zfill(REVISION_WIDTH)


@contextmanager
def migrations(database: Database) -> Iterator[Migrations]:
    """Yield the migrations of this database, ready to run."""
    app = Flask("ledger")
    app.config["ALEMBIC_CONTEXT"] = {
        "render_item": _plain_types,
        "transactional_ddl": True,
        "compare_type": _differs,
    }
    found = Migrations(
        app,
        run_mkdir=False,
        command_name="",
        metadatas=METADATA,
        engines=database.writing_engine,
    )
    # Flask-Alembic turns this on for whoever sits at the keyboard.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with app.app_context():
        yield found


def _differs(
    context: MigrationContext,
    _column: Column[Any],
    _declared: Column[Any],
    found: TypeEngine[Any],
    declared: TypeEngine[Any],
) -> bool | None:
    """Whether a stored text is kept otherwise than we declare it; None leaves it to Alembic."""
    if isinstance(declared, types.StoredText) and isinstance(found, Text):
        wanted = declared.load_dialect_impl(context.dialect)
        return isinstance(wanted, Text) and wanted.collation != found.collation
    return None


def _plain_types(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write our column types into a migration as what they are: it must outlive their classes."""
    if kind != "type":
        return False
    if isinstance(item, types.Flag):
        return "sa.Integer()"
    if isinstance(item, types.Line | types.Instant | types.Day):
        return 'sa.Text().with_variant(sa.Text(collation="C"), "postgresql")'
    if item is types.Whole:
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False
