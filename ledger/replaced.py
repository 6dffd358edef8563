"""The ledger that a backup takes the place of: what of it must not be forgotten.

A backup brings back people as they were: who has left since works here again, with the password of
then. And of two restores of one backup the second must not take the epoch of the first.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from ledger.database import Database, sqlite_module

_COLUMNS = ("role", "active", "leaves_at", "password_hash")

# Runs a statement and returns its rows by column.
Ask = Callable[[str], Iterable[Mapping[str, object]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Whose ledger it is, its epoch, and by person (uid): the employee id, and what they may do."""

    ledger_id: str
    epoch: int
    people: Mapping[str, tuple[str, tuple[object, ...]]]


def read(file: Path) -> Kept | None:
    """Return what a SQLite file of whatever revision holds of this; None if it cannot be read."""
    module = sqlite_module()
    try:
        with closing(module.connect(file)) as connection:
            connection.row_factory = module.Row
            return _kept(lambda words: [dict(row) for row in connection.execute(words)])
    except module.DatabaseError:
        return None


def read_from(database: Database) -> Kept:
    """Return what a PostgreSQL database of whatever revision holds of this."""
    with database.engine.connect() as connection:
        return _kept(
            lambda words: [dict(row) for row in connection.execute(text(words)).mappings()]
        )


def otherwise(replaced: Kept, backup: Kept) -> Sequence[str]:
    """Return the employee ids of people who are otherwise in a backup, or not in it."""
    return sorted(
        employee_id
        for uid, (employee_id, held) in replaced.people.items()
        if uid not in backup.people or backup.people[uid][1] != held
    )


def _kept(ask: Ask) -> Kept:
    (journal,) = ask("SELECT max(epoch) AS epoch FROM journal")
    companies = [str(row["ledger_id"]) for row in ask("SELECT ledger_id FROM company")]
    epoch = journal["epoch"]
    return Kept(
        ledger_id=companies[0] if companies else "",
        epoch=epoch if isinstance(epoch, int) else 0,
        people={
            str(row["uid"]): (
                str(row["employee_id"]),
                tuple(row.get(name) for name in _COLUMNS),
            )
            for row in ask("SELECT * FROM person")
        },
    )
