"""Retention: of those who were given something, how many came back, and how sure that is.

Definition version 1. Everything is counted in the database; here counts become shares.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import Session

from ledger.core import activity, outcomes, sites, survival
from ledger.core.activity import Through
from ledger.core.cohorts import GROUPINGS, UNITS, Cohort, Sizes
from ledger.core.founding import HORIZONS
from ledger.core.reports.scope import Scope
from ledger.core.survival import CurvePoint, Interval

EVERYTHING = Scope()


@dataclass(frozen=True, slots=True, kw_only=True)
class AtHorizon:
    """The three states so many days after the decision, in counts of units.

    Where a company watches who stays, `came_back` are those who stayed, `not_back` those who left.
    """

    days: int
    came_back: int
    not_back: int
    maturing: int

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
        """Return the 95 % interval of the rate; None if none is known."""
        return survival.wilson(self.came_back, self.known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group of the cohort.

    `decisions` counts its units, without walk-ins; `of_decisions` all decisions in force that are
    for a known customer, of which the units are a part. `amount_minor` (by currency) covers units
    and walk-ins. The curve is the share with the event by each day.
    """

    key: str
    decisions: int
    of_decisions: int
    customers: int
    walk_ins: int
    amount_minor: Mapping[str, int]
    horizons: Sequence[AtHorizon]
    curve: Sequence[CurvePoint]


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
    `watch` is "returns", or "stays" where the event is that a customer leaves.
    """

    unit: str
    by: str
    watch: str
    through: Through
    groups: Sequence[Group]
    unknowable: Sequence[OnlyWalkIns] = ()

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
        return whole if self.watch == "returns" else {**whole, "watch": self.watch}


def retention(
    session: Session,
    *,
    unit: str = "customer",
    by: str = "all",
    scope: Scope = EVERYTHING,
    horizons: Sequence[int] = HORIZONS,
) -> RetentionReport:
    """Return the retention report of a scope.

    Args:
        session: a reading session.
        unit: "customer" (each customer's first decision in the ledger, where that one falls under
            the scope) or "decision" (every one; the intervals are then too narrow).
        by: what is grouped by, one of GROUPINGS.
        scope: which decisions are looked at.
        horizons: days after the decision.

    Raises:
        BadValueError: the unit or the grouping is not one.

    """
    watch, through = sites.company(session).watch, activity.through(session)
    cohort = Cohort(session, unit=unit, by=by, where=scope.holds(), watch=watch, through=through.on)
    amounts, days = cohort.amounts(), cohort.days()
    states = cohort.states(horizons)
    sizes_by_key = dict(sorted(cohort.sizes().items()))
    groups = [
        Group(
            key=key,
            decisions=sizes.units,
            of_decisions=sizes.decisions,
            customers=sizes.customers,
            walk_ins=sizes.walk_ins,
            amount_minor=amounts[key],
            horizons=[
                at_horizon(horizon, sizes.units, states[key][horizon], watch)
                for horizon in horizons
            ],
            curve=survival.curve(*days[key]),
        )
        for key, sizes in sizes_by_key.items()
        if sizes.units
    ]
    rest = _unknowable(sizes_by_key, amounts)
    return RetentionReport(
        unit=unit, by=by, watch=watch, through=through, groups=groups, unknowable=rest
    )


def _unknowable(
    sizes_by_key: Mapping[str, Sizes], amounts: Mapping[str, Mapping[str, int]]
) -> Sequence[OnlyWalkIns]:
    return [
        OnlyWalkIns(key=key, walk_ins=sizes.walk_ins, amount_minor=amounts[key])
        for key, sizes in sizes_by_key.items()
        if sizes.walk_ins and not sizes.units
    ]


def at_horizon(days: int, units: int, known_and_event: tuple[int, int], watch: str) -> AtHorizon:
    """Return the three states of so many units, of which so many are known and had the event."""
    known, event = known_and_event
    good = event if watch == "returns" else known - event
    return AtHorizon(days=days, came_back=good, not_back=known - good, maturing=units - known)


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


__all__ = [
    "EVERYTHING",
    "GROUPINGS",
    "UNITS",
    "AtHorizon",
    "Group",
    "OnlyWalkIns",
    "RetentionReport",
    "at_horizon",
    "retention",
]
