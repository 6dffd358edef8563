"""The numbered exports that were made, page by page: who made each, and who got it when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core.exports import handing_out
from ledger.core.exports.handing_out import Made
from ledger.core.reports.journal_names import Said, people_called, said_in
from ledger.core.reports.journal_raw import raw_rows
from ledger.core.tables import Export, Journal

ON_A_PAGE = 50
# A number is had again and again; the journal has all of them.
LATEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """One download of a number, as journal row `seq` says; nobody is the command line.

    `at` is None where the journal's instant is none any more.
    """

    seq: int
    at: datetime | None
    who: str | None
    is_manifest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeRow:
    """An export that was made, the latest downloads of it, and how many others there were."""

    made: Made
    handed_out: Sequence[HandedOut]
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePage:
    """One page of the exports, the latest first; `pages` is at least 1."""

    rows: Sequence[MadeRow]
    page: int
    pages: int


def made_page(session: Session, *, page: int = 1) -> MadePage:
    """Return one page of the exports that were made; the last one where there are fewer."""
    count = session.scalar(select(func.count()).select_from(Export)) or 0
    pages = max(1, -(-count // ON_A_PAGE))
    page = min(max(page, 1), pages)
    made = handing_out.made_exports(session, count=ON_A_PAGE, skip=(page - 1) * ON_A_PAGE)
    return MadePage(rows=_with_downloads(session, made), page=page, pages=pages)


def made_row(session: Session, number: int) -> MadeRow:
    """Return the export with this number.

    Raises:
        NotFoundError: if there is none.

    """
    (row,) = _with_downloads(session, [handing_out.made_export(session, number)])
    return row


def _with_downloads(session: Session, made: Sequence[Made]) -> Sequence[MadeRow]:
    """Return exports with their downloads, three look-ups for all of them."""
    seqs = _downloads(session, made)
    latest = said_in(raw_rows(session, (seq for found in seqs.values() for seq in found[:LATEST])))
    names = people_called(session, (one.row.actor for one in latest))
    read = {one.row.seq: _handed_out(one, names) for one in latest}
    rows = []
    for one in made:
        found = seqs.get(_subject(one), [])
        shown = [read[seq] for seq in found[:LATEST]]
        rows.append(MadeRow(made=one, handed_out=shown, others=len(found) - len(shown)))
    return rows


def _downloads(session: Session, made: Sequence[Made]) -> Mapping[str, list[int]]:
    """Return the journal rows of all downloads by export, as the journal calls it, latest first."""
    query = (
        select(col(Journal.subject), col(Journal.seq))
        .where(
            col(Journal.subject).in_([_subject(one) for one in made]),
            col(Journal.kind) == handing_out.HANDED_OUT,
        )
        .order_by(col(Journal.seq).desc())
    )
    found: dict[str, list[int]] = {}
    for subject, seq in session.execute(query):
        found.setdefault(subject, []).append(seq)
    return found


def _subject(made: Made) -> str:
    return handing_out.subject_of_number(made.export.id)


def _handed_out(said: Said, names: Mapping[str, str]) -> HandedOut:
    return HandedOut(
        seq=said.row.seq,
        at=said.row.moment,
        who=names.get(said.row.actor),
        is_manifest=said.content.get("what") == "manifest",
    )
