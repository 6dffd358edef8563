"""All that the outcomes page shows, in one value: the retention report by each of its groupings."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import bands, sites
from ledger.core.activity import Through
from ledger.core.cohorts import Cell, Cohort, known_of
from ledger.core.permissions import Role
from ledger.core.reports.retention import AtHorizon, Group, at_horizon, retention
from ledger.core.reports.scope import Scope, last_decided_on, sites_in_sight
from ledger.core.reports.spend import Spend, spend
from ledger.core.reports.waiting import Waiting, waiting
from ledger.core.reports.way_figures import GivenByWay, given_by_way
from ledger.core.survival import CurvePoint
from ledger.core.tables import Person, Reason, Remedy, Site

# Horizon to the days that stand under its curve.
AXIS: Mapping[int, Sequence[int]] = {
    7: (0, 1, 2, 3, 4, 5, 6, 7),
    30: (0, 5, 10, 15, 20, 25, 30),
    60: (0, 10, 20, 30, 40, 50, 60),
    90: (0, 15, 30, 45, 60, 75, 90),
    180: (0, 30, 60, 90, 120, 150, 180),
    365: (0, 60, 120, 180, 240, 300, 365),
}

PARTS = ("site", "remedy", "reason", "band", "month")
"""The groupings that a page has side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What somebody may look at, and what a company usually looks at.

    `everything` covers all that this person may see, `last_decided_on` is the latest day in it.
    """

    sites: Sequence[Site]
    everything: Scope
    last_decided_on: date | None
    watch: str
    horizon_days: int
    on: date

    def scope_of(self, location_ref: str | None) -> Scope:
        """Return what is seen of one site, by its reference, or of all of them."""
        ids = frozenset(site.id for site in self.sites if site.location_ref == location_ref)
        return Scope(site_ids=ids) if location_ref is not None else self.everything


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is looked at: a scope inside the outlook, the horizon in days, and what is counted."""

    scope: Scope
    horizon_days: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One group under the name that people know: a site's, a reason's, a month's.

    `needs_visit` is a remedy's: it is used at a later visit.
    """

    key: str
    name: str
    at: AtHorizon
    needs_visit: bool = False

    @property
    def units(self) -> int:
        """How many are counted."""
        return self.at.known + self.at.maturing


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What came of the decisions of a choice.

    `of_decisions` is how many decisions in force there are, walk-ins included, of which `units`
    are counted. Sites are in order of name, remedies and reasons by how many are known, bands of
    amount, months of time. `watched` maps the days under the curve to how many were watched. `ways`
    parts the decisions in force by how they came about.
    """

    choice: Choice
    watch: str
    through: Through
    units: int
    of_decisions: int
    walk_ins: int
    at: AtHorizon
    curve: Sequence[CurvePoint]
    watched: Mapping[int, int]
    by_site: Sequence[Part]
    by_remedy: Sequence[Part]
    by_reason: Sequence[Part]
    by_band: Sequence[Part]
    by_month: Sequence[Part]
    spend: Sequence[Spend]
    ways: Sequence[GivenByWay]
    waiting: Waiting


def outlook(session: Session, person: Person, *, on: date) -> Outlook:
    """Return what this person may look at on a business date of the company."""
    company = sites.company(session)
    seen = sites_in_sight(session, person, on=on)
    ids = frozenset(site.id for site in seen) if person.role == Role.SUPERVISOR else None
    everything = Scope(site_ids=ids)
    return Outlook(
        sites=seen,
        everything=everything,
        last_decided_on=last_decided_on(session, everything),
        watch=company.watch,
        horizon_days=company.horizon_days,
        on=on,
    )


def overview(session: Session, seen: Outlook, choice: Choice) -> Overview:
    """Return what came of the decisions of a choice, as the retention report has it.

    Episodes are those with no decision in the horizon of the choice before them.
    """
    whole = retention(
        session,
        unit=choice.unit,
        scope=choice.scope,
        horizons=(choice.horizon_days,),
        episode_days=choice.horizon_days,
    )
    total = whole.group()
    given = spend(session, choice.scope)
    through = whole.through.on
    by = _states_by(session, choice, watch=seen.watch, through=through)
    return Overview(
        choice=choice,
        watch=seen.watch,
        through=whole.through,
        units=total.decisions if total else 0,
        of_decisions=sum(row.decisions for row in given),
        walk_ins=sum(row.walk_ins for row in given),
        at=_at(total, choice.horizon_days),
        curve=total.curve if total else (),
        watched=_watched(total, choice.horizon_days),
        by_site=_by_site(by["site"], seen),
        by_remedy=_by_remedy(session, by["remedy"]),
        by_reason=_by_reason(session, by["reason"]),
        by_band=_by_band(by["band"]),
        by_month=_by_month(by["month"]),
        spend=given,
        ways=given_by_way(session, choice.scope),
        waiting=waiting(
            session,
            choice.scope,
            unit=choice.unit,
            horizon_days=choice.horizon_days,
            through=through,
        ),
    )


def _states_by(
    session: Session, choice: Choice, *, watch: str, through: date | None
) -> Mapping[str, Mapping[str, AtHorizon]]:
    """Return the three states of each group with a unit, by grouping and key."""
    cohort = Cohort(
        session,
        unit=choice.unit,
        by="all",
        where=choice.scope.holds(),
        watch=watch,
        through=through,
        episode_days=choice.horizon_days,
    )
    cells = cohort.cells(choice.horizon_days, PARTS)
    return {
        grouping: _rolled_up(cells, place, choice, watch=watch)
        for place, grouping in enumerate(PARTS)
    }


def _rolled_up(
    cells: Sequence[Cell], place: int, choice: Choice, *, watch: str
) -> Mapping[str, AtHorizon]:
    """Return the states of each group of one grouping, whose key stands at this place in a cell."""
    units = Counter[str]()
    customers: dict[str, dict[int | None, tuple[int, int]]] = defaultdict(dict)
    for cell in cells:
        key = cell.keys[place]
        units[key] += cell.units
        known, event = customers[key].get(cell.customer_id, (0, 0))
        customers[key][cell.customer_id] = (known + cell.known, event + cell.event)
    found = {key: known_of(pairs.values()) for key, pairs in customers.items()}
    if choice.unit != "episode":
        # There all customers of a group are in one cell: nothing is known of each.
        found = {key: replace(known, clustering=None) for key, known in found.items()}
    return {key: at_horizon(choice.horizon_days, units[key], found[key], watch) for key in units}


def _watched(group: Group | None, days: int) -> Mapping[int, int]:
    """Return how many were at risk on each day under the curve: followed so long, not back.

    Day 0 counts those at risk on day 1. The curve has the same counts up to its last event.
    """
    last_days = Counter[int]()
    if group is not None:
        last_days.update(group.followed.event)
        last_days.update(group.followed.censored)
    return {
        axis_day: sum(count for day, count in last_days.items() if day >= axis_day)
        for axis_day in AXIS[days]
    }


def _at(group: Group | None, days: int) -> AtHorizon:
    if group is None:
        return AtHorizon(days=days, came_back=0, not_back=0, maturing=0)
    return group.horizons[0]


def _by_site(states: Mapping[str, AtHorizon], seen: Outlook) -> Sequence[Part]:
    return [
        Part(key=site.location_ref, name=site.name, at=states[site.location_ref])
        for site in seen.sites
        if site.location_ref in states
    ]


def _by_remedy(session: Session, states: Mapping[str, AtHorizon]) -> Sequence[Part]:
    rows = session.scalars(select(Remedy).where(col(Remedy.kind).in_(list(states))))
    parts = [
        Part(key=row.kind, name=row.name, at=states[row.kind], needs_visit=row.needs_visit)
        for row in rows
    ]
    return sorted(parts, key=lambda part: (-part.at.known, part.name))


def _by_reason(session: Session, states: Mapping[str, AtHorizon]) -> Sequence[Part]:
    rows = session.scalars(select(Reason).where(col(Reason.code).in_(list(states))))
    parts = [Part(key=row.code, name=row.name, at=states[row.code]) for row in rows]
    return sorted(parts, key=lambda part: (-part.at.known, part.name))


def _by_band(states: Mapping[str, AtHorizon]) -> Sequence[Part]:
    ordered = sorted(states, key=bands.place)
    return [Part(key=key, name=key, at=states[key]) for key in ordered]


def _by_month(states: Mapping[str, AtHorizon]) -> Sequence[Part]:
    return [Part(key=key, name=key, at=states[key]) for key in sorted(states)]
