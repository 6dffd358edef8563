"""Two customers who turned out to be one, and one who turned out to be two.

A join and its taking back are rows of one book. Nothing else is rewritten: decisions, visits and
details stay where they were written, so that parting gives each back what they came with. What
was decided while they were one stays with the one under whose name it was written.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import commitments, customer_joins, journal, notes, outcomes, permissions
from ledger.core.batches import IDS_IN_A_QUERY, batched
from ledger.core.driver import Driver
from ledger.core.errors import BadValueError, LedgerError, NotPermittedError
from ledger.core.people import subject_of as person_subject
from ledger.core.permissions import Action
from ledger.core.tables import Customer, CustomerJoin, Person

JOINED = "customer.joined"
PARTED = "customer.parted"


class AlreadyOneError(LedgerError):
    """The two customers count as one already."""


class NotJoinedError(LedgerError):
    """The customer counts as nobody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What the book says of one customer.

    `path` are the ids as whom they were taken to count, one after the other and not taken back;
    the last is as whom they count. `parted` are those whom they no longer count as.
    """

    path: Sequence[int]
    parted: frozenset[int]


def join_customers(
    session: Session, person: Person, customer_id: int, into_id: int, *, reason: str, now: datetime
) -> int:
    """Let one customer, and everybody who counts as them, count as another one from now on.

    Args:
        session: an open write transaction.
        person: who found out.
        customer_id: who will count as the other one.
        into_id: the other one, or somebody who counts as them.
        reason: why, in at most 140 characters; kept outside the journal.
        now: the instant.

    Returns:
        how many outcomes were written anew.

    Raises:
        NotPermittedError: if the person may not.
        AlreadyOneError: if the two are one already.
        BadValueError: if there is no reason, or it cannot be kept.

    """
    said = _checked(person, reason)
    touched = join(
        session, [(customer_id, into_id)], actor=person_subject(person), now=now, reason=said
    )
    if not touched:
        raise AlreadyOneError
    return outcomes.recompute(session, touched)


def part_customer(
    session: Session, person: Person, customer_id: int, *, reason: str, now: datetime
) -> int:
    """Let a customer who counts as another one count as themselves again.

    Whoever counted as them when they were joined does so again. No import joins the two again.

    Args:
        session: an open write transaction.
        person: who found out.
        customer_id: who will count as themselves.
        reason: why, in at most 140 characters; kept outside the journal.
        now: the instant.

    Returns:
        how many outcomes were written anew.

    Raises:
        NotPermittedError: if the person may not.
        NotJoinedError: if the customer counts as nobody else.
        BadValueError: if there is no reason, or it cannot be kept.

    """
    said = _checked(person, reason)
    session.flush()
    driver = Driver(session)
    before = customer_joins.lock(driver, [customer_id], themselves=True)[customer_id]
    if before == customer_id:
        raise NotJoinedError
    actor = person_subject(person)
    leaving = brought(session, customer_id)
    for number, one in enumerate([customer_id, *leaving]):
        row = CustomerJoin(customer_id=one, into_id=customer_id, made_at=now)
        _write(session, row, PARTED, None if number else said, actor=actor, now=now)
    return outcomes.recompute(session, [before, customer_id])


def join(
    session: Session,
    pairs: Iterable[tuple[int, int]],
    *,
    actor: str,
    now: datetime,
    reason: str | None = None,
) -> frozenset[int]:
    """Write that each first customer of these pairs of ids counts as the second one.

    Takes the customers' locks, then the chain's. Who is one with the other already is left alone.

    Returns:
        the ids whose outcomes are the caller's to recompute.

    """
    pairs = list(pairs)
    session.flush()
    driver = Driver(session)
    customer_joins.lock(driver, {one for pair in pairs for one in pair})
    touched: set[int] = set()
    for customer_id, into_id in pairs:
        moving, into = (customer_joins.current_id(driver, one) for one in (customer_id, into_id))
        if moving == into:
            continue
        for one in customer_joins.group_of(session, moving):
            row = CustomerJoin(customer_id=one, into_id=into, made_at=now)
            _write(session, row, JOINED, reason if one == moving else None, actor=actor, now=now)
        touched |= {moving, into}
    return frozenset(touched)


def brought(session: Session, customer_id: int) -> Sequence[int]:
    """Return who counted as this customer before they were joined with whom they count as."""
    group = customer_joins.group_of(session, customer_id)
    told = histories(session, group)
    return [one for one in group if one in told and customer_id in told[one].path]


def histories(session: Session, customer_ids: Collection[int]) -> Mapping[int, History]:
    """Return what the book says of those of these customers who were ever joined."""
    paths: dict[int, list[int]] = defaultdict(list)
    parted: dict[int, set[int]] = defaultdict(set)
    query = select(col(CustomerJoin.customer_id), col(CustomerJoin.into_id))
    for ids in batched(sorted(customer_ids), IDS_IN_A_QUERY):
        rows = query.where(col(CustomerJoin.customer_id).in_(ids)).order_by(col(CustomerJoin.id))
        for customer_id, into_id in session.execute(rows):
            path = paths[customer_id]
            # Back to somebody whom they counted as before, or to themselves: what came after that
            # was taken back.
            kept = path.index(into_id) + 1 if into_id in path else 0
            if kept or into_id == customer_id:
                parted[customer_id].update(path[kept:])
                del path[kept:]
            else:
                path.append(into_id)
    return {one: History(path=path, parted=frozenset(parted[one])) for one, path in paths.items()}


def was_anybody_parted(session: Session) -> bool:
    """Whether any join was ever taken back: mostly none was."""
    back = col(CustomerJoin.customer_id) == col(CustomerJoin.into_id)
    return session.scalars(select(col(CustomerJoin.id)).where(back).limit(1)).first() is not None


def were_parted(session: Session, one_id: int, other_id: int) -> bool:
    """Whether somebody took back that these two, or any who count as them, were one."""
    one, other = (set(customer_joins.group_of(session, found)) for found in (one_id, other_id))
    return any(
        told.parted & against
        for ids, against in ((one, other), (other, one))
        for told in histories(session, ids).values()
    )


def _checked(person: Person, reason: str) -> str:
    """Return the reason as it is kept, from somebody who may."""
    if not permissions.may(person.role, Action.JOIN_CUSTOMERS):
        raise NotPermittedError(Action.JOIN_CUSTOMERS)
    if not reason.strip():
        raise BadValueError(field="reason", value="", why="empty")
    try:
        return notes.check_note(reason)
    except BadValueError as found:
        raise BadValueError(field="reason", value=found.value, why=found.why) from found


def _write(
    session: Session, row: CustomerJoin, kind: str, reason: str | None, *, actor: str, now: datetime
) -> None:
    """Write one row of the book with its journal row, and the tally."""
    driver = Driver(session)
    head = journal.lock_chain(driver)
    journal.number_row(session, head, row)
    if reason is not None:
        row.reason_commitment = commitments.keep_words(session, f"join:{row.id}", reason, now=now)
    query = select(col(Customer.pseudonym)).where(col(Customer.id) == row.customer_id)
    subject = f"customer:{session.scalars(query).one()}"
    journal.add_after(session, head, row, kind=kind, actor=actor, subject=subject, now=now)
    customer_joins.note(driver, row.customer_id, row.into_id)
