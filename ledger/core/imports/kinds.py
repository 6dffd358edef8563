"""The kinds of file that can be brought: who may, what each needs, and who takes it in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, or_, select
from sqlmodel import Session, col

from ledger.core import sites
from ledger.core.imports import (
    activity,
    activity_rows,
    customer_rows,
    customers,
    decision_rows,
    decisions,
    people_rows,
    till,
    till_rows,
)
from ledger.core.imports import people as people_file
from ledger.core.imports.csv_file import Layout
from ledger.core.imports.runs import Imported
from ledger.core.permissions import Action, Role, may
from ledger.core.tables import Activity, Decision, ImportFile, Person, TillEntry

# Rows that belong to sites.
Book = type[Activity] | type[Decision] | type[TillEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """One kind of file.

    `take_in` is given transactions, a binary stream, options and now. `states_through`: the file
    may say through which day its feed is complete; `creates`: it may name what nobody has added
    yet; `rows` is the book of rows that belong to sites, if they do.
    """

    take_in: Callable[..., Imported]
    layout: Layout
    states_through: bool = False
    creates: bool = False
    for_administrators: bool = False
    rows: Book | None = None


# In the order in which they are offered.
KINDS: Mapping[str, FileKind] = {
    "activity": FileKind(
        take_in=activity.import_activity,
        layout=activity_rows.LAYOUT,
        states_through=True,
        rows=Activity,
    ),
    "decisions": FileKind(
        take_in=decisions.import_decisions,
        layout=decision_rows.LAYOUT,
        creates=True,
        rows=Decision,
    ),
    "till": FileKind(
        take_in=till.import_till,
        layout=till_rows.LAYOUT,
        states_through=True,
        creates=True,
        rows=TillEntry,
    ),
    "customers": FileKind(take_in=customers.import_customers, layout=customer_rows.LAYOUT),
    "people": FileKind(
        take_in=people_file.import_people,
        layout=people_rows.LAYOUT,
        creates=True,
        for_administrators=True,
    ),
}


def kinds_for(person: Person) -> Sequence[str]:
    """Return the kinds of file that this person may bring, in the order of the page."""
    if not may(person.role, Action.BRING_FILES):
        return ()
    return [
        name
        for name, kind in KINDS.items()
        if person.role == Role.ADMINISTRATOR or not kind.for_administrators
    ]


def kind_of(header: str) -> str | None:
    """Return the kind of file whose required columns all stand in a header; None if none's do.

    `header` are the names with commas between, as a problem with it has them for a detail. Of
    several kinds the one with most columns is meant.
    """
    names = set(header.split(","))
    fitting = [name for name, kind in KINDS.items() if names.issuperset(kind.layout.required)]
    return max(fitting, key=lambda name: len(KINDS[name].layout.required), default=None)


def may_create(person: Person) -> bool:
    """Whether a file of this person may add sites, people, remedies and reasons."""
    return person.role == Role.ADMINISTRATOR


def sites_for(session: Session, person: Person, *, on: date) -> frozenset[int] | None:
    """Return the sites of which this person may bring rows; None means all, and none in particular.

    A supervisor's are the own ones; where these are all there are, nothing is left to keep apart.
    """
    if person.role == Role.ADMINISTRATOR:
        return None
    own = sites.site_ids_of(session, person, on=on)
    everywhere = {site.id for site in sites.all_sites(session)}
    return None if everywhere and everywhere <= own else own


def is_own_feed(session: Session, kind: str, feed: str, site_ids: frozenset[int] | None) -> bool:
    """Whether all that the feed has brought so far is of these sites.

    Whoever adds to such a feed says how far it is complete. To another one they add rows alone.
    """
    book = KINDS[kind].rows
    if site_ids is None or book is None:
        return True
    found = exists().where(col(book.feed) == feed, _elsewhere(book, site_ids))
    return not session.scalar(select(found))


def has_own_rows(session: Session, file: ImportFile, site_ids: frozenset[int] | None) -> bool:
    """Whether all rows of an import are of these sites."""
    book = KINDS[file.kind].rows
    if site_ids is None or book is None:
        return True
    found = exists().where(col(book.import_id) == file.id, _elsewhere(book, site_ids))
    return not session.scalar(select(found))


def _elsewhere(book: Book, site_ids: frozenset[int]) -> ColumnElement[bool]:
    return or_(col(book.site_id).is_(None), col(book.site_id).not_in(site_ids))


def known_feeds(session: Session, kind: str) -> Sequence[str]:
    """Return the feeds that have brought files of this kind, by name."""
    query = select(col(ImportFile.feed)).where(col(ImportFile.kind) == kind).distinct()
    return sorted(session.scalars(query))
