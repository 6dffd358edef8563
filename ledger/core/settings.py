"""Settings: the rows that say how this company works, whole in the journal as often as one is made.

They are ordinary rows. The last word of the journal on each is what `verify` compares it with.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel

from ledger.core import journal
from ledger.core.driver import Stored, stored_row
from ledger.core.tables import (
    AnswerTurn,
    AskRule,
    Company,
    CriteriaCard,
    CurrencyBands,
    FeedSetting,
    Reason,
    Remedy,
    Site,
    SiteCalendar,
    SiteReason,
)

SETTINGS: tuple[type[SQLModel], ...] = (
    Company,
    CurrencyBands,
    Site,
    SiteCalendar,
    Remedy,
    Reason,
    SiteReason,
    CriteriaCard,
    FeedSetting,
    AskRule,
    AnswerTurn,
)
# Of these kinds of journal row the content says whole rows of settings.
KINDS = frozenset(
    {
        "ledger.founded",
        "company.changed",
        "bands.changed",
        "site.added",
        "site.changed",
        "remedy.added",
        "remedy.changed",
        "reason.added",
        "reason.changed",
        "criteria.added",
        "feed.added",
        "feed.changed",
        "ask_rule.changed",
        "answer_turns.changed",
    }
)
# What keys a fingerprint must not be read in the journal.
SECRET = frozenset({"fingerprint_key"})


def told(*rows: SQLModel) -> Mapping[str, object]:
    """Return what a journal row says of settings: under "rows" and the table, each row as stored.

    The rows were flushed: they have their ids.
    """
    found: dict[str, list[Mapping[str, Stored]]] = {}
    for row in rows:
        stored = {name: value for name, value in stored_row(row).items() if name not in SECRET}
        found.setdefault(str(row.__tablename__), []).append(stored)
    return {"rows": found}


def note(session: Session, *rows: SQLModel, kind: str, actor: str, now: datetime) -> None:
    """Write settings that were added or changed into the journal, whole.

    Args:
        session: an open write transaction.
        rows: the first one names the subject, as in "site:4".
        kind: one of KINDS.
        actor: who did it, as `people.subject_of`, or "system".
        now: the instant.

    """
    session.flush()
    first = rows[0]
    key = ",".join(str(value) for value in inspect(first).identity)
    entry = journal.Entry(
        kind=kind, actor=actor, subject=f"{first.__tablename__}:{key}", content=told(*rows)
    )
    journal.append(session, entry, now=now)
