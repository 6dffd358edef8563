"""The files that were taken in: who brought each, when, and whether it was taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlmodel import Session, col

from ledger.core import commitments, people
from ledger.core.errors import NotFoundError
from ledger.core.imports import undo
from ledger.core.imports.kinds import KINDS, kinds_for, sites_for
from ledger.core.tables import ImportFile, ImportUndo, Journal, Person, Upload

ON_A_PAGE = 25
_ALL = true()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """One import. `by` and `undone_by` are None for the command line, `name` where it brought it.

    `reason` is why it was taken back, None where that was erased or it was not taken back.
    """

    file: ImportFile
    by: str | None
    name: str | None
    undone: ImportUndo | None
    undone_by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of the history, the latest first; `pages` is at least 1."""

    rows: Sequence[TakenIn]
    page: int
    pages: int


def in_sight_of(session: Session, person: Person, *, on: date) -> ColumnElement[bool]:
    """Return the condition that this person may look at an import: it is of a kind they may bring.

    Who brings rows of own sites alone (see `kinds.sites_for`) looks at what they brought themselves
    and at what holds rows of these sites.
    """
    is_kind = col(ImportFile.kind).in_(kinds_for(person))
    site_ids = sites_for(session, person, on=on)
    if site_ids is None:
        return is_kind
    held = [
        and_(
            col(ImportFile.kind) == name,
            exists().where(
                col(kind.rows.import_id) == col(ImportFile.id), col(kind.rows.site_id).in_(site_ids)
            ),
        )
        for name, kind in KINDS.items()
        if kind.rows is not None
    ]
    return and_(is_kind, or_(col(Journal.actor) == people.subject_of(person), *held))


def imports(session: Session, in_sight: ColumnElement[bool] = _ALL, *, page: int = 1) -> Page:
    """Return one page of the imports, or of those of which a condition is true."""
    query = _query().where(in_sight)
    counting = query.with_only_columns(func.count(), maintain_column_froms=True)
    pages = max(1, -(-(session.scalar(counting) or 0) // ON_A_PAGE))
    page = min(max(page, 1), pages)
    query = query.order_by(col(ImportFile.id).desc())
    rows = session.execute(query.limit(ON_A_PAGE).offset((page - 1) * ON_A_PAGE)).all()
    names = _names(session, [actor for _, actor, _, _ in rows])
    return Page(
        rows=[
            TakenIn(file=file, by=names.get(actor), name=name, undone=undone)
            for file, actor, name, undone in rows
        ],
        page=page,
        pages=pages,
    )


def one_import(session: Session, number: int, in_sight: ColumnElement[bool] = _ALL) -> TakenIn:
    """Return one import.

    Raises:
        NotFoundError: if there is none with this number, or the condition is not true of it.

    """
    wanted = _query().where(col(ImportFile.id) == number, in_sight)
    found = session.execute(wanted).one_or_none()
    if found is None:
        raise NotFoundError("import", str(number))
    file, actor, name, undone = found
    subject = undo.words_subject(number)
    by = None if undone is None else undone.person_id
    return TakenIn(
        file=file,
        by=_names(session, [actor]).get(actor),
        name=name,
        undone=undone,
        undone_by=None if by is None else session.get_one(Person, by).name,
        reason=commitments.words_of(session, [subject]).get(subject),
    )


def last_number(session: Session) -> int:
    """Return the number of the latest import; 0 if there is none."""
    return session.scalar(select(func.max(col(ImportFile.id)))) or 0


def age(session: Session) -> str:
    """Return a text that becomes another as soon as a file is taken in or taken back."""
    undone = session.scalar(select(func.max(col(ImportUndo.id)))) or 0
    return f"{last_number(session)}-{undone}"


def _query() -> Select[tuple[ImportFile, str, str | None, ImportUndo | None]]:
    file_name = (
        select(func.max(col(Upload.file_name)))
        .where(col(Upload.import_id) == col(ImportFile.id))
        .scalar_subquery()
    )
    return (
        select(ImportFile, col(Journal.actor), file_name, ImportUndo)
        .join(Journal, col(Journal.seq) == col(ImportFile.journal_seq))
        .outerjoin(ImportUndo, col(ImportUndo.import_id) == col(ImportFile.id))
    )


def _names(session: Session, actors: Sequence[str]) -> Mapping[str, str]:
    """Return who these actors of the journal are, by name."""
    uids = {actor.partition(":")[2] for actor in actors}
    found = session.scalars(select(Person).where(col(Person.uid).in_(uids)))
    return {people.subject_of(person): person.name for person in found}
