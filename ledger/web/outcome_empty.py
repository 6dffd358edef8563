"""What the outcomes page says in place of charts: nothing there, nothing known, not enough yet."""

from dataclasses import dataclass
from datetime import date

from ledger.core.reports.overview import Overview
from ledger.web.charts import ENOUGH, percent
from ledger.web.when import day_words
from ledger.web.words import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """What is said in place of charts: what is true, why, and the words of one step, or none.

    `widens` says that looking at more sites or a longer time may help.
    """

    title: str
    words: str
    step: str = ""
    widens: bool = True


def is_enough(found: Overview) -> bool:
    """Whether so many are known that a rate may be said."""
    return found.at.known >= ENOUGH


def empty_of(found: Overview, *, today: date) -> Empty | None:
    """Return what is said in place of the charts, if anything is."""
    if found.of_decisions == 0:
        return Empty(
            title=_("Nothing was decided here in this time"),
            words=_("Outcomes appear once decisions are logged or imported."),
        )
    if found.through.on is None:
        return Empty(
            title=_("We do not know yet what came of them"),
            words=_(
                "Latitude learns it from the till or the customer list. Ask whoever runs Latitude "
                "to import a file of what customers did later:"
            ),
            step="latitude import activity FILE",
            widens=False,
        )
    if is_enough(found):
        return None
    return Empty(title=_("We would be guessing"), words=_guessing(found, today=today))


def _guessing(found: Overview, *, today: date) -> str:
    """Return how little is known, and about when there will be enough."""
    limits, known = found.at.interval, found.at.known
    if limits is None:
        start = _("Nobody has been watched for %(days)s days yet.", days=found.at.days)
    else:
        start = ngettext(
            "With %(count)s matured decision, any rate from %(range)s is plausible.",
            "With %(count)s matured decisions, any rate from %(range)s is plausible.",
            known,
            range=_(
                "%(low)s to %(high)s",
                low=f"{limits.low * 100:.0f}",
                high=percent(limits.high, digits=0),
            ),
        )
    day = found.waiting.day_of(ENOUGH - known)
    if day is None:
        then = _(
            "Of those recorded so far at most %(most)s will be known: more decisions are needed.",
            most=known + found.waiting.count,
        )
    elif day < today:
        when = by_when(day, today=today)
        then = _("There will be %(enough)s %(when)s.", enough=ENOUGH, when=when)
    else:
        when = day_words(day, today=today)
        then = _("About %(when)s there will be %(enough)s.", enough=ENOUGH, when=when)
    return f"{start} {then}"


def by_when(day: date, *, today: date) -> str:
    """Return when more is known; a day that has passed only waits for its activity."""
    words = _("with activity up to %(day)s") if day < today else _("by %(day)s")
    return words % {"day": day_words(day, today=today)}
