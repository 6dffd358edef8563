"""What somebody has to see of a file to judge it: its first rows, its sums, and which rows differ.

Made when a file is looked at and not when it is taken in; kept with the file, and put away with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

# Of all rows, and of those that differ; more of these are counted.
FIRST = 5
DIFFERING = 20

# A column, what is known and what a row says; known is None where it is nobody's to read here.
Value = tuple[str, str | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How many rows of a file are of one site, remedy, kind or role, and their sums.

    `what` is "site", "kind" or "role"; `name` is "" for rows that name none. `sums` are minor
    units by currency.
    """

    what: str
    name: str
    rows: int
    sums: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value that would be another one: in which row and column, of what.

    `before` is None where it is nobody's to read here, and "" where nothing is known.
    """

    row: int
    of: str
    column: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What is in a file as a whole, with rows that are known already.

    `first` are its first rows, each with a text for every one of `columns`; `sums` are minor units
    by currency; `changes` are those of the first rows that differ from what is known, of which
    there are `differing`.
    """

    columns: Sequence[str]
    first: Sequence[Sequence[str]]
    first_day: date | None = None
    last_day: date | None = None
    sums: Mapping[str, int]
    parts: Sequence[Part]
    changes: Sequence[Change]
    differing: int


def parts(what: str, named: Iterable[tuple[str, str, int]]) -> Sequence[Part]:
    """Return the parts of a file, the largest first, from (name, currency, minor units) of rows.

    The currency is "" where rows have no amount.
    """
    rows: dict[str, int] = {}
    sums: dict[str, dict[str, int]] = {}
    for name, currency, minor in named:
        rows[name] = rows.get(name, 0) + 1
        if currency:
            own = sums.setdefault(name, {})
            own[currency] = own.get(currency, 0) + minor
    return [
        Part(what=what, name=name, rows=count, sums=dict(sorted(sums.get(name, {}).items())))
        for name, count in sorted(rows.items(), key=lambda found: (-found[1], found[0]))
    ]


def total(of: Iterable[Part]) -> Mapping[str, int]:
    """Return the sums of parts together, by currency."""
    sums: dict[str, int] = {}
    for part in of:
        for currency, minor in part.sums.items():
            sums[currency] = sums.get(currency, 0) + minor
    return dict(sorted(sums.items()))


def changes(found: Iterable[tuple[int, str, Iterable[Value]]]) -> Sequence[Change]:
    """Return what changes in the first of the rows that differ: (line, of what, its values)."""
    return [
        Change(row=line, of=of, column=column, before=before, after=after)
        for line, of, values in islice(found, DIFFERING)
        for column, before, after in values
        if before != after
    ]


def read(said: object) -> Preview | None:
    """Return a preview from what `json` made of its `dataclasses.asdict`; None if it is none."""
    if not isinstance(said, dict):
        return None
    days = {
        name: date.fromisoformat(said[name]) if said[name] else None
        for name in ("first_day", "last_day")
    }
    kept = {
        "columns": tuple(said["columns"]),
        "first": [tuple(row) for row in said["first"]],
        "parts": [Part(**part) for part in said["parts"]],
        "changes": [Change(**change) for change in said["changes"]],
    }
    return Preview(**{**said, **days, **kept})
