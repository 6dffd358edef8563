"""What a limit leaves for one customer, over everybody who serves them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, exists, func, select
from sqlmodel import col

from ledger.core import clock, customer_joins
from ledger.core.driver import Driver, Prepared
from ledger.core.tables import Decision, Void
from ledger.core.tables.types import Day

CUSTOMER_COUNT, CUSTOMER_TOTAL = "customer_count", "customer_total"

# What a rule leaves, its name, and when time alone makes it leave more.
RoomOfRule = tuple[int, str, datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCap:
    """What one customer may get in `days` days, over everybody, and what this one has had.

    `most_count` and `most_minor` are None where the limit does not cap them.
    """

    days: int
    most_count: int | None
    most_minor: int | None
    had_count: int
    had_minor: int

    def allows(self, amount_minor: int) -> bool:
        """Whether this customer may get so much more."""
        if self.most_count is not None and self.had_count >= self.most_count:
            return False
        return self.most_minor is None or self.had_minor + amount_minor <= self.most_minor


_CUSTOMER_GIVEN = Prepared(
    select(
        func.count(),
        func.coalesce(func.sum(col(Decision.amount_minor)), 0),
        func.min(col(Decision.business_date)),
    ).where(
        col(Decision.customer_id).in_(customer_joins.ids_of_one(bindparam("customer_id"))),
        col(Decision.business_date) > bindparam("since", type_=Day()),
        col(Decision.currency) == bindparam("currency"),
        col(Decision.source) != "imported",
        col(Decision.amount_minor) > 0,
        ~exists().where(col(Void.decision_id) == col(Decision.id)).correlate(Decision),
    )
)


def cap_of(  # all keywords: whom, of which currency, on which day, and what the limit sets
    driver: Driver,
    *,
    customer_id: int,
    currency: str,
    on: date,
    days: int,
    most_count: int | None,
    most_minor: int | None,
) -> tuple[CustomerCap, date | None]:
    """Return the cap with what the customer has had, and the day of the oldest that counts."""
    count, total, first = _CUSTOMER_GIVEN.one(
        driver,
        customer_id=customer_id,
        since=(on - timedelta(days=days)).isoformat(),
        currency=currency,
    )
    cap = CustomerCap(
        days=days,
        most_count=most_count,
        most_minor=most_minor,
        had_count=count,
        had_minor=int(total),
    )
    return cap, None if first is None else date.fromisoformat(first)


def rooms(
    cap: CustomerCap, first: date | None, *, per_decision_minor: int, calendar: clock.Calendar
) -> Sequence[RoomOfRule]:
    """Return what each rule of a cap leaves; `first` is the day of the oldest that counts."""
    # The oldest gesture leaves the window that many days after it was made.
    frees = None if first is None else calendar.start_of(first + timedelta(days=cap.days))
    found: list[RoomOfRule] = []
    if cap.most_count is not None:
        room = per_decision_minor if cap.had_count < cap.most_count else 0
        found.append((room, CUSTOMER_COUNT, frees))
    if cap.most_minor is not None:
        found.append((max(0, cap.most_minor - cap.had_minor), CUSTOMER_TOTAL, frees))
    return found
