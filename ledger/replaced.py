"""The ledger that a backup takes the place of: what of it must not be forgotten.

A backup brings back people as they were: who has left since works here again, with the password of
then. And of two restores of one backup the second must not take the epoch of the first.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ledger.database import sqlite_module

_COLUMNS = ("role", "active", "leaves_at", "password_hash")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A SQLite ledger's epoch, and by person (uid): the employee id, and what lets them do more."""

    epoch: int
    people: Mapping[str, tuple[str, tuple[object, ...]]]


def read(file: Path) -> Kept | None:
    """Return what a file of whatever revision holds of this; None if it cannot be read."""
    module = sqlite_module()
    try:
        with closing(module.connect(file)) as connection:
            connection.row_factory = module.Row
            (epoch,) = connection.execute("SELECT max(epoch) FROM journal").fetchone()
            rows = [dict(row) for row in connection.execute("SELECT * FROM person")]
    except module.DatabaseError:
        return None
    found = {
        row["uid"]: (row["employee_id"], tuple(row.get(name) for name in _COLUMNS)) for row in rows
    }
    return Kept(epoch=epoch or 0, people=found)


def otherwise(replaced: Kept, backup: Kept) -> Sequence[str]:
    """Return the employee ids of people who are otherwise in a backup, or not in it."""
    return sorted(
        employee_id
        for uid, (employee_id, held) in replaced.people.items()
        if uid not in backup.people or backup.people[uid][1] != held
    )
