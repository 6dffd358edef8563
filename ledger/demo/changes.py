"""What the administrator of the demo has planned: a helping hand, a last day, another clock."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session

from ledger.core import joining, leaving, people, site_changes, sites, work_places
from ledger.core.tables import Person
from ledger.core.work_places import NewPlace
from ledger.demo.cast import ZONE
from ledger.demo.story import Event, Shop, instant
from ledger.demo.visits import Incident, Shopper

HELPS = ("Pia", "station", timedelta(days=3), timedelta(days=16))
LEAVES = ("Noor", timedelta(days=20))
# The bakery next door opens earlier than the night ends.
RECLOCKED = ("old-mill", "05:00")


def found_to_be_one(
    shop: Shop, known: Sequence[Shopper], incidents: Sequence[Incident], *, on: date
) -> Event:
    """Return how Dana finds on a day that two customers of Elm Street are one, with two cards."""
    met = {incident.ref for incident in incidents if incident.site == "elm-street"}
    by_name: dict[str, list[str]] = {}
    for shopper in known:
        if shopper.ref in met:
            by_name.setdefault(shopper.name, []).append(shopper.ref)
    new, old = next(refs for refs in by_name.values() if len(refs) > 1)[1::-1]

    def tell(session: Session, now: datetime) -> None:
        ids = shop.customer_ids
        why = "Showed both cards at the till"
        joining.join_customers(
            session, shop.people["Dana"], ids[new], ids[old], reason=why, now=now
        )

    return Event(at=instant(on, 11 * 60), tell=tell)


def plan_ahead(session: Session, *, today: date, now: datetime) -> None:
    """Let the administrator plan what the pages of people and sites show as still to come."""
    staff = {person.name: person for person in session.scalars(select(Person))}
    by_ref = {site.location_ref: site for site in sites.all_sites(session)}
    actor = people.subject_of(staff["Ada"])
    name, ref, begins, ends = HELPS
    place = NewPlace(site_id=by_ref[ref].id, from_date=today + begins, until=today + ends)
    work_places.add_place(session, staff[name], place, actor=actor, now=now)
    name, later = LEAVES
    leaving.leave(session, staff[name], last_day=today + later, actor=actor, now=now)
    ref, day_start = RECLOCKED
    site_changes.change_clock(session, by_ref[ref].id, ZONE, day_start, actor=actor, now=now)
