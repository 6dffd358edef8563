"""A file that would hold back what everybody sees: refused, unless somebody wants just that.

All figures wait for the feed of activity that ends first, and a site's comparison for all of its
tills. One row in a feed of its own would cut them short.
"""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import activity, completeness, sites, standing, till
from ledger.core.imports.problems import Problems
from ledger.core.imports.runs import Options
from ledger.core.tables import Feed, FeedSetting, ImportFile, TillEntry
from ledger.core.till import TillThrough


def check_activity(
    session: Session, options: Options, through: date | None, problems: Problems
) -> None:
    """Note a problem if figures of all sites would stop earlier than today without a word.

    A feed that is new may do so where `options.new_feed` says that it is meant; one that is known
    where a correction states it. Whoever brings the file must be one who may.
    """
    before = activity.through(session).on
    after = activity.through_if(session, options.feed, through)
    if before is None or after is None or after >= before:
        return
    detail = f"{after.isoformat()} instead of {before.isoformat()}"
    if session.get(Feed, options.feed) is not None:
        if not options.may_hold_back:
            problems.add(0, "through", after.isoformat(), "figures_back", detail)
    elif not options.may_hold_back:
        problems.add(0, "feed", options.feed, "not_your_feed", detail)
    elif not options.new_feed:
        problems.add(0, "feed", options.feed, "new_feed", detail)


def check_till(
    session: Session,
    options: Options,
    through: TillThrough,
    days: Mapping[int, date],
    problems: Problems,
) -> None:
    """Note a problem if a till that is new at a site would cut the days that can be compared.

    Args:
        session: a reading session.
        options: how the file is to be taken in.
        through: until when its till is complete after it.
        days: the first business date in the file, by site.
        problems: where it is noted, once.

    """
    if (options.may_hold_back and options.new_feed) or _is_retired(session, options.feed):
        return
    covered = completeness.coverage(session)
    for site_id in sorted(days.keys() & covered.keys() - _at_sites(session, options.feed)):
        was = covered[site_id]
        since, until = max(was.since, days[site_id]), min(was.until, through.on)
        if (since, until) != (was.since, was.until):
            why = "new_till" if options.may_hold_back else "not_your_till"
            detail = f"{since} to {until} instead of {was.since} to {was.until}"
            problems.add(0, "feed", options.feed, why, detail)
            return


def _is_retired(session: Session, feed: str) -> bool:
    """Whether this till is retired, so that nobody waits for it."""
    query = select(col(FeedSetting.id)).where(
        col(FeedSetting.kind) == till.FILE,
        col(FeedSetting.name) == feed,
        col(FeedSetting.retired) == 1,
    )
    return session.scalar(query) is not None


def _at_sites(session: Session, feed: str) -> frozenset[int]:
    """Return the sites at which this till is known."""
    in_sight = select(col(ImportFile.id)).where(
        col(ImportFile.kind) == till.FILE, ~standing.is_undone(col(ImportFile.id))
    )
    query = select(col(TillEntry.site_id)).where(
        col(TillEntry.feed) == feed, col(TillEntry.import_id).in_(in_sight)
    )
    return frozenset(session.scalars(query.distinct()))


def open_day(
    session: Session, through: date | None, *, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Return a notice if a day is stated to be complete that is not over yet; else none."""
    if through is None or through < sites.company_calendar(session).business_date(now):
        return ()
    return (("day_open", through.isoformat()),)
