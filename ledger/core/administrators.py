"""The administrators: somebody has to be left to administer the ledger."""

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core.errors import LedgerError
from ledger.core.permissions import Role
from ledger.core.tables import Person


class LastAdministratorError(LedgerError):
    """Nobody would be left to administer the ledger: `name` is its last active administrator."""

    def __init__(self, name: str) -> None:
        """Keep who it is."""
        super().__init__()
        self.name = name


def check_another(session: Session, person: Person) -> None:
    """Refuse to take the last administrator away; whose last day is set does not count as another.

    Needs the lock of `people.locked`, taken while the person is still an administrator.

    Raises:
        LastAdministratorError: if this is the last one.

    """
    if person.role != Role.ADMINISTRATOR or not person.active:
        return
    query = select(col(Person.id)).where(
        col(Person.role) == Role.ADMINISTRATOR.value,
        col(Person.active) == 1,
        col(Person.leaves_at).is_(None),
        col(Person.id) != person.id,
    )
    if session.scalars(query.limit(1)).one_or_none() is None:
        raise LastAdministratorError(person.name)
