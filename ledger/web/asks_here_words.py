"""What an approver is told on the asker's own screen."""

from ledger.core import money
from ledger.core.answerers import Answerer
from ledger.core.answers import AboveCeilingError
from ledger.core.in_place import PROOF_LASTS
from ledger.core.tables import Ask
from ledger.web.when import time_words
from ledger.web.words import _

# So long a password counts.
MINUTES = int(PROOF_LASTS.total_seconds() // 60)


def no_match_words() -> str:
    """Return the one answer for a wrong password, for who has to wait, and for who may not."""
    return _("The password did not match, or it is too soon for another try. Wait a little.")


def too_late_words() -> tuple[str, str]:
    """Return that the five minutes have passed."""
    return (
        _("It is too late: nothing was answered."),
        _("A password counts for %(minutes)s minutes. Type it again.", minutes=MINUTES),
    )


def moved_words() -> tuple[str, str]:
    """Return that somebody, or the clock, was first."""
    return _("The answer was not saved."), _("What happened first stands here.")


def changed_words() -> tuple[str, str]:
    """Return that the ask is another one than was read."""
    return _("The answer was not saved."), _("The ask was changed meanwhile. Look at it again.")


def above_words(problem: AboveCeilingError) -> tuple[str, str]:
    """Return that it is more than the approver may approve, and what they may."""
    most = money.show(problem.ceiling_minor, problem.currency)
    return (
        _("The answer was not saved."),
        _("You may approve up to %(most)s. Offer that, or decline.", most=most),
    )


def not_yours_words() -> tuple[str, str]:
    """Return that the approver may not answer this any more."""
    return _("The answer was not saved."), _("Somebody else has to answer this: choose who.")


def seen_words(one: Answerer, ask: Ask) -> str:
    """Return when somebody who is near was last seen; nothing for the others."""
    if not one.is_near or one.last_seen_at is None:
        return ""
    return _("seen at %(time)s", time=time_words(one.last_seen_at, ask.zone))
