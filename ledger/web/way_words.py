"""How a decision came about, in words: alone within the latitude, approved, or an exception."""

from collections.abc import Sequence

from ledger.web.words import _


def way_words(way: str) -> str:
    """Return how a decision came about, where it is not alone within the latitude; else nothing."""
    return {
        "approved": _("Approved"),
        "allowed": _("Allowed, nobody answered"),
        "already_given": _("Exception: already given"),
        "act_now": _("Exception: act now"),
        "late": _("Exception: told later"),
    }.get(way, "")


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
