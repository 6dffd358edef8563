"""A second count of what a replay says: plain loops over whole rows, shared with nothing.

Every budget and every cap is added up anew at each moment, from the list of what was counted.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session

from ledger.core.limit_setting import NewLimit
from ledger.core.tables import (
    Ask,
    AskAnswer,
    Company,
    CustomerAlias,
    Decision,
    Limit,
    Person,
    Refusal,
    UnmetNeed,
    Void,
)

Row = Decision | Ask | UnmetNeed


@dataclass(frozen=True)
class Spent:
    """One amount that was counted in budgets."""

    row: Row
    remedy_id: int | None


@dataclass(frozen=True)
class Event:
    """One row where it stands in time."""

    at: datetime
    order: int
    kind: str
    row: Row
    remedy_id: int | None


def counted(session: Session, new: NewLimit, setter: Person, *, now: datetime) -> dict[str, Any]:
    """Return the figures of a replay, by their names."""
    return _Count(session, new, setter, now).figures()


class _Count:
    def __init__(self, session: Session, new: NewLimit, setter: Person, now: datetime) -> None:
        self.new, self.now = new, now
        company = session.scalars(select(Company)).one()
        local = now.astimezone(ZoneInfo(company.zone))
        hours, minutes = map(int, company.day_start.split(":"))
        self.today = (local - timedelta(hours=hours, minutes=minutes)).date()
        self.since = self.today - timedelta(days=89)
        self.people = {row.id: row for row in session.scalars(select(Person))}
        self.not_for = {
            row.id
            for row in self.people.values()
            if row.id in (setter.id, setter.same_as_id)
            or (row.same_as_id is not None and row.same_as_id == setter.id)
        }
        on = max(self.today, new.starts_on or self.today)
        self.others = [
            row
            for row in session.scalars(select(Limit))
            if row.currency == new.currency
            and (row.starts_on <= on or row.starts_at is not None)
            and (row.ends_on is None or on <= row.ends_on)
            and self.rank(row) > self.rank(new)
        ]
        voided = {row.decision_id for row in session.scalars(select(Void))}
        every = session.scalars(select(Decision)).all()
        replaced = {row.replaces_id for row in every}
        self.decisions = [
            row
            for row in every
            if row.id not in voided
            and row.id not in replaced
            and row.amount_minor > 0
            and row.currency == new.currency
        ]
        self.asks = session.scalars(select(Ask)).all()
        self.ask_by_id = {row.id: row for row in self.asks}
        self.first_answers = {
            row.ask_id: row for row in session.scalars(select(AskAnswer)) if row.step == 1
        }
        self.refusals = {row.uid: row for row in session.scalars(select(Refusal))}
        became = {row.refusal_uid for row in self.asks if row.refusal_uid}
        self.unmet = [
            row
            for row in session.scalars(select(UnmetNeed))
            if row.refusal_uid not in became
            and row.amount_minor > 0
            and row.currency == new.currency
        ]
        self.alias = {
            row.customer_id: row.into_id for row in session.scalars(select(CustomerAlias))
        }
        self.in_budgets: list[Spent] = []
        self.to_customers: list[Row] = []
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self.free: dict[str, list[Row]] = defaultdict(list)
        self.approved = 0

    @staticmethod
    def rank(limit: Limit | NewLimit) -> tuple[int, int]:
        if limit.person_id is not None:
            level = 5
        elif limit.grade is not None:
            level = 4 if limit.site_id is not None else 3
        else:
            level = 2 if limit.site_id is not None else 1
        return level, 0 if limit.remedy_id is None else 1

    def is_for(self, limit: Limit | NewLimit, row: Row, remedy_id: int | None) -> bool:
        person = self.people[row.person_id]
        wanted = (
            (limit.person_id, row.person_id),
            (limit.site_id, row.site_id),
            (limit.grade, person.grade),
            (limit.remedy_id, remedy_id),
        )
        return all(asked is None or asked == has for asked, has in wanted)

    def judges(self, row: Row, remedy_id: int | None) -> bool:
        if row.person_id in self.not_for or not self.is_for(self.new, row, remedy_id):
            return False
        for other in self.others:
            if self.is_for(other, row, remedy_id) and other.set_by_id != row.person_id:
                return False
        return True

    def period(self, day: date) -> tuple[int, int, int]:
        if self.new.budget_period == "month":
            return day.year, day.month, 0
        if self.new.budget_period == "week":
            year, week, _ = day.isocalendar()
            return year, week, 0
        return day.year, day.month, day.day

    def is_own(self, row: Row) -> bool:
        if not isinstance(row, UnmetNeed):
            return row.declared_own
        refusal = self.refusals.get(row.refusal_uid or "")
        return refusal is not None and refusal.rule == "own_customer"

    def fits(self, row: Row) -> bool:
        new = self.new
        if self.is_own(row) or row.amount_minor > new.per_decision_minor:
            return False
        if new.budget_minor is not None:
            spent = row.amount_minor
            for one in self.in_budgets:
                same_place = new.person_id is not None or one.row.site_id == row.site_id
                if (
                    one.row.person_id == row.person_id
                    and same_place
                    and self.period(one.row.business_date) == self.period(row.business_date)
                    and new.remedy_id in (None, one.remedy_id)
                ):
                    spent += one.row.amount_minor
            if spent > new.budget_minor:
                return False
        if new.customer_days is None or row.customer_id is None:
            return True
        had = [
            one.amount_minor
            for one in self.to_customers
            if self.customer(one) == self.customer(row)
            and one.business_date > row.business_date - timedelta(days=new.customer_days)
        ]
        if new.customer_count is not None and len(had) + 1 > new.customer_count:
            return False
        total = new.customer_total_minor
        return total is None or sum(had) + row.amount_minor <= total

    def customer(self, row: Row) -> int | None:
        own = row.customer_id
        return own if own is None else self.alias.get(own, own)

    def count_for(self, row: Row, *, budget: bool, remedy_id: int | None) -> None:
        if budget:
            self.in_budgets.append(Spent(row, remedy_id))
        if row.customer_id is not None:
            self.to_customers.append(row)

    def timeline(self) -> list[Event]:
        found = [
            Event(row.decided_at, *self.kind_of(row), row, row.remedy_id)
            for row in self.decisions
            if row.source != "imported"
        ]
        found += [
            Event(ask.made_at, 3, "asks", ask, ask.remedy_id)
            for ask in self.asks
            if ask.version == 1 and ask.amount_minor > 0 and ask.currency == self.new.currency
        ]
        for need in self.unmet:
            refusal = self.refusals.get(need.refusal_uid or "")
            remedy_id = None if refusal is None else refusal.remedy_id
            found.append(Event(need.made_at, 4, "unmet", need, remedy_id))
        return sorted(found, key=lambda one: (one.at, one.order, one.row.id))

    @staticmethod
    def kind_of(row: Decision) -> tuple[int, str]:
        if row.exception_reason is not None:
            return 1, "exceptions"
        return (0, "given") if row.ask_id is None else (2, "after")

    def figures(self) -> dict[str, Any]:
        for event in self.timeline():
            if event.kind == "after":
                self.see_what_an_ask_led_to(event)
            else:
                self.see(event)
        for row in self.decisions:
            is_in = row.source == "imported" and row.business_date >= self.since
            if is_in and self.judges(row, row.remedy_id):
                self.rows["imported"].append(row)
        figures: dict[str, Any] = {}
        for kind in ("asks", "unmet", "exceptions"):
            figures[kind] = self.tally(self.rows[kind])
            figures[f"{kind}_free"] = self.tally(self.free[kind])
        given, kept = self.tally(self.rows["given"]), self.tally(self.free["given"])
        threads = {row.thread_uid for row in self.free["asks"] if isinstance(row, Ask)}
        waited, unanswered = self.waiting(threads)
        amounts = Counter(
            row.amount_minor
            for kind in ("given", "exceptions", "asks", "imported")
            for row in self.rows[kind]
        )
        return {
            **figures,
            "given": given,
            "would_ask": (given[0] - kept[0], given[1] - kept[1]),
            "approved_anyway": self.approved,
            "more": figures["asks_free"][1] - self.approved + figures["unmet_free"][1],
            "waited": waited,
            "unanswered": unanswered,
            "imported": len(self.rows["imported"]),
            "amounts": dict(sorted(amounts.items())),
        }

    def see(self, event: Event) -> None:
        row, kind = event.row, event.kind
        if row.business_date < self.since or not self.judges(row, event.remedy_id):
            if kind in ("given", "exceptions"):
                self.count_for(row, budget=kind == "given", remedy_id=event.remedy_id)
            return
        self.rows[kind].append(row)
        if self.fits(row):
            self.free[kind].append(row)
            self.count_for(row, budget=True, remedy_id=event.remedy_id)
        elif kind in ("given", "exceptions"):
            self.count_for(row, budget=False, remedy_id=event.remedy_id)

    def see_what_an_ask_led_to(self, event: Event) -> None:
        assert isinstance(event.row, Decision)
        assert event.row.ask_id is not None
        thread = self.ask_by_id[event.row.ask_id].thread_uid
        for asked in self.free["asks"]:
            if isinstance(asked, Ask) and asked.thread_uid == thread:
                self.approved += min(event.row.amount_minor, asked.amount_minor)
                return
        self.count_for(event.row, budget=False, remedy_id=event.remedy_id)

    @staticmethod
    def tally(found: list[Row]) -> tuple[int, int]:
        return len(found), sum(one.amount_minor for one in found)

    def waiting(self, threads: set[str]) -> tuple[timedelta, int]:
        waited, unanswered = timedelta(), 0
        for thread in threads:
            since: datetime | None = None
            versions = [row for row in self.asks if row.thread_uid == thread]
            for row in sorted(versions, key=lambda one: one.version):
                since = since or row.made_at
                answer = self.first_answers.get(row.id)
                kind = None if answer is None else answer.kind
                if kind == "replaced":
                    continue
                if kind in ("approved", "countered", "declined"):
                    assert answer is not None
                    waited += answer.made_at - since
                elif kind in ("expired", "allowed") or (
                    kind is None and row.expires_at <= self.now
                ):
                    unanswered += 1
                    waited += row.expires_at - since
                since = None
        return waited, unanswered
