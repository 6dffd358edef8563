"""What the executive's page says is not known yet: what is missing, and who brings it."""

from collections.abc import Sequence
from datetime import date

from ledger.core.reports.summary import Summary
from ledger.web.charts import count_words, percent
from ledger.web.when import day_words
from ledger.web.words import _, ngettext


def unknown_words(found: Summary, *, today: date) -> Sequence[tuple[str, str]]:
    """Return what is not known, the most important first: a bold word and why."""
    unknown = [
        (
            _("Whether it pays."),
            _(
                "No comparison has been made. The share that came back is what happened, not what "
                "the decisions caused."
            ),
        )
    ]
    through = found.through.on
    if through is None:
        unknown.append((_("What came of anything."), _no_activity(found.watch)))
    elif found.at.maturing:
        unknown.append(
            (_("What came of the latest."), _latest(found, today=today, through=through))
        )
    if found.walk_ins:
        words = ngettext(
            "%(shown)s decision, %(share)s of all, has no outcome and never will.",
            "%(shown)s decisions, %(share)s of all, have no outcome and never will.",
            found.walk_ins,
            shown=count_words(found.walk_ins),
            share=share_words(found.walk_ins, found.decisions),
        )
        unknown.append((_("Walk-ins."), words))
    for feed in found.late:
        since = (
            _("It has brought nothing since %(day)s.", day=day_words(feed.through, today=today))
            if feed.through
            else _("It has brought nothing yet.")
        )
        unknown.append((_("The feed “%(label)s”.", label=feed.label), since))
    if not found.comparison.days:
        words = _(
            "No till has been compared, so nobody can say what was never written. A supervisor or "
            "an administrator brings its file under Files."
        )
        unknown.append((_("Whether everything is written here."), words))
    elif found.comparison.not_compared:
        names = ", ".join(site.name for site in found.comparison.not_compared)
        words = _("No till to compare with: %(sites)s.", sites=names)
        unknown.append((_("Whether everything is written everywhere."), words))
    return unknown


def _no_activity(watch: str) -> str:
    """Return which file is missing, and who brings it."""
    if watch == "stays":
        return _(
            "No file of cancellations has come in, so nobody can say who stayed. A supervisor or "
            "an administrator brings one under Files."
        )
    return _(
        "No file of visits has come in, so nobody can say who came back. A supervisor or an "
        "administrator brings one under Files."
    )


def _latest(found: Summary, *, today: date, through: date) -> str:
    """Return how many were not watched long enough: because of the feed, not of their age alone."""
    watched = ngettext(
        "%(shown)s has not been watched for %(days)s days yet.",
        "%(shown)s have not been watched for %(days)s days yet.",
        found.at.maturing,
        shown=count_words(found.at.maturing),
        days=found.at.days,
    )
    day = day_words(through, today=today)
    return f"{watched} " + _("What customers did is known up to %(day)s.", day=day)


def share_words(part: int, whole: int) -> str:
    """Return a share of a whole in percent; of nothing it is none."""
    return percent(part / whole) if whole else percent(0.0)
