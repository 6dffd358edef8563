"""What the command line says of a refusal: one plain sentence, and what to do next."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.exc import DBAPIError, NoSuchModuleError

from ledger.config import SettingError
from ledger.core import zone_names
from ledger.core.checkpoint import CheckpointError
from ledger.core.errors import AmountError, BadValueError, LedgerError
from ledger.core.founding import HORIZONS, AlreadyFoundedError
from ledger.core.permissions import Role
from ledger.core.person_changes import LastAdministratorError
from ledger.core.verification import BadRowError
from ledger.database import MovedFileError, UnsafeDatabaseError, sqlite_module
from ledger.write_queue import QueueTooLongError

# What a command may meet that somebody can do something about; anything else is our own mistake.
REFUSALS: tuple[type[Exception], ...] = (
    LedgerError,
    SettingError,
    UnsafeDatabaseError,
    MovedFileError,
    DBAPIError,
    NoSuchModuleError,
    QueueTooLongError,
    sqlite_module().Error,
    OSError,
)

_WHY_VALUE: Mapping[tuple[str, str], str] = {
    ("name", "empty"): "The name is empty. Give one.",
    ("currency", "unknown"): "{value} is not a currency. Give its code of three letters, as USD.",
    ("zone", "unknown"): "{value} is not a time zone. Give a name such as Europe/Zurich.",
    ("day_start", "not HH:MM"): "{value} is not a time of day. Give one such as 04:00.",
    ("horizon", "unknown"): "{value} is not a horizon. Give one of "
    + ", ".join(map(str, HORIZONS))
    + " days.",
    ("watch", "unknown"): "{value} cannot be watched. Give returns or stays.",
    ("role", "unknown"): "{value} is not a role. Give one of " + ", ".join(Role) + ".",
    ("employee_id", "taken"): "The employee id {value} belongs to somebody else already.",
    ("email", "taken"): "The e-mail {value} belongs to somebody else already.",
    ("email", "not_an_email"): "{value!r} is not an e-mail address.",
    ("last_day", "past"): "{value} is over. Give today or a later day, or none to let them go now.",
    ("last_day", "far"): "{value} is too far ahead. Give a day within two years.",
    ("site", "retired"): "{value} is retired. Open it again on the page of the site, or choose "
    "another one.",
    ("location_ref", "taken"): "There is a site {value} already.",
}

_WHY_CHECKPOINT: Mapping[str, str] = {
    "unreadable": "This is not a checkpoint. Give the file that `latitude checkpoint` wrote.",
    "other_ledger": "The checkpoint is of another ledger.",
    "signature": "The checkpoint was not signed with the key that the journal's first row names: "
    "either the file was changed, or the journal was written anew with another key.",
    "rewritten": "History was rewritten: row {size:,} of the journal has another hash than when "
    "the checkpoint was made.",
    "cut": "The journal was cut off: it ends at row {found:,}, the checkpoint was made at row "
    "{size:,}, and the books still hold what the missing rows made.",
    "older": "This is an older state of the ledger: it ends at row {found:,}, the checkpoint was "
    "made at row {size:,}. Either an old backup was restored, or the last rows were taken away.",
    "restored": "The journal does not hold row {size:,} as the checkpoint states it: a backup that "
    "ended at row {found:,} was brought back, and a new epoch begins after it. If the checkpoint "
    "is from before that, what was written after row {found:,} then is not here any more; if it "
    "is from after it, rows were changed or taken away. Ask who restored it, and when.",
}

_WHY_ROW: Mapping[str, str] = {
    "empty": "the journal has no rows",
    "gap": "this row is not there",
    "hash": "the row does not have the hash that belongs to what it holds",
    "previous": "the row does not follow the one before it",
    "version": "the row is of a version that this program does not know",
    "ledger": "the row belongs to another ledger",
    "epoch": "the row begins another epoch, and says nothing of a backup that was brought back",
    "order": "the row is older than the one before it",
    "missing": "the row is not there, and {column} says that it should be",
    "extra": "the row has no {column} that made it",
    "differs": "{column} is not what the journal says",
    "set": "the {column} rows of this import are not the ones that came with it",
    "wrong": "{column} is not what the books add up to",
    "gone": "what was written for {column} is gone, and the journal knows of no erasure",
    "changed": "{column} was changed without the journal",
    "unreadable": "the row cannot be read: {column}",
    "damaged": "the database is damaged: {column}",
}


def sentence(refusal: Exception) -> str:
    """Return what happened and what to do next, for people."""
    for kind, say in _SENTENCES.items():
        if isinstance(refusal, kind):
            return say(refusal)
    return str(refusal) or f"This cannot be done ({type(refusal).__name__})."


def bad_row(refusal: BadRowError) -> str:
    """Return which row is the first bad one, and why."""
    place = f"{refusal.table} {refusal.key}".strip()
    return f"{place}: {_WHY_ROW[refusal.why].format(column=refusal.column or 'the row')}."


def _bad_value(refusal: BadValueError) -> str:
    known = _WHY_VALUE.get((refusal.field, refusal.why))
    if known is not None:
        return known.format(value=refusal.value) + _meant(refusal)
    return f"{refusal.value!r} cannot be used as {refusal.field}: {refusal.why}."


def _meant(refusal: BadValueError) -> str:
    """Return which time zones may have been meant, if one was asked for; else nothing."""
    near = zone_names.similar(refusal.value) if refusal.field == "zone" else ()
    return f" Did you mean {' or '.join(near)}?" if near else ""


def _trouble(refusal: Exception) -> str:
    said = str(getattr(refusal, "orig", None) or refusal).strip().splitlines()
    return f"The database did not do what it was asked: {said[0] if said else ''}."


def _of_file(refusal: OSError) -> str:
    return f"{refusal.filename}: {refusal.strerror}." if refusal.filename else str(refusal)


_SENTENCES: Mapping[type[Exception], Callable[[Any], str]] = {
    AlreadyFoundedError: lambda refusal: (
        f"This ledger is set up already, for {refusal.name}. It was left as it is."
    ),
    BadRowError: bad_row,
    CheckpointError: lambda refusal: _WHY_CHECKPOINT[refusal.why].format(
        size=refusal.size, found=refusal.found
    ),
    BadValueError: _bad_value,
    AmountError: lambda refusal: (
        f"{refusal.text!r} is not an amount in {refusal.currency}. Give one such as 25."
    ),
    LastAdministratorError: lambda refusal: (
        f"{refusal.name} is the last administrator who can sign in. Add another one first, with "
        "an e-mail and a one-time code: latitude person add --role administrator"
    ),
    DBAPIError: _trouble,
    QueueTooLongError: lambda _: (
        "Others have been writing for too long. Nothing was changed: try again in a moment."
    ),
    MovedFileError: lambda _: (
        "The ledger's file was moved or replaced while this ran. Nothing more was written to it: "
        "look where it is, and run this again."
    ),
    sqlite_module().Error: _trouble,
    OSError: _of_file,
}
