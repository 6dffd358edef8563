"""How asks go in the demo: at each site in its own way, since an administrator said so."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import ask_rules, delegations, people, person_changes
from ledger.core.ask_rules import ALLOW, Rule
from ledger.core.delegations import NewDelegation
from ledger.core.person_changes import PersonChange
from ledger.core.tables import Person, Site
from ledger.demo import story
from ledger.demo.story import Event, Shop

AT = 7 * 60 + 5
# Who looks at the demo looks at it for longer than anybody would let a customer wait.
PATIENT = Rule(waits_minutes=240)
AT_THE_START: Mapping[str, Rule] = {
    # Trains do not wait for a supervisor.
    "station": Rule(act_now_up_to_minor=3_000),
    # Sam is mostly elsewhere.
    "old-mill": Rule(on_timeout=ALLOW, allow_up_to_minor=3_000),
}
LATELY: Mapping[str, Rule] = {"elm-street": PATIENT, "harbour": PATIENT}
# Dana is asked first at Elm Street, Sam when she has not answered.
SECOND = ("elm-street", "Sam")
# The most that each may approve for somebody else, in cents.
CEILINGS = (("Dana", 5_000), ("Sam", 8_000))
# When Dana is away: from so many days before today to so many, and how long she said so before.
AWAY = ((-47, -43, 3), (2, 6, 3))


def events(shop: Shop, *, first: date, today: date) -> Sequence[Event]:
    """Return how asks were set up, at the start and two days ago, and when Dana hands hers over."""
    ways = [(first, AT_THE_START), (today - timedelta(days=2), LATELY)]
    set_up = [
        Event(at=story.instant(on, AT), tell=_ruled(shop, site, rule))
        for on, rules in ways
        for site, rule in rules.items()
    ]
    away = [
        Event(
            at=story.instant(today + timedelta(days=since - before), AT + 60),
            tell=_handing_over(shop, today, since, until),
        )
        for since, until, before in AWAY
    ]
    return [
        *set_up,
        *away,
        Event(at=story.instant(first, AT + 1), tell=_taking_turns(shop)),
        Event(at=story.instant(first, AT + 2), tell=_given_ceilings(shop)),
    ]


def _ruled(shop: Shop, site: str, rule: Rule) -> story.Tell:
    def tell(session: Session, now: datetime) -> None:
        actor = people.subject_of(shop.people["Ada"])
        ask_rules.set_rule(session, _site(session, site), rule, actor=actor, now=now)

    return tell


def _taking_turns(shop: Shop) -> story.Tell:
    def tell(session: Session, now: datetime) -> None:
        site, name = SECOND
        turns = {shop.people[name].id: 2}
        actor = people.subject_of(shop.people["Ada"])
        ask_rules.set_turns(session, _site(session, site), turns, actor=actor, now=now)

    return tell


def _given_ceilings(shop: Shop) -> story.Tell:
    def tell(session: Session, now: datetime) -> None:
        actor = people.subject_of(shop.people["Ada"])
        for name, most in CEILINGS:
            person = session.get_one(Person, shop.people[name].id)
            change = PersonChange(approval_ceiling_minor=most)
            person_changes.change_person(session, person, change, actor=actor, now=now)

    return tell


def _handing_over(shop: Shop, today: date, since: int, until: int) -> story.Tell:
    def tell(session: Session, now: datetime) -> None:
        dana = shop.people["Dana"]
        new = NewDelegation(
            uid=str(uuid.uuid5(uuid.NAMESPACE_DNS, f"dana-away-{since}")),
            to=shop.people["Sam"],
            starts_on=today + timedelta(days=since),
            ends_on=today + timedelta(days=until),
        )
        delegations.hand_over(session, dana, new, by=dana, now=now)

    return tell


def _site(session: Session, ref: str) -> Site:
    return session.scalars(select(Site).where(col(Site.location_ref) == ref)).one()
