"""Replay: what a proposed limit would have meant in the last 90 days. It proposes nothing itself.

What is replayed. Moments of value in the limit's currency, from the first of the last 90 business
dates of the company on: decisions within the latitude, exceptions, first versions of asks, and
unmet needs (not those whose refusal became an ask: that is one moment). A moment counts if the
proposed limit would be the one that judges its person, site and remedy: they are in its scope, with
today's grade; the limits that will be in force on its first day decide whether a more specific one
wins; the human being who sets it is left out. An unmet need has the remedy of its refusal, or none.
What was voided, or corrected in an import, is left out, as if it had never been.

How. In order of time (decided, asked, written), as if the limit had held all along: a moment needs
nobody if its amount is within the limit, fits into what is left of the budget, and within what its
customer may still get. Then it is counted in the budget and as given to the customer.
- The budget is one for each person, site and period (of a limit for one person: over all sites), of
  the one remedy if the limit is for one. It also counts what was given within the latitude for
  remedies that another limit judges. It starts with what its period held before the 90 days.
- A customer's cap counts, over everybody, what the customer got within the days up to then, joined
  customers as one. What was given in any other way (an exception, after an ask that still is one, a
  decision that now would need an ask, a colleague's under another limit) counts there as it was.
- A decision that does not fit would have had to ask. An ask that does not fit is an ask still, and
  counts in no budget. A customer declared one's own is always an ask, and an unmet need after a
  refusal for that is never met by a limit.
- Not replayed: the gross cap (voided decisions are left out), and reservations.

Money at risk: all that was asked for by asks that need nobody, less what was given after them
anyway (never more than was asked for), and all unmet needs that need nobody. Exceptions were given
in any case. Waiting saved is that of the same asks, with the waits of `ask_waiting`: up to the
answer, and where nobody answered until the time was up, for so long the customer stood there.

Imported decisions count among the amounts, and nowhere else: nobody's limit judged them.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from ledger.core import clock, customer_joins, sites
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.limit_book import Scope
from ledger.core.limit_setting import NewLimit
from ledger.core.reports import ask_waiting
from ledger.core.reports.replay_moments import Kind, Moment, imported, moments
from ledger.core.reports.replay_room import Reach, Room
from ledger.core.tables import Ask, Person

DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many, worth how much in minor units."""

    count: int
    minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What a proposed limit would have meant; the module says how each figure is counted.

    `asks`, `unmet` and `exceptions` are all there were, `…_free` those of them that would have
    needed nobody. `given` are the decisions within the latitude, `would_ask` those of them that
    would have needed an ask. `waited` is for how long the customers of `asks_free` waited, to the
    answer or until the time was up; `unanswered` how many of these waits ended without an answer.
    `amounts` says how often each amount was decided (imported ones too) or first asked for.
    """

    since: date
    until: date
    currency: str
    asks: Tally
    asks_free: Tally
    approved_anyway_minor: int
    waited: timedelta
    unanswered: int
    unmet: Tally
    unmet_free: Tally
    exceptions: Tally
    exceptions_free: Tally
    given: Tally
    would_ask: Tally
    imported: int
    amounts: Mapping[int, int]

    @property
    def more_minor(self) -> int:
        """The money at risk: what would have been given beyond what was, at most."""
        return self.asks_free.minor - self.approved_anyway_minor + self.unmet_free.minor

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing to replay."""
        return not self.amounts and not self.unmet.count


@dataclass(slots=True)
class _Sums:
    """What is counted on the way: for each kind all amounts, and those that needed nobody."""

    all: dict[int, list[int]] = field(default_factory=lambda: {kind: [] for kind in Kind})
    free: dict[int, list[int]] = field(default_factory=lambda: {kind: [] for kind in Kind})
    asked: dict[str, int] = field(default_factory=dict)
    approved_anyway_minor: int = 0


def replay(
    session: Session, new: NewLimit, *, setter: Person, now: datetime, days: int = DAYS
) -> Replay:
    """Return what a limit would have meant over the last business dates, today's included.

    Args:
        session: a reading session; nothing is saved.
        new: the limit as it is proposed; its reason does not matter.
        setter: who would set it, whom it would not apply to.
        now: what time it is.
        days: over how many business dates of the company.

    """
    today = sites.company_calendar(session).business_date(now)
    since = today - timedelta(days=days - 1)
    reach = Reach(session, new, setter, on=max(today, new.starts_on or today))
    has_cap = new.customer_days is not None
    found = moments(
        session, _scope(new), since=since, warm=_warm(new, since), all_customers=has_cap
    )
    room = Room(new, customer_joins.into_ids(session, None) if has_cap else {})
    sums = _run(found, reach, room, since=since.isoformat())
    waited, unanswered = _waiting(session, found, sums.asked, today=today, now=now)
    brought = _brought(session, new, reach, since=since)
    decided = [*sums.all[Kind.GIVEN], *sums.all[Kind.EXCEPTION], *sums.all[Kind.ASK]]
    given = _tally(sums.all[Kind.GIVEN])
    kept = _tally(sums.free[Kind.GIVEN])
    return Replay(
        since=since,
        until=today,
        currency=new.currency,
        asks=_tally(sums.all[Kind.ASK]),
        asks_free=_tally(sums.free[Kind.ASK]),
        approved_anyway_minor=sums.approved_anyway_minor,
        waited=waited,
        unanswered=unanswered,
        unmet=_tally(sums.all[Kind.UNMET]),
        unmet_free=_tally(sums.free[Kind.UNMET]),
        exceptions=_tally(sums.all[Kind.EXCEPTION]),
        exceptions_free=_tally(sums.free[Kind.EXCEPTION]),
        given=given,
        would_ask=Tally(count=given.count - kept.count, minor=given.minor - kept.minor),
        imported=brought.total(),
        amounts=dict(sorted((Counter(decided) + brought).items())),
    )


def _brought(session: Session, new: NewLimit, reach: Reach, *, since: date) -> Counter[int]:
    """Return how often each amount was given by imported decisions that the limit would judge."""
    found: Counter[int] = Counter()
    for (*whom, amount), times in imported(session, _scope(new), since=since).items():
        person_id, site_id, remedy_id = whom
        if reach.judges(person_id, site_id, remedy_id):
            found[amount] += times
    return found


def _run(found: Sequence[Moment], reach: Reach, room: Room, *, since: str) -> _Sums:
    """Go through the moments in order of time."""
    sums = _Sums()
    for moment in found:
        kind, thread = moment.kind, moment.thread
        if kind == Kind.AFTER_ASK:
            asked = sums.asked.get(thread or "")
            if asked is None:
                room.give(moment)
            else:
                sums.approved_anyway_minor += min(moment.amount_minor, asked)
            continue
        counts = moment.day >= since and reach.judges(
            moment.person_id, moment.site_id, moment.remedy_id
        )
        if counts:
            is_free = not moment.is_own and room.holds(moment)
            sums.all[kind].append(moment.amount_minor)
        else:
            is_free = kind == Kind.GIVEN
        if is_free:
            room.spend(moment)
        if is_free or kind in (Kind.GIVEN, Kind.EXCEPTION):
            room.give(moment)
        if counts and is_free:
            sums.free[kind].append(moment.amount_minor)
            if thread is not None:
                sums.asked[thread] = moment.amount_minor
    return sums


def _waiting(
    session: Session, found: Sequence[Moment], free: Collection[str], *, today: date, now: datetime
) -> tuple[timedelta, int]:
    """Return for how long the customers of these threads waited, and how often for nothing."""
    asks = [m for m in found if m.kind == Kind.ASK and m.thread in free]
    versions = select(col(Ask.id)).where(
        col(Ask.thread_uid).in_(bindparam("threads", expanding=True))
    )
    ours: set[int] = set()
    for threads in batched(sorted(free), IDS_IN_A_QUERY):
        ours.update(session.scalars(versions, {"threads": threads}))
    waited, unanswered = timedelta(), 0
    since = date.fromisoformat(min((m.day for m in asks), default=today.isoformat()))
    there = {m.site_id for m in asks}
    for wait in ask_waiting.waits(session, there, since=since, until=date.max, now=now):
        if wait.first_id in ours:
            waited += wait.stood or timedelta()
            unanswered += wait.end == "unanswered"
    return waited, unanswered


def _warm(new: NewLimit, since: date) -> date:
    """Return from which date on decisions are read: budgets and caps hold what came before."""
    first = since
    if new.budget_period is not None:
        first = clock.period_of(since, new.budget_period).start
    if new.customer_days is not None:
        first = min(first, since - timedelta(days=new.customer_days - 1))
    return first


def _scope(new: NewLimit) -> Scope:
    return Scope(
        person_id=new.person_id,
        site_id=new.site_id,
        grade=new.grade,
        remedy_id=new.remedy_id,
        currency=new.currency,
    )


def _tally(amounts: Sequence[int]) -> Tally:
    return Tally(count=len(amounts), minor=sum(amounts))
