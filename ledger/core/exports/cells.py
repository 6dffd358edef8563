"""Text that a spreadsheet must not take for a formula.

Text that starts with one of STARTS gets an apostrophe in front, which a spreadsheet hides and a
person sees at once. So does text whose apostrophes stand before such a start, so that `restored`
gives back exactly what there was.
"""

import re

# The last four are what East Asian keyboards write for the first four.
STARTS = "=+-@\t\r\n\0＝＋－＠"  # noqa: RUF001  # those are meant
QUOTE = "'"

_RISKY = re.compile(f"{QUOTE}*[{re.escape(STARTS)}]")


def guarded(text: str) -> str:
    """Return text as it stands in a cell."""
    return QUOTE + text if _is_risky(text) else text


def restored(cell: str) -> str:
    """Return the text that a cell was made from."""
    is_guarded = cell.startswith(QUOTE) and _is_risky(cell[1:])
    return cell[1:] if is_guarded else cell


def _is_risky(text: str) -> bool:
    return _RISKY.match(text) is not None
