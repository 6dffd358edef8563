"""The four patterns that raise a flag, each with its exact definition.

All of them look at one site and at its last 28 business dates, today included. They count
decisions in force that gave something: imported, voided and replaced ones never count. None is
about a person, and none is a score: a flag says what was counted, and two things it may mean.

"By chance" is bounded for each list of candidates, so that a shop where nothing is the matter
shows no flag: see `_UNLIKELY` and `_RARELY`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlmodel import Session, col

from ledger.core import chances, sites, ways
from ledger.core.tables import Ask, Decision, Limit, Outcome, UnmetNeed

Kind = Literal["just_under", "same_customer", "many_hands", "splitting"]

WINDOW = timedelta(days=28)

# The last tenth below a limit: above nine tenths of it, and up to all of it.
NINE, TENTHS = 9, 10
LEAST_NEAR = 8
# Others from which a usual share is read; with fewer, an even spread is expected: one in ten.
ENOUGH_OTHERS = 30
LEAST_AGAIN, LEAST_GIVERS = 4, 2
LEAST_HANDS = 3
LEAST_PARTS = 2
# So many on one day are a pattern, whatever their reasons.
MANY_PARTS = 3
# The chance of as many or more, for one group of decisions.
_UNLIKELY = 0.001
# How many customers of a site would be flagged by chance, on average: one site in twenty has one.
_RARELY = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The business dates that are looked at: of each site from its first one on."""

    since: Mapping[int, date]

    def holds(self, book: type[Decision | Ask | UnmetNeed] = Decision) -> ColumnElement[bool]:
        """Return the condition that a row of this book lies in the window."""
        ids: dict[date, list[int]] = {}
        for site_id, first in sorted(self.since.items()):
            ids.setdefault(first, []).append(site_id)
        parts = [
            and_(col(book.site_id).in_(there), col(book.business_date) >= first)
            for first, there in ids.items()
        ]
        return or_(*parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What was found at a site. `about` is what it is about, beside the site.

    `counted` decisions make it; for just_under `of` so many, where of `usual_of` others
    `usual_near` were as near (no others: too few to tell). For a customer's, `people` gave.
    `amount_minor` is what the decisions of a splitting add up to.
    """

    kind: Kind
    site_id: int
    about: str
    counted: int
    of: int = 0
    usual_near: int = 0
    usual_of: int = 0
    people: int = 0
    reason_id: int | None = None
    limit_id: int | None = None
    per_decision_minor: int | None = None
    customer_id: int | None = None
    on: date | None = None
    amount_minor: int = 0
    currency: str | None = None


def window_of(session: Session, site_ids: Sequence[int], *, now: datetime) -> Window:
    """Return the last 28 business dates of these sites, today included."""
    calendars = sites.calendars(session, site_ids)
    return Window(
        since={
            site_id: calendar.business_date(now) - WINDOW + timedelta(days=1)
            for site_id, calendar in calendars.items()
        }
    )


def patterns(session: Session, window: Window) -> Sequence[Pattern]:
    """Return every pattern in the window, by site, kind and what it is about: four statements."""
    if not window.since:
        return ()
    found = [
        *just_under(session, window),
        *again_and_again(session, window),
        *splitting(session, window),
    ]
    return sorted(found, key=lambda one: (one.site_id, one.kind, one.about))


def just_under(session: Session, window: Window) -> Sequence[Pattern]:
    """Return the sites, reasons and limits where amounts are kept in the limit's last tenth.

    Counted are decisions made alone that the limit judged by its amount per decision: `counted`
    of them above nine tenths of it (and up to it), of `of`. A limit of one person's own is left
    out: it would be about them. There is a flag from 8 on, where as many or more had at most one
    chance in a thousand (binomial), each at the usual share: that of all other decisions alone at
    the sites in the window; and never less than one in ten, which an even spread would have.
    """
    rows = session.execute(_near_query(window)).all()
    all_near, all_of = (sum(int(row[place]) for row in rows) for place in (5, 6))
    found = []
    for site_id, reason_id, limit_id, most, currency, near, of in rows:
        usual_near, usual_of = all_near - int(near), all_of - of
        if usual_of < ENOUGH_OTHERS:
            usual_near = usual_of = 0
        share = max(usual_near / usual_of if usual_of else 0.0, 1 / TENTHS)
        if near < LEAST_NEAR or chances.binomial_tail(int(near), of, share) > _UNLIKELY:
            continue
        found.append(
            Pattern(
                kind="just_under",
                site_id=site_id,
                about=f"reason:{reason_id},limit:{limit_id}",
                counted=int(near),
                of=of,
                usual_near=usual_near,
                usual_of=usual_of,
                reason_id=reason_id,
                limit_id=limit_id,
                per_decision_minor=most,
                currency=currency,
            )
        )
    return found


def again_and_again(session: Session, window: Window) -> Sequence[Pattern]:
    """Return the customers who got something at a site again and again.

    Counted are decisions of every way (alone, approved, exceptions) for one customer at one site.
    same_customer: from 4 on, by two people or more, where of all customers who got something there
    at most a twentieth of one would reach as many by chance (Poisson, around what the others got
    on average, at least one). What only one person gave is no flag: it would be about them.
    many_hands: the same is true of the people who gave, and they are 3 or more; it takes
    the place of same_customer, of which it tells more.
    """
    each = _customers_query(window).subquery()
    totals = {
        row[0]: row[1:]
        for row in session.execute(
            select(
                each.c.site_id, func.count(), func.sum(each.c.counted), func.sum(each.c.people)
            ).group_by(each.c.site_id)
        )
    }
    often = select(each).where(each.c.counted >= LEAST_AGAIN, each.c.people >= LEAST_GIVERS)
    found = []
    for row in session.execute(often).mappings():
        customers, given, hands = (int(value) for value in totals[row["site_id"]])
        if not _is_rare(row["counted"], given, customers):
            continue
        has_many = row["people"] >= LEAST_HANDS and _is_rare(row["people"], hands, customers)
        found.append(
            Pattern(
                kind="many_hands" if has_many else "same_customer",
                site_id=row["site_id"],
                about=f"customer:{row['customer_id']}",
                counted=row["counted"],
                people=row["people"],
                customer_id=row["customer_id"],
            )
        )
    return found


def splitting(session: Session, window: Window) -> Sequence[Pattern]:
    """Return the customers who got, on one business date, more than one decision may give.

    Counted are decisions made alone at one site, each within its limit, that together are above
    the highest of these limits, whoever gave them: two or more with the same reason among them,
    or three or more with any.
    """
    return [
        Pattern(
            kind="splitting",
            site_id=row["site_id"],
            about=f"customer:{row['customer_id']},day:{row['on'].isoformat()}",
            counted=row["counted"],
            people=row["people"],
            customer_id=row["customer_id"],
            on=row["on"],
            amount_minor=int(row["amount_minor"]),
            per_decision_minor=row["most"],
            currency=row["currency"],
        )
        for row in session.execute(_parts_query(window)).mappings()
    ]


def is_given() -> ColumnElement[bool]:
    """Return the condition that a decision, joined with its outcome, is one that flags look at."""
    return and_(
        col(Outcome.in_force) == 1,
        col(Decision.source) != "imported",
        col(Decision.amount_minor) > 0,
    )


def is_near() -> ColumnElement[bool]:
    """Return the condition that an amount lies in the last tenth below the limit that judged it."""
    most = col(Decision.limit_per_decision_minor)
    return and_(
        col(Decision.amount_minor) * TENTHS > most * NINE, col(Decision.amount_minor) <= most
    )


def _is_rare(count: int, every: int, customers: int) -> bool:
    """Whether so many for one customer stand out from what the site's other customers got."""
    others = (every - count) / (customers - 1) if customers > 1 else 1.0
    return chances.poisson_tail(count, max(1.0, others)) * customers <= _RARELY


def _near_query(window: Window) -> Select[*tuple[Any, ...]]:
    groups = (
        col(Decision.site_id),
        col(Decision.reason_id),
        col(Decision.limit_id),
        col(Decision.limit_per_decision_minor),
        col(Decision.currency),
    )
    return (
        select(*groups, func.sum(case((is_near(), 1), else_=0)), func.count())
        .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
        .join(Limit, col(Limit.id) == col(Decision.limit_id))
        .where(window.holds(), is_given(), ways.is_alone(), col(Limit.person_id).is_(None))
        .group_by(*groups)
        .order_by(*groups)
    )


def _customers_query(window: Window) -> Select[*tuple[Any, ...]]:
    groups: Sequence[Any] = (
        col(Decision.site_id).label("site_id"),
        col(Outcome.customer_id).label("customer_id"),
    )
    return (
        select(
            *groups,
            func.count().label("counted"),
            func.count(col(Decision.person_id).distinct()).label("people"),
        )
        .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
        .where(window.holds(), is_given(), col(Outcome.customer_id).is_not(None))
        .group_by(*groups)
    )


def _parts_query(window: Window) -> Select[*tuple[Any, ...]]:
    groups: Sequence[Any] = (
        col(Decision.site_id).label("site_id"),
        col(Outcome.customer_id).label("customer_id"),
        col(Decision.business_date).label("on"),
        col(Decision.currency).label("currency"),
    )
    most = func.max(col(Decision.limit_per_decision_minor))
    amount = func.sum(col(Decision.amount_minor))
    reasons = func.count(col(Decision.reason_id).distinct())
    return (
        select(
            *groups,
            func.count().label("counted"),
            func.count(col(Decision.person_id).distinct()).label("people"),
            amount.label("amount_minor"),
            most.label("most"),
        )
        .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
        .where(
            window.holds(),
            is_given(),
            ways.is_alone(),
            col(Outcome.customer_id).is_not(None),
            col(Decision.amount_minor) <= col(Decision.limit_per_decision_minor),
        )
        .group_by(*groups)
        .having(
            func.count() >= LEAST_PARTS,
            amount > most,
            or_(func.count() > reasons, func.count() >= MANY_PARTS),
        )
    )
