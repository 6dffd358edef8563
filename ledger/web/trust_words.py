"""What is said of verifications and checkpoints: plainly, and claiming no more than is so."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from ledger.core.checkpoint import CheckpointError, Signed
from ledger.core.verification import BadRowError, Verified
from ledger.web.when import moment_words
from ledger.web.words import _, ngettext

# What is counted in the books, in the order in which it is said.
_COUNTED = {
    "void": (_("void"), _("voids")),
    "latitude_limit": (_("limit"), _("limits")),
    "recognition": (_("recognition"), _("recognitions")),
    "activity": (_("thing a customer did"), _("things customers did")),
    "customer": (_("customer"), _("customers")),
    "person": (_("person"), _("people")),
    "outcome": (_("outcome"), _("outcomes")),
}


def anchored_words(last: Signed | None, size: int, *, zone: str, today: date) -> str:
    """Return since when nobody else can hold anything against a change."""
    if last is None:
        return ngettext(
            "No checkpoint was ever signed here: the %(rows)s row of the journal is unanchored.",
            "No checkpoint was ever signed here: all %(rows)s rows of the journal are unanchored.",
            size,
            rows=f"{size:,}",
        )
    since = size - last.checkpoint.size
    return ngettext(
        "Unanchored since %(when)s: %(rows)s row after the last checkpoint signed here.",
        "Unanchored since %(when)s: %(rows)s rows after the last checkpoint signed here.",
        since,
        when=moment_words(last.at, zone, today=today),
        rows=f"{since:,}",
    )


def step_words(what: str) -> str:
    """Return what a verification is reading."""
    return {
        "journal": _("Reading the journal, and every book against it"),
        "settings": _("Comparing the settings with the journal"),
        "imports": _("Comparing the imported rows with their hashes"),
        "people": _("Comparing people, customers and typed words with what was committed"),
        "tallies": _("Adding up budgets and outcomes anew"),
        "file": _("Checking the database itself"),
    }[what]


def verified_words(verified: Verified) -> Sequence[str]:
    """Return what was found to be whole."""
    counted = [
        *_decisions(verified),
        *(
            f"{count:,} {one if count == 1 else many}"
            for table, (one, many) in _COUNTED.items()
            if (count := verified.rows.get(table, 0))
        ),
    ]
    said = [
        ngettext(
            "%(rows)s row of the journal: none changed, none missing between them.",
            "%(rows)s rows of the journal: none changed, none missing between them.",
            verified.size,
            rows=f"{verified.size:,}",
        )
    ]
    if counted:
        said.append(_("The books agree with it: %(counted)s.", counted=", ".join(counted)))
    return said


def _decisions(verified: Verified) -> Iterator[str]:
    """Yield how many decisions are in force, and how many rows of them count no more."""
    every = verified.rows.get("decision", 0)
    others = every - verified.in_force
    if every:
        in_force = ngettext(
            "%(n)s decision in force",
            "%(n)s decisions in force",
            verified.in_force,
            n=f"{verified.in_force:,}",
        )
        apart = _(" and %(n)s corrected, voided or taken back", n=f"{others:,}") if others else ""
        yield in_force + apart


def bad_row_words(problem: BadRowError) -> str:
    """Return which row is the first bad one, and why."""
    why = _WHY_ROW.get(problem.why, problem.why) % {"column": problem.column or _("the row")}
    place = f"{problem.table.replace('_', ' ')} {problem.key}".strip()
    return _("The first row that is not as it should be: %(place)s. %(why)s.", place=place, why=why)


def checkpoint_words(problem: CheckpointError) -> tuple[str, str]:
    """Return what a checkpoint shows that does not fit: what is so, and what to do."""
    facts = {"size": f"{problem.size:,}", "found": f"{problem.found:,}"}
    what, next_step = _WHY_CHECKPOINT.get(problem.why, _OTHER_CHECKPOINT)
    return what % facts, next_step


_KEEP = _(
    "Change nothing more. Keep a copy of the database as it is, and compare it with the last "
    "backup whose checkpoint holds."
)
_OTHER_CHECKPOINT = (_("The checkpoint does not fit this ledger."), _KEEP)
_WHY_CHECKPOINT: Mapping[str, tuple[str, str]] = {
    "unreadable": (
        _("This is not a checkpoint."),
        _("Paste all of it: three lines, an empty one, and the line that begins with ed25519."),
    ),
    "other_ledger": (
        _("This checkpoint is of another ledger."),
        _("Look for the one whose first line names this ledger."),
    ),
    "signature": (
        _("It was not signed with the key that the journal's first row names."),
        _(
            "Either the text was changed, or the journal was written anew with another key. "
            "Compare it with another copy of the checkpoint; if both say so, keep a copy of the "
            "database as it is."
        ),
    ),
    "rewritten": (
        _("History was rewritten: row %(size)s is not the row that was signed."),
        _KEEP,
    ),
    "cut": (
        _(
            "The journal was cut off: it ends at row %(found)s, the checkpoint is of row "
            "%(size)s, and the books still hold what the missing rows made."
        ),
        _KEEP,
    ),
    "older": (
        _(
            "This is an older state of the ledger: it ends at row %(found)s, the checkpoint is of "
            "row %(size)s."
        ),
        _("Either an old backup was restored, or the last rows were taken away. ") + _KEEP,
    ),
    "restored": (
        _(
            "A backup was brought back at row %(found)s, before row %(size)s, which the "
            "checkpoint is of."
        ),
        _("What was written between them is lost: ask who restored it, and why."),
    ),
}
_WHY_ROW: Mapping[str, str] = {
    "empty": _("The journal has no rows"),
    "gap": _("This row is not there"),
    "hash": _("Its hash does not belong to what it holds: it was changed"),
    "previous": _("It does not follow the row before it"),
    "version": _("It is of a version that this program does not know"),
    "ledger": _("It belongs to another ledger"),
    "epoch": _("It belongs to another time of the ledger"),
    "order": _("It is older than the row before it"),
    "missing": _("It is not there, and %(column)s says that it should be"),
    "extra": _("There is no %(column)s that made it"),
    "differs": _("Its %(column)s is not what the journal says"),
    "set": _("Its %(column)s rows are not the ones that came with the file"),
    "wrong": _("Its %(column)s is not what the books add up to"),
    "gone": _("What was written for %(column)s is gone, and the journal knows of no erasure"),
    "changed": _("Its %(column)s was changed without the journal"),
    "unreadable": _("It cannot be read: %(column)s"),
    "damaged": _("The database is damaged: %(column)s"),
}
