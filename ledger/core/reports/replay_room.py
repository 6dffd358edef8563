"""What a proposed limit would have judged, and what it would have left at each moment."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import clock, limit_book, limits, same_human, sites
from ledger.core.limit_book import Place
from ledger.core.limit_setting import NewLimit
from ledger.core.reports.replay_moments import Moment
from ledger.core.tables import Limit, Person


class Reach:
    """Whom the proposed limit would judge: everybody in its scope for whom nothing else wins."""

    def __init__(self, session: Session, new: NewLimit, setter: Person, *, on: date) -> None:
        """Read the limits in force on a business date, and the people's grades of today."""
        self._new = new
        self._calendar = sites.company_calendar(session)
        self._grades = dict(session.execute(select(col(Person.id), col(Person.grade))).all())
        self._records = same_human.all_records(session)
        self._setter = self._records.get(setter.id, frozenset({setter.id}))
        book = limit_book.not_over(session, new.currency, on=on)
        own = self._rank(new)
        self._above = [
            limit
            for limit in book
            if limit_book.is_in_force(limit, on=on) and self._rank(limit) > own
        ]
        self._known: dict[tuple[int, int, int | None], bool] = {}

    def judges(self, person_id: int, site_id: int, remedy_id: int | None) -> bool:
        """Whether the proposed limit is the one for this person, site and remedy."""
        key = (person_id, site_id, remedy_id)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._judges(*key)
        return found

    def _judges(self, person_id: int, site_id: int, remedy_id: int | None) -> bool:
        place = Place(
            person_id=person_id,
            grade=self._grades.get(person_id),
            site_id=site_id,
            currency=self._new.currency,
            calendar=self._calendar,
            remedy_id=remedy_id,
            records=self._records.get(person_id, frozenset()),
        )
        new = self._new
        return (
            person_id not in self._setter
            and new.person_id in (None, place.person_id)
            and new.grade in (None, place.grade)
            and new.site_id in (None, site_id)
            and new.remedy_id in (None, remedy_id)
            and not any(limit_book.covers(limit, place) for limit in self._above)
        )

    @staticmethod
    def _rank(limit: NewLimit | Limit) -> tuple[int, bool]:
        level = limits.level_for(limit.person_id, limit.site_id, limit.grade)
        return -limits.LEVELS.index(level), limit.remedy_id is not None


class Room:
    """What the proposed limit leaves, moment after moment, as if it had always held."""

    def __init__(self, new: NewLimit, counts_as: Mapping[int, int]) -> None:
        """Start with nothing given; `counts_as` says as whom joined customers count."""
        self._new = new
        self._counts_as = counts_as
        self._spent: dict[tuple[int, int, str], int] = defaultdict(int)
        self._had: dict[int, list[tuple[str, int]]] = defaultdict(list)
        self._period_starts: dict[str, str] = {}

    def holds(self, moment: Moment) -> bool:
        """Whether the amount is within the limit, its budget and its customer's cap."""
        new = self._new
        if moment.amount_minor > new.per_decision_minor:
            return False
        if new.budget_minor is not None:
            spent = self._spent[self._key(moment)]
            if spent + moment.amount_minor > new.budget_minor:
                return False
        return new.customer_days is None or self._is_within_cap(moment, new.customer_days)

    def spend(self, moment: Moment) -> None:
        """Count an amount in the budget, if it falls under it."""
        if self._new.budget_minor is not None and self._new.remedy_id in (None, moment.remedy_id):
            self._spent[self._key(moment)] += moment.amount_minor

    def give(self, moment: Moment) -> None:
        """Count what a customer got."""
        if self._new.customer_days is not None and moment.customer_id is not None:
            self._had[self._customer(moment.customer_id)].append((moment.day, moment.amount_minor))

    def _is_within_cap(self, moment: Moment, days: int) -> bool:
        if moment.customer_id is None:
            return True
        after = (date.fromisoformat(moment.day) - timedelta(days=days)).isoformat()
        had = [
            amount for day, amount in self._had[self._customer(moment.customer_id)] if day > after
        ]
        most_count, most_minor = self._new.customer_count, self._new.customer_total_minor
        return (most_count is None or len(had) < most_count) and (
            most_minor is None or sum(had) + moment.amount_minor <= most_minor
        )

    def _customer(self, customer_id: int) -> int:
        return self._counts_as.get(customer_id, customer_id)

    def _key(self, moment: Moment) -> tuple[int, int, str]:
        # A limit of one person has one budget for all of their sites.
        site_id = 0 if self._new.person_id is not None else moment.site_id
        return moment.person_id, site_id, self._period_start(moment.day)

    def _period_start(self, day: str) -> str:
        found = self._period_starts.get(day)
        if found is None:
            kind = self._new.budget_period or "day"
            found = clock.period_of(date.fromisoformat(day), kind).start.isoformat()
            self._period_starts[day] = found
        return found
