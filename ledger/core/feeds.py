"""Feeds: where files come from, how often each is expected, and which have stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import activity, notes, settings, till
from ledger.core.errors import BadValueError, NotFoundError
from ledger.core.loaded import Loaded
from ledger.core.tables import Feed, FeedSetting

ACTIVITY, TILL = "activity", "till"
KINDS = (ACTIVITY, TILL)
# A nightly file brings yesterday. Until it comes, the day before yesterday is all there is: with
# fewer days every feed would be named every night.
EVERY_DAYS = 2
LONGEST_EVERY = 366
LONGEST_LABEL = 80
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFeed:
    """A feed that brought something, or that an administrator expects.

    `through` is the last business date (company's calendar) it is complete for, None before its
    first file. `holds` says that the figures stop at that day because of this feed. `has_setting`
    is False where nobody said how often it comes: then it is expected every EVERY_DAYS days.
    """

    kind: str
    name: str
    label: str
    every_days: int
    retired: bool
    has_setting: bool
    through: date | None
    holds: bool

    def days_late(self, on: date) -> int:
        """Return since how many days it should have brought something; 0 or less if in time."""
        if self.retired or self.through is None:
            return 0
        return (on - self.through).days - self.every_days


@dataclass(frozen=True, slots=True, kw_only=True)
class LateFeed:
    """A feed that has stopped: `days` after it should have brought something, and did not.

    `through` is None and `days` 0 for a feed that is expected and never brought anything.
    """

    kind: str
    name: str
    label: str
    through: date | None
    days: int
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChange:
    """What an administrator says of a feed."""

    kind: str
    name: str
    label: str
    every_days: int = EVERY_DAYS
    retired: bool = False


def late(session: Session, *, on: date, kinds: Sequence[str] = KINDS) -> Sequence[LateFeed]:
    """Return the feeds that have stopped on this business date of the company, by label."""
    return [
        LateFeed(
            kind=feed.kind,
            name=feed.name,
            label=feed.label,
            through=feed.through,
            days=max(feed.days_late(on), 0),
            holds=feed.holds,
        )
        for feed in all_feeds(session)
        if feed.kind in kinds and not feed.retired
        if feed.through is None or feed.days_late(on) > 0
    ]


def all_feeds(session: Session) -> Sequence[KnownFeed]:
    """Return every feed there is, retired ones included, by kind and label."""
    came: dict[tuple[str, str], date | None] = {
        (ACTIVITY, feed.name): feed.through for feed in _FEEDS.all(session)
    }
    came |= {(TILL, name): through.on for name, through in till.throughs(session).items()}
    said = {(one.kind, one.name): one for one in _SETTINGS.all(session)}
    ends = activity.through(session).on
    found = [
        _known(key, came.get(key), said.get(key), activity_ends=ends)
        for key in came.keys() | said.keys()
    ]
    return sorted(found, key=lambda feed: (feed.kind, feed.label.casefold(), feed.name))


def feed(session: Session, kind: str, name: str) -> KnownFeed:
    """Return one feed.

    Raises:
        NotFoundError: if none of this kind and name brought anything or is expected.

    """
    found = next((f for f in all_feeds(session) if (f.kind, f.name) == (kind, name)), None)
    if found is None:
        raise NotFoundError("feed", name)
    return found


def change_feed(
    session: Session, change: FeedChange, *, actor: str, now: datetime
) -> FeedSetting | None:
    """Say what a feed is called and how often it comes, or retire it; with its journal row.

    Returns:
        The setting; None if everything is as it was, and nothing was written.

    Raises:
        BadValueError: if the kind, the name, the label or the days cannot be used.

    """
    checked = _checked(change)
    row = session.scalars(
        select(FeedSetting).where(
            col(FeedSetting.kind) == checked.kind, col(FeedSetting.name) == checked.name
        )
    ).one_or_none()
    kind = "feed.added" if row is None else "feed.changed"
    if row is None:
        row = FeedSetting(kind=checked.kind, name=checked.name, label="", every_days=EVERY_DAYS)
        session.add(row)
    said = (checked.label, checked.every_days, checked.retired)
    if (row.label, row.every_days, bool(row.retired)) == said:
        return None
    row.label, row.every_days, row.retired = said
    settings.note(session, row, kind=kind, actor=actor, now=now)
    return row


def _checked(change: FeedChange) -> FeedChange:
    if change.kind not in KINDS:
        raise BadValueError(field="kind", value=change.kind, why="unknown")
    if not 1 <= change.every_days <= LONGEST_EVERY:
        raise BadValueError(field="every_days", value=str(change.every_days), why="out_of_range")
    return FeedChange(
        kind=change.kind,
        name=notes.one_line("name", change.name, longest=LONGEST_NAME),
        label=notes.one_line("label", change.label, longest=LONGEST_LABEL),
        every_days=change.every_days,
        retired=change.retired,
    )


def _known(
    key: tuple[str, str],
    through: date | None,
    said: FeedSetting | None,
    *,
    activity_ends: date | None,
) -> KnownFeed:
    kind, name = key
    retired = said is not None and bool(said.retired)
    return KnownFeed(
        kind=kind,
        name=name,
        label=said.label if said else name,
        every_days=said.every_days if said else EVERY_DAYS,
        retired=retired,
        has_setting=said is not None,
        through=through,
        holds=through is not None and not retired and (kind == TILL or through == activity_ends),
    )


_FEEDS = Loaded(Feed, select(Feed))
_SETTINGS = Loaded(FeedSetting, select(FeedSetting))
