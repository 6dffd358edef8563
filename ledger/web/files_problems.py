"""Why a value of a file cannot be taken in: a phrase for each reason, and what to do."""

from collections.abc import Mapping

from ledger.web.words import _


def why_words(why: str, detail: str) -> str:
    """Return the phrase for a reason; `detail` is what it names, such as another row.

    Raises:
        KeyError: if there is no such reason.

    """
    words = PHRASES[why]
    return words.replace("%(detail)s", detail)


PHRASES: Mapping[str, str] = {
    "empty_file": _("the file is empty"),
    "no_rows": _("the file has a header and no rows"),
    "zip": _("this is a spreadsheet or a zip file: save it as CSV UTF-8"),
    "gzip": _("this is a gzip file: unpack it first"),
    "old_spreadsheet": _("this is a spreadsheet: save it as CSV UTF-8"),
    "pdf": _("this is a PDF: export it as CSV UTF-8"),
    "utf16": _("the file is in UTF-16: save it as CSV UTF-8"),
    "only_cr": _(
        "the lines end in CR alone, as old Macs wrote them: save it as CSV UTF-8, with lines "
        "that end in LF or CR LF"
    ),
    "no_header": _("the first row does not name the columns"),
    "doubled_column": _("the header has this column twice"),
    "unknown_column": _("the header has a column that does not belong there"),
    "missing_column": _("the header lacks this column"),
    "cells": _("the row has another number of cells than the header (%(detail)s)"),
    "long_line": _("the line is longer than 1,048,576 bytes; nothing after it was read"),
    "long_cell": _("a cell is longer than 131,072 characters"),
    "quoting": _("a quotation mark is out of place, or never closed"),
    "not_utf8": _("%(detail)s is not UTF-8: save the file as CSV UTF-8"),
    "nul": _("%(detail)s is a NUL"),
    "empty": _("it is empty"),
    "too_long": _("it is longer than 200 characters"),
    "hidden_character": _("it holds a character that cannot be seen"),
    "doubled_id": _("row %(detail)s has the same"),
    "other_content": _(
        'the ledger knows it otherwise: tick "Rows that differ replace what was known", or '
        "leave the row out"
    ),
    "voided": _(
        "it was voided on %(detail)s. A voided decision cannot be corrected: leave the row out"
    ),
    "taken": _("it belongs to %(detail)s already"),
    "not_your_site": _(
        "you may bring rows of your own sites alone: ask an administrator to bring this one"
    ),
    "not_your_row": _(
        "the ledger knows this id for a row of another site: leave the row out, or ask an "
        "administrator to bring it"
    ),
    "unknown_site": _("no site has this reference"),
    "unknown_staff_ref": _(
        'nobody has this employee id: an administrator adds the person, or ticks "Add what is'
        ' missing"'
    ),
    "unknown_location_ref": _(
        'no site has this reference: an administrator adds the site, or ticks "Add what is missing"'
    ),
    "retired_site": _("this site is retired, so nobody begins to work there"),
    "unknown_kind": _(
        'no remedy has this kind: an administrator adds it, or ticks "Add what is missing"'
    ),
    "unknown_reason": _(
        'no reason has this code: an administrator adds it, or ticks "Add what is missing"'
    ),
    "unknown_activity": _("it must be purchase, visit, renewal or cancellation"),
    "unknown_till_kind": _("it must be refund, credit, discount, free_item or void"),
    "unknown_role": _("it must be staff, supervisor, hr, auditor, executive or administrator"),
    "not_an_email": _("this is not an e-mail address"),
    "not_a_phone": _("a phone number has 6 to 15 digits"),
    "format": _("write it as 2026-03-31T18:05:00Z"),
    "naive": _("it has no zone: write it as 2026-03-31T18:05:00Z"),
    "no_such_time": _("there is no such date or time"),
    "in_future": _("it lies in the future"),
    "too_early": _("it lies before 1970"),
    "through_back": _(
        'the feed is complete through %(detail)s already: tick "Rows that differ replace what'
        ' was known" to go back'
    ),
    "not_your_through": _(
        "the feed holds rows of other sites too, so its last day is not yours to state: leave "
        '"Complete through" empty, or ask an administrator'
    ),
    "new_feed": _(
        "no activity came in this feed yet, and the figures of all sites would stop at"
        ' %(detail)s: choose a feed that is known, or tick "A new feed that everybody waits for"'
    ),
    "not_your_feed": _(
        "no activity came in this feed yet, and the figures of all sites would stop at"
        " %(detail)s: choose a feed of yours that is known, or ask an administrator to begin it"
    ),
    "figures_back": _(
        "the figures of all sites would stop at %(detail)s: give a later day, or ask an"
        " administrator to bring the file"
    ),
    "new_till": _(
        "this till is new at a site, of which only %(detail)s could be compared: choose the till"
        ' that is known there, or tick "A new feed that everybody waits for"'
    ),
    "not_your_till": _(
        "this till is new at a site, of which only %(detail)s could be compared: choose the till"
        " that is known there, or ask an administrator to begin this one"
    ),
    "unknown_currency": _("no currency has this code"),
    "other_currency": _("the site's currency is %(detail)s"),
    "zero": _(
        "%(detail)s is worth something, so its amount cannot be 0: give what it was worth, or"
        " leave the row out; only an apology gives nothing"
    ),
    "worth_of_nothing": _("%(detail)s gives nothing of value, so its amount must be 0"),
    "whitespace": _("an amount has no spaces"),
    "sign": _("an amount has no sign"),
    "exponent": _("an amount has no exponent"),
    "grouping": _("an amount has a point before its decimals and no other mark"),
    "digits": _("an amount has only the digits 0 to 9"),
    "point": _("an amount has digits on both sides of its point"),
    "decimals": _("the currency has fewer decimals"),
    "too_large": _("it is more than the ledger takes"),
    "not_a_number": _("it is not an amount"),
}
