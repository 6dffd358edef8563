"""What waiting costs, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from ledger.core.reports.ask_waiting import AskWaits
from ledger.web.charts import ENOUGH, count_words
from ledger.web.words import _


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingWords:
    """What waiting costs: pairs of term and fact, and what cannot be said yet (empty: nothing)."""

    pairs: Sequence[tuple[str, str]]
    lacking: str


def waiting_words(found: AskWaits) -> WaitingWords:
    """Return what is said of waiting: half and nine in ten of the answered ones, and the others."""
    pairs = []
    for term, duration in (
        (_("Half answered in"), found.median),
        (_("Nine in ten in"), found.nine_in_ten),
    ):
        if found.is_enough and duration is not None:
            pairs.append((term, duration_words(duration)))
    lacking = ""
    if pairs:
        pairs.append((_("Answered"), count_words(found.answered)))
    else:
        lacking = _(
            "How long answers take: not enough yet, %(n)s of %(enough)s answered.",
            n=count_words(found.answered),
            enough=ENOUGH,
        )
    pairs.append((_("Nobody answered"), _of_words(found.unanswered, found.ended)))
    pairs.append((_("Taken back first"), _of_words(found.taken_back, found.ended)))
    return WaitingWords(pairs=pairs, lacking=lacking)


def duration_words(duration: timedelta) -> str:
    """Return a time in whole minutes, rounded up: nobody waited less than is said."""
    minutes = -(-int(duration.total_seconds()) // 60)
    return _("%(minutes)s min", minutes=count_words(max(1, minutes)))


def _of_words(count: int, ended: int) -> str:
    return _("%(count)s of %(ended)s", count=count_words(count), ended=count_words(ended))
