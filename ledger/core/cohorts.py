"""Cohorts: the decisions whose customers are followed, counted by group in the database."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    distinct,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from ledger.core import bands
from ledger.core.errors import BadValueError
from ledger.core.tables import Decision, Outcome, Reason, Remedy, Site
from ledger.core.tables.types import Line

UNITS = ("customer", "decision")
GROUPINGS = ("all", "site", "remedy", "reason", "band", "month")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How large a group is: `units` are a part of `decisions`, which are for known customers."""

    units: int
    decisions: int
    customers: int
    walk_ins: int


class Cohort:
    """The decisions in force under a condition, by group. Each method is one query.

    The unit is "customer" (each customer's first decision in the ledger, where that one fulfils
    the condition) or "decision". The event is a return, or a leave where the company watches who
    stays; what happened after `through` is not known yet.
    """

    def __init__(
        self,
        session: Session,
        *,
        unit: str,
        by: str,
        where: ColumnElement[bool],
        watch: str,
        through: date | None,
    ) -> None:
        """Follow these units.

        Raises:
            BadValueError: the unit or the grouping is not one.

        """
        if unit not in UNITS:
            raise BadValueError("unit", unit, "unknown")
        if by not in GROUPINGS:
            raise BadValueError("by", by, "unknown")
        self._session = session
        self._where = where
        self._through = None if through is None else through.toordinal()
        self._event = col(Outcome.returned_on if watch == "returns" else Outcome.left_on)
        self._known_customer = col(Outcome.customer_id).is_not(None)
        self._is_unit: ColumnElement[bool] = self._known_customer
        if unit == "customer":
            self._is_unit = and_(self._known_customer, col(Outcome.is_first) == 1)
        self._key = self._group_key(by)

    def sizes(self) -> Mapping[str, Sizes]:
        """Return how large each group is."""
        query = self._of(
            func.sum(case((self._is_unit, 1), else_=0)),
            func.sum(case((self._known_customer, 1), else_=0)),
            func.count(distinct(case((self._is_unit, col(Outcome.customer_id))))),
            func.sum(case((self._known_customer, 0), else_=1)),
        ).group_by("group_key")
        return {
            row[0]: Sizes(
                units=int(row[1]),
                decisions=int(row[2]),
                customers=int(row[3]),
                walk_ins=int(row[4]),
            )
            for row in self._session.execute(query)
        }

    def amounts(self) -> Mapping[str, Mapping[str, int]]:
        """Return each group's minor units by currency, of units and of walk-ins."""
        query = (
            self._of(col(Decision.currency), func.sum(col(Decision.amount_minor)))
            .where(self._is_unit | ~self._known_customer)
            .group_by("group_key", col(Decision.currency))
            .order_by(col(Decision.currency))
        )
        sums: dict[str, dict[str, int]] = defaultdict(dict)
        for key, currency, amount_minor in self._session.execute(query):
            sums[key][currency] = int(amount_minor)
        return sums

    def states(self, horizons: Sequence[int]) -> Mapping[str, Mapping[int, tuple[int, int]]]:
        """Return, for each group and horizon, how many are known and how many had the event."""
        counts: dict[str, dict[int, tuple[int, int]]] = defaultdict(
            lambda: dict.fromkeys(horizons, (0, 0))
        )
        if self._through is None or not horizons:
            return counts
        columns: list[ColumnElement[Any]] = []
        for days in horizons:
            is_known = col(Outcome.decided_on) + days <= self._through
            had_event = and_(is_known, self._event - col(Outcome.decided_on) <= days)
            columns += [func.sum(case((is_known, 1), else_=0))]
            columns += [func.sum(case((had_event, 1), else_=0))]
        query = self._of(*columns).where(self._is_unit).group_by("group_key")
        for key, *sums in self._session.execute(query):
            pairs = zip(map(int, sums[::2]), map(int, sums[1::2]), strict=True)
            counts[key] = dict(zip(horizons, pairs, strict=True))
        return counts

    def days(self) -> Mapping[str, tuple[Mapping[int, int], Mapping[int, int]]]:
        """Return how many had the event, and how many were last watched, on each day after.

        A decision on or after `through` is not watched at all.
        """
        days: dict[str, tuple[dict[int, int], dict[int, int]]] = defaultdict(lambda: ({}, {}))
        if self._through is None:
            return days
        is_seen = self._event <= self._through
        last_day = case((is_seen, self._event), else_=self._through)
        query = (
            self._of(
                case((is_seen, 1), else_=0).label("is_seen"),
                (last_day - col(Outcome.decided_on)).label("day"),
                func.count(),
            )
            .where(self._is_unit, col(Outcome.decided_on) < self._through)
            .group_by("group_key", "is_seen", "day")
        )
        for key, seen, day, count in self._session.execute(query):
            returned, censored = days[key]
            (returned if seen else censored)[int(day)] = count
        return days

    def _of(self, *columns: ColumnElement[Any] | Mapped[Any]) -> Select[Any]:
        """Select the group's key and these columns of the decisions that are counted."""
        return (
            select(self._key.label("group_key"), *columns)
            .select_from(Outcome)
            .join(Decision, col(Decision.id) == col(Outcome.decision_id))
            .join(Site, col(Site.id) == col(Decision.site_id))
            .join(Remedy, col(Remedy.id) == col(Decision.remedy_id))
            .join(Reason, col(Reason.id) == col(Decision.reason_id))
            .where(col(Outcome.in_force) == 1, self._where)
        )

    def _group_key(self, by: str) -> ColumnElement[str] | Mapped[str]:
        if by == "band":
            return bands.band_column(bands.tops(self._session, self._currencies()))
        keys: Mapping[str, ColumnElement[str] | Mapped[str]] = {
            "all": literal("all"),
            "site": col(Site.location_ref),
            "remedy": col(Remedy.kind),
            "reason": col(Reason.code),
            "month": func.substr(type_coerce(col(Decision.business_date), Line()), 1, 7),
        }
        return keys[by]

    def _currencies(self) -> Sequence[str]:
        query = (
            select(col(Decision.currency))
            .join(Outcome, col(Outcome.decision_id) == col(Decision.id))
            .where(col(Outcome.in_force) == 1, self._where)
            .distinct()
        )
        return self._session.scalars(query).all()
