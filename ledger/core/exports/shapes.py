"""What an export is made from and of: the choice, the rows, and what a format promises."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlmodel import Session

from ledger.core.errors import LedgerError
from ledger.core.reports.decision_list import DecisionFilter
from ledger.core.tables import Person

RowAction = Literal["new", "reverse"]
# Why a row is left out until it is fixed.
WhyLeftOut = Literal["no_employee_id", "no_email", "no_words"]


class NothingToExportError(LedgerError):
    """Everything of this choice has been exported before, or nothing ever was there."""


class ExportChangedError(LedgerError):
    """The file of this `number` is not kept, and something in it was changed or erased since."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What to export: all that happened from `start` to `end`, both included.

    `needs_email` leaves out people without a work e-mail until they have one. `head_seq` bounds
    the export to what the journal held then (a dry run's); None is all there is.
    """

    start: date
    end: date
    format: str = "csv"
    needs_email: bool = True
    head_seq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionRow:
    """One row of an export of recognitions; `person_name` is for pages only."""

    row_id: str
    supersedes_row_id: str
    action: RowAction
    person_uid: str
    person_name: str
    employee_id: str
    email: str | None
    has_left: bool
    site_code: str
    event_date: date
    event_type: str
    words: str | None
    approver_employee_id: str
    approved_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What all rows of one export share."""

    number: int
    company_code: str
    start: date
    end: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How rows become a file; one that is no text is kept in base64."""

    name: str
    extension: str
    media_type: str
    columns: Sequence[str]
    write: Callable[[Sequence[RecognitionRow], Handover], bytes]
    is_text: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ListChoice:
    """What is taken out: by whom, as they are now, at which instant, and by which filter.

    `wanted` is the filter of the list of decisions; of limits only its site counts.
    """

    person: Person
    now: datetime
    wanted: DecisionFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some lines of a list, each with its end, and how many rows they are."""

    text: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFormat:
    """How a list is taken out: each column with what it says, and its lines, some at a time.

    `pieces` is given a session, what is chosen, and the journal row up to which the list goes.
    """

    name: str
    extension: str
    media_type: str
    columns: Mapping[str, str]
    pieces: Callable[[Session, ListChoice, int], Iterator[Piece]]
