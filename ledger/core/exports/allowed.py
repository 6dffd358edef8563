"""Who may take something out: asked again at that moment, not when the page was opened."""

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core.errors import NotPermittedError
from ledger.core.permissions import Action, may
from ledger.core.tables import Person


def check_person(session: Session, person: Person | None) -> None:
    """Refuse whose right to export recognitions was taken away; None is the command line.

    Raises:
        NotPermittedError: if they may not export any more.

    """
    check_may(session, person, Action.EXPORT_RECOGNITIONS)


def check_may(session: Session, person: Person | None, action: Action) -> None:
    """Refuse whose right was taken away since they were read; None is the command line.

    Raises:
        NotPermittedError: if they may not do this any more.

    """
    if person is None:
        return
    query = select(Person).where(col(Person.id) == person.id)
    fresh = session.scalars(query.execution_options(populate_existing=True)).one()
    if not fresh.active or not may(fresh.role, action):
        raise NotPermittedError(action)
