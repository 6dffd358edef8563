"""Who took what out, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.core.reports.exports_made import MadeRow
from ledger.core.reports.journal_taken import TakenList
from ledger.web.export_words import Got, got_words
from ledger.web.journal_told import list_words
from ledger.web.periods import period_words
from ledger.web.when import day_words, moment_words
from ledger.web.words import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenLine:
    """A list or an export that somebody took, all of it words; `seq` is its journal row.

    `got` is who had the file of an export's number since, and when.
    """

    seq: int
    when: str
    who: str
    what: str
    chosen: str
    rows: str
    sha256: str
    is_finished: bool
    got: Sequence[Got] = ()


def list_line(one: TakenList, *, zone: str, today: date) -> TakenLine:
    """Return a list that was taken out as a line."""
    download, end = one.taken.download, one.taken.end
    return TakenLine(
        seq=download.journal_seq,
        when=moment_words(download.made_at, zone, today=today),
        who=one.taken.taken_by or _("Command line"),
        what=_(
            "%(what)s, %(format)s",
            what=list_words(download.subject).capitalize(),
            format=download.format.upper(),
        ),
        chosen=choice_words(one.choice, today=today),
        rows="" if end is None else ngettext("%(count)s row", "%(count)s rows", end.rows),
        sha256="" if end is None else end.sha256,
        is_finished=end is not None,
    )


def export_line(row: MadeRow, *, zone: str, today: date) -> TakenLine:
    """Return a numbered export as a line."""
    made, export = row.made, row.made.export
    return TakenLine(
        seq=export.journal_seq,
        when=moment_words(export.made_at, zone, today=today),
        who=made.made_by or _("Command line"),
        what=_("Number %(number)s, %(format)s", number=export.id, format=export.format.upper()),
        chosen=period_words(export.period_start, export.period_end),
        rows=ngettext("%(count)s row", "%(count)s rows", export.rows),
        sha256=export.sha256,
        is_finished=True,
        got=got_words(row, zone=zone, today=today),
    )


def choice_words(choice: Mapping[str, str], *, today: date) -> str:
    """Return a filter in words: "Site Elm Street, from 1 Mar"."""
    known = [word for word in _WORDS if word in choice]
    others = [word for word in choice if word not in _WORDS]
    said = [f"{_WORDS.get(word, word)} {_value(choice[word], today)}" for word in (*known, *others)]
    return ", ".join(said) or _("Everything")


def _value(value: str, today: date) -> str:
    """Return a day as people say it, and anything else as it is."""
    try:
        return day_words(date.fromisoformat(value), today=today)
    except ValueError:
        return value


_WORDS = {
    "site": _("Site"),
    "person": _("Person"),
    "remedy": _("Remedy"),
    "reason": _("Reason"),
    "since": _("from"),
    "until": _("to"),
    "least_minor": _("at least (minor units)"),
    "most_minor": _("at most (minor units)"),
    "currency": _("Currency"),
    "state": _("What came of it:"),
    "how": _("How it came about:"),
    "source": _("Written:"),
    "band": _("Amount"),
    "horizon_days": _("Days within:"),
    "unit": _("Counted by:"),
}
