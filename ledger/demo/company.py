"""Making the demo company: founded a year ago, lived through the rules, up to this minute."""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import clock, passwords, people, sites
from ledger.core.imports.activity import import_activity
from ledger.core.imports.customers import import_customers
from ledger.core.imports.runs import Options
from ledger.core.imports.till import import_till
from ledger.core.people import NewPerson
from ledger.core.sites import NewSite
from ledger.core.tables import Company, CustomerDetail, Person, Reason, Remedy, Site
from ledger.database import Database
from ledger.demo import ask_ways, brought, deciding, patterns, story, waiting
from ledger.demo.agreement import agreed
from ledger.demo.audits import audit_events
from ledger.demo.cast import (
    DAY_START,
    PASSWORD,
    PLACES,
    WORKERS,
    ZONE,
)
from ledger.demo.changes import found_to_be_one, plan_ahead
from ledger.demo.files import activity_file, customer_file
from ledger.demo.limits import limit_changes, limit_set
from ledger.demo.story import Event, Shop
from ledger.demo.till import till_file
from ledger.demo.visits import (
    Incident,
    Shopper,
    Visit,
    shoppers,
    some_larger,
    walk_ins,
    year_of,
)
from ledger.demo.ways import set_ways

SEED = 20261121
YEAR = timedelta(days=364)
WALK_INS = 412
JOINED_AGO = timedelta(days=9)
EVENTS_A_TRANSACTION = 250

# Told the share that is done, from 0 to 1.
Progress = Callable[[float], None]


def founded_at(now: datetime) -> datetime:
    """Return the instant at which the demo company was founded: early, a year ago."""
    return story.instant(_today(now) - YEAR, 4 * 60 + 30)


def live_a_year(database: Database, *, now: datetime, progress: Progress) -> None:
    """Fill a ledger that was founded at `founded_at` with the year that ends now."""
    chance = Random(SEED)
    today = _today(now)
    first = today - YEAR
    with database.writing() as session:
        people_by_name = _hire(session, first=first, today=today)
    known = shoppers(chance)
    with TemporaryDirectory() as folder:
        path = customer_file(Path(folder), known)
        with path.open("rb") as stream:
            import_customers(
                database, stream, Options(feed="crm"), now=story.instant(first, 6 * 60)
            )
        progress(0.05)
        visits, incidents = _lives(chance, known, first=first, last=today)
        with database.reading() as session:
            shop = _shop(session, people_by_name, first=first, today=today)
        shop = replace(shop, asks_until=now - waiting.QUIET)
        events = _events(shop, incidents, chance=chance, first=first, today=today)
        events.append(found_to_be_one(shop, known, incidents, on=today - JOINED_AGO))
        events += patterns.events(shop, known, incidents, today=today)
        events += waiting.events(shop, incidents, today=today, now=now)
        _tell(database, events, progress, until=now)
        with database.writing() as session:
            plan_ahead(session, today=today, now=now)
            set_ways(session, now=now)
        progress(0.8)
        through = today - timedelta(days=1)
        known_visits = [visit for visit in visits if visit.on <= through]
        missed = brought.missed(known_visits, through - timedelta(days=2))
        path = activity_file(Path(folder), [v for v in known_visits if v not in missed])
        with path.open("rb") as stream:
            import_activity(database, stream, Options(feed="till", through=through), now=now)
        dana = people_by_name["Dana"], shop.site_ids[brought.SITE]
        brought.bring(database, dana, missed, feed="till", now=now)
        with database.reading() as session:
            path = till_file(session, Path(folder), chance=chance, through=through)
        with path.open("rb") as stream:
            import_till(database, stream, Options(feed="refunds", through=through), now=now)
    progress(1)


def _today(now: datetime) -> date:
    rule = clock.Rule(from_date=sites.BEGINNING, zone=ZONE, day_start=sites.day_start(DAY_START))
    return clock.Calendar(rules=(rule,)).business_date(now)


def _hire(session: Session, *, first: date, today: date) -> dict[str, Person]:
    """Open the sites and take on the people, all of whom can sign in with the demo's password."""
    at = story.instant(first, 5 * 60)
    ids = {
        place.ref: sites.add_site(
            session, NewSite(location_ref=place.ref, name=place.name), actor="system", now=at
        ).id
        for place in PLACES
    }
    # Hashed once: twenty separate hashes would take longer than the year itself.
    hashed = passwords.hashed(PASSWORD)
    hired = {}
    for worker in WORKERS:
        since = first
        if worker.joined_days_ago is not None:
            since = today - timedelta(days=worker.joined_days_ago)
        new = NewPerson(
            employee_id=worker.employee_id,
            name=worker.name,
            email=worker.email,
            role=worker.role,
            grade=worker.grade,
            site_ids=[ids[ref] for ref in worker.sites],
            from_date=since,
            ceiling_minor=worker.ceiling_minor,
        )
        person = people.add_person(session, new, actor="system", now=at)
        person.password_hash = hashed
        hired[worker.name] = person
    session.flush()
    return hired


def _shop(session: Session, people_by_name: dict[str, Person], *, first: date, today: date) -> Shop:
    site_ids = {site.location_ref: site.id for site in sites.all_sites(session)}
    found = session.execute(select(col(CustomerDetail.reference), col(CustomerDetail.customer_id)))
    deciders: dict[str, list[tuple[Person, date]]] = {place.ref: [] for place in PLACES}
    for worker in WORKERS:
        if worker.grade is None:
            continue
        since = first
        if worker.joined_days_ago is not None:
            since = today - timedelta(days=worker.joined_days_ago)
        deciders[worker.sites[0]].append((people_by_name[worker.name], since))
    supervisors = {place.ref: people_by_name["Sam"] for place in PLACES}
    supervisors["elm-street"] = people_by_name["Dana"]
    return Shop(
        people=people_by_name,
        site_ids=site_ids,
        remedies={remedy.kind: remedy for remedy in session.scalars(select(Remedy))},
        reasons={reason.code: reason for reason in session.scalars(select(Reason))},
        customer_ids={ref: customer_id for ref, customer_id in found if ref is not None},
        deciders={ref: tuple(found) for ref, found in deciders.items()},
        supervisors=supervisors,
    )


def _lives(
    chance: Random, known: Sequence[Shopper], *, first: date, last: date
) -> tuple[list[Visit], list[Incident]]:
    visits, incidents = [], []
    for shopper in known:
        for happening in year_of(chance, shopper, first=first, last=last):
            if isinstance(happening, Visit):
                visits.append(happening)
            else:
                incidents.append(happening)
    incidents += walk_ins(chance, count=WALK_INS, first=first, last=last)
    return visits, some_larger(incidents, Random(SEED + 1))


def _events(
    shop: Shop, incidents: Sequence[Incident], *, chance: Random, first: date, today: date
) -> list[Event]:
    events = deciding.events_of(shop, incidents, chance=chance)
    events += [limit_set(shop, change) for change in limit_changes(first, today)]
    events.append(agreed(shop, today=today, chance=chance))
    events += audit_events(shop, today)
    events += ask_ways.events(shop, first=first, today=today)
    for week in range(2, YEAR.days // 7):
        site = chance.choices([place.ref for place in PLACES], [p.share for p in PLACES])[0]
        on = first + timedelta(days=7 * week + chance.randrange(6))
        events.append(story.recognised(shop, site, on=on, chance=chance))
    return sorted(events, key=lambda event: event.at)


def _tell(
    database: Database, events: Sequence[Event], progress: Progress, *, until: datetime
) -> None:
    """Tell events in the order of time, and what they bring on, up to an instant."""
    ahead = [(event.at, number, event) for number, event in enumerate(events)]
    heapq.heapify(ahead)
    first, number = ahead[0][0], len(ahead)
    while ahead and ahead[0][0] <= until:
        progress(0.05 + 0.75 * ((ahead[0][0] - first) / (until - first)))
        with database.writing() as session:
            # A session forgets rows that nobody holds, and would read these for every decision.
            held = [
                session.scalars(select(table)).all() for table in (Site, Remedy, Reason, Company)
            ]
            for _ in range(EVENTS_A_TRANSACTION):
                if not ahead or ahead[0][0] > until:
                    break
                at, _number, event = heapq.heappop(ahead)
                for follows in event.tell(session, at) or ():
                    number += 1
                    heapq.heappush(ahead, (follows.at, number, follows))
            del held
