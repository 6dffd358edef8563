"""What the settings pages say: how to mend a value that cannot be used, and figures in words."""

from collections.abc import Sequence

from wtforms import Form as AnyForm

from ledger.core import bands, criteria, feeds, money, reasons
from ledger.core.errors import BadValueError
from ledger.core.remedies import Written
from ledger.web.charts import count_words
from ledger.web.words import _, ngettext

_LETTERS = {"kind", "code"}


def say(form: AnyForm, problem: BadValueError, *, at: str | None = None) -> None:
    """Put what core refused at the field where it can be mended, else above the form."""
    words = fix_words(problem)
    name = at or problem.field
    if name in form:
        form[name].errors = [words]
    else:
        form.form_errors.append(words)


def fix_words(problem: BadValueError) -> str:
    """Return what to do about a setting that cannot be used."""
    if problem.field in _LETTERS and problem.why == "taken":
        return _("This short name is taken. Choose another one.")
    if problem.field in _LETTERS:
        return _("Use small letters a to z, digits and _, and begin with a letter")
    if problem.why == "placeholder":
        return _(
            "Nothing is known to put in the place of %(braced)s. Use {amount} and {code}, or leave "
            "it out.",
            braced=problem.value,
        )
    found = _BY_FIELD.get((problem.field, problem.why)) or _BY_WHY.get(problem.why)
    return found or _("Choose one of these")


def written_words(written: Sequence[Written]) -> str:
    """Return what no change rewrites: the decisions so far and the cost they were written with."""
    if not written:
        return _("Nothing was given with it yet.")
    parts = [
        ngettext(
            "%(shown)s decision at a cost of %(cost)s",
            "%(shown)s decisions at a cost of %(cost)s",
            one.decisions,
            shown=count_words(one.decisions),
            cost=money.show(one.cost_minor, one.currency),
        )
        for one in written
    ]
    return _(
        "Written so far: %(parts)s. A change of the share rewrites none of it: the new share "
        "counts for what is given from now on.",
        parts=", ".join(parts),
    )


def days_words(days: int) -> str:
    """Return how often a feed is expected."""
    return ngettext("every day", "every %(count)s days", days)


def kind_words(kind: str) -> str:
    """Return what a feed brings."""
    return {
        feeds.ACTIVITY: _("What customers did"),
        feeds.TILL: _("Refunds and voids of the till"),
    }[kind]


_BY_FIELD = {
    ("cost_share_bp", "digits"): _("Type a percentage in digits, such as 50 or 12.5"),
    ("cost_share_bp", "out_of_range"): _("Type a share from 0 to 10000 percent"),
    ("retired", "last"): _("This is the last one that is offered. Add another one first."),
    ("lines", "empty"): _("Write at least one line"),
    ("lines", "twice"): _("Two lines say the same. Change one of them."),
    ("lines", "too_long"): _("Keep each line to %(most)s characters", most=criteria.LONGEST_LINE),
    ("shown", "too_many"): _("Choose at most %(most)s reasons", most=reasons.MOST_SHOWN),
    ("shown", "twice"): _("A reason stands there twice. Choose each once."),
    ("shown", "not offered"): _("One of them was retired meanwhile. Look again, then save."),
    ("tops", "empty"): _("Type at least one upper bound"),
    ("tops", "digits"): _("Type whole amounts with commas between them, such as 5, 10, 25"),
    ("tops", "order"): _("Each bound must be above the one before, and the first above 0"),
    ("tops", "too_many"): _("Type at most %(most)s bounds", most=bands.MOST_TOPS),
    ("tops", "too_large"): _("The last bound is above every amount that can be written"),
    ("every_days", "out_of_range"): _(
        "Type a number of days from 1 to %(most)s", most=feeds.LONGEST_EVERY
    ),
}

_BY_WHY = {
    "empty": _("Fill this in"),
    "too_long": _("This is too long. Say it shorter."),
    "control": _("There is a character in it that cannot be seen. Type it again."),
}
