"""The figures at the top of the executive's page: how many, and how it was decided."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.core import ways
from ledger.core.reports.summary import Summary
from ledger.core.ways import Way
from ledger.web.charts import count_words
from ledger.web.outcome_words import sum_words
from ledger.web.words import _, ngettext

# A figure, and what is said under it.
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """A headline figure; without values there is not enough yet, and `note` says how much is."""

    label: str
    values: Sequence[Pair]
    note: str = ""


def way_stats(found: Summary) -> Sequence[Stat]:
    """Return four figures that are never added up: each says something else of the limits."""
    return [
        _given(found, _("Given alone"), ["alone"], _("within the limits, asking nobody")),
        _given(found, _("Approved"), ways.APPROVED, _("after somebody answered an ask")),
        _given(found, _("Exceptions"), ways.EXCEPTIONS, _exceptions_note(found)),
        _needs(found),
    ]


def counted(found: Summary) -> Stat:
    """Return how many decisions are in force, and how many of them came from files."""
    imported = sum(given.of(["imported"]).decisions for given in found.ways)
    note = _("%(count)s of them from files, which no limit judged", count=count_words(imported))
    if not imported:
        note = _("all of them logged here")
    if not found.decisions:
        note = _("none was made in these months")
    return Stat(label=_("Decisions in force"), values=[(count_words(found.decisions), note)])


def _given(found: Summary, label: str, wanted: Sequence[Way], what: str) -> Stat:
    """Return what was given in some ways, a currency at a time, as its worth to customers."""
    values = []
    for row in found.ways:
        given = row.of(wanted)
        if not given.decisions:
            continue
        note = ngettext(
            "%(shown)s decision, %(what)s",
            "%(shown)s decisions, %(what)s",
            given.decisions,
            shown=count_words(given.decisions),
            what=what,
        )
        values.append((sum_words(given.amount_minor, row.currency), note))
    # Zero of which currency? Of none: there is nothing.
    nothing = (count_words(0), _("none in these months"))
    return Stat(label=label, values=values or [nothing])


def _exceptions_note(found: Summary) -> str:
    allowed = sum(given.of(["allowed"]).decisions for given in found.ways)
    if not allowed:
        return _("above a limit, read afterwards")
    return _(
        "above a limit, read afterwards; %(count)s in all since nobody answered an ask",
        count=count_words(allowed),
    )


def _needs(found: Summary) -> Stat:
    values = [
        (
            count_words(row.count),
            _(
                "%(sum)s that people wanted to give and could not",
                sum=sum_words(row.amount_minor, row.currency),
            ),
        )
        for row in found.needs
    ]
    return Stat(label=_("Unmet needs"), values=values or [("0", _("none was recorded yet"))])
