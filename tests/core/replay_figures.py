"""What the product's replay says, in the words of the second count."""

from typing import Any

from ledger.core.reports.replay import Replay

TALLIES = (
    "asks",
    "asks_free",
    "unmet",
    "unmet_free",
    "exceptions",
    "exceptions_free",
    "given",
    "would_ask",
)


def as_figures(found: Replay) -> dict[str, Any]:
    """Return every figure of a replay by its name."""
    tallies = {name: getattr(found, name) for name in TALLIES}
    return {
        **{name: (tally.count, tally.minor) for name, tally in tallies.items()},
        "approved_anyway": found.approved_anyway_minor,
        "more": found.more_minor,
        "waited": found.waited,
        "unanswered": found.unanswered,
        "imported": found.imported,
        "amounts": dict(found.amounts),
    }
