"""What stands beside a flag, for each of its two readings alike: counts, and the decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from ledger.core import flag_patterns, ways
from ledger.core.flag_patterns import Pattern, Window
from ledger.core.tables import (
    Ask,
    AskAnswer,
    CustomerAlias,
    Decision,
    Outcome,
    Person,
    Reason,
    Remedy,
    UnmetNeed,
)
from ledger.core.ways import Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """One decision behind a flag."""

    decision_id: int
    uid: str
    business_date: date
    decided_at: datetime
    zone: str
    person_id: int
    person: str
    remedy: str
    reason: str
    amount_minor: int
    currency: str
    limit_id: int | None
    has_note: bool
    is_walk_in: bool
    way: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for and wished for in the same weeks, of the kind that the flag is about.

    just_under: more than the limit, for that reason. splitting: more than the limit and up to
    what the parts add up to. A customer's: anything for them. `asks` counts requests (a second
    try is the same one), `approved` those that somebody approved, a counter-offer included;
    `unmet` counts unmet needs.
    """

    asks: int = 0
    approved: int = 0
    unmet: int = 0


def behind(
    session: Session, window: Window, found: Sequence[Pattern]
) -> Mapping[int, Sequence[Behind]]:
    """Return the decisions that make each pattern, newest first, by its place in the sequence."""
    if not found:
        return {}
    chosen = union_all(
        *(
            select(literal(place).label("place"), col(Decision.id).label("id"))
            .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
            .where(window.holds(), flag_patterns.is_given(), _makes(one))
            for place, one in enumerate(found)
        )
    ).subquery()
    query = (
        select(  # type: ignore[call-overload]  # columns of many kinds
            chosen.c.place, Decision, Person.name, Remedy.name, Reason.name, ways.way()
        )
        .join(chosen, chosen.c.id == col(Decision.id))
        .join(Person, col(Person.id) == col(Decision.person_id))
        .join(Remedy, col(Remedy.id) == col(Decision.remedy_id))
        .join(Reason, col(Reason.id) == col(Decision.reason_id))
        .order_by(col(Decision.decided_at).desc(), col(Decision.id).desc())
    )
    rows: dict[int, list[Behind]] = {place: [] for place in range(len(found))}
    for place, decision, person, remedy, reason, way in session.execute(query):
        rows[place].append(_behind(decision, person, remedy, reason, way))
    return rows


def wanted(session: Session, window: Window, found: Sequence[Pattern]) -> Mapping[int, Wanted]:
    """Return what was asked for and wished for beside each pattern: two statements."""
    if not found:
        return {}
    somebody_approved = col(AskAnswer.kind).in_(("approved", "countered"))
    asks = union_all(
        *(
            select(
                literal(place).label("place"),
                func.count(col(Ask.thread_uid).distinct()).label("asks"),
                func.count(case((somebody_approved, col(Ask.thread_uid))).distinct()).label("yes"),
            )
            .select_from(Ask)
            .outerjoin(
                AskAnswer, and_(col(AskAnswer.ask_id) == col(Ask.id), col(AskAnswer.step) == 1)
            )
            .where(window.holds(Ask), _like(Ask, one))
            for place, one in enumerate(found)
        )
    )
    needs = union_all(
        *(
            select(literal(place).label("place"), func.count().label("needs"))
            .select_from(UnmetNeed)
            .where(window.holds(UnmetNeed), _like(UnmetNeed, one))
            for place, one in enumerate(found)
        )
    )
    unmet = {row.place: row.needs for row in session.execute(needs)}
    return {
        place: Wanted(asks=count, approved=approved, unmet=unmet[place])
        for place, count, approved in session.execute(asks)
    }


def _makes(one: Pattern) -> ColumnElement[bool]:
    """Return the condition that a decision in the window is one of those that were counted."""
    here = col(Decision.site_id) == one.site_id
    if one.kind == "just_under":
        return and_(
            here,
            col(Decision.reason_id) == one.reason_id,
            col(Decision.limit_id) == one.limit_id,
            col(Decision.limit_per_decision_minor) == one.per_decision_minor,
            flag_patterns.is_near(),
            ways.is_alone(),
        )
    theirs = and_(here, col(Outcome.customer_id) == one.customer_id)
    if one.kind != "splitting":
        return theirs
    return and_(
        theirs,
        col(Decision.business_date) == one.on,
        ways.is_alone(),
        col(Decision.amount_minor) <= col(Decision.limit_per_decision_minor),
    )


def _like(book: type[Ask | UnmetNeed], one: Pattern) -> ColumnElement[bool]:
    """Return the condition that an ask or an unmet need is of a pattern's kind: see `Wanted`."""
    here = col(book.site_id) == one.site_id
    if one.kind in ("same_customer", "many_hands"):
        return and_(here, _is_theirs(col(book.customer_id), one.customer_id))
    above = and_(
        here,
        col(book.currency) == one.currency,
        col(book.amount_minor) > (one.per_decision_minor or 0),
    )
    if one.kind == "just_under":
        return and_(above, col(book.reason_id) == one.reason_id)
    return and_(above, col(book.amount_minor) <= one.amount_minor)


def _is_theirs(column: Mapped[Any], customer_id: int | None) -> ColumnElement[bool]:
    """Whether a row is of this customer, under any name that counts as theirs."""
    names = select(col(CustomerAlias.customer_id)).where(col(CustomerAlias.into_id) == customer_id)
    return or_(column == customer_id, column.in_(names))


def _behind(decision: Decision, person: str, remedy: str, reason: str, way: Way) -> Behind:
    return Behind(
        decision_id=decision.id,
        uid=decision.uid,
        business_date=decision.business_date,
        decided_at=decision.decided_at,
        zone=decision.zone,
        person_id=decision.person_id,
        person=person,
        remedy=remedy,
        reason=reason,
        amount_minor=decision.amount_minor,
        currency=decision.currency,
        limit_id=decision.limit_id,
        has_note=decision.note_commitment is not None,
        is_walk_in=decision.customer_id is None,
        way=way,
    )
