"""The criteria card: how we decide for the customer here, in a few lines, by version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from ledger.core import notes, settings
from ledger.core.errors import BadValueError
from ledger.core.loaded import SETTINGS_KEPT, Loaded
from ledger.core.tables import CriteriaCard, Decision

MOST_LINES = 7
LONGEST_LINE = 80
_NEWEST = Loaded(
    CriteriaCard,
    select(CriteriaCard).order_by(col(CriteriaCard.version).desc()).limit(1),
    kept=SETTINGS_KEPT,
)
_VERSION = Loaded(
    CriteriaCard,
    select(CriteriaCard).where(col(CriteriaCard.version) == bindparam("version")),
    kept=SETTINGS_KEPT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """One version of the card; ticks name its lines from 1, as in "1,3"."""

    version: int
    lines: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version with the instant it was made at, and how many decisions were written under it."""

    card: Criteria
    made_at: datetime
    decisions: int


def card_in_force(session: Session) -> Criteria | None:
    """Return the newest version of the card, or None if the company has none."""
    card = _NEWEST.first(session)
    return None if card is None else _criteria(card)


def card(session: Session, version: int) -> Criteria | None:
    """Return one version of the card, or None if there is no such one."""
    found = _VERSION.first(session, version=version)
    return None if found is None else _criteria(found)


def versions(session: Session) -> Sequence[Version]:
    """Return every version of the card, the newest first."""
    query = (
        select(col(Decision.criteria_version), func.count())
        .where(col(Decision.criteria_version).is_not(None))
        .group_by(col(Decision.criteria_version))
    )
    written = {version: int(count) for version, count in session.execute(query)}
    cards = session.scalars(select(CriteriaCard).order_by(col(CriteriaCard.version).desc()))
    return [
        Version(card=_criteria(one), made_at=one.made_at, decisions=written.get(one.version, 0))
        for one in cards
    ]


def add_version(
    session: Session, lines: Sequence[str], *, actor: str, now: datetime
) -> Criteria | None:
    """Add a version of the card, which holds from now on, with its journal row.

    Returns:
        The new version; None if the card in force has these lines already.

    Raises:
        BadValueError: `why` is "empty" without a line, "too_many" above seven, "twice" for a line
            that is there already, "too_long" or "control" for a line that cannot be kept.

    """
    typed = [line for line in lines if line.strip()]
    if not typed:
        raise BadValueError(field="lines", value="", why="empty")
    if len(typed) > MOST_LINES:
        raise BadValueError(field="lines", value=str(len(typed)), why="too_many")
    kept = [notes.one_line("lines", line, longest=LONGEST_LINE) for line in typed]
    if len({line.casefold() for line in kept}) < len(kept):
        raise BadValueError(field="lines", value="", why="twice")
    in_force = card_in_force(session)
    if in_force is not None and list(in_force.lines) == kept:
        return None
    version = 1 if in_force is None else in_force.version + 1
    row = CriteriaCard(version=version, body="\n".join(kept), made_at=now)
    session.add(row)
    settings.note(session, row, kind="criteria.added", actor=actor, now=now)
    return Criteria(version=version, lines=kept)


def _criteria(row: CriteriaCard) -> Criteria:
    lines = [line.strip() for line in row.body.splitlines() if line.strip()]
    return Criteria(version=row.version, lines=lines)
