"""Exports that were made: which there are, what goes beside a file, and who gets one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import journal
from ledger.core.errors import NotFoundError
from ledger.core.exports import EXPORTS
from ledger.core.exports.allowed import check_person
from ledger.core.exports.making import file_of
from ledger.core.exports.naming import file_name, handover_of
from ledger.core.people import subject_of
from ledger.core.tables import Export, Journal, Person

What = Literal["file", "manifest"]
# The journal row that says who got one.
HANDED_OUT = "export.handed_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What somebody gets."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An export that was made, with who made it; nobody is the command line."""

    export: Export
    file_name: str
    made_by: str | None


def manifest_of(session: Session, export: Export) -> bytes:
    """Return what goes beside a file, as JSON: its name, rows, SHA-256, and the journal's head."""
    head = session.get_one(Journal, export.head_seq)
    handover = handover_of(session, export.id, export.period_start, export.period_end)
    said = {
        "export_id": export.id,
        "subject": export.subject,
        "format": export.format,
        "file": file_name(handover, export.format),
        "company_code": handover.company_code,
        "period_start": export.period_start.isoformat(),
        "period_end": export.period_end.isoformat(),
        "columns": list(EXPORTS[export.format].columns),
        "rows": export.rows,
        "sha256": export.sha256,
        "made_at": export.made_at.isoformat(),
        "ledger_id": head.ledger_id,
        "journal_head": {"seq": head.seq, "hash": head.hash},
        "journal_row": export.journal_seq,
    }
    return (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode()


def hand_out(
    session: Session, person: Person | None, number: int, what: What, *, now: datetime
) -> Document:
    """Return the file or the manifest of an export, and write down who gets it.

    Needs a write transaction, which has to be committed before the document goes anywhere.

    Raises:
        NotPermittedError: if the person may not, or may not any more.
        NotFoundError: if there is no such number.
        ExportChangedError: if the file would not be the one that was made.

    """
    check_person(session, person)
    made = made_export(session, number)
    document = _document(session, made, what)
    entry = journal.Entry(
        kind=HANDED_OUT,
        actor="system" if person is None else subject_of(person),
        subject=subject_of_number(number),
        content={"what": what},
    )
    journal.append(session, entry, now=now)
    return document


def subject_of_number(number: int) -> str:
    """Return what the journal calls the export with this number."""
    return f"export:{number}"


def _document(session: Session, made: Made, what: What) -> Document:
    if what == "manifest":
        return Document(
            name=f"{made.file_name}.manifest.json",
            media_type="application/json",
            content=manifest_of(session, made.export),
        )
    return Document(
        name=made.file_name,
        media_type=EXPORTS[made.export.format].media_type,
        content=file_of(session, made.export),
    )


def made_exports(session: Session, *, count: int, skip: int = 0) -> Sequence[Made]:
    """Return so many of the exports that were made, latest first; those skipped are later ones."""
    query = (
        select(Export, col(Person.name))
        .outerjoin(Person, col(Person.id) == col(Export.person_id))
        .order_by(col(Export.id).desc())
        .limit(count)
        .offset(skip)
    )
    return [_made(session, export, name) for export, name in session.execute(query)]


def made_export(session: Session, number: int) -> Made:
    """Return the export with this number.

    Raises:
        NotFoundError: if there is none.

    """
    export = session.get(Export, number)
    if export is None:
        raise NotFoundError("export", str(number))
    person = None if export.person_id is None else session.get(Person, export.person_id)
    return _made(session, export, person.name if person else None)


def _made(session: Session, export: Export, name: str | None) -> Made:
    handover = handover_of(session, export.id, export.period_start, export.period_end)
    return Made(export=export, file_name=file_name(handover, export.format), made_by=name)
