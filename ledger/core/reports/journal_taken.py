"""Who took what out: lists with their filter, and whether they came to an end."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import downloads
from ledger.core.downloads import Taken
from ledger.core.tables import Person, Reason, Remedy, Site

# Which of the things that a filter says are numbers of rows with a name.
NAMED: Mapping[str, type[Site | Person | Remedy | Reason]] = {
    "site": Site,
    "person": Person,
    "remedy": Remedy,
    "reason": Reason,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenList:
    """A list that somebody took out, with its filter: numbers are names where there is one."""

    taken: Taken
    choice: Mapping[str, str]


def taken_lists(
    session: Session, *, before: int | None = None, count: int = 50
) -> Sequence[TakenList]:
    """Return the lists that were taken out, latest first; only those before a number, if given."""
    found = downloads.taken(session, before=before, count=count)
    choices = [_read(one.download.choice) for one in found]
    names = {
        word: _names(session, table, [choice.get(word) for choice in choices])
        for word, table in NAMED.items()
    }
    return [
        TakenList(taken=one, choice=_named(choice, names))
        for one, choice in zip(found, choices, strict=True)
    ]


def _named(choice: Mapping[str, Any], names: Mapping[str, Mapping[Any, str]]) -> Mapping[str, str]:
    return {word: names.get(word, {}).get(value, str(value)) for word, value in choice.items()}


def _names(
    session: Session, table: type[Site | Person | Remedy | Reason], ids: Sequence[Any]
) -> Mapping[Any, str]:
    wanted = sorted({one for one in ids if isinstance(one, int)})
    query = select(col(table.id), col(table.name)).where(col(table.id).in_(wanted))
    return {row[0]: row[1] for row in session.execute(query)}


def _read(choice: str) -> Mapping[str, Any]:
    try:
        found = json.loads(choice)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
