"""What the journal says of one person or one site, as what was other than before, newest first."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import ask_rules_told, people
from ledger.core.ask_rules_told import AsksChange
from ledger.core.driver import Stored
from ledger.core.tables import Journal, Person, Site

# Comings and goings of browsers are many, and change nothing about a person.
PERSON_KINDS = (
    "person.added",
    "person.changed",
    "person.left",
    "person.returned",
    "code.made",
    "password.set",
    "sign_in.ended_all",
)
SITE_KINDS = ("site.added", "site.changed")
MOST = 500
# Rows from before there were such facts do not name them.
_UNSAID: Mapping[str, Stored] = {"approval_ceiling_minor": None, "same_as_id": None}
_FACTS = ("role", "grade", "ceiling_minor", "last_day", "active", *_UNSAID)

Row = Mapping[str, Stored]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One journal row of a person: by whom, and each fact with what it was and became.

    `now` is every fact that the row says, other than before or not.
    `named` are facts that the journal only names, such as "email". `places` are the work places
    that the row says, and `before` those that it replaced; None where it says none.
    """

    kind: str
    at: datetime
    by: str | None
    facts: Mapping[str, tuple[Stored, Stored]]
    now: Mapping[str, Stored]
    named: Sequence[str]
    places: Sequence[Row] | None
    before: Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteChange:
    """One journal row of a site: what it and its calendars were, and became.

    `asks` is how asks go there, where the row is of that; then the site is as it was.
    """

    kind: str
    at: datetime
    by: str | None
    before: Row
    after: Row
    calendars: Sequence[Row]
    asks: AsksChange | None = None


def changes_of(session: Session, person: Person) -> Sequence[Change]:
    """Return the latest changes of a person that the journal tells, newest first."""
    rows = _rows(session, people.subject_of(person), PERSON_KINDS)
    names = _names(session, rows)
    told: list[Change] = []
    last: dict[str, Stored] = dict(_UNSAID)
    places: Sequence[Row] = ()
    for row in rows:
        content: dict[str, Any] = json.loads(row.content)
        news = {name: content[name] for name in _FACTS if name in content}
        facts = {
            name: (last.get(name), value)
            for name, value in news.items()
            if name in last and last[name] != value
        }
        now_at = content.get("works_at")
        told.append(
            Change(
                kind=row.kind,
                at=row.at,
                by=names.get(row.actor),
                facts=facts,
                now=news,
                named=[name for name in content.get("changed", ()) if name not in _FACTS],
                places=now_at,
                before=places,
            )
        )
        last |= news
        places = places if now_at is None else now_at
    return told[::-1]


def names_in(session: Session, changes: Sequence[Change]) -> Mapping[int, str]:
    """Return the names of those of whom changes say that they are the same human, by id."""
    ids = {one for change in changes for one in change.facts.get("same_as_id", ())}
    wanted = sorted(one for one in ids if isinstance(one, int))
    query = select(col(Person.id), col(Person.name)).where(col(Person.id).in_(wanted))
    return {row.id: row.name for row in session.execute(query)}


def changes_at(session: Session, site: Site) -> Sequence[SiteChange]:
    """Return the latest changes of a site that the journal tells, newest first.

    How asks go there is one of them.
    """
    asks = [one for one in ask_rules_told.asks_changes(session).values() if one.site_id == site.id][
        -MOST:
    ]
    rows = _rows(session, f"site:{site.id}", SITE_KINDS)
    names = _names(session, [*rows, *asks])
    told: list[tuple[int, SiteChange]] = []
    last: Row = {}
    for row in rows:
        tables = json.loads(row.content)["rows"]
        after = tables["site"][0] if "site" in tables else last
        change = SiteChange(
            kind=row.kind,
            at=row.at,
            by=names.get(row.actor),
            before=last,
            after=after,
            calendars=tables.get("site_calendar", ()),
        )
        told.append((row.seq, change))
        last = after
    told += [(one.seq, _asks_change(one, by=names.get(one.actor))) for one in asks]
    newest = sorted(told, key=lambda one: one[0], reverse=True)
    return [change for _seq, change in newest]


def _asks_change(asks: AsksChange, *, by: str | None) -> SiteChange:
    return SiteChange(
        kind=asks.kind, at=asks.at, by=by, before={}, after={}, calendars=(), asks=asks
    )


def _rows(session: Session, subject: str, kinds: Sequence[str]) -> Sequence[Journal]:
    """Return the latest rows of a subject, the oldest of them first."""
    query = (
        select(Journal)
        .where(col(Journal.subject) == subject, col(Journal.kind).in_(kinds))
        .order_by(col(Journal.seq).desc())
        .limit(MOST)
    )
    return session.scalars(query).all()[::-1]


def _names(session: Session, rows: Sequence[Journal | AsksChange]) -> Mapping[str, str]:
    """Return the names of who did it, by how the journal names them."""
    uids = {row.actor.removeprefix("person:") for row in rows if row.actor.startswith("person:")}
    query = select(col(Person.uid), col(Person.name)).where(col(Person.uid).in_(sorted(uids)))
    return {f"person:{uid}": name for uid, name in session.execute(query)}
