"""A dry run: what an export would hold now. Nothing is changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core.errors import BadValueError
from ledger.core.exports import EXPORTS
from ledger.core.exports.naming import file_name, handover_of, next_number
from ledger.core.exports.recognition_rows import past_exports, rows_since, why_left_out
from ledger.core.exports.shapes import Choice, Format, RecognitionRow, WhyLeftOut
from ledger.core.tables import Journal

LONGEST_PERIOD_DAYS = 3_660


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A row that waits for a later number, and why."""

    row: RecognitionRow
    why: WhyLeftOut


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Rows outside the chosen period that no export has had, and the days that they span."""

    rows: int
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What an export would hold now; nothing was changed."""

    number: int
    head_seq: int
    file_name: str
    format: Format
    rows: Sequence[RecognitionRow]
    left_out: Sequence[LeftOut]
    before: Waiting | None
    after: Waiting | None

    @property
    def leavers(self) -> Sequence[RecognitionRow]:
        """Return the rows of people who have left; they are in the file and say so."""
        return [row for row in self.rows if row.has_left]

    @property
    def added(self) -> int:
        """Return how many rows are new."""
        return len(self.rows) - self.reversals

    @property
    def reversals(self) -> int:
        """Return how many rows take back an earlier one."""
        return sum(row.action == "reverse" for row in self.rows)


def try_export(session: Session, choice: Choice) -> DryRun:
    """Work out what an export of this choice would hold, and change nothing.

    Raises:
        BadValueError: if the period or the format is not one.

    """
    check_choice(choice)
    head_seq = session.scalar(select(func.max(col(Journal.seq)))) or 0
    past = past_exports(session)
    every = list(rows_since(session, past, start=date.min, end=date.max, head_seq=head_seq))
    chosen = [row for row in every if choice.start <= row.event_date <= choice.end]
    rows, left_out = sorted_out(chosen, choice)
    number = next_number(session)
    return DryRun(
        number=number,
        head_seq=head_seq,
        file_name=file_name(handover_of(session, number, choice.start, choice.end), choice.format),
        format=EXPORTS[choice.format],
        rows=rows,
        left_out=left_out,
        before=_waiting([row for row in every if row.event_date < choice.start]),
        after=_waiting([row for row in every if row.event_date > choice.end]),
    )


def check_choice(choice: Choice) -> None:
    """Refuse a choice that is none.

    Raises:
        BadValueError: if the period or the format is not one.

    """
    if choice.format not in EXPORTS:
        raise BadValueError(field="format", value=choice.format[:40], why="unknown")
    if choice.start > choice.end:
        raise BadValueError(field="end", value=choice.end.isoformat(), why="before start")
    if (choice.end - choice.start).days > LONGEST_PERIOD_DAYS:
        raise BadValueError(field="end", value=choice.end.isoformat(), why="too long")


def sorted_out(
    found: Sequence[RecognitionRow], choice: Choice
) -> tuple[Sequence[RecognitionRow], Sequence[LeftOut]]:
    """Divide the rows found into those to export and those that wait, with the reason."""
    rows, left_out = [], []
    for row in found:
        why = why_left_out(row, needs_email=choice.needs_email)
        if why is None:
            rows.append(row)
        else:
            left_out.append(LeftOut(row=row, why=why))
    return rows, left_out


def _waiting(rows: Sequence[RecognitionRow]) -> Waiting | None:
    if not rows:
        return None
    return Waiting(rows=len(rows), first=rows[0].event_date, last=rows[-1].event_date)
