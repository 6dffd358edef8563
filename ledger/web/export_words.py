"""What pages say of the formats of exports, and of who got the file of a number."""

from collections.abc import Sequence
from datetime import date

from ledger.core.reports.exports_made import HandedOut, MadeRow
from ledger.web.when import moment_words
from ledger.web.words import _, ngettext

# A sentence, and the journal row that says so; the last one may count the others that do.
Got = tuple[str, int | None]


def got_words(row: MadeRow, *, zone: str, today: date) -> Sequence[Got]:
    """Return who got the file or the manifest of a number, and when, latest first."""
    got: list[Got] = [(_got(one, zone=zone, today=today), one.seq) for one in row.handed_out]
    if row.others:
        earlier = ngettext(
            "and %(n)s time before", "and %(n)s times before", row.others, n=f"{row.others:,}"
        )
        got.append((earlier, None))
    return got


def _got(one: HandedOut, *, zone: str, today: date) -> str:
    facts = {
        "when": moment_words(one.at, zone, today=today)
        if one.at
        else _("at a time that was changed"),
        "who": one.who or _("Command line"),
    }
    if one.is_manifest:
        return _("%(when)s, %(who)s: the manifest", **facts)
    return _("%(when)s, %(who)s: the file", **facts)


def format_words(name: str) -> str:
    """Return what a format is called."""
    return {
        "csv": _("CSV, for an importer"),
        "xlsx": _("Excel workbook"),
        "jsonl": _("JSON Lines"),
    }[name]


def exactness_words(name: str) -> str:
    """Return what has to be known of a format to read it rightly."""
    return {
        "csv": _(
            "The file is exact, for a program to read: UTF-8 without a byte order mark, CRLF, "
            "leading zeros kept; text that looks like a formula has an apostrophe in front."
        ),
        "xlsx": _(
            "Days are dates and all else is text: leading zeros are kept, and text that looks "
            "like a formula stays text."
        ),
        "jsonl": _("One object a line, UTF-8; every value is a text, exactly as it is."),
    }[name]
