"""Which decisions a page or a report looks at: of some sites, days, a remedy, a reason, a band."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sqlalchemy import ColumnElement, func, select, true
from sqlmodel import Session, col

from ledger.core import bands, money, sites
from ledger.core.loaded import Loaded
from ledger.core.permissions import Role
from ledger.core.tables import Decision, Outcome, Person, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Amounts of one currency, in minor units: above the first bound, up to the second (None: any).

    Nothing of value is above -1, up to 0.
    """

    currency: str
    above_minor: int
    up_to_minor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Decisions of these sites (None: of all), from one business date to another, both included.

    Of one remedy, for one reason and in one band of amounts, where these are given.
    """

    site_ids: frozenset[int] | None = None
    since: date | None = None
    until: date | None = None
    remedy_id: int | None = None
    reason_id: int | None = None
    band: Band | None = None

    def holds(self) -> ColumnElement[bool]:
        """Return the condition on `decision` joined with `outcome`."""
        condition: ColumnElement[bool] = true()
        if self.site_ids is not None:
            condition &= col(Decision.site_id).in_(sorted(self.site_ids))
        if self.since is not None:
            condition &= col(Outcome.decided_on) >= self.since.toordinal()
        if self.until is not None:
            condition &= col(Outcome.decided_on) <= self.until.toordinal()
        if self.remedy_id is not None:
            condition &= col(Decision.remedy_id) == self.remedy_id
        if self.reason_id is not None:
            condition &= col(Decision.reason_id) == self.reason_id
        return condition if self.band is None else condition & _lies_in(self.band)


def bands_of(session: Session, currencies: Iterable[str]) -> Mapping[str, Band]:
    """Return the bands of these currencies by key, as reports name them, from nothing upwards."""
    tops_by_currency = bands.tops(session, currencies)
    several = len(tops_by_currency) > 1
    found = {}
    for currency, tops in tops_by_currency.items():
        unit: int = 10 ** money.decimals(currency)
        bounds = (-1, 0, *(top * unit for top in tops), None)
        for key, (above, up_to) in zip(bands.keys(tops), pairwise(bounds), strict=True):
            band = Band(currency=currency, above_minor=above or 0, up_to_minor=up_to)
            found[f"{currency} {key}" if several else key] = band
    return found


def _lies_in(band: Band) -> ColumnElement[bool]:
    amount = col(Decision.amount_minor)
    condition = (col(Decision.currency) == band.currency) & (amount > band.above_minor)
    return condition if band.up_to_minor is None else condition & (amount <= band.up_to_minor)


def sites_in_sight(session: Session, person: Person, *, on: date) -> Sequence[Site]:
    """Return the sites whose outcomes this person may see on a business date, by name.

    A supervisor sees their own; auditors and executives see all.
    """
    if person.role == Role.SUPERVISOR:
        return sites.sites_of(session, person, on=on)
    return _EVERY_SITE.all(session)


def last_decided_on(session: Session, scope: Scope) -> date | None:
    """Return the business date of the latest decision in the scope, voided ones too, or None."""
    query = select(func.max(col(Outcome.decided_on))).join(
        Decision, col(Decision.id) == col(Outcome.decision_id)
    )
    found = session.scalar(query.where(scope.holds()))
    return None if found is None else date.fromordinal(found)


_EVERY_SITE = Loaded(Site, select(Site).order_by(col(Site.name), col(Site.id)))
