"""What is said once it is saved where somebody works: from when what counts, and what it ends."""

from datetime import date

from ledger.core.work_places import NewPlace, WorkPlace
from ledger.web.when import day_words
from ledger.web.words import _, ngettext


def begins(name: str, site: str, new: NewPlace, *, asks: int, today: date) -> tuple[str, str]:
    """Return where somebody works from when on, and what ends with it.

    Args:
        name: theirs.
        site: the name of the new site.
        new: what was saved.
        asks: how many of their asks are open elsewhere, if this is a move.
        today: the company's.

    """
    facts = {"name": name, "site": site, "day": day_words(new.from_date, today=today)}
    happened = _("Saved: %(name)s works at %(site)s from %(day)s on.", **facts)
    if new.until is not None:
        until = day_words(new.until, today=today)
        happened = _(
            "Saved: %(name)s works at %(site)s from %(day)s until %(until)s.", until=until, **facts
        )
    if not new.instead:
        return happened, _("Their other sites stay.")
    then = _("Everywhere else they stop the day before; where they began today, after today.")
    return happened, f"{then} {_asks_words(asks)}".strip()


def ends(
    name: str, place: WorkPlace, last_day: date | None, *, asks: int, today: date
) -> tuple[str, str]:
    """Return that somebody stops at a site, or does not begin there; None is the latter.

    `asks` are how many of theirs are open there.
    """
    if last_day is None:
        return _("Saved: %(name)s does not begin at %(site)s.", name=name, site=place.site.name), ""
    happened = _(
        "Saved: the last day of %(name)s at %(site)s is %(day)s.",
        name=name,
        site=place.site.name,
        day=day_words(last_day, today=today),
    )
    return happened, _asks_words(asks)


def _asks_words(asks: int) -> str:
    if not asks:
        return ""
    return ngettext(
        "Their open ask ends when they work there no more.",
        "Their %(count)s open asks end when they work there no more.",
        asks,
    )
