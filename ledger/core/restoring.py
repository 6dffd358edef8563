"""Restoring: the ledger goes on from a backup, in a new epoch that says so.

What was written after the backup is not in the ledger any more. So nobody may take the journal for
the one that it was: its next row begins a new epoch and says from where, and `verify` accepts a new
epoch by such a row only.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from ledger.core import clock, journal
from ledger.core.driver import Driver
from ledger.core.journal import Entry, Head
from ledger.core.tables import Journal, OneTimeCode, SignIn

# The kind of the journal row that begins an epoch, in which "size" and "head" are the backup's.
RESTORED = "ledger.restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """One restore: the backup's size, the instant of its last row, and where it went on."""

    size: int
    last_at: datetime
    seq: int
    epoch: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """What a backup takes the place of: its epoch, and how many people were otherwise there.

    `people` is None where that is not known.
    """

    epoch: int
    people: int | None = None


def begin_epoch(
    session: Session, *, actor: str, now: datetime, replaced: Replaced | None = None
) -> Restored:
    """Begin a new epoch after the last row, and end every sign-in and one-time code.

    Args:
        session: a write transaction in the restored database, which is not in use yet.
        actor: who restored it: `people.subject_of`, or "system".
        now: the instant.
        replaced: what was there before, as far as it is known; the epoch is a later one than its.

    """
    _end_what_was_open(session, now=now)
    driver = Driver(session)
    head = journal.lock_chain(driver)
    content: dict[str, str | int] = {
        "size": head.seq,
        "head": head.hash,
        "at": head.at,
        "epoch": head.epoch,
    }
    if replaced is not None:
        content["replaced"] = replaced.epoch
        if replaced.people is not None:
            content["people_otherwise"] = replaced.people
    entry = Entry(kind=RESTORED, actor=actor, subject=head.ledger_id, content=content)
    next_epoch = replace(head, epoch=epoch_after(head.epoch, content))
    begun = journal.append_after(driver, next_epoch, [entry], at=journal.monotone(head, now))[-1]
    return _restored(head, begun)


def epoch_after(last: int, content: Mapping[str, object]) -> int:
    """Return the epoch that a restore begins, from the one before and what its row says."""
    replaced = content.get("replaced", 0)
    return max(last, replaced if isinstance(replaced, int) else 0) + 1


def restores(session: Session) -> Sequence[Restored]:
    """Return every restore of this ledger, the first one first, at most a thousand."""
    query = (
        select(col(Journal.seq), col(Journal.epoch), col(Journal.at), col(Journal.content))
        .where(col(Journal.kind) == RESTORED)
        .order_by(col(Journal.seq))
        .limit(1_000)
    )
    found = []
    for seq, epoch, at, content in session.execute(query):
        said = json.loads(content)
        found.append(
            Restored(
                size=said["size"],
                last_at=clock.from_text(said["at"]),
                seq=seq,
                epoch=epoch,
                at=at,
            )
        )
    return found


def _end_what_was_open(session: Session, *, now: datetime) -> None:
    """End every sign-in, also one that was ended after the backup was made; and every code."""
    session.execute(update(SignIn).where(col(SignIn.ended_at).is_(None)).values(ended_at=now))
    session.execute(
        update(OneTimeCode).where(col(OneTimeCode.used_at).is_(None)).values(used_at=now)
    )
    session.flush()


def _restored(before: Head, begun: Head) -> Restored:
    return Restored(
        size=before.seq,
        last_at=clock.from_text(before.at),
        seq=begun.seq,
        epoch=begun.epoch,
        at=clock.from_text(begun.at),
    )
