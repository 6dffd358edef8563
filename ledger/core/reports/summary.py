"""All that the executive's one page shows: what it costs, what came of it, what is not known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import feeds, sites, sponsor
from ledger.core.activity import Through
from ledger.core.feeds import LateFeed
from ledger.core.reports import completeness
from ledger.core.reports.completeness import Comparison
from ledger.core.reports.filters import usual_unit
from ledger.core.reports.limit_use import LimitsUsed, limit_use
from ledger.core.reports.retention import EVERYTHING, AtHorizon, retention
from ledger.core.reports.scope import Scope
from ledger.core.reports.spend import Spend, is_paid_for, spend
from ledger.core.reports.unmet_list import NeedTotal
from ledger.core.reports.way_figures import GivenByWay, given_by_way
from ledger.core.sponsor import NamedCard
from ledger.core.tables import Decision, Outcome, Reason, UnmetNeed

# With today these are four weeks.
COMPARED = timedelta(days=27)
USED = timedelta(days=91)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostOf:
    """What decisions for one reason cost, in one currency's minor units.

    Counted as `Spend.paid_for`: in force, or voided and not taken back.
    """

    reason: str
    currency: str
    decisions: int
    cost_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The company's figures of the twelve months that end with `until`, by the day.

    `at` is of `units` of the retention report, counted as `unit`. `comparison` is of the last four
    weeks, `limits` says how those in force were used in the last thirteen weeks. `cards` has the
    sponsor card in force first. `currency` is the company's own. `ways` parts what was given alone,
    what was approved and what are exceptions.
    """

    since: date
    until: date
    watch: str
    currency: str
    through: Through
    unit: str
    units: int
    known_decisions: int
    at: AtHorizon
    spend: Sequence[Spend]
    ways: Sequence[GivenByWay]
    costs: Sequence[CostOf]
    needs: Sequence[NeedTotal]
    limits: LimitsUsed
    comparison: Comparison
    late: Sequence[LateFeed]
    cards: Sequence[NamedCard]

    @property
    def decisions(self) -> int:
        """How many decisions are in force, walk-ins included."""
        return sum(row.decisions for row in self.spend)

    @property
    def paid_for(self) -> int:
        """How many decisions the cost is of: voided ones that were not taken back, too."""
        return sum(row.paid_for for row in self.spend)

    @property
    def walk_ins(self) -> int:
        """How many of them were for nobody in particular."""
        return sum(row.walk_ins for row in self.spend)


def summary(session: Session, *, on: date) -> Summary:
    """Return the summary on a business date of the company."""
    company = sites.company(session)
    since = _twelve_months_to(on)
    scope = Scope(since=since, until=on)
    unit = usual_unit(session, EVERYTHING)
    report = retention(
        session,
        unit=unit,
        scope=scope,
        horizons=(company.horizon_days,),
        episode_days=company.horizon_days,
    )
    whole = report.group()
    nothing = AtHorizon(days=company.horizon_days, came_back=0, not_back=0, maturing=0)
    return Summary(
        since=since,
        until=on,
        watch=company.watch,
        currency=company.currency,
        through=report.through,
        unit=unit,
        units=whole.decisions if whole else 0,
        known_decisions=whole.of_decisions if whole else 0,
        at=whole.horizons[0] if whole else nothing,
        spend=spend(session, scope),
        ways=given_by_way(session, scope),
        costs=_costs(session, scope),
        needs=_needs(session, scope),
        limits=limit_use(session, since=on - USED, on=on),
        comparison=completeness.compare_sites(
            session, sites.all_sites(session), since=on - COMPARED, until=on
        ),
        late=feeds.late(session, on=on),
        cards=sponsor.cards(session),
    )


def _costs(session: Session, scope: Scope) -> Sequence[CostOf]:
    cost = func.sum(col(Decision.cost_minor))
    query = (
        select(col(Reason.name), col(Decision.currency), func.count(), cost)
        .join(Decision, col(Decision.reason_id) == col(Reason.id))
        .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
        .where(scope.holds(), is_paid_for())
        .group_by(col(Reason.id), col(Reason.name), col(Decision.currency))
        .order_by(col(Decision.currency), cost.desc(), col(Reason.name))
    )
    return [
        CostOf(reason=name, currency=currency, decisions=count, cost_minor=int(minor))
        for name, currency, count, minor in session.execute(query)
    ]


def _needs(session: Session, scope: Scope) -> Sequence[NeedTotal]:
    query = (
        select(col(UnmetNeed.currency), func.count(), func.sum(col(UnmetNeed.amount_minor)))
        .where(
            col(UnmetNeed.business_date) >= scope.since,
            col(UnmetNeed.business_date) <= scope.until,
        )
        .group_by(col(UnmetNeed.currency))
        .order_by(col(UnmetNeed.currency))
    )
    return [
        NeedTotal(currency=currency, count=count, amount_minor=int(minor))
        for currency, count, minor in session.execute(query)
    ]


def _twelve_months_to(day: date) -> date:
    """Return the first day of the twelve months that end with a day."""
    next_day = day + timedelta(days=1)
    if (next_day.month, next_day.day) == (2, 29):
        # The year before has no such day.
        return date(day.year - 1, 3, 1)
    return next_day.replace(year=next_day.year - 1)
