"""What the command line says of an import: each problem by row, column and value, and what came."""

from collections.abc import Iterator, Mapping

from ledger.cli.import_preview_words import preview_lines
from ledger.core.errors import BadValueError, LedgerError, NotFoundError
from ledger.core.horizons import Proposal
from ledger.core.imports import kinds
from ledger.core.imports.figures import Moved
from ledger.core.imports.problems import ImportRefusedError, Problem
from ledger.core.imports.runs import Imported
from ledger.core.imports.undo import Undone, UndoRefusedError

SHOWN = 200
NAMED = 20

COLUMNS: Mapping[str, str] = {
    name: ",".join(kind.layout.columns if name == "till" else kind.layout.required)
    for name, kind in kinds.KINDS.items()
}
_CREATE = "add it first, or use --create-missing"

WHY: Mapping[str, str] = {
    # The file as a whole.
    "empty_file": "the file is empty",
    "no_rows": "the file has a header and no rows",
    "zip": "this is a spreadsheet or a zip file: save it as CSV UTF-8",
    "gzip": "this is a gzip file: unpack it first",
    "old_spreadsheet": "this is a spreadsheet: save it as CSV UTF-8",
    "pdf": "this is a PDF: export it as CSV UTF-8",
    "utf16": "the file is in UTF-16: save it as CSV UTF-8",
    "only_cr": "the lines end in CR alone, as old Macs wrote them: save it as CSV UTF-8, "
    "with lines that end in LF or CR LF",
    "no_header": "the first row does not name the columns",
    "doubled_column": "the header has this column twice",
    "unknown_column": "the header has a column that does not belong there",
    "missing_column": "the header lacks this column",
    # A row.
    "cells": "the row has another number of cells than the header ({detail})",
    "long_line": "the line is longer than 1,048,576 bytes; nothing after it was read",
    "long_cell": "a cell is longer than 131,072 characters",
    "quoting": "a quotation mark is out of place, or never closed",
    "not_utf8": "{detail} is not UTF-8: save the file as CSV UTF-8",
    "nul": "{detail} is a NUL",
    # An id or a code.
    "empty": "it is empty",
    "too_long": "it is longer than 200 characters",
    "hidden_character": "it holds a character that cannot be seen",
    "doubled_id": "row {detail} has the same",
    "other_content": "the ledger knows it otherwise; use --correct to replace what it knows",
    "voided": "it was voided on {detail}. A voided decision cannot be corrected: leave the row out",
    "taken": "it belongs to {detail} already",
    "not_your_site": "it is not one of your sites",
    "not_your_row": "the ledger knows this id for a row of another site",
    "unknown_site": "no site has this reference",
    "unknown_staff_ref": f"nobody has this employee id: {_CREATE}",
    "unknown_location_ref": f"no site has this reference: {_CREATE}",
    "retired_site": "this site is retired, so nobody begins to work there",
    "unknown_kind": f"no remedy has this kind: {_CREATE}",
    "unknown_reason": f"no reason has this code: {_CREATE}",
    "unknown_activity": "it must be purchase, visit, renewal or cancellation",
    "unknown_till_kind": "it must be refund, credit, discount, free_item or void",
    "unknown_role": "it must be staff, supervisor, hr, auditor, executive or administrator",
    "not_an_email": "this is not an e-mail address",
    "not_a_phone": "a phone number has 6 to 15 digits",
    # A time.
    "format": "write it as 2026-03-31T18:05:00Z",
    "naive": "it has no zone: write it as 2026-03-31T18:05:00Z",
    "no_such_time": "there is no such date or time",
    "in_future": "it lies in the future",
    "too_early": "it lies before 1970",
    "through_back": "the feed is complete through {detail} already; use --correct to go back",
    "not_your_through": "the feed holds rows of other sites too; leave the last day out",
    # A feed that everybody waits for.
    "new_feed": "no activity came in this feed yet, and the figures of all sites would stop at "
    "{detail}; choose a feed that is known, or use --new-feed",
    "not_your_feed": "no activity came in this feed yet, and the figures of all sites would stop "
    "at {detail}; choose a feed that is known",
    "figures_back": "the figures of all sites would stop at {detail}; give a later day",
    "new_till": "this till is new at a site, of which only {detail} could be compared; choose the "
    "till that is known there, or use --new-feed",
    "not_your_till": "this till is new at a site, of which only {detail} could be compared; choose "
    "the till that is known there",
    # An amount.
    "unknown_currency": "no currency has this code",
    "other_currency": "the site's currency is {detail}",
    "zero": "{detail} is worth something, so its amount cannot be 0: give what it was worth, or "
    "leave the row out; only an apology gives nothing",
    "worth_of_nothing": "{detail} gives nothing of value, so its amount must be 0",
    "whitespace": "an amount has no spaces",
    "sign": "an amount has no sign",
    "exponent": "an amount has no exponent",
    "grouping": "an amount has a point before its decimals and no other mark",
    "digits": "an amount has only the digits 0 to 9",
    "point": "an amount has digits on both sides of its point",
    "decimals": "the currency has fewer decimals",
    "too_large": "it is more than the ledger takes",
    "not_a_number": "it is not an amount",
}

_REASON: Mapping[str, str] = {
    "empty": "Say why: --reason needs words.",
    "too_long": "The reason is longer than 140 characters. Write it shorter.",
    "card": "The reason holds what looks like a card number. Leave it out.",
    "phone": "The reason holds what looks like a phone number. Leave it out.",
    "control": "The reason holds a character that cannot be seen. Type it anew.",
}

_OF_HEADER = {"empty_file", "no_header", "doubled_column", "unknown_column", "missing_column"}

_ONE: Mapping[str, str] = {
    "sites": "site",
    "people": "person",
    "remedies": "remedy",
    "reasons": "reason",
    "customers": "customer",
}

_NOTICES: Mapping[str, str] = {
    "lookalike": "Two names look alike and are not the same: {value}.",
    "unknown_staff": "Nobody here has these employee ids, so their rows name nobody: {value}.",
    "kept_apart": "{value} shares a number with a customer from whom a person has parted them. "
    "The two stay apart.",
    "same_file": "This very file counts already, in the feed {value}. Ids of another feed are "
    "other rows: everything in it counts twice.",
    "day_open": "{value} is not over yet, and counts as complete: what comes later that day should "
    "follow in the next file.",
    "hidden_characters": "Characters that cannot be seen were left out of the name {value}.",
}


def problem_lines(refused: ImportRefusedError, kind: str) -> Iterator[str]:
    """Yield a line for each problem, as many as are shown, and what to do next."""
    for problem in refused.problems[:SHOWN]:
        yield _problem(problem)
    more = refused.count - min(SHOWN, len(refused.problems))
    if more > 0:
        yield f"… and {more:,} more."
    of_header = [problem for problem in refused.problems if problem.why in _OF_HEADER]
    if of_header:
        other = kinds.kind_of(of_header[0].detail)
        if other not in {None, kind}:
            yield f"This looks like a file of {other}: latitude import {other} takes it in."
        yield f"A file of {kind} begins with the row {COLUMNS[kind]}"
    many = "1 problem was" if refused.count == 1 else f"{refused.count:,} problems were"
    yield f"Nothing was taken in: {many} found. Mend the file and import it again."


def came_lines(came: Imported) -> Iterator[str]:
    """Yield what an import did, or would do."""
    for slug, value in came.notices:
        yield _NOTICES[slug].format(value=value)
    if came.was_known and came.changed_nothing:
        yield "This very file was taken in before. Nothing was changed."
        return
    if came.changed_nothing:
        yield f"All {came.unchanged:,} rows were known already. Nothing was changed."
        return
    if came.preview is not None:
        yield from preview_lines(came.preview)
    yield _counts(came)
    yield from _added(came)
    if came.joined:
        yield f"{came.joined:,} added at the log turned out to be somebody whom the till knows."
    if came.notes_cut or came.notes_left_out:
        yield (
            f"{_rows(came.notes_cut, 'note')} cut to 140 characters; "
            f"{_rows(came.notes_left_out, 'note')} left out for a card or phone number."
        )
    if came.without_customer:
        yield f"{_rows(came.without_customer)} name no customer and can be nobody's return."
    yield from _follows(came)


def horizon_lines(found: Proposal) -> Iterator[str]:
    """Yield how soon all customers are back, and which horizon that proposes."""
    told = [one for one in found.at if one.share is not None]
    if not told:
        return
    shares = ", ".join(f"{one.share:.0%} within {one.days}" for one in told)
    yield f"Of all customers, by days after the first one seen: {shares}."
    if found.days is None:
        yield f"No horizon has 50 to 80 % back; the company's own is {found.company_days} days."
    elif found.days == found.company_days:
        yield f"The company's horizon of {found.days} days suits: 50 to 80 % are back by then."
    else:
        yield (
            f"Proposed horizon: {found.days} days, the shortest with 50 to 80 % back. The "
            f"company's own is {found.company_days}; an administrator sets it in the settings."
        )


def _follows(came: Imported) -> Iterator[str]:
    """Yield what follows from the rows."""
    if came.kind == "activity" and came.outcomes is not None:
        would = " would change" if came.dry_run else " changed"
        yield f"{_rows(came.outcomes, 'outcome')}{would}."
    if came.figures is not None:
        yield _moved(came.figures)
    if came.through is not None:
        said = "" if came.through_stated else "; nobody stated it, so that day may be incomplete"
        yield f"Feed {came.feed} is complete through {came.through.isoformat()}{said}."
    if came.import_id is not None:
        number = came.import_id
        yield f"This is import {number}; latitude import undo {number} takes it back."
    if came.dry_run:
        yield "This was a dry run: nothing was written."


def undone_lines(done: Undone) -> Iterator[str]:
    """Yield what taking an import back did."""
    yield f"Import {done.import_id} is taken back: {_rows(done.rows)} of {done.kind} count no more."
    if done.restored:
        yield f"{_rows(done.restored)} that it had corrected count again as before."
    if done.corrected:
        yield f"{_rows(done.corrected)} that a later file corrected stay as corrected."
    if done.voided:
        yield f"{_rows(done.voided)} that were voided stay voided."
    if done.outcomes is not None:
        yield f"{_rows(done.outcomes, 'outcome')} changed."
    if done.through_before != done.through_after:
        through = done.through_after
        until = f"is complete through {through.isoformat()}" if through else "has no file any more"
        yield f"Feed {done.feed} {until}; it was {done.through_before}."
    if done.figures is not None:
        yield _moved(done.figures)


def _moved(moved: Moved) -> str:
    if moved.after is None:
        reach = f"are gone; they ended with {moved.before}"
    else:
        was = f" instead of {moved.before}" if moved.before else ""
        reach = f"end with {moved.after}{was}"
    if not moved.known:
        return f"Figures of all sites {reach}."
    count = abs(moved.known)
    one, many = ("becomes", "become") if moved.known > 0 else ("is", "are")
    what = "known" if moved.known > 0 else "maturing again"
    outcomes = f"1 outcome {one}" if count == 1 else f"{count:,} outcomes {many}"
    return f"Figures of all sites {reach}: {outcomes} {what}."


def undo_refused(refused: LedgerError, number: int) -> str:
    """Return why an import cannot be taken back, and what to do."""
    if isinstance(refused, NotFoundError):
        return f"There is no import {number}. The page Files lists them all."
    if isinstance(refused, UndoRefusedError):
        return {
            "undone": f"Import {number} was taken back before.",
            "stays": "Customers and people stay: bring a file with --correct to change them.",
        }[refused.why]
    why = refused.why if isinstance(refused, BadValueError) else ""
    return _REASON.get(why, _REASON["control"])


def _problem(problem: Problem) -> str:
    where = [f"Row {problem.row}"] if problem.row else []
    where += [problem.column] if problem.column else []
    where += [repr(problem.value)] if problem.value else []
    why = WHY[problem.why].format(detail=problem.detail)
    return f"{', '.join(where)}: {why}." if where else f"{why[:1].upper()}{why[1:]}."


def _counts(came: Imported) -> str:
    parts = [f"{_rows(came.new)} new"]
    if came.corrected:
        parts.append(f"{came.corrected:,} corrected")
    if came.unchanged:
        parts.append(f"{came.unchanged:,} known already")
    return f"{came.kind.capitalize()}: {', '.join(parts)}."


def _added(came: Imported) -> Iterator[str]:
    customers = 0 if came.kind == "customers" else came.customers
    counts = {what: len(names) for what, names in came.created.items()} | {"customers": customers}
    added = [
        f"{count:,} {_ONE[what] if count == 1 else what}" for what, count in counts.items() if count
    ]
    if added:
        yield f"Added with them: {', '.join(added)}."
    for what, names in came.created.items():
        if names:
            more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
            yield f"  {what}: {', '.join(names[:NAMED])}{more}"


def _rows(count: int, what: str = "row") -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
