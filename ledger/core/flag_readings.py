"""How flags were read before, and the form by which one is read."""

from collections.abc import Mapping, Sequence
from typing import Literal

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import notes, submissions
from ledger.core.driver import Stored
from ledger.core.errors import BadValueError, LedgerError
from ledger.core.flag_patterns import Window
from ledger.core.submissions import Claim
from ledger.core.tables import FlagReading, Person

ReadingName = Literal["limit", "misuse", "neither"]
READINGS: Sequence[ReadingName] = ("limit", "misuse", "neither")


class AlreadyReadError(LedgerError):
    """Somebody has read the flag since: `reading` is theirs."""

    def __init__(self, reading: FlagReading) -> None:
        """Keep how it was read."""
        super().__init__(reading.id)
        self.reading = reading
        self.how = reading.reading


def key_of(kind: str, site_id: int, about: str) -> str:
    """Return the name of a flag."""
    return f"{kind}/{site_id}/{about}"


def words_subject(uid: str) -> str:
    """Return under which subject the words of a reading are kept."""
    return f"flag_reading:{uid}"


def last_readings(session: Session, window: Window) -> Mapping[str, FlagReading]:
    """Return how each flag was read last; what was read before the window counts no more."""
    if not window.since:
        return {}
    query = select(FlagReading).where(
        col(FlagReading.site_id).in_(sorted(window.since)),
        col(FlagReading.through) >= min(window.since.values()),
    )
    rows = session.scalars(query.order_by(col(FlagReading.id)))
    return {key_of(row.kind, row.site_id, row.about): row for row in rows}


def last_reading(session: Session, key: str) -> FlagReading | None:
    """Return how the flag with this key was read last, if it ever was."""
    kind, _, rest = key.partition("/")
    site_id, _, about = rest.partition("/")
    if not (site_id.isascii() and site_id.isdecimal()):
        return None
    query = select(FlagReading).where(
        col(FlagReading.kind) == kind,
        col(FlagReading.site_id) == int(site_id),
        col(FlagReading.about) == about,
    )
    return session.scalars(query.order_by(col(FlagReading.id).desc()).limit(1)).one_or_none()


def check_unread(session: Session, key: str, *, newest: int) -> None:
    """Refuse to read what somebody has read since the reading with this number.

    Raises:
        AlreadyReadError: if somebody has.

    """
    last = last_reading(session, key)
    if last is not None and last.id > newest:
        raise AlreadyReadError(last)


def checked(reading: str, uid: str, words: str | None) -> str:
    """Return the words as they are kept, empty for none.

    Raises:
        BadValueError: if the id, the reading or the words cannot be used.

    """
    submissions.check_uid(uid)
    if reading not in READINGS:
        raise BadValueError(field="reading", value=reading, why="unknown")
    return notes.check_note(words or "")


def claim_of(
    session: Session, person: Person, key: str, *, reading: str, uid: str, words: str
) -> Claim:
    """Return the claim of a form: who reads which flag, how and in which words."""
    content: dict[str, Stored] = {"flag": key, "by": person.id, "reading": reading, "words": words}
    return Claim(
        uid=uid,
        person_id=person.id,
        device_id=None,
        fingerprint=submissions.fingerprint(session, content),
    )
