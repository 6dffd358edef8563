"""What stands behind the numbers and pseudonyms in journal rows: names of people, sites and so on.

Customers are never named: neither here nor in what is looked up.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import ask_rules_told, sites
from ledger.core.ask_rules_told import AsksChange
from ledger.core.reports.journal_raw import RawRow
from ledger.core.tables import (
    Ask,
    Decision,
    Delegation,
    Download,
    ImportFile,
    Journal,
    Limit,
    Person,
    PersonSite,
    Reason,
    Remedy,
    Site,
)

PERSON = "person:"
# Rows that say what a person is from then on.
STANDINGS = ("person.added", "person.changed", "person.left", "person.returned")

# The columns of books that are people.
_PEOPLE = ("person_id", "set_by_id", "given_by_id", "agreed_by_id", "for_person_id", "to_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names by number; `pseudonyms` are people by what the journal calls them.

    `decisions`, `files`, `downloads`, `asks` and `delegations` are rows by number, `uids` the ids
    of asks, decisions and limits that are there to be linked to. `standings` are what the journal
    said of a person before a row that changes them, by that row's number; `currencies` in which a
    person's ceiling is, by what the journal calls them. `asks_changes` are the changes of how asks
    go, by the number of their row.
    """

    people: Mapping[int, str]
    pseudonyms: Mapping[str, str]
    sites: Mapping[int, str]
    remedies: Mapping[int, str]
    reasons: Mapping[int, str]
    decisions: Mapping[int, Decision]
    files: Mapping[int, ImportFile]
    downloads: Mapping[int, Download]
    asks: Mapping[int, Ask]
    delegations: Mapping[int, Delegation]
    uids: frozenset[str]
    standings: Mapping[int, Mapping[str, Any]]
    currencies: Mapping[str, str]
    asks_changes: Mapping[int, AsksChange]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A journal row with its content read; an empty one if that is not JSON any more.

    `book` is the row of a book in it, or nothing; only what a column can hold.
    """

    row: RawRow
    content: Mapping[str, Any]
    book: Mapping[str, Any]

    @property
    def places(self) -> Sequence[Mapping[str, Any]]:
        """Return the work places in it, or none."""
        found = self.content.get("works_at")
        rows = found if isinstance(found, list) else []
        return [row for row in rows if isinstance(row, dict) and type(row.get("site_id")) is int]

    @property
    def settings_sites(self) -> Sequence[int]:
        """Return the numbers of the sites that rows of settings in it are of, or none."""
        tables = self.content.get("rows")
        lists = tables.values() if isinstance(tables, dict) else ()
        rows = [row for found in lists if isinstance(found, list) for row in found]
        found = [row.get("site_id") for row in rows if isinstance(row, dict)]
        return [one for one in found if type(one) is int]


def said_in(rows: Sequence[RawRow]) -> Sequence[Said]:
    """Return journal rows with their content read."""
    read = [(row, _read(row.content)) for row in rows]
    return [Said(row=row, content=content, book=_book(content)) for row, content in read]


def names_for(session: Session, rows: Sequence[Said]) -> Names:
    """Return what the numbers in these rows stand for, one look-up for each kind of thing."""
    books = [one.book for one in rows]
    decisions = _by_id(session, Decision, _numbers(books, "decision_id"))
    files = _by_id(session, ImportFile, _numbers(books, "import_id"))
    downloads = _by_id(session, Download, _after(rows, "download:"))
    asks = _by_id(session, Ask, _numbers(books, "ask_id"))
    delegations = _by_id(session, Delegation, _numbers(books, "delegation_id"))
    everybody = [
        *_numbers(books, *_PEOPLE),
        *(one.person_id for one in (*decisions.values(), *asks.values())),
        *(one for row in delegations.values() for one in (row.person_id, row.to_id)),
        *_numbers([one.content for one in rows], "same_as_id"),
    ]
    people = _names(session, Person, everybody)
    places = [
        *_numbers(books, "site_id"),
        *(one.site_id for one in (*decisions.values(), *asks.values())),
        *(place["site_id"] for one in rows for place in one.places),
        *(number for one in rows for number in one.settings_sites),
    ]
    told = [one for one in rows if one.row.kind in STANDINGS]
    return Names(
        people=people,
        pseudonyms=people_called(
            session, (who for one in rows for who in (one.row.actor, one.row.subject))
        ),
        sites=_names(session, Site, places),
        remedies=_names(session, Remedy, _numbers(books, "remedy_id")),
        reasons=_names(session, Reason, _numbers(books, "reason_id")),
        decisions=decisions,
        files=files,
        downloads=downloads,
        asks=asks,
        delegations=delegations,
        uids=_uids(session, rows),
        standings=_standings(session, told),
        currencies=_currencies(session, [one.row.subject for one in told]),
        asks_changes=ask_rules_told.asks_changes(session)
        if any(one.row.kind in ask_rules_told.KINDS for one in rows)
        else {},
    )


def people_called(session: Session, subjects: Iterable[str]) -> Mapping[str, str]:
    """Return the names of people by what the journal calls them; what is nobody is left out."""
    uids = sorted({one.removeprefix(PERSON) for one in subjects if one.startswith(PERSON)})
    query = select(col(Person.uid), col(Person.name)).where(col(Person.uid).in_(uids))
    return {PERSON + uid: name for uid, name in session.execute(query)}


def _book(content: Mapping[str, Any]) -> Mapping[str, Any]:
    found = content.get("row")
    row = found if isinstance(found, dict) else {}
    return {name: one for name, one in row.items() if one is None or type(one) in {int, str}}


def _read(content: str) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _numbers(books: Iterable[Mapping[str, Any]], *columns: str) -> Sequence[int]:
    found = (book.get(column) for book in books for column in columns)
    return [one for one in found if isinstance(one, int)]


def _after(rows: Sequence[Said], prefix: str) -> Sequence[int]:
    """Return the numbers of the subjects that begin like this."""
    found = [one.row.subject.removeprefix(prefix) for one in rows if _is(one, prefix)]
    return [int(number) for number in found if number.isascii() and number.isdigit()]


def _is(one: Said, prefix: str) -> bool:
    return one.row.subject.startswith(prefix)


def _names(
    session: Session, table: type[Person | Site | Remedy | Reason], ids: Iterable[int]
) -> dict[int, str]:
    query = select(col(table.id), col(table.name)).where(col(table.id).in_(sorted(set(ids))))
    return {row[0]: row[1] for row in session.execute(query)}


def _by_id(session: Session, table: Any, ids: Iterable[int]) -> dict[int, Any]:  # noqa: ANN401  # one of five tables
    query = select(table).where(col(table.id).in_(sorted(set(ids))))
    return {row.id: row for row in session.scalars(query)}


def _standings(session: Session, rows: Sequence[Said]) -> Mapping[int, Mapping[str, Any]]:
    """Return what stood in the row before, about the same person, by the number of each row."""
    if not rows:
        return {}
    query = (
        select(col(Journal.seq), col(Journal.subject), col(Journal.content))
        .where(
            col(Journal.subject).in_(sorted({one.row.subject for one in rows})),
            col(Journal.kind).in_(STANDINGS),
            col(Journal.seq) <= max(one.row.seq for one in rows),
        )
        .order_by(col(Journal.seq))
    )
    last: dict[str, Mapping[str, Any]] = {}
    found: dict[int, Mapping[str, Any]] = {}
    for seq, subject, content in session.execute(query):
        found[seq] = last.get(subject, {})
        last[subject] = _read(content)
    return found


def _currencies(session: Session, subjects: Iterable[str]) -> Mapping[str, str]:
    """Return the currency of each person's sites; the company's where they are none, or several."""
    subjects = sorted(set(subjects))
    query = (
        select(col(Person.uid), col(Site.currency))
        .join(PersonSite, col(PersonSite.person_id) == col(Person.id))
        .join(Site, col(Site.id) == col(PersonSite.site_id))
        .where(col(Person.uid).in_([one.removeprefix(PERSON) for one in subjects]))
        .distinct()
    )
    found: dict[str, set[str]] = {}
    for uid, currency in session.execute(query):
        found.setdefault(PERSON + uid, set()).add(currency)
    usual = sites.company(session).currency
    return {one: min(found[one]) if len(found.get(one, ())) == 1 else usual for one in subjects}


def _uids(session: Session, rows: Sequence[Said]) -> frozenset[str]:
    found: set[str] = set()
    tables: tuple[tuple[str, type[Ask | Decision | Limit]], ...] = (
        ("ask:", Ask),
        ("decision:", Decision),
        ("limit:", Limit),
    )
    for prefix, table in tables:
        uids = sorted({one.row.subject.removeprefix(prefix) for one in rows if _is(one, prefix)})
        found.update(session.scalars(select(col(table.uid)).where(col(table.uid).in_(uids))))
    return frozenset(found)
