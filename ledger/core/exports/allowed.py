"""Who may export: asked again at the moment of exporting, not when the page was opened."""

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core.errors import NotPermittedError
from ledger.core.permissions import Action, may
from ledger.core.tables import Person


def check_person(session: Session, person: Person | None) -> None:
    """Refuse whose right was taken away since they were read; None is the command line.

    Raises:
        NotPermittedError: if they may not export any more.

    """
    if person is None:
        return
    query = select(Person).where(col(Person.id) == person.id)
    fresh = session.scalars(query.execution_options(populate_existing=True)).one()
    if not fresh.active or not may(fresh.role, Action.EXPORT_RECOGNITIONS):
        raise NotPermittedError(Action.EXPORT_RECOGNITIONS)
