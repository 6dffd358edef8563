"""What is said at the fields of the limit form, when a value cannot be used or may not be set."""

from ledger.core import money, notes
from ledger.core.errors import AmountError, BadValueError, LedgerError
from ledger.core.limit_changes import ChangedMeanwhileError
from ledger.core.limit_copies import CopyError
from ledger.core.limit_setting import (
    LONGEST_REASON,
    LONGEST_WINDOW_DAYS,
    CeilingError,
    OutsideSitesError,
    OwnLimitError,
)
from ledger.web.words import _


def amount_fix(problem: AmountError) -> str:
    """Return what to do about a text that is not an amount."""
    if problem.why == "decimals":
        count = money.decimals(problem.currency)
        if count == 0:
            return _("Type whole amounts: this currency has no decimals")
        return _("Type at most %(count)s digits after the point", count=count)
    if problem.why == "grouping":
        examples = _examples(problem.currency, "1250")
        return _("Type the amount without commas, such as %(examples)s", examples=examples)
    if problem.why == "too_large":
        most = money.show(money.MAX_MINOR, problem.currency)
        return _("That is more than %(most)s, the most that can be kept", most=most)
    examples = _examples(problem.currency, "25")
    return _("Type the amount in digits, such as %(examples)s", examples=examples)


def _examples(currency: str, whole: str) -> str:
    """Return how amounts are typed: a whole one, and one with all decimals if there are any."""
    places = money.decimals(currency)
    if not places:
        return whole
    exact = money.plain(25 * 10**places // 2, currency)
    return _("%(whole)s or %(exact)s", whole=whole, exact=exact)


def note_fix(problem: BadValueError, *, longest: int = notes.LONGEST) -> str:
    """Return what to do about words that may not be kept."""
    return {
        "card": _("This looks like a card number. Leave it out: such numbers are never kept."),
        "phone": _("This looks like a phone number. Leave it out: such numbers are never kept."),
        "too_long": _("Keep it under %(most)s characters", most=longest),
        "control": _("There is a character in it that cannot be seen. Type it again."),
    }.get(problem.why, _("Say why"))


def field_fix(problem: LedgerError) -> tuple[str | None, str]:
    """Return the field of the limit form that a refusal belongs to (None: all of it), and words.

    Raises:
        LedgerError: the problem itself, if it is none that a person can mend here.

    """
    if isinstance(problem, CopyError):
        words = field_fix(problem.problem)[1]
        return None, _("Nothing was saved, because of a copy. %(words)s", words=words)
    if isinstance(problem, CeilingError):
        most = money.show(problem.ceiling_minor, problem.currency)
        words = _(
            "You may set up to %(most)s a decision. Ask an administrator for a higher ceiling.",
            most=most,
        )
        if not problem.ceiling_minor:
            words = _("You have no ceiling, so you can set no limit. Ask an administrator for one.")
        return "amount", words
    if isinstance(problem, OwnLimitError):
        return None, _("This limit is your own. Somebody else has to set it.")
    if isinstance(problem, OutsideSitesError):
        return None, _("This reaches people outside your sites. Ask an administrator to set it.")
    if isinstance(problem, ChangedMeanwhileError):
        return None, _(
            "Not saved: somebody set a limit for this in the meantime. What is in force now is "
            "shown below; look, and set it again if it is still needed."
        )
    if isinstance(problem, BadValueError):
        return _value_fix(problem)
    raise problem


def _value_fix(problem: BadValueError) -> tuple[str | None, str]:
    fixes = {
        "starts_on": ("starts_on", _("That day is over. Choose today or a later day, or Now.")),
        "ends_on": ("ends_on", _("The last day is before the first. Choose a later one.")),
        "budget_period": ("budget", _("Say for which period the budget is")),
        "customer_days": (
            "customer_days",
            _("Say within how many days, from 1 to %(most)s", most=LONGEST_WINDOW_DAYS),
        ),
        "currency": (
            None,
            _("Its money is another: no amount is carried over. Set its limit on its own."),
        ),
        "site_id": (None, _("This site was retired meanwhile: no limit is set for it any more.")),
        "reason": ("reason", note_fix(problem, longest=LONGEST_REASON)),
    }
    if problem.field not in fixes:
        raise problem
    return fixes[problem.field]
