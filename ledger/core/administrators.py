"""The administrators: somebody has to be left to administer the ledger."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session, col

from ledger.core.errors import LedgerError
from ledger.core.permissions import Role
from ledger.core.tables import OneTimeCode, Person


class LastAdministratorError(LedgerError):
    """Nobody who can sign in would be left to administer the ledger but `name`."""

    def __init__(self, name: str) -> None:
        """Keep who it is."""
        super().__init__()
        self.name = name


def check_another(session: Session, person: Person, *, now: datetime) -> None:
    """Refuse to take the last administrator away.

    Another one counts only if they can sign in: with an e-mail, and a password or a one-time code
    that still counts. Whose last day is set does not count.

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
        _can_sign_in(now),
    )
    if session.scalars(query.limit(1)).one_or_none() is None:
        raise LastAdministratorError(person.name)


def _can_sign_in(now: datetime) -> ColumnElement[bool]:
    code = (
        select(col(OneTimeCode.id))
        .where(
            col(OneTimeCode.person_id) == col(Person.id),
            col(OneTimeCode.used_at).is_(None),
            col(OneTimeCode.expires_at) > now,
        )
        .exists()
    )
    return and_(col(Person.email).is_not(None), or_(col(Person.password_hash).is_not(None), code))
