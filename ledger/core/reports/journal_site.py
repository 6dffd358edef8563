"""Which rows of the journal say something of one site."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, or_, select
from sqlmodel import col

from ledger.core.book_kinds import BOOK_OF_KIND
from ledger.core.tables import (
    Ask,
    AskAnswer,
    Decision,
    Delegation,
    DelegationEnd,
    Download,
    DownloadEnd,
    Journal,
    PersonSite,
    Review,
    Void,
)


def is_of_site(site_id: int) -> ColumnElement[bool]:
    """Whether a row says something of a site; content is canonical, so its text can be asked.

    A void and a review say it by their decision, an answer by its ask, a list that was taken out by
    the filter it was taken with, and asks that were handed over by where their answerer works.
    """
    return or_(
        _says(col(Journal.content), "site_id", site_id),
        col(Journal.subject) == f"site:{site_id:d}",
        *(
            and_(col(Journal.kind) == kind, rows.exists())
            for kind, rows in {**_in_books(site_id), **_of_asks(site_id)}.items()
        ),
    )


def _in_books(site_id: int) -> Mapping[str, Select[int]]:
    """Return by kind where the book's row, not the journal's, leads to the site."""
    is_chosen = _says(col(Download.choice), "site", site_id)
    return {
        "decision.voided": select(col(Void.id))
        .join(Decision, col(Decision.id) == col(Void.decision_id))
        .where(col(Void.journal_seq) == col(Journal.seq), col(Decision.site_id) == site_id),
        "decision.reviewed": select(col(Review.id))
        .join(Decision, col(Decision.id) == col(Review.decision_id))
        .where(col(Review.journal_seq) == col(Journal.seq), col(Decision.site_id) == site_id),
        "download.begun": select(col(Download.id)).where(
            col(Download.journal_seq) == col(Journal.seq), is_chosen
        ),
        "download.finished": select(col(DownloadEnd.id))
        .join(Download, col(Download.id) == col(DownloadEnd.download_id))
        .where(col(DownloadEnd.journal_seq) == col(Journal.seq), is_chosen),
    }


def _of_asks(site_id: int) -> Mapping[str, Select[int]]:
    """Return by kind where a row of an ask, or of who answers asks, leads to the site."""
    answer = (
        select(col(AskAnswer.id))
        .join(Ask, col(Ask.id) == col(AskAnswer.ask_id))
        .where(col(AskAnswer.journal_seq) == col(Journal.seq), col(Ask.site_id) == site_id)
    )
    works_here = select(col(PersonSite.id)).where(
        col(PersonSite.person_id) == col(Delegation.person_id), col(PersonSite.site_id) == site_id
    )
    answers = [kind for kind, book in BOOK_OF_KIND.items() if book is AskAnswer]
    return {
        **dict.fromkeys(answers, answer),
        "ask.proven_in_place": select(col(Ask.id)).where(
            col(Journal.subject) == "ask:" + col(Ask.uid), col(Ask.site_id) == site_id
        ),
        "asks.handed_over": select(col(Delegation.id)).where(
            col(Delegation.journal_seq) == col(Journal.seq), works_here.exists()
        ),
        "asks.taken_back": select(col(DelegationEnd.id))
        .join(Delegation, col(Delegation.id) == col(DelegationEnd.delegation_id))
        .where(col(DelegationEnd.journal_seq) == col(Journal.seq), works_here.exists()),
    }


def _says(text: SQLColumnExpression[str], name: str, number: int) -> ColumnElement[bool]:
    """Whether a canonical object in a text has this number under this name."""
    said = f'%"{name}":{number:d}'
    return or_(text.like(f"{said},%"), text.like(f"{said}}}%"))
