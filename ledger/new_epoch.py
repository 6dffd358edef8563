"""A backup where it lies in a database: checked as a whole, then given its new epoch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ledger import revisions, schema
from ledger.config import SettingError
from ledger.core import checkpoint as checkpoints
from ledger.core import people, restoring, sites
from ledger.core.checkpoint import CheckpointError
from ledger.core.restoring import Replaced, Restored
from ledger.core.verification import verify
from ledger.database import Database
from ledger.ledgers import refuse_foreign


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a backup is to be brought back.

    `file` is the backup, None if the database was brought back by other means and lies in place;
    `checkpoint` is the text of one that somebody kept; `older` says that the backup may be older
    than it; `replace` that a ledger which is there is moved aside; `by` is the e-mail of whoever
    does it, where they have one in the backup. `instead_of` is the address of the PostgreSQL ledger
    whose place is taken, `last_epoch` the latest epoch that is known of a ledger by its id.
    """

    file: Path | None = None
    checkpoint: str | None = None
    older: bool = False
    replace: bool = False
    by: str | None = None
    instead_of: str | None = None
    last_epoch: Callable[[str], int] = field(default=lambda _ledger_id: 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtBack:
    """What was done: the new epoch, whose ledger it is, and where the former one is now.

    `otherwise` are the employee ids of those who had another role, activity or password there;
    None if that is not known.
    """

    ledger_id: str
    restored: Restored
    upgraded_from: str | None
    aside: Path | None
    otherwise: Sequence[str] | None = None


def begin(
    database: Database,
    wanted: Wanted,
    *,
    now: datetime,
    tell: Callable[[int], None],
    before: Replaced | None = None,
) -> BroughtBack:
    """Check the backup in the database that it lies in now, and begin its new epoch.

    Args:
        database: where it lies; its tables are brought to this program's first.
        wanted: how it is to be brought back.
        now: the instant.
        tell: is given the number of rows of the journal that are verified.
        before: the ledger whose place it takes, if it could be read.

    Raises:
        SettingError: if it is no ledger, or nobody in it has the e-mail of `wanted.by`.
        BadRowError: if it is not whole.
        CheckpointError: if it does not fit the checkpoint.

    """
    upgraded_from = _upgraded(database)
    with database.reading() as session:
        ledger_id = sites.company(session).ledger_id
    _check_checkpoint(database, wanted)
    with database.reading() as session:
        verify(session, tell=tell)
    with database.writing() as session:
        by = people.person_by_email(session, wanted.by) if wanted.by else None
        if wanted.by and by is None:
            raise SettingError(f"Nobody in this backup has the e-mail {wanted.by}.")
        actor = people.subject_of(by) if by else "system"
        known = wanted.last_epoch(ledger_id)
        if known > (before.epoch if before else 0):
            before = Replaced(epoch=known, people=before.people if before else None)
        restored = restoring.begin_epoch(session, actor=actor, now=now, replaced=before)
    return BroughtBack(
        ledger_id=ledger_id, restored=restored, upgraded_from=upgraded_from, aside=None
    )


def _upgraded(database: Database) -> str | None:
    """Bring an older backup to this program's tables; return the revision that it was at."""
    refuse_foreign(database)
    at, newest = revisions.found(database)
    if not at:
        raise SettingError("This file is no ledger. Give the file that `latitude backup` made.")
    if at == newest:
        return None
    schema.upgrade(database)
    return ", ".join(sorted(at))


def _check_checkpoint(database: Database, wanted: Wanted) -> None:
    if wanted.checkpoint is None:
        return
    with database.reading() as session:
        try:
            checkpoints.check(session, wanted.checkpoint)
        except CheckpointError as refusal:
            if refusal.why != "older" or not wanted.older:
                raise
