"""Remedies and reasons: the rows that administrators add to."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import money, settings
from ledger.core.errors import BadValueError
from ledger.core.tables import Reason, Remedy

HIGHEST_SHARE_BP = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRemedy:
    """A remedy as it is asked for; the cost share is in basis points."""

    kind: str
    name: str
    icon: str = "gift"
    cost_share_bp: int = money.WHOLE_SHARE_BP
    worthless: bool = False
    needs_visit: bool = False
    till_step: str = "Enter {amount} at the till as {code}."


def add_remedy(session: Session, new: NewRemedy, *, actor: str, now: datetime) -> Remedy:
    """Add a remedy, in the last place, with its journal row.

    Raises:
        BadValueError: if the kind is taken, or the cost share is none.

    """
    if session.scalars(select(Remedy).where(col(Remedy.kind) == new.kind)).first():
        raise BadValueError(field="kind", value=new.kind, why="taken")
    if not 0 <= new.cost_share_bp <= HIGHEST_SHARE_BP:
        raise BadValueError(field="cost_share_bp", value=str(new.cost_share_bp), why="out_of_range")
    remedy = Remedy(**asdict(new), position=_last(session, Remedy) + 1)
    session.add(remedy)
    session.flush()
    _note(session, remedy, actor=actor, now=now)
    return remedy


def add_reason(session: Session, code: str, name: str, *, actor: str, now: datetime) -> Reason:
    """Add a reason, in the last place, with its journal row.

    Raises:
        BadValueError: if the code is taken.

    """
    if session.scalars(select(Reason).where(col(Reason.code) == code)).first():
        raise BadValueError(field="code", value=code, why="taken")
    reason = Reason(code=code, name=name, position=_last(session, Reason) + 1)
    session.add(reason)
    session.flush()
    _note(session, reason, actor=actor, now=now)
    return reason


def all_remedies(session: Session) -> Sequence[Remedy]:
    """Return every remedy, retired ones included, in the order in which they are shown."""
    return session.scalars(select(Remedy).order_by(col(Remedy.position), col(Remedy.id))).all()


def all_reasons(session: Session) -> Sequence[Reason]:
    """Return every reason, retired ones included, in the order in which they are shown."""
    return session.scalars(select(Reason).order_by(col(Reason.position), col(Reason.id))).all()


def _last(session: Session, table: type[Remedy | Reason]) -> int:
    return session.scalar(select(func.max(col(table.position)))) or 0


def _note(session: Session, row: Remedy | Reason, *, actor: str, now: datetime) -> None:
    settings.note(session, row, kind=f"{row.__tablename__}.added", actor=actor, now=now)
