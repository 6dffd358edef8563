"""Lists that somebody takes out: journalled before the first byte, and again after the last.

A download that has no end broke off, or is still running: "begun, not finished". What was sent is
known by its rows and its SHA-256 only; the file itself is not kept, unlike an export for HR.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import journal
from ledger.core.driver import Driver, Stored
from ledger.core.errors import BadValueError
from ledger.core.exports.allowed import check_may
from ledger.core.people import subject_of
from ledger.core.permissions import Action
from ledger.core.tables import Download, DownloadEnd, Person

# What can be taken out, and what somebody has to be allowed for it.
SUBJECTS: Mapping[str, Action] = {
    "decisions": Action.TAKE_LISTS_OUT,
    "limits": Action.TAKE_LISTS_OUT,
    "unmet_needs": Action.TAKE_LISTS_OUT,
    "outcomes": Action.SEE_OUTCOMES,
    "around": Action.SEE_OUTCOMES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A download with who took it (None is the command line) and its end, if it came to one."""

    download: Download
    taken_by: str | None
    end: DownloadEnd | None


def begin(
    session: Session,
    person: Person | None,
    *,
    subject: str,
    format: str,  # noqa: A002  # the column's name
    choice: Mapping[str, Stored],
    now: datetime,
) -> Download:
    """Write down that somebody takes a list out; commit it before they get the first byte.

    Only what the journal holds up to `head_seq` of the row returned belongs into the list.

    Args:
        session: an open write transaction of its own.
        person: who takes it; their role is read again as it is now. None is the command line.
        subject: one of SUBJECTS.
        format: the name of the format, as "csv".
        choice: the filter; it names people and customers by number only. What is None is left out.
        now: the instant.

    Raises:
        NotPermittedError: if the person may not, or may not any more.
        BadValueError: if there is no such list.

    """
    if subject not in SUBJECTS:
        raise BadValueError(field="subject", value=subject[:40], why="unknown")
    check_may(session, person, SUBJECTS[subject])
    session.flush()
    head = journal.lock_chain(Driver(session))
    number = (session.scalar(select(func.max(col(Download.id)))) or 0) + 1
    begun = Download(
        subject=subject,
        format=format,
        person_id=None if person is None else person.id,
        choice=journal.canonical({name: one for name, one in choice.items() if one is not None}),
        head_seq=head.seq,
        made_at=now,
    )
    actor, about = _actor(person), _subject(number)
    return journal.add_after(
        session, head, begun, kind="download.begun", actor=actor, subject=about, now=now
    )


def finish(
    session: Session, download: Download, *, rows: int, sha256: str, now: datetime
) -> DownloadEnd:
    """Write down that a download came to its end: how many rows, and the hash of all its bytes.

    Args:
        session: an open write transaction of its own.
        download: as `begin` returned it.
        rows: without the line of column names.
        sha256: in hexadecimal.
        now: the instant.

    """
    person = None if download.person_id is None else session.get(Person, download.person_id)
    ended = DownloadEnd(download_id=download.id, rows=rows, sha256=sha256, made_at=now)
    return journal.add_to_book(
        session,
        ended,
        kind="download.finished",
        actor=_actor(person),
        subject=_subject(download.id),
        now=now,
    )


def taken(session: Session, *, before: int | None = None, count: int = 50) -> Sequence[Taken]:
    """Return the downloads, latest first; only those before a number, if one is given."""
    query = (
        select(Download, col(Person.name), DownloadEnd)
        .outerjoin(Person, col(Person.id) == col(Download.person_id))
        .outerjoin(DownloadEnd, col(DownloadEnd.download_id) == col(Download.id))
        .order_by(col(Download.id).desc())
        .limit(count)
    )
    if before is not None:
        query = query.where(col(Download.id) < before)
    return [
        Taken(download=download, taken_by=name, end=end)
        for download, name, end in session.execute(query)
    ]


def _actor(person: Person | None) -> str:
    return "system" if person is None else subject_of(person)


def _subject(number: int) -> str:
    return f"download:{number}"
