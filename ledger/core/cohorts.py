"""Cohorts: the decisions whose customers are followed, counted by group in the database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
from ledger.core.survival import Clustering, Watched
from ledger.core.tables import Decision, Outcome, Reason, Remedy, Site
from ledger.core.tables.types import Line
from ledger.core.units import is_unit

GROUPINGS = ("all", "site", "remedy", "reason", "band", "month")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How large a group is: `units` are a part of `decisions`, which are for known customers."""

    units: int
    decisions: int
    customers: int
    walk_ins: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a group at one horizon: how many are, and how many of these had the event.

    `clustering` is how they are spread over customers, where one may be there several times.
    """

    known: int
    event: int
    clustering: Clustering | None = None


NOBODY = Known(known=0, event=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """How many units of a group had the event, and were last watched, on each day after.

    `several` are the units of each customer who is there more than once; only for episodes.
    """

    event: Mapping[int, int]
    censored: Mapping[int, int]
    several: Sequence[Sequence[Watched]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Units that fall into one group of each grouping: `keys` are theirs, in the order asked for.

    `customer_id` is set for episodes only: then a cell is of one customer.
    """

    keys: Sequence[str]
    customer_id: int | None
    units: int
    known: int
    event: int


class Cohort:
    """The decisions in force under a condition, by group. Each method is one query or two.

    The unit is one of UNITS, see `units.is_unit`; it counts where its decision fulfils the
    condition. The event is a return, or a leave where the company watches who stays; what happened
    after `through` is not known yet.
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
        episode_days: int | None = None,
    ) -> None:
        """Follow these units.

        Raises:
            BadValueError: the unit or the grouping is not one, or episodes are without their days.

        """
        if by not in GROUPINGS:
            raise BadValueError("by", by, "unknown")
        self._session = session
        self._where = where
        self._through = None if through is None else through.toordinal()
        self._event = col(Outcome.returned_on if watch == "returns" else Outcome.left_on)
        self._known_customer = col(Outcome.customer_id).is_not(None)
        self._is_unit = is_unit(unit, episode_days=episode_days)
        self._is_clustered = unit == "episode"
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

    def states(self, horizons: Sequence[int]) -> Mapping[str, Mapping[int, Known]]:
        """Return, for each group and horizon, what is known."""
        counts: dict[str, dict[int, Known]] = defaultdict(lambda: dict.fromkeys(horizons, NOBODY))
        if self._through is None or not horizons:
            return counts
        if self._is_clustered:
            return {key: dict(found) for key, found in self._clustered(horizons).items()}
        columns = [func.sum(one) for days in horizons for one in self._known_and_event(days)]
        query = self._of(*columns).where(self._is_unit).group_by("group_key")
        for key, *sums in self._session.execute(query):
            pairs = zip(map(int, sums[::2]), map(int, sums[1::2]), strict=True)
            known = [Known(known=known, event=event) for known, event in pairs]
            counts[key] = dict(zip(horizons, known, strict=True))
        return counts

    def days(self) -> Mapping[str, Days]:
        """Return when the event came, and until when the others were watched.

        A decision on or after `through` is not watched at all.
        """
        found: dict[str, Days] = defaultdict(lambda: Days(event={}, censored={}))
        if self._through is None:
            return found
        is_seen = self._event <= self._through
        last_day = case((is_seen, self._event), else_=self._through)
        seen = case((is_seen, 1), else_=0).label("is_seen")
        day = (last_day - col(Outcome.decided_on)).label("day")
        watched = (self._is_unit, col(Outcome.decided_on) < self._through)
        query = self._of(seen, day, func.count()).where(*watched)
        days: dict[str, tuple[dict[int, int], dict[int, int]]] = defaultdict(lambda: ({}, {}))
        for key, had_it, on, count in self._session.execute(
            query.group_by("group_key", "is_seen", "day")
        ):
            event, censored = days[key]
            (event if had_it else censored)[int(on)] = count
        several: dict[tuple[str, int], list[Watched]] = defaultdict(list)
        if self._is_clustered:
            each = self._of(col(Outcome.customer_id), day, seen).where(*watched)
            for key, customer_id, on, had_it in self._session.execute(each):
                several[key, customer_id].append(Watched(day=int(on), returned=bool(had_it)))
        for key, (event, censored) in days.items():
            own = [one for (of, _), one in several.items() if of == key and len(one) > 1]
            found[key] = Days(event=event, censored=censored, several=own)
        return found

    def cells(self, days: int, groupings: Sequence[str]) -> Sequence[Cell]:
        """Return the units by all of these groupings at once, and what is known at one horizon.

        One query in place of one for each grouping: a page has them all.
        """
        keys = [self._group_key(by).label(f"key_{by}") for by in groupings]
        own = [col(Outcome.customer_id)] if self._is_clustered else []
        known = () if self._through is None else self._known_and_event(days)
        columns = [func.count(), *(func.sum(one) for one in known)]
        query = self._from(*keys, *own, *columns).where(self._is_unit)
        rows = self._session.execute(query.group_by(*(key.name for key in keys), *own))
        width = len(keys)
        found = []
        for row in rows:
            units, *counts = (int(count) for count in row[width + len(own) :])
            customer_id = row[width] if own else None
            known_units, events = counts or (0, 0)
            found.append(
                Cell(
                    keys=tuple(row[:width]),
                    customer_id=customer_id,
                    units=units,
                    known=known_units,
                    event=events,
                )
            )
        return found

    def _clustered(self, horizons: Sequence[int]) -> Mapping[str, Mapping[int, Known]]:
        """Return what is known where customers are counted several times: by customer first."""
        columns = [func.sum(one) for days in horizons for one in self._known_and_event(days)]
        query = self._of(*columns).where(self._is_unit)
        pairs: dict[str, dict[int, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        for key, *sums in self._session.execute(
            query.group_by("group_key", col(Outcome.customer_id))
        ):
            for place, days in enumerate(horizons):
                pairs[key][days].append((int(sums[2 * place]), int(sums[2 * place + 1])))
        return {
            key: {days: known_of(by_days[days]) for days in horizons}
            for key, by_days in pairs.items()
        }

    def _known_and_event(self, days: int) -> Sequence[ColumnElement[int]]:
        """Return the columns that are 1 where the state is known, and where the event came."""
        is_known = col(Outcome.decided_on) + days <= self._through
        had_event = and_(is_known, self._event - col(Outcome.decided_on) <= days)
        return [case((is_known, 1), else_=0), case((had_event, 1), else_=0)]

    def _of(self, *columns: ColumnElement[Any] | Mapped[Any]) -> Select[Any]:
        """Select the group's key and these columns of the decisions that are looked at."""
        return self._from(self._key.label("group_key"), *columns)

    def _from(self, *columns: ColumnElement[Any] | Mapped[Any]) -> Select[Any]:
        return (
            select(*columns)
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


def known_of(customers: Iterable[tuple[int, int]]) -> Known:
    """Return what is known of customers who may be there several times: (known, event) of each."""
    there = [(known, event) for known, event in customers if known]
    n, x = sum(known for known, _ in there), sum(event for _, event in there)
    if not n:
        return NOBODY
    spread = sum((n * event - x * known) ** 2 for known, event in there)
    return Known(known=n, event=x, clustering=Clustering(customers=len(there), spread=spread))
