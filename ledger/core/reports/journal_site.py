"""Which rows of the journal say something of one site."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, or_, select
from sqlmodel import col

from ledger.core.tables import Decision, Download, DownloadEnd, Journal, Void


def is_of_site(site_id: int) -> ColumnElement[bool]:
    """Whether a row says something of a site; content is canonical, so its text can be asked.

    A void says it by its decision, and a list that was taken out by the filter it was taken with.
    """
    return or_(
        _says(col(Journal.content), "site_id", site_id),
        col(Journal.subject) == f"site:{site_id:d}",
        *(
            and_(col(Journal.kind) == kind, rows.exists())
            for kind, rows in _in_books(site_id).items()
        ),
    )


def _in_books(site_id: int) -> Mapping[str, Select[int]]:
    """Return by kind where the book's row, not the journal's, leads to the site."""
    is_chosen = _says(col(Download.choice), "site", site_id)
    return {
        "decision.voided": select(col(Void.id))
        .join(Decision, col(Decision.id) == col(Void.decision_id))
        .where(col(Void.journal_seq) == col(Journal.seq), col(Decision.site_id) == site_id),
        "download.begun": select(col(Download.id)).where(
            col(Download.journal_seq) == col(Journal.seq), is_chosen
        ),
        "download.finished": select(col(DownloadEnd.id))
        .join(Download, col(Download.id) == col(DownloadEnd.download_id))
        .where(col(DownloadEnd.journal_seq) == col(Journal.seq), is_chosen),
    }


def _says(text: SQLColumnExpression[str], name: str, number: int) -> ColumnElement[bool]:
    """Whether a canonical object in a text has this number under this name."""
    said = f'%"{name}":{number:d}'
    return or_(text.like(f"{said},%"), text.like(f"{said}}}%"))
