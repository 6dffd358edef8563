"""Making an export: numbered, journalled and kept before anybody gets a byte of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from ledger.core import journal
from ledger.core.driver import Driver
from ledger.core.exports import EXPORTS
from ledger.core.exports.allowed import check_person
from ledger.core.exports.keeping import kept_bytes, kept_text
from ledger.core.exports.naming import handover_of, next_number
from ledger.core.exports.recognition_rows import (
    CHOSEN,
    SUBJECT,
    Past,
    past_exports,
    past_of,
    rows_since,
)
from ledger.core.exports.shapes import (
    Choice,
    ExportChangedError,
    NothingToExportError,
    RecognitionRow,
)
from ledger.core.exports.trying import LeftOut, check_choice, sorted_out
from ledger.core.people import subject_of
from ledger.core.tables import Export, ExportFile, Journal, Person


def make_export(
    session: Session, person: Person | None, choice: Choice, *, now: datetime
) -> Export:
    """Give an export its number and its journal row, and keep its file; `file_of` returns it.

    Needs a write transaction, which has to be committed before the file goes anywhere.

    Args:
        session: an open write transaction.
        person: who exports, as they are now; None is somebody at the command line.
        choice: what to export.
        now: the instant.

    Raises:
        NotPermittedError: if the person may not, or may not any more.
        NothingToExportError: if no row is new in this choice.
        BadValueError: if the period or the format is not one.

    """
    check_choice(choice)
    check_person(session, person)
    # The chain's lock first: what is read after it has all of the journal up to its head.
    head = journal.lock_chain(Driver(session))
    head_seq = min(head.seq, choice.head_seq or head.seq)
    past = past_exports(session)
    found = rows_since(session, past, start=choice.start, end=choice.end, head_seq=head_seq)
    rows, left_out = sorted_out(list(found), choice)
    if not rows:
        raise NothingToExportError
    number = next_number(session)
    content = EXPORTS[choice.format].write(
        rows, handover_of(session, number, choice.start, choice.end)
    )
    actor = "system" if person is None else subject_of(person)
    _note_choice(session, choice, number=number, actor=actor, rows=rows, left_out=left_out, now=now)
    made = Export(
        subject=SUBJECT,
        format=choice.format,
        person_id=None if person is None else person.id,
        period_start=choice.start,
        period_end=choice.end,
        head_seq=head_seq,
        rows=len(rows),
        sha256=hashlib.sha256(content).hexdigest(),
        made_at=now,
    )
    about = f"export:{number}"
    journal.add_to_book(session, made, kind="export.made", actor=actor, subject=about, now=now)
    _keep(session, made, content)
    return made


def file_of(session: Session, export: Export) -> bytes:
    """Return the file of an export, the same to the byte as when it was made.

    It is the kept one; if that was erased, it is made again from what is known today.

    Raises:
        ExportChangedError: if the file is not kept any more, and would not be the same: somebody's
            details were changed, or words were erased, since it was made.

    """
    kept = session.get(ExportFile, export.id)
    content = b"" if kept is None else kept_bytes(kept.content, export.format)
    if kept is not None and _is_of(export, content):
        return content
    made_again = _made_again(session, export)
    if not _is_of(export, made_again):
        raise ExportChangedError(export.id)
    return made_again


def _keep(session: Session, made: Export, content: bytes) -> None:
    text = kept_text(content, made.format)
    session.add(ExportFile(export_id=made.id, content=text, made_at=made.made_at))
    session.flush()


def _made_again(session: Session, export: Export) -> bytes:
    chosen = session.get_one(Journal, export.journal_seq - 1)
    own = past_of(export, chosen.content)
    past = past_exports(session, before=export.id)
    rows = [_as_then(row, own) for row in _rows_of(session, export, past, own)]
    handover = handover_of(session, export.id, export.period_start, export.period_end)
    return EXPORTS[export.format].write(rows, handover)


def _is_of(export: Export, content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() == export.sha256


def _note_choice(
    session: Session,
    choice: Choice,
    *,
    number: int,
    actor: str,
    rows: Sequence[RecognitionRow],
    left_out: Sequence[LeftOut],
    now: datetime,
) -> None:
    """Write into the journal, just before the export itself, what its rows alone do not say."""
    said = {
        "export": number,
        "needs_email": int(choice.needs_email),
        "left_out": [one.row.row_id for one in left_out],
        "had_left": sorted({row.person_uid for row in rows if row.has_left}),
    }
    chosen = journal.Entry(kind=CHOSEN, actor=actor, subject=f"export:{number}", content=said)
    journal.append(session, chosen, now=now)


def _rows_of(
    session: Session, export: Export, past: Sequence[Past], own: Past
) -> Sequence[RecognitionRow]:
    found = rows_since(session, past, start=own.start, end=own.end, head_seq=export.head_seq)
    return [row for row in found if row.row_id not in own.left_out]


def _as_then(row: RecognitionRow, own: Past) -> RecognitionRow:
    return replace(row, has_left=row.person_uid in own.had_left)
