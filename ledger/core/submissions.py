"""Submissions: each form carries an id that is answered once and recognised for ever after."""

import hmac
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, text
from sqlmodel import Session, col

from ledger.core import clock, journal
from ledger.core.driver import Driver, Prepared, Stored
from ledger.core.errors import BadValueError, LedgerError
from ledger.core.tables import Company, Submission


class SubmissionReusedError(LedgerError):
    """The id of this form was used before, for something else; nothing of that is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who claims an idempotency key, and for what; the fingerprint is of all that was sent."""

    uid: str
    person_id: int
    device_id: str | None
    fingerprint: str


# Plain text: "on conflict do nothing" is one sentence in both databases, and two in SQLAlchemy.
_CLAIM = Prepared(
    text(
        "INSERT INTO submission (uid, person_id, device_id, fingerprint, became, made_at) "
        "VALUES (:uid, :person_id, :device_id, :fingerprint, :became, :made_at) "
        "ON CONFLICT (uid) DO NOTHING"
    ).bindparams(
        *(
            bindparam(name, type_=Submission.__table__.c[name].type)  # type: ignore[attr-defined]  # every table model has it
            for name in ("uid", "person_id", "device_id", "fingerprint", "became", "made_at")
        )
    )
)
_KEY = Prepared(select(col(Company.fingerprint_key)))
_CLAIMED = Prepared(
    select(
        col(Submission.person_id),
        col(Submission.device_id),
        col(Submission.fingerprint),
        col(Submission.became),
    ).where(col(Submission.uid) == bindparam("uid"))
)


def claim(driver: Driver, wanted: Claim, *, became: str, now: datetime) -> str | None:
    """Claim the key for what is about to be written; return what it became before, if it did.

    Two requests with one key wait for each other here.

    Raises:
        SubmissionReusedError: if the key was used by somebody else or for something else.

    """
    cursor = _CLAIM.run(
        driver,
        uid=wanted.uid,
        person_id=wanted.person_id,
        device_id=wanted.device_id,
        fingerprint=wanted.fingerprint,
        became=became,
        made_at=clock.as_text(now),
    )
    if cursor.rowcount == 1:
        return None
    person_id, device_id, fingerprint, before = _CLAIMED.one(driver, uid=wanted.uid)
    same = (wanted.person_id, wanted.device_id, wanted.fingerprint)
    if (person_id, device_id, fingerprint) != same:
        raise SubmissionReusedError
    return str(before)


def fingerprint(session: Session, content: Mapping[str, Stored]) -> str:
    """Return the keyed hash by which the same content is recognised, and cannot be guessed back."""
    (key,) = _KEY.one(Driver(session))
    return fingerprint_by(key, content)


def fingerprint_by(key: str, content: Mapping[str, Stored]) -> str:
    """Do as `fingerprint` does, by the company's key for it."""
    return hmac.digest(bytes.fromhex(key), journal.canonical(content).encode(), "sha256").hex()


def check_uid(uid: str) -> None:
    """Refuse an id that is not a UUID in its usual form.

    Raises:
        BadValueError: if it is not one.

    """
    try:
        is_one = str(uuid.UUID(uid)) == uid
    except ValueError:
        is_one = False
    if not is_one:
        raise BadValueError(field="uid", value=uid[:40], why="not an id")
