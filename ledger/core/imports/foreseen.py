"""What a file of activity would change, before anything is written: outcomes, by the same rules."""

from bisect import insort
from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import activity, customer_joins, returns, sites
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.imports.activity_rows import Came, Checked
from ledger.core.tables import Decision, Outcome

# Of one customer: the instants at which they came, and at which they left, as stored.
Instants = tuple[list[str], list[str]]


def outcomes_changed(session: Session, checked: Checked, rows: Collection[Came]) -> int:
    """Return how many outcomes would say something else once these rows counted."""
    moved = _moves(checked, rows)
    into = customer_joins.into_ids(session, moved)
    calendars = sites.calendars(session)
    changed = 0
    for group in batched(customer_joins.groups(into, moved).values(), IDS_IN_A_QUERY):
        ids = [customer_id for one in group for customer_id in one]
        instants = _instants(session, ids, into, moved)
        which = col(Decision.customer_id).in_(ids)
        kept = _kept(session, ids)
        for decided in returns.decisions(session, which, into):
            came, left = instants.get(decided.customer_id or 0, ((), ()))
            calendar, day = calendars[decided.site_id], date.fromisoformat(decided.business_date)
            found = (
                returns.first_day(calendar, day, came),
                returns.first_day(calendar, day, left),
            )
            changed += found != kept[decided.id]
    return changed


def _moves(checked: Checked, rows: Collection[Came]) -> Mapping[int, tuple[Instants, Instants]]:
    """Return, by customer who is known, the instants that would go, and those that would come."""
    moves: dict[int, tuple[Instants, Instants]] = {}
    for row in rows:
        before = checked.known.get(row.external_id)
        if before is not None and before.id is not None:
            gone = moves.setdefault(before.customer_id, (([], []), ([], [])))[0]
            gone[before.kind in activity.LEAVES].append(before.occurred_at)
        customer_id = checked.customer_ids.get(row.customer_ref)
        if customer_id is not None:
            new = moves.setdefault(customer_id, (([], []), ([], [])))[1]
            new[row.kind in activity.LEAVES].append(row.occurred_at)
    return moves


def _instants(
    session: Session,
    ids: Collection[int],
    into: Mapping[int, int],
    moved: Mapping[int, tuple[Instants, Instants]],
) -> Mapping[int, Instants]:
    """Return the instants of these customers as they would be."""
    counted = returns.instants_of(session, ids, into)
    instants = {one: (list(came), list(left)) for one, (came, left) in counted.items()}
    for customer_id in moved.keys() & set(ids):
        own = instants.setdefault(into.get(customer_id, customer_id), ([], []))
        for gone, new, held in zip(*moved[customer_id], own, strict=True):
            for instant in gone:
                held.remove(instant)
            for instant in new:
                insort(held, instant)
    return instants


def _kept(session: Session, ids: Collection[int]) -> Mapping[int, tuple[int | None, int | None]]:
    query = (
        select(col(Outcome.decision_id), col(Outcome.returned_on), col(Outcome.left_on))
        .join(Decision, col(Decision.id) == col(Outcome.decision_id))
        .where(col(Decision.customer_id).in_(ids))
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}
