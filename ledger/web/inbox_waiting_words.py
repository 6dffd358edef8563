"""What waiting costs, in words."""

from collections.abc import Sequence
from datetime import timedelta

from ledger.core.reports.ask_waiting import AskWaits
from ledger.web.charts import ENOUGH, count_words
from ledger.web.words import _


def waiting_pairs(found: AskWaits) -> Sequence[tuple[str, str]]:
    """Return what is said of waiting: half and nine in ten of the answered ones, and the others."""
    return [
        (_("Half of asks answered in"), _time_words(found, found.median)),
        (_("Nine in ten in"), _time_words(found, found.nine_in_ten)),
        (_("Nobody answered in time"), _of_words(found.unanswered, found.ended)),
        (_("Taken back before an answer"), _of_words(found.taken_back, found.ended)),
    ]


def duration_words(duration: timedelta) -> str:
    """Return a time in whole minutes, rounded up: nobody waited less than is said."""
    minutes = -(-int(duration.total_seconds()) // 60)
    return _("%(minutes)s min", minutes=count_words(max(1, minutes)))


def _time_words(found: AskWaits, duration: timedelta | None) -> str:
    if duration is None or not found.is_enough:
        return _(
            "not enough yet, %(n)s of %(enough)s", n=count_words(found.answered), enough=ENOUGH
        )
    return _("%(time)s, n %(n)s", time=duration_words(duration), n=count_words(found.answered))


def _of_words(count: int, ended: int) -> str:
    return _("%(count)s of %(ended)s", count=count_words(count), ended=count_words(ended))
