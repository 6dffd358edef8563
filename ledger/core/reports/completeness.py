"""In the till and not here, here and not in the till: sums by site and by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select
from sqlmodel import Session

from ledger.core import completeness, till_matching
from ledger.core.completeness import Covered, Span
from ledger.core.reports.scope import sites_in_sight
from ledger.core.tables import Person, Site
from ledger.core.till_matching import BOTH, DIFFERS, TILL_ONLY, UNEXPLAINED


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which business dates (both included), and of which site; None is all that somebody sees."""

    since: date
    until: date
    site_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """How many, and what they add up to in minor units; of those that differ: the differences.

    `entries` is how many entries of the till these are.
    """

    count: int = 0
    amount_minor: int = 0
    entries: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        """Return both together."""
        return Sum(
            count=self.count + other.count,
            amount_minor=self.amount_minor + other.amount_minor,
            entries=self.entries + other.entries,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Gifts and voids in one currency, by what the comparison says of them."""

    currency: str
    sums: Mapping[str, Sum]

    def of(self, state: str) -> Sum:
        """Return the sum of one state."""
        return self.sums.get(state, Sum())

    @property
    def unexplained(self) -> Sum:
        """Return all that is in one of the two only, and the differences, together."""
        return sum((self.of(state) for state in UNEXPLAINED), Sum())

    @property
    def written(self) -> tuple[int, int]:
        """Return how many of the till's entries are written here, and how many there are."""
        here = self.of(BOTH).entries + self.of(DIFFERS).entries
        return here, here + self.of(TILL_ONLY).entries


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTally:
    """One site in the period, or on one of its days; `covered` are the days its till covers."""

    site: Site
    covered: Covered
    tally: Tally
    business_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The till against what was written, of the sites and days that can be compared.

    `totals` are by currency, `by_site` by name, `by_day` newest first and only days on which
    something is unexplained. `not_compared` are sites whose till brought nothing for the period;
    `days` is how many days of sites were compared, `even_days` those on which all was both.
    """

    totals: Sequence[Tally]
    by_site: Sequence[SiteTally]
    by_day: Sequence[SiteTally]
    not_compared: Sequence[Site]
    days: int
    even_days: int

    def total(self, currency: str) -> Tally:
        """Return the total in one currency."""
        found = (one for one in self.totals if one.currency == currency)
        return next(found, Tally(currency=currency, sums={}))


def comparison(session: Session, person: Person, wanted: Wanted, *, on: date) -> Comparison:
    """Compare the till with what was written at the sites that this person sees."""
    seen = sites_of(session, person, wanted.site_id, on=on)
    return compare_sites(session, seen, since=wanted.since, until=wanted.until)


def sites_of(session: Session, person: Person, site_id: int | None, *, on: date) -> Sequence[Site]:
    """Return the sites that this person sees, or the one of them that is wanted, by name."""
    seen = sites_in_sight(session, person, on=on)
    return [site for site in seen if site_id in (None, site.id)]


def compare_sites(
    session: Session, seen: Sequence[Site], *, since: date, until: date
) -> Comparison:
    """Compare the till with what was written at these sites."""
    ids = {site.id for site in seen}
    covered = {key: each for key, each in completeness.coverage(session).items() if key in ids}
    spans = completeness.spans(covered, since=since, until=until)
    compared = {site_id for span in spans for site_id in span.site_ids}
    by_day = _by_day(session, spans) if spans else {}
    at = {site.id: site for site in seen if site.id in compared}
    tallies = [
        SiteTally(site=at[site_id], covered=covered[site_id], tally=tally, business_date=day)
        for (site_id, day), tally in by_day.items()
    ]
    uneven = [one for one in tallies if one.tally.unexplained.count]
    days = sum(len(one.site_ids) * ((one.until - one.since).days + 1) for one in spans)
    return Comparison(
        totals=_totals(tallies),
        by_site=[
            SiteTally(site=site, covered=covered[site.id], tally=_of_site(site, tallies))
            for site in at.values()
        ],
        by_day=sorted(uneven, key=_newest_first),
        not_compared=[site for site in seen if site.id not in compared and not site.retired],
        days=days,
        even_days=days - len({(one.site.id, one.business_date) for one in uneven}),
    )


def _by_day(session: Session, spans: Sequence[Span]) -> Mapping[tuple[int, date], Tally]:
    found = till_matching.compared(session, spans)
    amount = case(
        (found.c.state == DIFFERS, func.abs(found.c.here_minor - found.c.till_minor)),
        (found.c.state == TILL_ONLY, found.c.till_minor),
        else_=found.c.here_minor,
    )
    keys = (found.c.site_id, found.c.business_date, found.c.currency, found.c.state)
    query = select(*keys, func.count(), func.sum(amount), func.sum(found.c.entries)).group_by(*keys)
    sums: dict[tuple[int, date], dict[str, Sum]] = {}
    currencies: dict[int, str] = {}
    for site_id, day, currency, state, count, minor, entries in session.execute(query):
        currencies[site_id] = currency
        # PostgreSQL sums whole numbers to its decimal type.
        sums.setdefault((site_id, day), {})[state] = Sum(
            count=count, amount_minor=int(minor), entries=int(entries)
        )
    return {key: Tally(currency=currencies[key[0]], sums=each) for key, each in sums.items()}


def _of_site(site: Site, tallies: Sequence[SiteTally]) -> Tally:
    here = [one.tally for one in tallies if one.site.id == site.id]
    return _added(site.currency, here)


def _totals(tallies: Sequence[SiteTally]) -> Sequence[Tally]:
    currencies = sorted({one.tally.currency for one in tallies})
    return [
        _added(currency, [one.tally for one in tallies if one.tally.currency == currency])
        for currency in currencies
    ]


def _added(currency: str, tallies: Sequence[Tally]) -> Tally:
    sums: dict[str, Sum] = {}
    for tally in tallies:
        for state, each in tally.sums.items():
            sums[state] = sums.get(state, Sum()) + each
    return Tally(currency=currency, sums=sums)


def _newest_first(one: SiteTally) -> tuple[int, str]:
    return (-(one.business_date or date.min).toordinal(), one.site.name)
