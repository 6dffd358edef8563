"""The sites as a list shows them: by which clock they count, what is to come, who works there."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger.core import people, site_changes, sites
from ledger.core.permissions import Action, Role, may
from ledger.core.site_changes import ClockNow, ClockToCome
from ledger.core.tables import Person, PersonSite, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """One site with its clock, the clock to come, and how many people work there now.

    `is_led`: somebody there may answer asks and read what was given past a limit.
    """

    site: Site
    clock: ClockNow
    coming: ClockToCome | None
    people: int
    is_led: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Staying:
    """Whom retiring a site touches: who works there, and who works nowhere else."""

    people: int
    only_here: int


def sites_with_facts(session: Session, *, now: datetime) -> Sequence[SiteFacts]:
    """Return every site, those that are open first, by name."""
    on = sites.company_calendar(session).business_date(now)
    places = _open_places(session, on=on, now=now)
    counts = Counter(site_id for _person_id, site_id in places)
    led = _led(session, [person_id for person_id, _site_id in places])
    led_ids = {site_id for person_id, site_id in places if person_id in led}
    calendars = sites.calendars(session)
    found = [
        SiteFacts(
            site=site,
            clock=site_changes.clock_at(calendars[site.id], now=now),
            coming=site_changes.clock_after(calendars[site.id], now=now),
            people=counts[site.id],
            is_led=site.id in led_ids,
        )
        for site in sites.all_sites(session)
    ]
    return sorted(found, key=lambda facts: facts.site.retired)


def staying_at(session: Session, site: Site, *, now: datetime) -> Staying:
    """Return whom retiring a site would touch."""
    on = sites.company_calendar(session).business_date(now)
    here = _open_places(session, on=on, now=now)
    ids = {person_id for person_id, site_id in here if site_id == site.id}
    elsewhere = {person_id for person_id, site_id in here if site_id != site.id}
    return Staying(people=len(ids), only_here=len(ids - elsewhere))


def _led(session: Session, person_ids: Sequence[int]) -> Collection[int]:
    """Return who of these may answer asks."""
    roles = sorted(role.value for role in Role if may(role, Action.ANSWER_ASKS))
    query = select(col(Person.id)).where(col(Person.role).in_(roles))
    return set(session.scalars(query)) & set(person_ids)


def _open_places(session: Session, *, on: date, now: datetime) -> Sequence[tuple[int, int]]:
    query = (
        select(col(PersonSite.person_id), col(PersonSite.site_id), func.count())
        .join(Person, col(Person.id) == col(PersonSite.person_id))
        .where(
            people.are_here(now=now),
            col(PersonSite.from_date) <= on,
            col(PersonSite.until).is_(None) | (col(PersonSite.until) >= on),
        )
        .group_by(col(PersonSite.person_id), col(PersonSite.site_id))
    )
    return [(person_id, site_id) for person_id, site_id, _count in session.execute(query)]
