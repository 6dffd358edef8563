"""Who stands in for whom, of those who answer asks: one may have handed on to the next."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core.tables import Delegation, DelegationEnd


def in_force(session: Session, *, on: date) -> Mapping[int, int]:
    """Return to whom people have handed their asks over on a business date, by the givers' ids."""
    return _on(_handed_over(session, since=on, until=on), on)


def givers_around(session: Session, person_id: int, *, now: datetime) -> frozenset[int]:
    """Return who may have handed on to this person, by the business date of any site."""
    around = [now.date() + timedelta(days=days) for days in (-1, 0, 1)]
    rows = _handed_over(session, since=around[0], until=around[-1])
    found: set[int] = set()
    for on in around:
        handed_over = _on(rows, on)
        found |= {one for one in handed_over if person_id in reaches(handed_over, one)}
    return frozenset(found)


def reaches(handed_over: Mapping[int, int], person_id: int) -> list[int]:
    """Return who answers in a person's place, one handing on to the next, the nearest first."""
    found: list[int] = []
    to_id = handed_over.get(person_id)
    while to_id is not None and to_id not in (person_id, *found):
        found.append(to_id)
        to_id = handed_over.get(to_id)
    return found


def _handed_over(session: Session, *, since: date, until: date) -> Sequence[Delegation]:
    """Return what is handed over on any of these dates, the latest that was said last."""
    query = (
        select(Delegation)
        .outerjoin(DelegationEnd, col(DelegationEnd.delegation_id) == col(Delegation.id))
        .where(
            col(DelegationEnd.id).is_(None),
            col(Delegation.starts_on) <= until,
            col(Delegation.ends_on) >= since,
        )
        .order_by(col(Delegation.id))
    )
    return session.scalars(query).all()


def _on(rows: Sequence[Delegation], on: date) -> Mapping[int, int]:
    return {row.person_id: row.to_id for row in rows if row.starts_on <= on <= row.ends_on}
