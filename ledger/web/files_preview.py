"""What the page of a file shows of it before it is taken in: first rows, sums, what differs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.core import money
from ledger.core.imports.preview import Part, Preview
from ledger.web.when import day_words
from ledger.web.words import _, ngettext, role_words

# Sites, kinds or roles in one table; more are counted.
LISTED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """How a file falls into sites, kinds or roles: (name, rows, sums), and how many more."""

    id: str
    title: str
    head: str
    rows: Sequence[tuple[str, str, str]]
    has_sums: bool
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A preview in words: facts, parts, the first rows with their heads, and what would change.

    `changes` are (row, of what, column, was, will be); `changes_more` says how many rows more.
    """

    facts: Sequence[tuple[str, str]]
    parts: Sequence[Parts]
    heads: Sequence[str]
    first: Sequence[Sequence[str]]
    changes: Sequence[tuple[str, str, str, str, str]]
    changes_more: str


def seen(preview: Preview, kind: str, *, today: date) -> Seen:
    """Return what a preview of this kind of file says."""
    return Seen(
        facts=list(_facts(preview, today=today)),
        parts=list(_parts(preview, kind)),
        heads=[column_words(column) for column in preview.columns],
        first=[
            [
                _value(column, value) if value else "\N{EN DASH}"
                for column, value in zip(preview.columns, row, strict=True)
            ]
            for row in preview.first
        ],
        changes=[
            (
                str(one.row),
                one.of,
                column_words(one.column),
                _("something else") if one.before is None else _value(one.column, one.before),
                _value(one.column, one.after),
            )
            for one in preview.changes
        ],
        changes_more=_more_changes(preview),
    )


def column_words(column: str) -> str:
    """Return what a column is called."""
    words: Mapping[str, str] = {
        "external_id": _("Id"),
        "employee_id": _("Employee id"),
        "at": _("When"),
        "person": _("Who"),
        "site": _("Site"),
        "sites": _("Sites"),
        "kind": _("What"),
        "amount": _("Amount"),
        "customer": _("Customer"),
        "reason": _("Reason"),
        "note": _("Note"),
        "reference": _("Reference"),
        "name": _("Name"),
        "role": _("Role"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "loyalty": _("Loyalty number"),
        "grade": _("Grade"),
    }
    return words[column]


def _facts(preview: Preview, *, today: date) -> Iterator[tuple[str, str]]:
    first, last = preview.first_day, preview.last_day
    if first is not None and last is not None:
        day = day_words(first, today=today)
        until = day_words(last, today=today)
        words = day if first == last else _("%(first)s to %(last)s", first=day, last=until)
        yield _("Business days"), words
    if preview.sums:
        yield _("Amounts together"), sums_words(preview.sums)


def sums_words(sums: Mapping[str, int]) -> str:
    """Return sums of one currency or several: they are never added up."""
    return ", ".join(money.show(minor, currency) for currency, minor in sums.items())


def _parts(preview: Preview, kind: str) -> Iterator[Parts]:
    heads = {
        "role": (_("By role"), _("Role")),
        "site": (_("By site"), _("Site")),
        "kind": (
            (_("By remedy"), _("Remedy")) if kind == "decisions" else (_("By kind"), _("Kind"))
        ),
    }
    for what, (title, head) in heads.items():
        found = [part for part in preview.parts if part.what == what]
        if not found:
            continue
        more = len(found) - LISTED
        yield Parts(
            id=what,
            title=title,
            head=head,
            rows=[
                (_name(part), f"{part.rows:,}", sums_words(part.sums)) for part in found[:LISTED]
            ],
            has_sums=any(part.sums for part in found),
            more=_("and %(n)s more", n=more) if more > 0 else "",
        )


def _name(part: Part) -> str:
    if not part.name:
        return _("None named")
    return role_words(part.name) if part.what == "role" else part.name


def _value(column: str, value: str) -> str:
    if not value:
        return _("nothing")
    return role_words(value) if column == "role" else value


def _more_changes(preview: Preview) -> str:
    more = preview.differing - len({change.row for change in preview.changes})
    if more <= 0:
        return ""
    return ngettext("%(n)s more row differs.", "%(n)s more rows differ.", more, n=f"{more:,}")
