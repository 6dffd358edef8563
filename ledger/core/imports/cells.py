"""What the text in a cell may be. Codes are compared, so they hold nothing that cannot be seen."""

import unicodedata
from datetime import UTC, datetime

from ledger.core import clock, money, people
from ledger.core.errors import BadValueError

LONGEST_CODE = 200
LONGEST_NAME = 200
# A row whose currency cannot be used may have a second problem in its amount.
MANY_DECIMALS = "KWD"
EARLIEST = clock.as_text(datetime(1970, 1, 2, tzinfo=UTC))

# Joiners are seen in what they join: a family emoji, a Persian name.
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def code(text: str) -> str:
    """Return an id or a code: NFC, without spaces around it.

    Raises:
        BadValueError: if it is empty, too long, or holds a character that cannot be seen.

    """
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", text)
        if any(unicodedata.category(mark) in _UNSEEN for mark in text):
            raise BadValueError("code", text, "hidden_character")
    text = text.strip()
    if not text:
        raise BadValueError("code", text, "empty")
    if len(text) > LONGEST_CODE:
        raise BadValueError("code", text, "too_long")
    return text


def optional_code(text: str) -> str | None:
    """Return a code, or None for an empty cell."""
    return code(text) if text.strip(" ") else None


def name(text: str) -> tuple[str, bool]:
    """Return a name (NFC, single spaces) and whether unseen characters were taken out of it.

    Raises:
        BadValueError: if nothing is left, or it is too long.

    """
    kept = "".join(_name_marks(unicodedata.normalize("NFC", text)))
    cleaned = " ".join(kept.split())
    if not cleaned:
        raise BadValueError("name", text, "empty")
    if len(cleaned) > LONGEST_NAME:
        raise BadValueError("name", text, "too_long")
    return cleaned, kept != unicodedata.normalize("NFC", text)


def email(text: str) -> str | None:
    """Return an e-mail address in lower case, or None for an empty cell.

    Raises:
        BadValueError: if it is not one.

    """
    written = optional_code(text)
    if written is None:
        return None
    return people.check_email(written)


def currency(text: str) -> str:
    """Return a currency code, in capitals however it is written.

    Raises:
        BadValueError: if the cell is empty, or no currency has it.

    """
    if not text.strip():
        raise BadValueError("currency", text, "empty")
    try:
        return money.code(text)
    except BadValueError as unknown:
        raise BadValueError("currency", text, "unknown_currency") from unknown


def amount(text: str, currency: str | None) -> int:
    """Return the minor units of an amount; without a currency, as one with many decimals has it.

    Raises:
        AmountError: if it is not an amount of the currency.

    """
    return money.parse(text, currency or MANY_DECIMALS)


def instant_before(text: str, latest: str) -> str:
    """Return an instant as it is stored; it lies between 1970 and `latest`, a stored instant.

    Raises:
        BadValueError: if it is not an instant, or outside these bounds.

    """
    stored = clock.stored_text(text)
    if stored > latest:
        raise BadValueError("instant", text, "in_future")
    if stored < EARLIEST:
        raise BadValueError("instant", text, "too_early")
    return stored


def _name_marks(text: str) -> str:
    last = len(text) - 1
    return "".join(
        mark
        for place, mark in enumerate(text)
        if mark in "\t\n\r"
        or (mark in _JOINERS and 0 < place < last)
        or (mark not in _JOINERS and unicodedata.category(mark) not in _UNSEEN - {"Cn"})
    )
