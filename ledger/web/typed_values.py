"""What is typed into the fields of many forms: an amount, and words that are kept as a note."""

from wtforms.validators import ValidationError

from ledger.core import money, notes
from ledger.core.errors import AmountError, BadValueError
from ledger.web.limit_fixes import amount_fix, note_fix


def minor_of(typed: str | None, currency: str) -> int:
    """Return the amount that was typed, in minor units.

    Raises:
        ValidationError: if it is none, with what to do.

    """
    try:
        return money.parse((typed or "").strip(), currency)
    except AmountError as problem:
        raise ValidationError(amount_fix(problem)) from problem


def note_of(typed: str | None) -> str:
    """Return words as they are kept; nothing if none were typed.

    Raises:
        ValidationError: if they hold what a note must not, with what to do.

    """
    try:
        return notes.check_note(typed or "")
    except BadValueError as problem:
        raise ValidationError(note_fix(problem)) from problem
