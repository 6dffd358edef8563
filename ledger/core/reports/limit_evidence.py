"""Evidence for a limit: whether it binds, and what it costs that it does, over 90 business dates.

Of one scope: what was judged by a limit of this scope, whichever of those that took over from each
other. A pile of amounts at a limit says that the limit binds, and never what a gift does.

- within: decisions in force and of value, given within the latitude; `at_limit` of exactly the
  amount of the limit that judged them, `just_under` of at most a tenth less (not counted twice).
- asks: threads whose first version the scope's limit held back, as their last version was answered:
  `approved` (in full), `countered`, `declined`, `unanswered` (time was up first), `taken_back`, or
  `waiting`. The approval rate is approved ÷ (approved + countered + declined), with Wilson's 95 %
  interval: what people said who answered. A limit of one person has no rate: a person gets none.
- waits: of the same threads, as `ask_waiting` defines them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Integer, and_, case, func, select
from sqlmodel import Session, col

from ledger.core import limits, sites, survival
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.reports import ask_waiting
from ledger.core.reports.ask_waiting import AskWaits
from ledger.core.survival import Interval
from ledger.core.tables import Ask, AskAnswer, Decision, Limit, Outcome

DAYS = 90
JUST_UNDER_TENTHS = 9
_TAKEN_BACK = ("withdrawn", "replaced")


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitEvidence:
    """What there is for one limit's scope; the module says how each figure is counted."""

    since: date
    until: date
    within: int
    at_limit: int
    just_under: int
    asks: int
    approved: int
    countered: int
    declined: int
    unanswered: int
    taken_back: int
    waiting: int
    waits: AskWaits
    is_of_one: bool

    @property
    def answered(self) -> int:
        """How many threads somebody answered."""
        return self.approved + self.countered + self.declined

    @property
    def interval(self) -> Interval | None:
        """The range of the approval rate; None where there is no rate."""
        return None if self.is_of_one else survival.wilson(self.approved, self.answered)

    @property
    def rate(self) -> float | None:
        """The share approved in full of those that were answered, if there is one to tell."""
        return None if self.interval is None else self.approved / self.answered


def limit_evidence(
    session: Session, limit: Limit, *, now: datetime, days: int = DAYS
) -> LimitEvidence:
    """Return what there is for a limit's scope over the last business dates, today's included."""
    today = sites.company_calendar(session).business_date(now)
    since = today - timedelta(days=days - 1)
    ids = [one.id for one in limits.history_of(session, limit)]
    within, at_limit, just_under = _used(session, ids, since=since)
    threads = _threads(session, ids, since=since)
    ends = Counter(_end(last, now=now) for last in threads.last)
    return LimitEvidence(
        since=since,
        until=today,
        within=within,
        at_limit=at_limit,
        just_under=just_under,
        asks=len(threads.last),
        approved=ends["approved"],
        countered=ends["countered"],
        declined=ends["declined"],
        unanswered=ends["unanswered"],
        taken_back=ends["taken_back"],
        waiting=ends["waiting"],
        waits=_waits(session, threads, since=since, now=now),
        is_of_one=limit.person_id is not None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """The last version of a thread, and how it was answered; None: not (yet)."""

    kind: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Threads:
    last: Sequence[_Version]
    ask_ids: frozenset[int]
    site_ids: frozenset[int]


def _used(session: Session, limit_ids: Sequence[int], *, since: date) -> tuple[int, int, int]:
    amount, most = col(Decision.amount_minor), col(Decision.limit_per_decision_minor)
    is_under = and_(amount < most, amount * 10 >= most * JUST_UNDER_TENTHS)
    sums = [0, 0, 0]
    for ids in batched(limit_ids, IDS_IN_A_QUERY):
        query = (
            select(
                func.count(),
                func.coalesce(func.sum(case((amount == most, 1), else_=0)), 0).cast(Integer),
                func.coalesce(func.sum(case((is_under, 1), else_=0)), 0).cast(Integer),
            )
            .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
            .where(
                col(Decision.limit_id).in_(ids),
                col(Decision.business_date) >= since,
                col(Decision.ask_id).is_(None),
                col(Decision.exception_reason).is_(None),
                col(Outcome.in_force) == 1,
                amount > 0,
            )
        )
        sums = [one + more for one, more in zip(sums, session.execute(query).one(), strict=True)]
    return sums[0], sums[1], sums[2]


def _threads(session: Session, limit_ids: Sequence[int], *, since: date) -> _Threads:
    last: dict[str, _Version] = {}
    ask_ids, site_ids = set[int](), set[int]()
    for ids in batched(limit_ids, IDS_IN_A_QUERY):
        began = select(col(Ask.thread_uid)).where(
            col(Ask.limit_id).in_(ids), col(Ask.version) == 1, col(Ask.business_date) >= since
        )
        versions = (
            select(
                col(Ask.thread_uid),
                col(Ask.id),
                col(Ask.site_id),
                col(AskAnswer.kind),
                col(Ask.expires_at),
            )
            .outerjoin(
                AskAnswer, and_(col(AskAnswer.ask_id) == col(Ask.id), col(AskAnswer.step) == 1)
            )
            .where(col(Ask.thread_uid).in_(began))
            .order_by(col(Ask.version))
        )
        for thread, ask_id, site_id, kind, expires_at in session.execute(versions):
            last[thread] = _Version(kind=kind, expires_at=expires_at)
            ask_ids.add(ask_id)
            site_ids.add(site_id)
    return _Threads(
        last=list(last.values()), ask_ids=frozenset(ask_ids), site_ids=frozenset(site_ids)
    )


def _end(last: _Version, *, now: datetime) -> str:
    if last.kind in ask_waiting.ANSWERS:
        return last.kind
    if last.kind in _TAKEN_BACK:
        return "taken_back"
    is_waiting = last.kind is None and now < last.expires_at
    return "waiting" if is_waiting else "unanswered"


def _waits(session: Session, threads: _Threads, *, since: date, now: datetime) -> AskWaits:
    every = ask_waiting.waits(session, threads.site_ids, since=since, until=date.max, now=now)
    found = [wait for wait in every if wait.first_id in threads.ask_ids]
    ends = [wait.end for wait in found]
    return AskWaits(
        durations=sorted(wait.duration for wait in found if wait.duration is not None),
        unanswered=ends.count("unanswered"),
        taken_back=ends.count("taken_back"),
        waiting=ends.count("waiting"),
    )
