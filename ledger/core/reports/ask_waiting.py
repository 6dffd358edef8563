"""Waiting as a cost: how long customers waited for an answer, and how often none came.

Counted is a wait: from the moment an ask was made until it was answered, whatever the asker changed
in it meanwhile. A version that was replaced while it waited is the same wait as the next one; a
second try after an answer is a wait of its own. A wait belongs to the site and the business date of
its first version.

- answered: somebody approved it, made a counter-offer or declined it. Only these have a duration,
  from the first version to the answer.
- unanswered: its time was up first, also where the site's rule then let it be given.
- taken back: the asker withdrew it first, or left.
- still waiting: neither, at `now`. It is in no other count.

Percentiles are nearest-rank: the shortest duration within which at least that share of the answered
waits were answered. Unanswered waits have none, so their count always stands beside them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, select
from sqlmodel import Session, col

from ledger.core.horizons import ENOUGH
from ledger.core.tables import Ask, AskAnswer

ANSWERS = ("approved", "countered", "declined")
REPLACED = "replaced"
WITHDRAWN = "withdrawn"

HALF, NINE_IN_TEN = 50, 90


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWaits:
    """How waits ended; `durations` are of the answered ones, the shortest first."""

    durations: Sequence[timedelta]
    unanswered: int
    taken_back: int
    waiting: int

    @property
    def answered(self) -> int:
        """How many were answered by somebody."""
        return len(self.durations)

    @property
    def ended(self) -> int:
        """How many are over: answered, unanswered or taken back."""
        return self.answered + self.unanswered + self.taken_back

    @property
    def is_enough(self) -> bool:
        """Whether enough were answered to speak of a median and of nine in ten."""
        return self.answered >= ENOUGH

    @property
    def median(self) -> timedelta | None:
        """Within what time half of the answered ones were; None if none was."""
        return self.within(HALF)

    @property
    def nine_in_ten(self) -> timedelta | None:
        """Within what time nine in ten of the answered ones were; None if none was."""
        return self.within(NINE_IN_TEN)

    def within(self, percent: int) -> timedelta | None:
        """Return the time in which this many of a hundred (1 to 100) answered waits ended."""
        if not self.durations:
            return None
        rank = -(-self.answered * percent // 100)
        return self.durations[rank - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """One wait: its versions' first and last, and how it ended.

    `end` is "answered", "unanswered", "taken_back", or "waiting"; `duration` is None but for an
    answered one. `stood` is how long the customer stood there: to the answer, or where none came
    until the time was up; None for the others.
    """

    first_id: int
    last_id: int
    site_id: int
    business_date: date
    since: datetime
    end: str
    duration: timedelta | None
    stood: timedelta | None


def ask_waits(
    session: Session,
    site_ids: Collection[int],
    *,
    since: date,
    until: date,
    now: datetime,
) -> AskWaits:
    """Return how long was waited at these sites, for waits of these business dates.

    Args:
        session: a reading session.
        site_ids: at which sites.
        since: the first business date.
        until: the last business date, included.
        now: what time it is.

    """
    found = [
        wait
        for wait in waits(session, site_ids, since=since, until=until, now=now)
        if since <= wait.business_date <= until
    ]
    ends = [wait.end for wait in found]
    return AskWaits(
        durations=sorted(wait.duration for wait in found if wait.duration is not None),
        unanswered=ends.count("unanswered"),
        taken_back=ends.count("taken_back"),
        waiting=ends.count("waiting"),
    )


def waits(
    session: Session, site_ids: Collection[int], *, since: date, until: date, now: datetime
) -> Iterator[Wait]:
    """Yield the waits of the threads that have a version at these sites on these dates."""
    touched = (
        select(col(Ask.thread_uid))
        .where(
            col(Ask.site_id).in_(sorted(site_ids)),
            col(Ask.business_date) >= since,
            col(Ask.business_date) <= until,
        )
        .distinct()
    )
    query = _STEPS.where(col(Ask.thread_uid).in_(touched))
    yield from _waits(session.execute(query).all(), now=now)


def wait_starts(session: Session, asks: Sequence[Ask]) -> Mapping[int, datetime]:
    """Return since when the customer of each ask has been waiting, by the ids of the asks.

    It is when the ask was made, or the first of the versions that it took the place of while they
    waited.
    """
    earlier = sorted({ask.thread_uid for ask in asks if ask.previous_id is not None})
    starts = {ask.id: ask.made_at for ask in asks}
    if not earlier:
        return starts
    rows = session.execute(_STEPS.where(col(Ask.thread_uid).in_(earlier))).all()
    kinds = {row.id: row.kind for row in rows}
    began: dict[int, datetime] = {}
    for row in rows:
        goes_on = kinds.get(row.previous_id) == REPLACED
        began[row.id] = began[row.previous_id] if goes_on else row.made_at
    return starts | {key: began[key] for key in starts if key in began}


def _waits(rows: Sequence[Any], *, now: datetime) -> Iterator[Wait]:
    """Yield the waits of whole threads, whose versions come one after the other."""
    by_id = {row.id: row for row in rows}
    replaced_by = {row.previous_id: row for row in rows if row.previous_id is not None}
    for first in rows:
        before = by_id.get(first.previous_id)
        if before is not None and before.kind == REPLACED:
            continue
        last = first
        while last.kind == REPLACED and last.id in replaced_by:
            last = replaced_by[last.id]
        end = _end_of(last, now=now)
        ended_at = {"answered": last.answered_at, "unanswered": last.expires_at}.get(end)
        yield Wait(
            first_id=first.id,
            last_id=last.id,
            site_id=first.site_id,
            business_date=first.business_date,
            since=first.made_at,
            end=end,
            duration=last.answered_at - first.made_at if end == "answered" else None,
            stood=None if ended_at is None else ended_at - first.made_at,
        )


def _end_of(last: Any, *, now: datetime) -> str:  # noqa: ANN401 - a row of `_STEPS`
    if last.kind in ANSWERS:
        return "answered"
    if last.kind in (WITHDRAWN, REPLACED):
        return "taken_back"
    if last.kind is None and now < last.expires_at:
        return "waiting"
    return "unanswered"


_COLUMNS: Sequence[Any] = (
    col(Ask.id),
    col(Ask.previous_id),
    col(Ask.site_id),
    col(Ask.business_date),
    col(Ask.made_at),
    col(Ask.expires_at),
    col(AskAnswer.kind),
    col(AskAnswer.made_at).label("answered_at"),
)
_STEPS: Select[Any] = (
    select(*_COLUMNS)
    .select_from(Ask)
    .outerjoin(AskAnswer, and_(col(AskAnswer.ask_id) == col(Ask.id), col(AskAnswer.step) == 1))
    .order_by(col(Ask.thread_uid), col(Ask.version))
)
