"""The one place where pages look at a credential: behind the limiter, alike for everybody."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from flask import request

from ledger.core import passwords, people, signing_in, throttle
from ledger.core.tables import Person
from ledger.web.moment import utc_now
from ledger.web.transactions import reading, writing

# A miss that waited longer for its turn to write is no measure for others.
LONGEST_PAUSE_SECONDS = 0.5


class _Pace:
    """How long a miss takes here, so that a try that is not looked at can take as long.

    It sleeps instead: a flood of such tries must not cost what they are kept from. Only one may
    sleep in a process at a time, as each keeps a thread that others are served by.
    """

    def __init__(self) -> None:
        self._seconds = 0.03
        self._sleeping = threading.Lock()

    def note_miss(self, *, began: float) -> None:
        """Note that one has just been refused, after it was looked at."""
        self._seconds = min(time.monotonic() - began, LONGEST_PAUSE_SECONDS)

    def keep(self, *, began: float) -> None:
        """Wait until one that began then would be refused too.

        Raises:
            PasswordsBusyError: if another one waits here.

        """
        if not self._sleeping.acquire(blocking=False):
            raise passwords.PasswordsBusyError
        try:
            time.sleep(max(0.0, began + self._seconds - time.monotonic()))
        finally:
            self._sleeping.release()


_PACE = _Pace()


@dataclass(frozen=True, slots=True, kw_only=True)
class AtAsk:
    """A try on the screen of somebody who asks: for which ask, whose screen, and who was chosen."""

    ask_uid: str
    asker_uid: str
    who: str

    def keys(self) -> Sequence[throttle.Key]:
        """Return what this try, from where it came, is counted for."""
        return throttle.keys_at_screen(self.who, self.asker_uid, request.remote_addr)


def person_with_password(email: str, password: str, *, at: AtAsk | None = None) -> Person | None:
    """Return whose e-mail and password these are, if they may try now.

    Nobody, somebody else, somebody who has left and somebody who has to wait take the same time
    and get the same answer. The try is counted, and that is committed, before anything is looked
    at; a miss is a row of the journal. On somebody else's screen (`at`) it is counted there.

    Raises:
        PasswordsBusyError: if too many passwords are being looked at.

    """
    began = time.monotonic()
    person = people.whose_email(reading(), email)
    is_here = person is not None and people.works_here(person, now=utc_now())
    kept = person.password_hash if person and is_here else None
    with may_look(keys_for(email) if at is None else at.keys()) as may:
        if not may:
            return None
        if passwords.matches(kept, password):
            return person
        with writing() as session:
            at_ask = None if at is None else at.ask_uid
            signing_in.refuse(session, person, what="password", now=utc_now(), at_ask=at_ask)
    _PACE.note_miss(began=began)
    return None


def keys_for(email: str) -> Sequence[throttle.Key]:
    """Return what a try with this e-mail, from where it came, is counted for."""
    return throttle.keys_for(email, request.remote_addr)


@contextmanager
def may_look(keys: Sequence[throttle.Key]) -> Iterator[bool]:
    """Count a try and yield whether a credential may be looked at inside.

    The count is committed by then. A try that may not be looked at takes as long as a miss, and is
    not counted.

    Raises:
        PasswordsBusyError: if too many are being looked at; this one was not counted.

    """
    began = time.monotonic()
    if not throttle.has_to_wait(reading(), keys, now=utc_now()):
        with passwords.place():
            with writing() as session:
                counted = throttle.count_try(session, keys, now=utc_now())
            if counted:
                yield True
                return
    _PACE.keep(began=began)
    yield False
