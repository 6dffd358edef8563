"""Retention: of those who were given something, how many came back, and how sure that is.

Definition version 1. Everything is counted in the database; here counts become shares.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import Session

from ledger.core import activity, outcomes, sites, survival
from ledger.core.activity import Through
from ledger.core.cohorts import Cohort, Days, Known, Sizes
from ledger.core.founding import HORIZONS
from ledger.core.reports.scope import Scope
from ledger.core.survival import Clustering, CurvePoint, Interval

EVERYTHING = Scope()


@dataclass(frozen=True, slots=True, kw_only=True)
class AtHorizon:
    """The three states so many days after the decision, in counts of units.

    Where a company watches who stays, `came_back` are those who stayed, `not_back` those who left.
    `clustering` is set for episodes: how the known are spread over customers.
    """

    days: int
    came_back: int
    not_back: int
    maturing: int
    clustering: Clustering | None = None

    @property
    def known(self) -> int:
        """Return how many are known: maturing is in neither count."""
        return self.came_back + self.not_back

    @property
    def rate(self) -> float | None:
        """Return the share of the known that came back; None if none is known."""
        return self.came_back / self.known if self.known else None

    @property
    def interval(self) -> Interval | None:
        """Return the 95 % interval of the rate; None if none is known.

        Wilson's; for episodes with the variance summed by customer, see `survival.clustered`.
        """
        if self.clustering is not None:
            return survival.clustered(self.came_back, self.known, self.clustering)
        return survival.wilson(self.came_back, self.known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group of the cohort.

    `decisions` counts its units, without walk-ins; `of_decisions` all decisions in force that are
    for a known customer, of which the units are a part. `amount_minor` (by currency) covers units
    and walk-ins. The curve is the share with the event by each day, `followed` what it is made of.
    """

    key: str
    decisions: int
    of_decisions: int
    customers: int
    walk_ins: int
    amount_minor: Mapping[str, int]
    horizons: Sequence[AtHorizon]
    curve: Sequence[CurvePoint]
    followed: Days


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyWalkIns:
    """A group of nothing but walk-ins: how many, and what they were given, by currency."""

    key: str
    walk_ins: int
    amount_minor: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionReport:
    """What came of the decisions in a scope; groups are sorted by key, those without a unit absent.

    `unknowable` are the groups that have walk-ins and no unit, in the order of their keys.
    `watch` is "returns", or "stays" where the event is that a customer leaves. `episode_days` is
    None unless the unit is the episode.
    """

    unit: str
    by: str
    watch: str
    through: Through
    groups: Sequence[Group]
    unknowable: Sequence[OnlyWalkIns] = ()
    episode_days: int | None = None

    def group(self, key: str = "all") -> Group | None:
        """Return the group with this key, if it has a unit."""
        return next((group for group in self.groups if group.key == key), None)

    def as_object(self) -> dict[str, Any]:
        """Return what `latitude report retention --json` prints."""
        whole: dict[str, Any] = {
            "definition": outcomes.DEFINITION,
            "unit": self.unit,
            "by": self.by,
            "through": self.through.on.isoformat() if self.through.on else None,
            "groups": [_group_object(group) for group in self.groups],
        }
        if self.watch != "returns":
            whole["watch"] = self.watch
        if self.episode_days is not None:
            whole["episode_days"] = self.episode_days
        return whole


def retention(
    session: Session,
    *,
    unit: str = "customer",
    by: str = "all",
    scope: Scope = EVERYTHING,
    horizons: Sequence[int] = HORIZONS,
    episode_days: int | None = None,
) -> RetentionReport:
    """Return the retention report of a scope.

    Args:
        session: a reading session.
        unit: "customer" (each customer's first decision in the ledger, where that one falls under
            the scope), "decision" (every one; the intervals are then too narrow) or "episode" (one
            with none by that customer in the days before; intervals robust to the customer).
        by: what is grouped by, one of GROUPINGS.
        scope: which decisions are looked at.
        horizons: days after the decision.
        episode_days: how many days before an episode are without a decision, at every horizon;
            None means the company's own horizon.

    Raises:
        BadValueError: the unit or the grouping is not one.

    """
    company, through = sites.company(session), activity.through(session)
    watch = company.watch
    apart = (episode_days or company.horizon_days) if unit == "episode" else None
    cohort = Cohort(
        session,
        unit=unit,
        by=by,
        where=scope.holds(),
        watch=watch,
        through=through.on,
        episode_days=apart,
    )
    sizes_by_key, amounts = dict(sorted(cohort.sizes().items())), cohort.amounts()
    return RetentionReport(
        unit=unit,
        by=by,
        watch=watch,
        through=through,
        groups=_groups(cohort, sizes_by_key, amounts, horizons, watch=watch),
        unknowable=_unknowable(sizes_by_key, amounts),
        episode_days=apart,
    )


def _groups(
    cohort: Cohort,
    sizes_by_key: Mapping[str, Sizes],
    amounts: Mapping[str, Mapping[str, int]],
    horizons: Sequence[int],
    *,
    watch: str,
) -> Sequence[Group]:
    days, states = cohort.days(), cohort.states(horizons)
    return [
        Group(
            key=key,
            decisions=sizes.units,
            of_decisions=sizes.decisions,
            customers=sizes.customers,
            walk_ins=sizes.walk_ins,
            amount_minor=amounts[key],
            horizons=[at_horizon(each, sizes.units, states[key][each], watch) for each in horizons],
            curve=curve_of(days[key]),
            followed=days[key],
        )
        for key, sizes in sizes_by_key.items()
        if sizes.units
    ]


def _unknowable(
    sizes_by_key: Mapping[str, Sizes], amounts: Mapping[str, Mapping[str, int]]
) -> Sequence[OnlyWalkIns]:
    return [
        OnlyWalkIns(key=key, walk_ins=sizes.walk_ins, amount_minor=amounts[key])
        for key, sizes in sizes_by_key.items()
        if sizes.walk_ins and not sizes.units
    ]


def at_horizon(days: int, units: int, found: Known, watch: str) -> AtHorizon:
    """Return the three states of so many units, of which so much is known."""
    good = found.event if watch == "returns" else found.known - found.event
    return AtHorizon(
        days=days,
        came_back=good,
        not_back=found.known - good,
        maturing=units - found.known,
        clustering=found.clustering,
    )


def curve_of(days: Days) -> Sequence[CurvePoint]:
    """Return the share with the event by each day."""
    return survival.curve(days.event, days.censored, days.several)


def _group_object(group: Group) -> dict[str, Any]:
    return {
        "key": group.key,
        "decisions": group.decisions,
        "customers": group.customers,
        "walk_ins": group.walk_ins,
        "amount_minor": dict(group.amount_minor),
        "horizons": [_horizon_object(state) for state in group.horizons],
        "curve": [asdict(point) for point in group.curve],
    }


def _horizon_object(state: AtHorizon) -> dict[str, Any]:
    interval = state.interval
    return {
        "days": state.days,
        "came_back": state.came_back,
        "not_back": state.not_back,
        "maturing": state.maturing,
        "rate": state.rate,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
    }
