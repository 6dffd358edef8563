"""When the ledger was last backed up and verified from this instance folder, for `doctor` to tell.

A small file beside the keys, for each ledger one. It is a note and no proof: what cannot be written
or read is as if it had never been.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from ledger.config import Settings, keys_folder
from ledger.core import clock
from ledger.core.errors import BadValueError

FILE = "last_runs.json"


class Run(StrEnum):
    """What is done again and again."""

    BACKUP = "backup"
    VERIFY = "verify"
    CHECKPOINT = "checkpoint"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRun:
    """When something was last done, with how many rows in the journal, and where it went.

    `epoch` is the one that a restore began; 0 for all else.
    """

    at: datetime
    size: int
    place: str = ""
    epoch: int = 0


def note(settings: Settings, ledger_id: str, run: Run, done: LastRun) -> None:
    """Note that this was done."""
    path = keys_folder(settings, ledger_id) / FILE
    kept = _kept(path)
    kept[str(run)] = {**asdict(done), "at": clock.as_text(done.at)}
    part = path.with_name(FILE + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        os.replace(part, path)  # noqa: PTH105 - one word for what must happen at once
    except OSError:
        return


def last_runs(settings: Settings, ledger_id: str) -> Mapping[Run, LastRun]:
    """Return what was done last, as far as it is known here."""
    found = {}
    for name, said in _kept(keys_folder(settings, ledger_id) / FILE).items():
        try:
            at = clock.from_text(str(said["at"]))
            found[Run(name)] = LastRun(
                at=at,
                size=int(said["size"]),
                place=str(said["place"]),
                epoch=int(said.get("epoch", 0)),
            )
        except (BadValueError, KeyError, TypeError, ValueError):
            continue
    return found


def last_epoch(settings: Settings, ledger_id: str) -> int:
    """Return the latest epoch that a restore began here; 0 if none is known."""
    done = last_runs(settings, ledger_id).get(Run.RESTORE)
    return done.epoch if done else 0


def _kept(path: Path) -> dict[str, dict[str, str | int]]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}
