"""A name, an id or a grade as people type it: one line without what cannot be seen."""

import unicodedata

from ledger.core.errors import BadValueError

LONGEST = 200
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs"})
# What joins letters of some scripts is no hidden character; the others only fool the eye.
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"


def typed_line(field: str, text: str) -> str:
    """Return a line as it is kept: NFC, no spaces around it and single ones inside.

    Raises:
        BadValueError: `why` is "empty", "control" (a character that cannot be seen) or "too_long".

    """
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if not line:
        raise BadValueError(field=field, value=text, why="empty")
    if any(mark not in _JOINERS and unicodedata.category(mark) in _UNSEEN for mark in line):
        raise BadValueError(field=field, value=text, why="control")
    if len(line) > LONGEST:
        raise BadValueError(field=field, value=text, why="too_long")
    return line
