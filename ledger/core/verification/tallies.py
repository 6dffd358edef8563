"""The tallies, against what the books add up to."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, case, cast, func, or_, select
from sqlmodel import Session, col

from ledger.core import activity, ask_states, clock, customer_joins, outcomes
from ledger.core.driver import Driver, Prepared, Stored
from ledger.core.tables import Ask, Budget, CustomerAlias, Decision, Feed, Outcome, Void
from ledger.core.tables.types import Whole
from ledger.core.verification.findings import BadRowError, read

SUMS = ("alone", "reserved", "gross", "approved", "exceptions")
PERIODS: Sequence[clock.PeriodKind] = ("day", "week", "month")
ALL_REMEDIES = 0


def check_budgets(driver: Driver) -> int:
    """Check every budget against the decisions of its period; return how many there are.

    Raises:
        BadRowError: if a sum or the period is another.

    """
    count = 0
    for key, kind, start, end, *sums in read(driver, _BUDGETS, "budget"):
        if not _is_period(kind, start, end):
            raise BadRowError("budget", key, "wrong", "period_end")
        kept, summed = sums[: len(SUMS)], sums[len(SUMS) :]
        for name, found, expected in zip(SUMS, kept, summed, strict=True):
            # PostgreSQL sums whole numbers to its decimal type.
            if found != int(expected or 0):
                raise BadRowError("budget", key, "wrong", name)
        count += 1
    return count


def check_outcomes(session: Session) -> int:
    """Check every outcome against a full recomputation; return how many there are.

    Raises:
        BadRowError: if one is another, is not there, or has no decision.

    """
    for difference in outcomes.differences(session):
        raise BadRowError("outcome", difference.decision_id, "wrong")
    driver = Driver(session)
    neither = _NEITHER.run(driver).fetchone()
    if neither is not None:
        raise BadRowError("outcome", neither[0], "wrong")
    stray = _STRAY_OUTCOME.run(driver).fetchone()
    if stray is not None:
        raise BadRowError("outcome", stray[0], "extra", "decision")
    count: int = _OUTCOMES.one(driver)[0]
    return count


def count_in_force(driver: Driver) -> int:
    """Return how many decisions are in force, once the outcomes were checked: they say so."""
    count: int = _IN_FORCE.one(driver)[0]
    return count


def check_feeds(session: Session) -> int:
    """Check how far each feed is complete against the files it came in; return how many feeds.

    Raises:
        BadRowError: if a feed says another day than its files did.

    """
    kept = {name: (on, stated) for name, on, stated in read(Driver(session), _FEEDS, "feed")}
    said = {
        name: (on.isoformat(), int(stated))
        for name, (on, stated) in activity.recomputed_feeds(session).items()
    }
    for name in sorted({*map(str, kept), *said}):
        if kept.get(name) != said.get(name):
            raise BadRowError("feed", name, "wrong", "through")
    return len(kept)


def check_aliases(session: Session) -> int:
    """Check as whom each customer counts against the book of joins; return how many are joined.

    Raises:
        BadRowError: if one counts as somebody else than the book says.

    """
    for difference in customer_joins.differences(session):
        raise BadRowError("customer_alias", difference.customer_id, "wrong", "into_id")
    count: int = _ALIASES.one(Driver(session))[0]
    return count


def _is_period(kind: Stored, start: Stored, end: Stored) -> bool:
    known = {name: name for name in PERIODS}.get(str(kind))  # type: ignore[call-overload]  # any text may be looked for
    try:
        first = date.fromisoformat(str(start))
    except ValueError:
        return False
    if known is None:
        return False
    period = clock.period_of(first, known)
    return (period.start.isoformat(), period.end.isoformat()) == (start, end)


def _sum(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((and_(*conditions), col(Decision.amount_minor)), else_=0))


_ALONE = and_(
    col(Decision.id).is_not(None),
    col(Decision.ask_id).is_(None),
    col(Decision.exception_reason).is_(None),
)
# A void gives back what it cancels as long as the budget's period is still open.
_GIVEN_BACK = and_(col(Void.id).is_not(None), col(Void.business_date) <= col(Budget.period_end))

# What asks keep until a row ends them; time alone frees nothing before it is written down.
_RESERVED = (
    select(func.coalesce(func.sum(col(Ask.reserved_minor)), 0))
    .where(
        col(Ask.person_id) == col(Budget.person_id),
        col(Ask.site_id) == col(Budget.site_id),
        col(Ask.business_date) >= col(Budget.period_start),
        col(Ask.business_date) <= col(Budget.period_end),
        or_(col(Budget.remedy_id) == ALL_REMEDIES, col(Ask.remedy_id) == col(Budget.remedy_id)),
        ask_states.is_not_ended(),
    )
    .correlate(Budget)
    .scalar_subquery()
)
_BUDGETS = Prepared(
    select(
        col(Budget.id),
        col(Budget.period_kind),
        col(Budget.period_start),
        col(Budget.period_end),
        *(col(getattr(Budget, name)) for name in SUMS),
        _sum(_ALONE, ~_GIVEN_BACK),
        _RESERVED,
        _sum(_ALONE),
        _sum(col(Decision.ask_id).is_not(None)),
        _sum(col(Decision.exception_reason).is_not(None)),
    )
    .select_from(Budget)
    .outerjoin(
        Decision,
        and_(
            col(Decision.person_id) == col(Budget.person_id),
            col(Decision.site_id) == col(Budget.site_id),
            col(Decision.source) != "imported",
            col(Decision.business_date).between(col(Budget.period_start), col(Budget.period_end)),
            or_(
                col(Budget.remedy_id) == ALL_REMEDIES,
                col(Decision.remedy_id) == col(Budget.remedy_id),
            ),
        ),
    )
    .outerjoin(Void, col(Void.decision_id) == col(Decision.id))
    .group_by(col(Budget.id))
    .order_by(col(Budget.id))
)
_ALIASES = Prepared(select(func.count()).select_from(CustomerAlias))
_OUTCOMES = Prepared(select(func.count()).select_from(Outcome))
_IN_FORCE = Prepared(select(func.count()).where(col(Outcome.in_force) == 1))
_STRAY_OUTCOME = Prepared(
    select(col(Outcome.decision_id))
    .where(col(Outcome.decision_id).not_in(select(col(Decision.id))))
    .order_by(col(Outcome.decision_id))
    .limit(1)
)
# What reads the two flags makes a yes of every number but zero; the reports look for a 1.
_NEITHER = Prepared(
    select(col(Outcome.decision_id))
    .where(
        or_(
            ~cast(col(Outcome.is_first), Whole).between(0, 1),
            ~cast(col(Outcome.in_force), Whole).between(0, 1),
        )
    )
    .order_by(col(Outcome.decision_id))
    .limit(1)
)
_FEEDS = Prepared(
    select(col(Feed.name), col(Feed.through), col(Feed.through_stated)).order_by(col(Feed.name))
)
