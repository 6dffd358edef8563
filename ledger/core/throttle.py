"""The one limiter in front of every place that looks at a credential.

A try is counted before the credential is looked at, in a short transaction of its own that
commits first: however many come at once, and whatever happens to the request afterwards, no more
are looked at than the rule allows. Keys are hashes: the table holds no address and no e-mail.
"""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql
from sqlmodel import Session, col

from ledger.core import clock
from ledger.core.driver import Driver, Prepared
from ledger.core.loaded import Loaded
from ledger.core.people import email_key
from ledger.core.tables import Throttle

# Many people may share an address (a shop behind one router), nobody shares an e-mail. At an
# asker's screen several approvers may try, one after the other.
FREE_TRIES = {"email": 5, "address": 20, "approver": 5, "screen": 10}
# What begins anew after a try that was right.
_FORGIVEN = ("email", "approver")
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
# A key that was left alone for this long starts again.
FORGOTTEN_AFTER = timedelta(hours=24)

KeyKind = Literal["email", "address", "approver", "screen"]

_ROW = select(Throttle).where(col(Throttle.key) == bindparam("wanted"))
_SEEN, _LOCKED = Loaded(Throttle, _ROW), Loaded(Throttle, _ROW.with_for_update())
# Both databases say it in these words.
_MADE = Prepared(postgresql.insert(Throttle).on_conflict_do_nothing())
_COUNTED = Prepared(
    update(Throttle)
    .where(col(Throttle.key) == bindparam("wanted"))
    .values(
        misses=bindparam("count"), last_miss_at=bindparam("at"), blocked_until=bindparam("until")
    )
)
_DROPPED = Prepared(delete(Throttle).where(col(Throttle.last_miss_at) < bindparam("before")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What tries are counted for: an e-mail, known or not; an address; somebody at a screen."""

    kind: KeyKind
    value: str

    @property
    def stored(self) -> str:
        """Return the key as it is kept."""
        digest = hashlib.sha256(f"{self.kind}\0{self.value}".encode()).hexdigest()
        return f"{self.kind}:{digest}"


def keys_for(email: str, address: str | None) -> Sequence[Key]:
    """Return the keys of one try: the e-mail as typed, and where it came from.

    One IPv6 household owns a whole /64, so that is what counts as one address.
    """
    return [Key(kind="email", value=email_key(email)), *_from(address)]


def keys_at_screen(who: str, asker: str, address: str | None) -> Sequence[Key]:
    """Return the keys of a try that an approver makes on the screen of somebody who asks.

    None of them is the approver's e-mail: whoever stands at that screen must not be able to keep
    the approver out of their own devices. They go by the asker, not by one sign-in of theirs:
    signing in again gives no further tries.

    Args:
        who: the approver, as they were chosen.
        asker: the pseudonym of who is signed in there.
        address: where it came from.

    """
    return [
        Key(kind="approver", value=f"{asker}\0{who}"),
        Key(kind="screen", value=asker),
        *_from(address),
    ]


def _from(address: str | None) -> Sequence[Key]:
    return [Key(kind="address", value=_network(address))] if address else []


def has_to_wait(session: Session, keys: Sequence[Key], *, now: datetime) -> bool:
    """Whether a try with these keys would not be looked at, as far as can be seen without a lock.

    Most of a flood ends here, and keeps nobody waiting who writes.
    """
    rows = [_SEEN.first(session, wanted=key.stored) for key in keys]
    return any(row is not None and _is_blocked(row, now=now) for row in rows)


def count_try(session: Session, keys: Sequence[Key], *, now: datetime) -> bool:
    """Count a try for all keys and return True; return False, uncounted, while one has to wait.

    Needs a write transaction that commits before the credential is looked at.
    """
    rows = [_locked(session, key, now=now) for key in _in_order(keys)]
    if any(_is_blocked(row, now=now) for row in rows):
        return False
    for row in rows:
        is_old = row.last_miss_at < now - FORGOTTEN_AFTER
        misses = 1 if is_old else row.misses + 1
        _write(session, row, misses=misses, at=now, until=_wait_after(row.key, misses, now=now))
    return True


def forget(session: Session, keys: Sequence[Key], *, now: datetime) -> None:
    """Start the count for whoever it was again after a try that was right, and drop what is old.

    The address, and the screen, keep theirs: somebody who knows one password must not clear the way
    for guesses at the others. They get back only the try that was right.
    """
    _DROPPED.run(Driver(session), before=clock.as_text(now - FORGOTTEN_AFTER))
    for key in _in_order(keys):
        row = _locked(session, key, now=now)
        misses = 0 if key.kind in _FORGIVEN else max(row.misses - 1, 0)
        _write(session, row, misses=misses, at=row.last_miss_at, until=None)


def _in_order(keys: Sequence[Key]) -> Sequence[Key]:
    """Return the keys in the order in which everybody locks them."""
    return sorted(keys, key=lambda key: key.stored)


def _is_blocked(row: Throttle, *, now: datetime) -> bool:
    return row.blocked_until is not None and row.blocked_until > now


def _wait_after(key: str, misses: int, *, now: datetime) -> datetime | None:
    """Return until when this key waits after its last try, if it does: 30 s, doubling."""
    extra = misses - FREE_TRIES[key.partition(":")[0]]
    if extra < 0:
        return None
    # Beyond ten doublings the longest wait holds anyway, and the figure would grow for ever.
    doubled: int = 2 ** min(extra, 10)
    return now + min(FIRST_WAIT * doubled, LONGEST_WAIT)


def _locked(session: Session, key: Key, *, now: datetime) -> Throttle:
    """Return the row of a key, made if it is not there, locked until the transaction ends."""
    found = _LOCKED.first(session, wanted=key.stored)
    while found is None:
        at = clock.as_text(now)
        _MADE.run(Driver(session), key=key.stored, misses=0, last_miss_at=at, blocked_until=None)
        found = _LOCKED.first(session, wanted=key.stored)
    return found


def _write(
    session: Session, row: Throttle, *, misses: int, at: datetime, until: datetime | None
) -> None:
    _COUNTED.run(
        Driver(session),
        wanted=row.key,
        count=misses,
        at=clock.as_text(at),
        until=None if until is None else clock.as_text(until),
    )


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:  # noqa: PLR2004  # the other one is 6
        return address
    return str(ipaddress.ip_network((found, 64), strict=False))
