"""What somebody needs to answer an ask: who asks what for whom and why, and facts beside it.

Cards are made for all asks of a page at once: the statements do not grow with the asks.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlmodel import Session, col

from ledger.core import sites, still_offered
from ledger.core.cohorts import NOBODY, Cohort, Known
from ledger.core.horizons import ENOUGH
from ledger.core.reports import states
from ledger.core.reports.ask_waiting import wait_starts
from ledger.core.reports.inbox_gestures import KnownCustomer, known_customers
from ledger.core.reports.inbox_threads import Version, threads
from ledger.core.reports.retention import AtHorizon, at_horizon
from ledger.core.reports.scope import Band, Scope, bands_of
from ledger.core.reports.states import Horizon
from ledger.core.still_offered import Offer, Part
from ledger.core.tables import Ask, Person, Reason, Remedy, Site

GESTURES_SINCE = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """What decisions like this one led to: of the whole company, with this remedy, in this band.

    Counted as the reports count: the first decision for each customer, at the company's horizon,
    those that are voided or replaced left out. `band` None: nothing of value.
    """

    band: Band | None
    at: AtHorizon

    @property
    def is_enough(self) -> bool:
        """Whether enough are matured to speak of a share."""
        return self.at.known >= ENOUGH


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCard:
    """One ask as its card shows it.

    `since` is when the customer began to wait. `customer` is None for a walk-in. `versions` are all
    of the thread, the first one first; this ask is one of them. `not_offered` says what of it was
    retired meanwhile: then nothing can be given for it, whatever is answered.
    """

    ask: Ask
    zone: str
    site: str
    person: Person
    remedy: str
    reason: str
    since: datetime
    why: str | None
    had_why: bool
    customer: KnownCustomer | None
    horizon: Horizon
    similar: Similar
    versions: Sequence[Version]
    not_offered: Sequence[Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The rows that an ask points to."""

    site: Site
    person: Person
    remedy: Remedy
    reason: Reason


def cards(session: Session, asked: Sequence[Ask], *, now: datetime) -> Sequence[AskCard]:
    """Return the cards of asks, in their order."""
    if not asked:
        return []
    named = _named(session, asked)
    starts = wait_starts(session, asked)
    today = sites.company_calendar(session).business_date(now)
    customers = known_customers(
        session,
        {ask.customer_id for ask in asked if ask.customer_id is not None},
        since=today - GESTURES_SINCE,
    )
    horizon = states.horizon(session)
    similar = _similar(session, asked, horizon)
    whole = threads(session, {ask.thread_uid for ask in asked}, now=now)
    made = []
    for ask in asked:
        rows, versions = named[ask.id], whole[ask.thread_uid]
        this = next(one for one in versions if one.ask.id == ask.id)
        made.append(
            AskCard(
                ask=ask,
                zone=ask.zone,
                site=rows.site.name,
                person=rows.person,
                remedy=rows.remedy.name,
                reason=rows.reason.name,
                since=starts[ask.id],
                why=this.why,
                had_why=this.had_why,
                customer=None if ask.customer_id is None else customers[ask.customer_id],
                horizon=horizon,
                similar=similar[ask.id],
                versions=versions,
                not_offered=still_offered.no_more(session, _offer(rows), now=now),
            )
        )
    return made


def _offer(rows: Named) -> Offer:
    return Offer(site=rows.site, remedy=rows.remedy, reason=rows.reason)


def _named(session: Session, asked: Sequence[Ask]) -> Mapping[int, Named]:
    query = (
        select(col(Ask.id), Site, Person, Remedy, Reason)
        .join(Site, col(Site.id) == col(Ask.site_id))
        .join(Person, col(Person.id) == col(Ask.person_id))
        .join(Remedy, col(Remedy.id) == col(Ask.remedy_id))
        .join(Reason, col(Reason.id) == col(Ask.reason_id))
        .where(col(Ask.id).in_([ask.id for ask in asked]))
    )
    return {
        key: Named(site=site, person=person, remedy=remedy, reason=reason)
        for key, site, person, remedy, reason in session.execute(query)
    }


def _similar(session: Session, asked: Sequence[Ask], at: Horizon) -> Mapping[int, Similar]:
    """Return what decisions like each ask led to, counted once for each currency."""
    found = {}
    for currency in sorted({ask.currency for ask in asked}):
        alike = [ask for ask in asked if ask.currency == currency]
        by_key = bands_of(session, [currency])
        keys = {ask.id: _band_key(by_key, ask.amount_minor) for ask in alike}
        counts = _counts(session, alike, [by_key[key] for key in set(keys.values())], at)
        for ask in alike:
            units, known = counts.get((ask.remedy_id, keys[ask.id]), (0, NOBODY))
            band = by_key[keys[ask.id]]
            found[ask.id] = Similar(
                band=band if band.above_minor >= 0 else None,
                at=at_horizon(at.days, units, known, at.watch),
            )
    return found


def _counts(
    session: Session, alike: Sequence[Ask], bands: Collection[Band], at: Horizon
) -> Mapping[tuple[int, str], tuple[int, Known]]:
    """Return units and what is known of them, by remedy and band, of asks in one currency."""
    remedy_ids = sorted({ask.remedy_id for ask in alike})
    remedies = select(col(Remedy.kind), col(Remedy.id)).where(col(Remedy.id).in_(remedy_ids))
    kinds = {row[0]: row[1] for row in session.execute(remedies)}
    cohort = Cohort(
        session,
        unit="customer",
        by="all",
        where=or_(
            *(
                Scope(remedy_id=remedy_id, band=band).holds()
                for remedy_id in remedy_ids
                for band in bands
            )
        ),
        watch=at.watch,
        through=at.through,
    )
    return {
        (kinds[cell.keys[0]], cell.keys[1]): (
            cell.units,
            Known(known=cell.known, event=cell.event),
        )
        for cell in cohort.cells(at.days, ("remedy", "band"))
    }


def _band_key(by_key: Mapping[str, Band], amount_minor: int) -> str:
    """Return the key of the band in which an amount lies."""
    return next(
        key
        for key, band in by_key.items()
        if amount_minor > band.above_minor
        and (band.up_to_minor is None or amount_minor <= band.up_to_minor)
    )
