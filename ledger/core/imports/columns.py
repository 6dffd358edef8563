"""The cells of a column as `cells` reads each of them: at once, where none of them is unusual.

A file of a till has a million rows, and hardly one of them is worth a question of its own.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from ledger.core import clock, money
from ledger.core.imports import cells

Column = Sequence[str]

_WHOLE_SECONDS = re.compile(
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z\n)*"
)
_WIDEST = len(str(money.MAX_MINOR))


def codes(column: Column) -> Column:
    """Return ids or codes, each as `cells.code` does.

    Raises:
        BadValueError: if one of them is none.

    """
    return column if all(column) and _are_plain(column) else list(map(cells.code, column))


def optional_codes(column: Column) -> Column:
    """Return codes, each as `cells.optional_code` does, and "" for an empty cell.

    Raises:
        BadValueError: if one of them is none.

    """
    if _are_plain(column):
        return column
    return [cells.optional_code(text) or "" for text in column]


def _are_plain(column: Column) -> bool:
    """Whether each cell is what it seems: ASCII without a space, and not too long."""
    whole = "".join(column)
    return (
        whole.isascii()
        and whole.isprintable()
        and " " not in whole
        and max(map(len, column)) <= cells.LONGEST_CODE
    )


def instants_before(column: Column, latest: str) -> Column:
    """Return instants as they are stored, each as `cells.instant_before` does.

    Raises:
        BadValueError: if one of them is none, or outside the bounds.

    """
    whole = "\n".join((*column, ""))
    if _WHOLE_SECONDS.fullmatch(whole) and whole.count("\n") == len(column):
        days = {text[:10] for text in column}
        stored = [f"{text[:-1]}.000000Z" for text in column]
        if all(map(clock.is_day, days)) and cells.EARLIEST <= min(stored) <= max(stored) <= latest:
            return stored
    return [cells.instant_before(text, latest) for text in column]


def currencies(column: Column) -> Column:
    """Return currency codes, each as `cells.currency` does.

    Raises:
        BadValueError: if one of them is none.

    """
    codes_of: Mapping[str, str] = {text: cells.currency(text) for text in set(column)}
    return [codes_of[text] for text in column]


def amounts(column: Column, currencies: Column) -> Sequence[int]:
    """Return amounts in minor units, each as `money.parse` does.

    Raises:
        AmountError: if one of them is none.

    """
    whole, places = "\n".join((*column, "")), {money.decimals(one) for one in set(currencies)}
    if len(places) == 1 and _all_decimals(*places).fullmatch(whole):
        minor = list(map(int, whole.replace(".", "").split()))
        if len(minor) == len(column):
            return minor
    return list(map(money.parse, column, currencies))


@cache
def _all_decimals(places: int) -> re.Pattern[str]:
    """Return what lines of amounts are that have all their decimals."""
    fraction = rf"\.[0-9]{{{places}}}" if places else ""
    return re.compile(rf"(?:[0-9]{{1,{_WIDEST - places}}}{fraction}\n)*")
