"""What a note may hold: 140 characters of plain words, and no card or phone number."""

import re
import unicodedata

from ledger.core.errors import BadValueError

LONGEST = 140

_CARD_DIGITS = range(13, 20)
_PHONE_DIGITS = range(9, 16)
_EVEN_NINE = 9

# Prices, dates and times have as many digits as a phone number, and are none.
_HARMLESS = re.compile(
    r"(?<![0-9])(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}"
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?|[0-9]{1,7}[.,][0-9]{1,2})(?![0-9.,]?[0-9])"
)
# Digits with at most two marks between each two of them, as numbers are written in groups.
_RUN = re.compile(r"(?<![A-Za-z0-9])[+(]{0,2}[0-9](?:[ ().\-/\u2010-\u2015\u00a0]{0,2}[0-9]){7,}")
_KEPT_BREAKS = "\t\n\r\v\f\x85\u2028\u2029"
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"


def check_note(text: str, *, longest: int = LONGEST) -> str:
    """Return a typed note as it is kept: NFC, on one line, without spaces around it.

    Raises:
        BadValueError: `why` is "control" (a character that cannot be seen), "card", "phone" or
            "too_long".

    """
    note = _one_line(text)
    if _without_unseen(note) != note:
        raise BadValueError("note", text, "control")
    number = _number_in(note)
    if number is not None:
        raise BadValueError("note", text, number)
    if len(note) > longest:
        raise BadValueError("note", text, "too_long")
    return note


def one_line(field: str, text: str, *, longest: int) -> str:
    """Return a name or a short sentence as it is kept: NFC, on one line, no spaces around it.

    Raises:
        BadValueError: `why` is "empty", "control" (a character that cannot be seen) or "too_long".

    """
    line = _one_line(text)
    if not line:
        raise BadValueError(field, text, "empty")
    if _without_unseen(line) != line:
        raise BadValueError(field, text, "control")
    if len(line) > longest:
        raise BadValueError(field, text, "too_long")
    return line


def imported_note(text: str) -> tuple[str, bool, bool]:
    """Return what is kept of an imported note, whether it was cut, and whether it was left out.

    A note with a card or phone number is left out whole; a long one is cut.
    """
    note = _without_unseen(_one_line(text))
    if _number_in(note) is not None:
        return "", False, True
    if len(note) > LONGEST:
        return note[:LONGEST].rstrip(), True, False
    return note, False, False


def _one_line(text: str) -> str:
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    apart = "".join(" " if mark in _KEPT_BREAKS else mark for mark in text)
    return " ".join(unicodedata.normalize("NFC", apart).split())


def _without_unseen(note: str) -> str:
    if note.isascii() and note.isprintable():
        return note
    unseen = {"Cc", "Cf", "Cs"}
    return "".join(
        mark for mark in note if mark in _JOINERS or unicodedata.category(mark) not in unseen
    )


def _number_in(note: str) -> str | None:
    """Return "card" or "phone" if the note holds what looks like such a number."""
    plain = note
    if not note.isascii():
        plain = "".join(_ascii_digit(mark) for mark in _without_unseen(note))
    for run in _RUN.finditer(_HARMLESS.sub("~", plain)):
        digits = [int(mark) for mark in run.group() if mark in "0123456789"]
        if len(digits) in _CARD_DIGITS and _passes_luhn(digits):
            return "card"
        if len(digits) in _PHONE_DIGITS or run.group().startswith("+"):
            return "phone"
    return None


def _ascii_digit(mark: str) -> str:
    return str(unicodedata.decimal(mark)) if mark.isdecimal() else mark


def _passes_luhn(digits: list[int]) -> bool:
    """Whether the check digit is right. Source: ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - _EVEN_NINE if doubled > _EVEN_NINE else doubled
    return total % 10 == 0
