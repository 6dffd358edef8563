"""Feeds that have stopped, in one sentence each, for every page whose figures need them."""

from collections.abc import Callable, Sequence

from flask import Flask, current_app, g, url_for

from ledger.core import activity, feeds
from ledger.core.feeds import LateFeed
from ledger.core.permissions import Action
from ledger.web.access import may
from ledger.web.moment import today
from ledger.web.transactions import reading
from ledger.web.when import day_words
from ledger.web.words import _

# What happened, what it means; then where to bring a file and the words of that link, if one may.
FeedNotice = tuple[str, ...]

_SEES_FIGURES = (
    Action.SEE_OWN_DECISIONS,
    Action.SEE_DECISIONS,
    Action.SEE_OUTCOMES,
    Action.SEE_COMPLETENESS,
    Action.BRING_FILES,
)


def stopped_feeds(*kinds: str) -> Sequence[FeedNotice]:
    """Return a notice for each feed of these kinds that has stopped; of all kinds if none is named.

    Only for people who see figures that come from feeds.
    """
    return [_notice(feed) for feed in _stopped() if not kinds or feed.kind in kinds]


def stopped_names(kind: str) -> Sequence[str]:
    """Return the names, as imports say them, of the feeds of this kind that have a notice."""
    return [feed.name for feed in _stopped() if feed.kind == kind]


def known_until() -> str:
    """Return until when it is known what came of decisions, if activity has stopped; else nothing.

    For pages where nobody can mend it and nobody should stop for it.
    """
    if not stopped_names(feeds.ACTIVITY):
        return ""
    ends = activity.through(reading()).on
    if ends is None:
        return _("What came of earlier decisions is not known yet.")
    return _(
        "What came of earlier decisions is known up to %(day)s.", day=day_words(ends, today=today())
    )


def _stopped() -> Sequence[LateFeed]:
    if not any(may(action) for action in _SEES_FIGURES):
        return ()
    if "stopped_feeds" not in g:
        g.stopped_feeds = feeds.late(reading(), on=today())
    found: Sequence[LateFeed] = g.stopped_feeds
    return found


def set_up(app: Flask) -> None:
    """Let every template ask which feeds have stopped."""
    app.context_processor(_for_templates)


def _for_templates() -> dict[str, Callable[..., Sequence[FeedNotice] | str]]:
    return {"stopped_feeds": stopped_feeds, "known_until": known_until}


def _notice(feed: LateFeed) -> FeedNotice:
    words = (_happened(feed), _meaning(feed))
    if not may(Action.BRING_FILES) or "files.index" not in current_app.view_functions:
        return words
    return (*words, url_for("files.index"), _("Bring its file"))


def _happened(feed: LateFeed) -> str:
    if feed.through is None:
        return _("The feed “%(label)s” has brought nothing yet.", label=feed.label)
    return _(
        "The feed “%(label)s” has brought nothing since %(day)s.",
        label=feed.label,
        day=day_words(feed.through, today=today()),
    )


def _meaning(feed: LateFeed) -> str:
    if feed.through is None:
        return _("What it would bring is in no figure.")
    if feed.holds:
        return _("Figures stop there.")
    return ""
