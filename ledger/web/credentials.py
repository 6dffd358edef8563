"""The one place where pages look at a credential: behind the limiter, alike for everybody."""

from collections.abc import Sequence

from flask import request

from ledger.core import passwords, people, signing_in, throttle
from ledger.core.tables import Person
from ledger.web.moment import utc_now
from ledger.web.transactions import reading, writing


def person_with_password(email: str, password: str) -> Person | None:
    """Return whose e-mail and password these are, if they may try now.

    Nobody, somebody else, somebody who has left and somebody who has to wait cost the same work
    and give the same answer. The try is counted, and that is committed, before anything is looked
    at; a miss is a row of the journal.

    Raises:
        PasswordsBusyError: if too many passwords are being looked at.

    """
    keys = keys_for(email)
    counted = counts(keys)
    person = people.person_by_email(reading(), email)
    is_here = person is not None and people.works_here(person, now=utc_now())
    kept = person.password_hash if person and is_here else None
    is_right = passwords.matches(kept, password)
    if counted and is_right:
        return person
    if counted:
        with writing() as session:
            signing_in.refuse(session, person, what="password", now=utc_now())
    return None


def keys_for(email: str) -> Sequence[throttle.Key]:
    """Return what a try with this e-mail, from where it came, is counted for."""
    return throttle.keys_for(email, request.remote_addr)


def counts(keys: Sequence[throttle.Key]) -> bool:
    """Count a try in a transaction of its own; return whether it may be looked at."""
    with writing() as session:
        return throttle.count_try(session, keys, now=utc_now())
