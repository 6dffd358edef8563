"""Completeness: which days can be compared with the till, by site.

The journal proves that nothing that was written has been altered. Only the till shows that it was
written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import standing, till
from ledger.core.tables import FeedSetting, ImportFile, TillEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """The business dates of one site that its till's files cover; both days are included.

    `is_stated` is False where nobody said that the last day is complete.
    """

    since: date
    until: date
    is_stated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Business dates of some sites, both included."""

    site_ids: frozenset[int]
    since: date
    until: date


def coverage(session: Session) -> Mapping[int, Covered]:
    """Return which days can be compared, by site: from its first entry until its tills' last day.

    With several tills at a site it is from the latest of their first days until the earliest of
    their last ones; a till that was retired is not waited for, unless all were.
    """
    ends = till.throughs(session)
    retired = set(
        session.scalars(
            select(col(FeedSetting.name)).where(
                col(FeedSetting.kind) == till.FILE, col(FeedSetting.retired) == 1
            )
        )
    )
    in_sight = select(col(ImportFile.id)).where(
        col(ImportFile.kind) == till.FILE, ~standing.is_undone(col(ImportFile.id))
    )
    first = (
        select(col(TillEntry.site_id), col(TillEntry.feed), func.min(col(TillEntry.business_date)))
        # Once for each file, not for each of its rows.
        .where(col(TillEntry.import_id).in_(in_sight))
        .group_by(col(TillEntry.site_id), col(TillEntry.feed))
    )
    found: dict[int, list[tuple[str, date]]] = {}
    for site_id, feed, since in session.execute(first):
        if feed in ends:
            found.setdefault(site_id, []).append((feed, since))
    covered = {}
    for site_id, tills in found.items():
        awaited = [feed for feed, _ in tills if feed not in retired]
        last = (
            min((ends[feed] for feed in awaited), key=lambda end: end.on)
            if awaited
            else max((ends[feed] for feed, _ in tills), key=lambda end: end.on)
        )
        # Before the first file of one of its tills nobody knows what was rung up there.
        since = max(day for feed, day in tills if feed in (awaited or ends))
        covered[site_id] = Covered(since=since, until=last.on, is_stated=last.is_stated)
    return covered


def spans(covered: Mapping[int, Covered], *, since: date, until: date) -> Sequence[Span]:
    """Return what of a period can be compared; sites with the same days are in one span."""
    alike: dict[tuple[date, date], set[int]] = {}
    for site_id, days in covered.items():
        first, last = max(since, days.since), min(until, days.until)
        if first <= last:
            alike.setdefault((first, last), set()).add(site_id)
    return [
        Span(site_ids=frozenset(ids), since=first, until=last)
        for (first, last), ids in sorted(alike.items())
    ]
