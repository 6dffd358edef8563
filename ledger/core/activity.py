"""Activity: what counts of what the feeds brought, and until when they are complete."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, select
from sqlmodel import Session, col

from ledger.core import standing
from ledger.core.loaded import Loaded
from ledger.core.tables import Activity, Feed, FeedSetting, ImportFile

RETURNS = ("purchase", "visit", "renewal")
LEAVES = ("cancellation",)
KINDS = (*RETURNS, *LEAVES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Through:
    """The last business date (company's calendar) that all feeds are complete for.

    A feed that was retired is not waited for. `on` is None as long as there is no feed.
    `is_stated` is False if it was taken from the latest row seen, so that this day may be
    incomplete. `late` are the feeds that end before the others.
    """

    on: date | None
    is_stated: bool
    late: Sequence[str]


def through(session: Session) -> Through:
    """Return until when activity is complete: the earliest of the feeds' dates."""
    feeds = _awaited(session)
    if not feeds:
        return Through(on=None, is_stated=False, late=())
    on = min(feed.through for feed in feeds)
    latest = max(feed.through for feed in feeds)
    return Through(
        on=on,
        is_stated=all(feed.through_stated for feed in feeds if feed.through == on),
        late=tuple(feed.name for feed in feeds if feed.through < latest),
    )


def through_if(session: Session, name: str, on: date | None) -> date | None:
    """Return until when activity were complete if this feed reached `on`; None: if it were none."""
    feeds = {feed.name: feed.through for feed in session.scalars(select(Feed))}
    feeds.pop(name, None)
    if on is not None:
        feeds[name] = on
    retired = set(
        session.scalars(
            select(col(FeedSetting.name)).where(
                col(FeedSetting.kind) == "activity", col(FeedSetting.retired) == 1
            )
        )
    )
    awaited = [through for feed, through in feeds.items() if feed not in retired]
    return min(awaited) if awaited else max(feeds.values(), default=None)


def _awaited(session: Session) -> Sequence[Feed]:
    """Return the feeds that hold figures back; if all were retired, the one that came furthest."""
    return _AWAITED.all(session) or _FURTHEST.all(session)


def recomputed_feeds(session: Session, *, without: int = 0) -> Mapping[str, tuple[date, bool]]:
    """Return what the `feed` tally must hold: each feed's date, and whether it was stated.

    Imports that were taken back say nothing, and neither does the one whose number is `without`.
    """
    query = (
        select(col(ImportFile.feed), col(ImportFile.through), col(ImportFile.through_stated))
        .where(
            col(ImportFile.kind) == "activity",
            col(ImportFile.through).is_not(None),
            ~standing.is_undone(col(ImportFile.id)),
            col(ImportFile.id) != without,
        )
        .order_by(col(ImportFile.id))
    )
    found: dict[str, tuple[date, bool]] = {}
    for name, on, stated in session.execute(query):
        # What somebody stated holds, even backwards; what was only seen moves it forward.
        if stated or name not in found or on > found[name][0]:
            found[name] = on, stated
    return found


def state_through(session: Session, name: str, on: date, *, is_stated: bool) -> None:
    """Write until when a feed is complete."""
    session.merge(Feed(name=name, through=on, through_stated=is_stated))
    session.flush()


def is_visible() -> ColumnElement[bool]:
    """Return the condition that an activity's import was finished, taken back or not."""
    return exists().where(col(ImportFile.id) == col(Activity.import_id))


def counts() -> ColumnElement[bool]:
    """Return the condition that an activity is visible, not taken back, and not replaced."""
    return standing.counts(Activity)


_RETIRED = exists().where(
    col(FeedSetting.kind) == "activity",
    col(FeedSetting.name) == col(Feed.name),
    col(FeedSetting.retired) == 1,
)
_AWAITED = Loaded(Feed, select(Feed).where(~_RETIRED).order_by(col(Feed.name)))
_FURTHEST = Loaded(Feed, select(Feed).order_by(col(Feed.through).desc(), col(Feed.name)).limit(1))
