"""Limits with the names of what they are for, why they were set, and what they revert to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import commitments, limit_book
from ledger.core.limit_setting import words_subject
from ledger.core.tables import Limit, Person, Remedy, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverts:
    """What applies from `on`, once a limit is over: an amount, nothing (None), or it differs.

    `is_mixed`: at some sites one thing, at others another. `is_new`: it was not in force before.
    """

    on: date
    per_decision_minor: int | None
    is_mixed: bool
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLimit:
    """A limit with the names of what it is for and of who set it.

    `reason` is None if these words were erased.
    """

    limit: Limit
    person: str | None
    site: str | None
    remedy: str | None
    set_by: str
    reason: str | None
    reverts: Reverts | None


def named(session: Session, found: Sequence[Limit]) -> Sequence[NamedLimit]:
    """Put the names to limits, why they were set, and what they revert to."""
    people = _names(session, Person, {limit.person_id for limit in found})
    people |= _names(session, Person, {limit.set_by_id for limit in found})
    at = _names(session, Site, {limit.site_id for limit in found})
    remedies = _names(session, Remedy, {limit.remedy_id for limit in found})
    reasons = commitments.words_of(session, [words_subject(limit.uid) for limit in found])
    return [
        NamedLimit(
            limit=limit,
            person=people.get(limit.person_id),
            site=at.get(limit.site_id),
            remedy=remedies.get(limit.remedy_id),
            set_by=people.get(limit.set_by_id) or "",
            reason=reasons.get(words_subject(limit.uid)),
            reverts=_reverts(session, limit),
        )
        for limit in found
    ]


def named_one(session: Session, limit_id: int | None) -> NamedLimit | None:
    """Return the limit with this number with its names; None for none."""
    limit = None if limit_id is None else session.get(Limit, limit_id)
    return None if limit is None else named(session, [limit])[0]


def _reverts(session: Session, limit: Limit) -> Reverts | None:
    if limit.ends_on is None:
        return None
    on = limit.ends_on + timedelta(days=1)
    book = limit_book.not_over(session, limit.currency, on=on)
    winners = [
        limit_book.winner(book, place, on=on) for place in limit_book.places(session, limit, on=on)
    ]
    amounts = {None if won is None else won.per_decision_minor for won in winners}
    return Reverts(
        on=on,
        per_decision_minor=next(iter(amounts)) if len(amounts) == 1 else None,
        is_mixed=len(amounts) > 1,
        is_new=any(won is not None and won.starts_on > limit.starts_on for won in winners),
    )


def _names(
    session: Session, table: type[Person | Site | Remedy], ids: set[int | None]
) -> dict[int | None, str]:
    wanted = sorted(key for key in ids if key is not None)
    query = select(col(table.id), col(table.name)).where(col(table.id).in_(wanted))
    return {row[0]: row[1] for row in session.execute(query)}
