"""The ledger as plain lists: one limit in force at a time, judged by going through everything."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from ledger.core import clock
from ledger.core.clock import PeriodKind
from ledger.core.drafts import DecisionDraft
from ledger.core.tables import Decision

WINDOW_DAYS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The limit that the model knows."""

    per_decision: int
    budget: int
    period: PeriodKind
    count: int
    total: int


@dataclass(slots=True, kw_only=True)
class Given:
    """One decision as the model keeps it."""

    decision: Decision
    name: str
    customer: int | None
    amount: int
    on: date
    at: datetime
    voided_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form that was answered."""

    name: str
    form: DecisionDraft
    instead_of: Given | None
    is_recorded: bool


@dataclass(slots=True, kw_only=True)
class Model:
    """What happened, in plain lists."""

    rules: Rules | None = None
    given: list[Given] = field(default_factory=list)
    answers: dict[str, Sent] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def headroom(self, name: str, customer: int | None, on: date, *, without: Given | None) -> int:
        """Go through everything that was given and return the smallest of what is left."""
        rules = self.rules
        if rules is None:
            return 0
        period = clock.period_of(on, rules.period)
        own = [
            one for one in self.given if one.name == name and period.start <= one.on <= period.end
        ]
        net = sum(
            one.amount
            for one in own
            if one is not without and (one.voided_on is None or one.voided_on > period.end)
        )
        left = [
            rules.per_decision,
            rules.budget - net,
            3 * rules.budget - sum(one.amount for one in own),
        ]
        if customer is not None:
            theirs = [one.amount for one in self.received(customer, on) if one is not without]
            left.append(rules.total - sum(theirs))
            left.append(rules.per_decision if len(theirs) < rules.count else 0)
        return max(0, min(left))

    def received(self, customer: int, on: date) -> Sequence[Given]:
        """Return what a customer has and that counts in the window."""
        return [
            one
            for one in self.given
            if one.customer == customer
            and one.voided_on is None
            and one.on > on - timedelta(days=WINDOW_DAYS)
        ]
