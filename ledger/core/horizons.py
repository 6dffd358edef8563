"""Which horizon suits a company: how soon its customers come back, decided for or not.

A share of all customers between LOW and HIGH leaves room to see a difference in either direction.
All customers are those with a purchase, visit or renewal. Each is followed from the first business
date (company's calendar) on which they had one; they are back on their next later one. At a horizon
they are known once `through` is that many days after their first.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from ledger.core import activity, clock, customer_joins, sites
from ledger.core.driver import Driver, Prepared
from ledger.core.founding import HORIZONS
from ledger.core.tables import Activity, CustomerJoin, ImportFile, ImportUndo, Journal

LOW, HIGH, NEARLY_ALL = 0.5, 0.8, 0.95
ENOUGH = 30
"""Customers that must be known before a horizon is proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """How many customers are known at a horizon, and how many of them were back by then."""

    days: int
    known: int
    back: int

    @property
    def share(self) -> float | None:
        """Return the share that was back; None while too few are known."""
        return self.back / self.known if self.known >= ENOUGH else None

    @property
    def is_suitable(self) -> bool:
        """Whether differences can be seen at this horizon."""
        return self.share is not None and LOW <= self.share <= HIGH


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """How many of all customers come back at each horizon, and which one is proposed.

    `days` is None if none suits: too few are known, or shares jump over the range. `at` is empty
    where the company watches who stays, or has no activity yet.
    """

    days: int | None
    company_days: int
    at: Sequence[Back]

    @property
    def now(self) -> Back | None:
        """Return what is known at the company's own horizon."""
        return next((one for one in self.at if one.days == self.company_days), None)

    @property
    def is_needed(self) -> bool:
        """Whether enough is known to say that the company's own horizon does not suit."""
        return self.now is not None and self.now.share is not None and not self.now.is_suitable

    @property
    def is_too_long(self) -> bool:
        """Whether nearly everybody is back by then: better count the visits."""
        share = self.now.share if self.now else None
        return share is not None and share >= NEARLY_ALL


def proposal(session: Session) -> Proposal:
    """Return the shortest horizon at which 50 to 80 % of all customers are back.

    Reads all activity at most once after each import: what it says is kept until the journal has
    another import, undoing or join.
    """
    company, through = sites.company(session), activity.through(session).on
    if company.watch != "returns" or through is None:
        return Proposal(days=None, company_days=company.horizon_days, at=())
    key = (_head(session), through, company.zone, company.day_start)
    if key not in _kept:
        # One ledger a process, mostly; a second one may not push the first out for good.
        while len(_kept) >= _MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = _shares(session, through)
    at = _kept[key]
    days = next((one.days for one in at if one.is_suitable), None)
    return Proposal(days=days, company_days=company.horizon_days, at=at)


_MOST_KEPT = 4
# The hash of the journal's row is one of all activity that was there; so nothing else is asked for.
_kept: dict[tuple[str, date, str, str], Sequence[Back]] = {}


def _head(session: Session) -> str:
    """Return the hash of the latest journal row that changed what customers did, or who is who."""
    seqs = [
        session.scalar(select(func.max(col(table.journal_seq))))
        for table in (ImportFile, ImportUndo, CustomerJoin)
    ]
    latest = max((seq for seq in seqs if seq is not None), default=0)
    return session.scalar(select(col(Journal.hash)).where(col(Journal.seq) == latest)) or ""


def _shares(session: Session, through: date) -> Sequence[Back]:
    """Return what is known at each horizon."""
    known, back = Counter[int](), Counter[int]()
    for first, again in _first_two(session):
        watched = (through - first).days
        offset = (again - first).days if again is not None and again <= through else None
        for days in HORIZONS:
            if days <= watched:
                known[days] += 1
                back[days] += offset is not None and offset <= days
    return [Back(days=days, known=known[days], back=back[days]) for days in HORIZONS]


def _first_two(session: Session) -> Iterator[tuple[date, date | None]]:
    """Yield each customer's first business date with activity, and the next one."""
    calendar = sites.company_calendar(session)
    for instants in _instants(session).values():
        first = calendar.business_date(clock.from_text(min(instants)))
        start = clock.as_text(calendar.next_start(first))
        later = min((one for one in instants if one >= start), default=None)
        yield first, None if later is None else calendar.business_date(clock.from_text(later))


def _instants(session: Session) -> Mapping[int, Sequence[str]]:
    """Return when each customer was there, as stored, in no order."""
    into = customer_joins.into_ids(session, None)
    found: dict[int, list[str]] = {}
    kinds = dict(zip(("first", "second", "third"), activity.RETURNS, strict=True))
    for customer_id, occurred_at in _TIMES.run(Driver(session), **kinds).fetchall():
        found.setdefault(into.get(customer_id, customer_id), []).append(occurred_at)
    return found


_TIMES = Prepared(
    select(col(Activity.customer_id), col(Activity.occurred_at)).where(
        col(Activity.kind).in_([bindparam("first"), bindparam("second"), bindparam("third")]),
        activity.counts(),
    )
)
