"""Activity: what counts of what the feeds brought, and until when they are complete."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    exists,
    func,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from ledger.core import sites, standing
from ledger.core.loaded import Loaded
from ledger.core.tables import Activity, Feed, FeedSetting, ImportFile, ImportUndo

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

    What was said of it is gone through in the order in which it was said. Imports that were taken
    back say nothing, and neither does the one whose number is `without`. Where rows went with them
    that no other import has, the feed is known up to the day before the first of these, until a
    later file says more: nobody can tell whether customers came in a gap.
    """
    gaps = _gaps(session, without=without)
    found: dict[str, tuple[date, bool]] = {}
    for name, on, stated, gone in _said(session, without=without):
        if gone is not None:
            before = gaps.get(gone)
            if before is not None and name in found:
                found[name] = min(found[name][0], before), found[name][1]
        # What somebody stated holds, even backwards; what was only seen moves it forward.
        elif stated or name not in found or on > found[name][0]:
            found[name] = on, stated
    return found


def _said(session: Session, *, without: int) -> Iterator[tuple[str, date, bool, int | None]]:
    """Yield feed, day and whether it was stated, in order; and which import was taken back."""
    came: Select[*tuple[Any, ...]] = select(
        col(ImportFile.journal_seq).label("seq"),
        col(ImportFile.feed),
        col(ImportFile.through),
        col(ImportFile.through_stated),
        null().label("gone"),
    ).where(
        col(ImportFile.through).is_not(None),
        ~standing.is_undone(col(ImportFile.id)),
        col(ImportFile.id) != without,
    )
    went = select(
        col(ImportUndo.journal_seq),
        col(ImportFile.feed),
        col(ImportFile.through),
        col(ImportFile.through_stated),
        col(ImportFile.id),
    ).join(ImportUndo, col(ImportUndo.import_id) == col(ImportFile.id))
    both: CompoundSelect[*tuple[Any, ...]] = union_all(
        came.where(col(ImportFile.kind) == "activity"),
        went.where(col(ImportFile.kind) == "activity"),
    ).order_by("seq")
    for _, name, on, stated, gone in session.execute(both):
        yield name, on, stated, gone
    if without:
        file = session.get_one(ImportFile, without)
        yield file.feed, date.max, True, file.id


def _gaps(session: Session, *, without: int) -> Mapping[int, date]:
    """Return the day before the first row that went with each import and is in no other."""
    went, other = aliased(Activity), aliased(Activity)
    is_elsewhere = exists().where(
        col(other.feed) == col(went.feed),
        col(other.external_id) == col(went.external_id),
        col(other.import_id) != without,
        standing.is_in_sight(col(other.import_id)),
    )
    query = (
        select(col(went.import_id), func.min(col(went.occurred_at)))
        .where(
            standing.is_undone(col(went.import_id)) | (col(went.import_id) == without),
            ~is_elsewhere,
        )
        .group_by(col(went.import_id))
    )
    calendar = sites.company_calendar(session)
    return {
        number: calendar.business_date(first) - timedelta(days=1)
        for number, first in session.execute(query)
    }


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
