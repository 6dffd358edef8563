"""What a file of activity would change, before anything is written: outcomes, by the same rules."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import activity, clock, customer_joins, returns, sites
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.imports.activity_known import Checked
from ledger.core.imports.activity_rows import Came
from ledger.core.tables import Decision, Outcome

# When a customer first came back, and first left, after one decision.
Days = tuple[int | None, int | None]
# Of one customer: the instants at which they came, and at which they left, as stored.
Instants = tuple[list[str], list[str]]


@dataclass(slots=True)
class _Watched:
    """A decision, with what is known of it and what the file says.

    `kept` is its outcome, `left_over` what would stay of it without the rows that are replaced,
    `since` the first instant that counts, `came` and `left` the first of the file from then on.
    """

    calendar: clock.Calendar
    since: str
    kept: Days
    left_over: Days
    came: str | None = None
    left: str | None = None

    def see(self, row: Came) -> None:
        """Take note of a row about the decision's customer."""
        if row.occurred_at < self.since:
            return
        if row.kind in activity.LEAVES:
            self.left = min(row.occurred_at, self.left or row.occurred_at)
        else:
            self.came = min(row.occurred_at, self.came or row.occurred_at)

    def is_changed(self) -> bool:
        """Whether the outcome would say something else."""
        came, left = self.left_over
        return self.kept != (self._earlier(came, self.came), self._earlier(left, self.left))

    def _earlier(self, day: int | None, instant: str | None) -> int | None:
        if instant is None:
            return day
        found = self.calendar.business_date(clock.from_text(instant)).toordinal()
        return found if day is None else min(day, found)


def outcomes_changed(session: Session, checked: Checked, changed: Sequence[Came]) -> int:
    """Return how many outcomes would say something else once the rows that are new counted.

    And those that are `changed`, in place of what is known.
    """
    references, ids_of = checked.references(changed=bool(changed)), checked.customer_ids
    gone = _gone(checked, changed)
    touched = {ids_of[one] for one in references if one in ids_of} | gone.keys()
    into = customer_joins.into_ids(session, touched)
    watched = _watched(session, touched, into, gone)
    for rows in (checked.new, changed):
        for row in rows:
            customer_id = ids_of.get(row.customer_ref, 0)
            for one in watched.get(into.get(customer_id, customer_id), ()):
                one.see(row)
    return sum(one.is_changed() for of_one in watched.values() for one in of_one)


def _gone(checked: Checked, changed: Iterable[Came]) -> Mapping[int, Instants]:
    """Return, by customer, the instants of the rows that would be replaced."""
    gone: dict[int, Instants] = {}
    for row in changed:
        before = checked.known[row.external_id]
        instants = gone.setdefault(before.customer_id, ([], []))
        instants[before.kind in activity.LEAVES].append(before.occurred_at)
    return gone


def _watched(
    session: Session,
    customer_ids: Collection[int],
    into: Mapping[int, int],
    gone: Mapping[int, Instants],
) -> Mapping[int, Sequence[_Watched]]:
    """Return the decisions for these customers, by as whom they count."""
    calendars = sites.calendars(session)
    watched: dict[int, list[_Watched]] = {}
    for group in batched(customer_joins.groups(into, customer_ids).values(), IDS_IN_A_QUERY):
        ids = [customer_id for one in group for customer_id in one]
        kept = _kept(session, ids)
        left_over = _left_over(session, [one for one in ids if one in gone], into, gone)
        for decided in returns.decisions(session, col(Decision.customer_id).in_(ids), into):
            current = decided.customer_id or 0
            calendar, day = calendars[decided.site_id], date.fromisoformat(decided.business_date)
            days = kept[decided.id]
            if current in left_over:
                came, left = left_over[current]
                days = (
                    returns.first_day(calendar, day, came),
                    returns.first_day(calendar, day, left),
                )
            since = clock.as_text(calendar.next_start(day))
            one = _Watched(calendar, since, kept[decided.id], days)
            watched.setdefault(current, []).append(one)
    return watched


def _left_over(
    session: Session, ids: Collection[int], into: Mapping[int, int], gone: Mapping[int, Instants]
) -> Mapping[int, Instants]:
    """Return the instants of customers some of whose rows would be replaced, without these."""
    currents = {into.get(one, one) for one in ids}
    everybody = [one for one in into if into[one] in currents]
    counted = returns.instants_of(session, [*currents, *everybody], into)
    stay = {one: (list(counted[one][0]), list(counted[one][1])) for one in currents}
    for customer_id in ids:
        own = stay[into.get(customer_id, customer_id)]
        for instants, held in zip(gone[customer_id], own, strict=True):
            for instant in instants:
                held.remove(instant)
    return stay


def _kept(session: Session, ids: Collection[int]) -> Mapping[int, Days]:
    query = (
        select(col(Outcome.decision_id), col(Outcome.returned_on), col(Outcome.left_on))
        .join(Decision, col(Decision.id) == col(Outcome.decision_id))
        .where(col(Decision.customer_id).in_(ids))
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}
