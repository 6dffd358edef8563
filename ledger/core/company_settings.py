"""The company's own settings: its name, how long it waits, and what it watches."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from ledger.core import notes, settings, sites
from ledger.core.errors import BadValueError
from ledger.core.founding import HORIZONS, WATCHES
from ledger.core.tables import Company

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyChange:
    """What the company is to be called, how many days it waits for an outcome, and what it watches.

    `watch` is "returns" (customers who come back) or "stays" (those under contract who stay).
    """

    name: str
    horizon_days: int
    watch: str


def changes_figures(session: Session, wanted: CompanyChange) -> bool:
    """Whether pages would count otherwise than now: another horizon, or another event."""
    now = sites.company(session)
    return (now.horizon_days, now.watch) != (wanted.horizon_days, wanted.watch)


def change_company(session: Session, wanted: CompanyChange, *, actor: str, now: datetime) -> bool:
    """Change the company's settings from now on, with the journal row; False if they are so.

    Nothing is rewritten: outcomes are counted anew from the same decisions and the same activity.

    Raises:
        BadValueError: the name as `notes.one_line`; the horizon or what is watched is not one.

    """
    name = notes.one_line("name", wanted.name, longest=LONGEST_NAME)
    if wanted.horizon_days not in HORIZONS:
        raise BadValueError(field="horizon", value=str(wanted.horizon_days), why="unknown")
    if wanted.watch not in WATCHES:
        raise BadValueError(field="watch", value=wanted.watch, why="unknown")
    row = session.scalars(select(Company)).one()
    if (row.name, row.horizon_days, row.watch) == (name, wanted.horizon_days, wanted.watch):
        return False
    row.name, row.horizon_days, row.watch = name, wanted.horizon_days, wanted.watch
    settings.note(session, row, kind="company.changed", actor=actor, now=now)
    return True
