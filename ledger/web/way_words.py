"""How a decision came about, in words: alone within the latitude, approved, or an exception."""

from collections.abc import Mapping, Sequence

from ledger.core import ways
from ledger.core.ways import Way
from ledger.web.words import _, ngettext


def way_words(way: str) -> str:
    """Return how a decision came about, where it is not alone within the latitude; else nothing."""
    return {
        "approved": _("Approved"),
        "allowed": _("Allowed, nobody answered"),
        "already_given": _("Exception: already given"),
        "act_now": _("Exception: act now"),
        "late": _("Exception: told later"),
    }.get(way, "")


def apart_words(counts: Mapping[Way, int]) -> str:
    """Return how many came about in each way; nothing where all were alone, or from files."""
    if not set(counts) - {"alone", "imported"}:
        return ""
    exceptions = sum(counts.get(one, 0) for one in ways.EXCEPTIONS)
    said = ngettext("as an exception", "as exceptions", exceptions)
    if counts.get("allowed"):
        said = _(
            "%(exceptions)s (allowed, nobody answered: %(count)s)",
            exceptions=said,
            count=f"{counts['allowed']:,}",
        )
    parts = [
        (counts.get("alone", 0), _("alone")),
        (counts.get("approved", 0), _("approved")),
        (exceptions, said),
        (counts.get("imported", 0), _("from files")),
    ]
    return ", ".join(f"{count:,} {words}" for count, words in parts if count)


def how_choices() -> Sequence[tuple[str, str]]:
    """Return what the list of decisions can be filtered by: `DecisionFilter.how` and its words."""
    return [
        ("alone", _("Within the latitude")),
        ("approved", _("Approved")),
        ("allowed", _("Allowed, nobody answered")),
        ("exception", _("Exceptions, all of them")),
        ("already_given", _("Exception: already given")),
        ("act_now", _("Exception: act now")),
    ]
