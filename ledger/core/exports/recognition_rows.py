"""Which rows an export of recognitions has.

A recognition is sent once as new, in the first number whose period it falls into. If its decision
is voided later, the next number of that period reverses it. Everything here follows from rows
that are only ever added: the recognitions, the voids, the exports, and what each export left out.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ledger.core import sites
from ledger.core.exports.shapes import RecognitionRow, RowAction, WhyLeftOut
from ledger.core.tables import Export, Journal, Person, Recognition, Site, Void, Words

SUBJECT = "recognition"
# The journal row just before an export's own: who had left, and which rows were left out.
CHOSEN = "export.chosen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An export that was made: its number, its bounds, and what it left out."""

    number: int
    start: date
    end: date
    head_seq: int
    left_out: frozenset[str]
    # The pseudonyms of those who had left by then.
    had_left: frozenset[str]

    def covers(self, event_date: date) -> bool:
        """Whether a day is within its period."""
        return self.start <= event_date <= self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """In which numbers a recognition went out as new, and was reversed."""

    new_in: int | None = None
    reversed_in: int | None = None


def past_exports(session: Session, *, before: int | None = None) -> Sequence[Past]:
    """Return the exports of recognitions in order, whatever their format; only `before` a number.

    What went out in one format went out.
    """
    query = (
        select(Export, col(Journal.content))
        .join(Journal, col(Journal.seq) == col(Export.journal_seq) - 1)
        .where(
            col(Export.subject) == SUBJECT,
            col(Journal.kind) == CHOSEN,
        )
        .order_by(col(Export.id))
    )
    if before is not None:
        query = query.where(col(Export.id) < before)
    return [past_of(export, content) for export, content in session.execute(query)]


def past_of(export: Export, chosen: str) -> Past:
    """Return an export with what the journal row before its own says."""
    said = json.loads(chosen)
    return Past(
        number=export.id,
        start=export.period_start,
        end=export.period_end,
        head_seq=export.head_seq,
        left_out=frozenset(said["left_out"]),
        had_left=frozenset(said["had_left"]),
    )


def rows_since(
    session: Session, past: Sequence[Past], *, start: date, end: date, head_seq: int
) -> Iterator[RecognitionRow]:
    """Yield what the next export of this period holds, in order of day and of giving.

    Args:
        session: a session that sees one state of the ledger.
        past: the exports before it, in order.
        start: the first day of the period.
        end: the last day, included.
        head_seq: only what the journal held up to here.

    """
    calendars = sites.calendars(session)
    for given, person, approver_id, site, words, void_seq in session.execute(
        _given(start, end, head_seq)
    ):
        voided_at = void_seq if void_seq is not None and void_seq <= head_seq else None
        sent = sent_in(given.uid, given.event_date, given.journal_seq, void_seq, past)
        action = _action(sent, is_voided=voided_at is not None)
        if action is not None:
            approved_on = calendars[given.site_id].business_date(given.made_at)
            yield _row(
                given, person, site, words, action=action, approver=(approver_id, approved_on)
            )


def sent_in(
    uid: str, event_date: date, seq: int, void_seq: int | None, past: Sequence[Past]
) -> Sent:
    """Work out in which past exports a recognition went out and was reversed."""
    sent = Sent()
    for export in past:
        if not export.covers(event_date) or seq > export.head_seq:
            continue
        is_voided = void_seq is not None and void_seq <= export.head_seq
        action = _action(sent, is_voided=is_voided)
        if action is None or row_id(uid, action) in export.left_out:
            continue
        if action == "new":
            sent = Sent(new_in=export.number)
        else:
            sent = Sent(new_in=sent.new_in, reversed_in=export.number)
    return sent


def row_id(uid: str, action: RowAction) -> str:
    """Return the id of a row: the recognition's own, and 1 for new or 2 for the reversal."""
    return f"{uid}.{1 if action == 'new' else 2}"


def why_left_out(row: RecognitionRow, *, needs_email: bool) -> WhyLeftOut | None:
    """Return why an importer would refuse this row, or None."""
    if not row.employee_id.strip():
        return "no_employee_id"
    if needs_email and not row.email:
        return "no_email"
    if row.action == "new" and row.words is None:
        return "no_words"
    return None


def _action(sent: Sent, *, is_voided: bool) -> RowAction | None:
    if sent.new_in is None:
        return None if is_voided else "new"
    return "reverse" if is_voided and sent.reversed_in is None else None


def _given(
    start: date, end: date, head_seq: int
) -> Select[Recognition, Person, str, str, str, int]:
    """Select the recognitions of a period with what a row says of each."""
    giver = aliased(Person)
    return (
        select(
            Recognition,
            Person,
            col(giver.employee_id),
            col(Site.location_ref),
            col(Words.body),
            col(Void.journal_seq),
        )
        .join(Person, col(Person.id) == col(Recognition.person_id))
        .join(giver, col(giver.id) == col(Recognition.given_by_id))
        .join(Site, col(Site.id) == col(Recognition.site_id))
        .outerjoin(Words, col(Words.subject) == "recognition:" + col(Recognition.uid))
        .outerjoin(Void, col(Void.decision_id) == col(Recognition.decision_id))
        .where(
            col(Recognition.event_date) >= start,
            col(Recognition.event_date) <= end,
            col(Recognition.journal_seq) <= head_seq,
        )
        .order_by(col(Recognition.event_date), col(Recognition.id))
    )


def _row(
    given: Recognition,
    person: Person,
    site: str,
    words: str | None,
    *,
    action: RowAction,
    approver: tuple[str, date],
) -> RecognitionRow:
    return RecognitionRow(
        row_id=row_id(given.uid, action),
        supersedes_row_id=row_id(given.uid, "new") if action == "reverse" else "",
        action=action,
        person_uid=person.uid,
        person_name=person.name,
        employee_id=person.employee_id,
        email=person.email,
        has_left=not person.active,
        site_code=site,
        event_date=given.event_date,
        event_type=given.event_type,
        words=words,
        approver_employee_id=approver[0],
        approved_on=approver[1],
    )
