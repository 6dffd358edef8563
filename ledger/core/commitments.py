"""Commitments: what the journal holds in place of personal data.

A commitment is an HMAC-SHA256 of the canonical content under a random key that belongs to one
subject alone. With the key anyone can check that a text is the one that was written; without it
the text cannot be guessed, not even a phone number. Erasing deletes the content and its key.
"""

import hmac
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import Session, col

from ledger.core import clock, journal
from ledger.core.driver import Driver, Prepared
from ledger.core.tables import SubjectKey, Words

_KEEP_KEY = Prepared(insert(SubjectKey))
_KEEP_WORDS = Prepared(insert(Words))


def new_key() -> str:
    """Return a new random key of 256 bits, in hexadecimal."""
    return secrets.token_hex(32)


def commitment(key: str, content: Mapping[str, object]) -> str:
    """Return the commitment to this content under this key, in hexadecimal."""
    return hmac.digest(bytes.fromhex(key), journal.canonical(content).encode(), "sha256").hex()


def keep_words(session: Session, subject: str, body: str, *, now: datetime) -> str:
    """Keep what somebody typed outside the journal, under a key of its own; return the commitment.

    Args:
        session: an open write transaction.
        subject: whose words they are, such as "note:UID".
        body: the text, already checked and normalised.
        now: the instant at which they were written.

    """
    key, driver = new_key(), Driver(session)
    _KEEP_KEY.run(driver, subject=subject, key=key)
    _KEEP_WORDS.run(driver, subject=subject, body=body, made_at=clock.as_text(now))
    return words_commitment(key, body)


def words_of(session: Session, subjects: Collection[str]) -> Mapping[str, str]:
    """Return what was typed, by subject; what was erased is not among them."""
    if not subjects:
        return {}
    query = select(col(Words.subject), col(Words.body)).where(col(Words.subject).in_(subjects))
    return {row[0]: row[1] for row in session.execute(query)}


def words_commitment(key: str, body: str) -> str:
    """Return the commitment to a text that somebody typed."""
    return commitment(key, {"words": body})
