"""What came of each decision: when its customer first came back, and first left.

Definition version 1: the first activity at or after the instant at which the next business day of
the decision's site starts, dated in that site's calendar. A tally: kept current by whoever records,
voids or imports, inside the same transaction and under the chain lock, and always equal to what
`recompute` makes of the books.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, bindparam, insert, select, update
from sqlalchemy.orm.util import identity_key
from sqlmodel import Session, col

from ledger.core import clock, customer_joins, journal, returns, sites
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.driver import Driver, Prepared, Stored
from ledger.core.tables import Activity, CustomerAlias, Decision, Outcome

DEFINITION = 1

Calendars = Mapping[int, clock.Calendar]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One row of the tally: days are ordinals, flags 0 and 1."""

    decision_id: int
    customer_id: int | None
    decided_on: int
    is_first: int
    in_force: int
    returned_on: int | None
    left_on: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One decision whose row in the tally (None: there is none) is not what the books say."""

    decision_id: int
    found: Facts | None
    expected: Facts


def note_decision(session: Session, decision: Decision) -> None:
    """Add the outcome of a decision that has just been written.

    Usually it is the last thing that is known of its customer: then it has no outcome yet, and
    changes no other. Otherwise (a late one) all of the customer's decisions are looked at again.
    """
    session.flush()
    if decision.customer_id is None:
        _write(session, [_bare(decision, is_first=False)])
        return
    driver = Driver(session)
    since = clock.as_text(decision.decided_at)
    told: dict[str, Stored] = {
        "customer": decision.customer_id,
        "decision": decision.id,
        "since": since,
    }
    if _ANYTHING_SINCE.run(driver, **told).fetchone() is not None:
        recompute(session, [decision.customer_id])
        return
    before = _IN_FORCE.run(driver, customer=decision.customer_id).fetchone()
    _write(session, [_bare(decision, is_first=before is None)])


def note_void(session: Session, decision_id: int) -> None:
    """Take a decision that has just been voided, or replaced, out of the cohort."""
    session.flush()
    customer_id = session.scalar(
        select(col(Decision.customer_id)).where(col(Decision.id) == decision_id)
    )
    if customer_id is None:
        recompute(session, (), walk_in_ids=[decision_id])
        return
    recompute(session, [customer_id])


def recompute(
    session: Session,
    customer_ids: Collection[int] | None = None,
    *,
    walk_in_ids: Collection[int] = (),
) -> int:
    """Compute the outcomes of these customers' decisions again, and write those that differ.

    Args:
        session: an open write transaction; takes the chain lock.
        customer_ids: None means everybody, walk-ins included.
        walk_in_ids: decisions for nobody in particular to look at as well.

    Returns:
        how many rows were written.

    """
    session.flush()
    journal.lock_chain(Driver(session))
    changed = list(_differences(session, customer_ids, walk_in_ids))
    _write(session, [found.expected for found in changed if found.found is None])
    _rewrite(session, [found.expected for found in changed if found.found is not None])
    return len(changed)


def differences(session: Session) -> Iterator[Difference]:
    """Yield each decision whose outcome is not what a recomputation makes of the books."""
    yield from _differences(session, None, ())


def would_differ(session: Session, customer_ids: Sequence[int], into: Mapping[int, int]) -> int:
    """Return how many outcomes would say something else if these ids counted as `into` says.

    That one counts for another name is no change; being the first, or having come back, is.
    """
    which = col(Decision.customer_id).in_(customer_ids)
    calendars = sites.calendars(session)
    return sum(
        found.found is None
        or replace(found.found, customer_id=found.expected.customer_id) != found.expected
        for found in _differing(session, calendars, into, which, customer_ids)
    )


def _differences(
    session: Session, customer_ids: Collection[int] | None, walk_in_ids: Collection[int]
) -> Iterator[Difference]:
    calendars = sites.calendars(session)
    if customer_ids is None:
        known = select(col(Decision.customer_id)).distinct()
        customer_ids = {found for found in session.scalars(known) if found is not None}
        nobody = select(col(Decision.id)).where(col(Decision.customer_id).is_(None))
        walk_in_ids = session.scalars(nobody).all()
        into = customer_joins.into_ids(session, None)
    else:
        # Few are joined: where many customers are asked for, it is quicker to look all of them up.
        is_many = len(customer_ids) > IDS_IN_A_QUERY
        into = customer_joins.into_ids(session, None if is_many else customer_ids)
    groups = customer_joins.groups(into, customer_ids)
    for group in batched(groups.values(), IDS_IN_A_QUERY):
        everyone = [customer_id for ids in group for customer_id in ids]
        yield from _differing(
            session, calendars, into, col(Decision.customer_id).in_(everyone), everyone
        )
    for ids in batched(sorted(walk_in_ids), IDS_IN_A_QUERY):
        yield from _differing(session, calendars, into, col(Decision.id).in_(ids), ())


def _differing(
    session: Session,
    calendars: Calendars,
    into: Mapping[int, int],
    which: ColumnElement[bool],
    customer_ids: Collection[int],
) -> Iterator[Difference]:
    decisions = returns.decisions(session, which, into)
    if not decisions:
        # Most of whom a till's file names were never given anything.
        return
    driver, stored = Driver(session), _stored(session, which)
    ids = customer_joins.groups(into, customer_ids)
    first_ids = returns.firsts(decisions)
    for decided in decisions:
        of_customer = ids.get(decided.customer_id or 0, ())
        returned_on, left_on = returns.first_days(
            driver, calendars[decided.site_id], decided, of_customer
        )
        expected = Facts(
            decision_id=decided.id,
            customer_id=decided.customer_id,
            decided_on=date.fromisoformat(decided.business_date).toordinal(),
            is_first=int(decided.id in first_ids),
            in_force=int(decided.in_force),
            returned_on=returned_on,
            left_on=left_on,
        )
        found = stored.get(decided.id)
        if found != expected:
            yield Difference(decision_id=decided.id, found=found, expected=expected)


def _stored(session: Session, which: ColumnElement[bool]) -> Mapping[int, Facts]:
    columns = [col(getattr(Outcome, name)) for name in _COLUMNS]
    query = select(*columns).join(Decision, col(Decision.id) == col(Outcome.decision_id))
    rows = (
        Facts(**dict(zip(_COLUMNS, row, strict=True)))
        for row in session.execute(query.where(which))
    )
    return {row.decision_id: row for row in rows}


def _bare(decision: Decision, *, is_first: bool) -> Facts:
    return Facts(
        decision_id=decision.id,
        customer_id=decision.customer_id,
        decided_on=decision.business_date.toordinal(),
        is_first=int(is_first),
        in_force=1,
        returned_on=None,
        left_on=None,
    )


def _write(session: Session, rows: Sequence[Facts]) -> None:
    if rows:
        _INSERT.run_many(Driver(session), [_values(row) for row in rows])


def _values(row: Facts) -> dict[str, Stored]:
    """Return the columns of a row; `asdict` copies each value deeply, which many rows feel."""
    return {name: getattr(row, name) for name in _COLUMNS}


def _rewrite(session: Session, rows: Sequence[Facts]) -> None:
    if rows:
        changed = [{**_values(row), "decision": row.decision_id} for row in rows]
        _UPDATE.run_many(Driver(session), changed)
        for row in rows:
            held = session.identity_map.get(identity_key(Outcome, row.decision_id))
            if held is not None:
                session.expire(held)


_INSERT = Prepared(insert(Outcome))
_CHANGING = ("customer_id", "decided_on", "is_first", "in_force", "returned_on", "left_on")
_COLUMNS = ("decision_id", *_CHANGING)
_UPDATE = Prepared(
    update(Outcome)
    .where(col(Outcome.decision_id) == bindparam("decision"))
    .values({name: bindparam(name) for name in _CHANGING})
)
# What an import that is not visible yet has brought is counted too: then all is looked at, once.
_ANYTHING_SINCE = Prepared(
    select(col(Decision.id))
    .where(
        col(Decision.customer_id) == bindparam("customer"),
        col(Decision.id) != bindparam("decision"),
        col(Decision.decided_at) >= bindparam("since"),
    )
    .union_all(
        select(col(Activity.id)).where(
            col(Activity.customer_id) == bindparam("customer"),
            col(Activity.occurred_at) >= bindparam("since"),
        ),
        # Who is one with somebody: what is known of all of them counts.
        select(col(CustomerAlias.customer_id)).where(
            col(CustomerAlias.customer_id) == bindparam("customer")
        ),
        select(col(CustomerAlias.customer_id)).where(
            col(CustomerAlias.into_id) == bindparam("customer")
        ),
    )
    .limit(1)
)
_IN_FORCE = Prepared(
    select(col(Outcome.decision_id))
    .where(col(Outcome.customer_id) == bindparam("customer"), col(Outcome.in_force) == 1)
    .limit(1)
)
