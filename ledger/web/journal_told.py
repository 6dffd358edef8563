"""One row of the journal on its way to a sentence: who, whom, and names for numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.core import money
from ledger.core.reports.journal_list import SYSTEM
from ledger.core.reports.journal_names import PERSON, Names, Said
from ledger.web.when import day_words
from ledger.web.words import _

# Stands where there is nothing to say.
NOTHING = "\N{EN DASH}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A row, who did it and whom or what it was done to, and what the numbers stand for."""

    said: Said
    names: Names
    today: date

    @property
    def book(self) -> Mapping[str, Any]:
        """Return the row of a book in it, or nothing."""
        return self.said.book

    @property
    def actor(self) -> str:
        """Return who did it."""
        return who_words(self.said.row.actor, self.names)

    @property
    def subject(self) -> str:
        """Return to whom it was done, where that is somebody who works here."""
        return who_words(self.said.row.subject, self.names)

    @property
    def standing_before(self) -> Mapping[str, Any]:
        """Return what the journal said of somebody before it says this; nothing if it is first."""
        return self.names.standings.get(self.said.row.seq, {})

    @property
    def number(self) -> str:
        """Return the number of what it was done to: the part after the colon."""
        return self.said.row.subject.partition(":")[2]

    def name(self, kind: str, column: str) -> str:
        """Return what the number in a column stands for; erased where nothing does."""
        found: Mapping[int, str] = getattr(self.names, kind)
        return found.get(self.book.get(column, 0)) or _("(erased)")

    def count(self, column: str) -> int:
        """Return a count of the book's row; 0 where there is none."""
        found = self.book.get(column)
        return found if isinstance(found, int) else 0

    def amount(self, column: str = "amount_minor") -> str:
        """Return an amount of the book's row."""
        minor, currency = self.book.get(column), self.book.get("currency")
        if not isinstance(minor, int) or not isinstance(currency, str):
            return NOTHING
        return money.show(minor, currency)

    def day(self, column: str) -> str:
        """Return a day of the book's row."""
        try:
            return day_words(date.fromisoformat(str(self.book.get(column))), today=self.today)
        except ValueError:
            return NOTHING


def who_words(actor: str, names: Names) -> str:
    """Return who a pseudonym is: a name, or that it was erased, or the system itself."""
    if actor == SYSTEM:
        return _("The system")
    if actor.startswith(PERSON):
        return names.pseudonyms.get(actor) or _("Somebody whose details were erased")
    return _("Somebody unknown")


def file_words(file: str) -> str:
    """Return what a kind of file is called."""
    return {
        "activity": _("activity"),
        "decisions": _("decisions"),
        "people": _("people"),
        "customers": _("customers"),
        "till": _("refunds of the till"),
    }.get(file, file)


def list_words(subject: str) -> str:
    """Return what a list that is taken out holds."""
    return {
        "decisions": _("decisions"),
        "limits": _("limits"),
        "unmet_needs": _("unmet needs"),
        "outcomes": _("outcomes"),
        "around": _("spending before and after"),
    }.get(subject, subject)
