"""How asks go in the demo: at each site in its own way, since an administrator said so."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from ledger.core import ask_rules, people
from ledger.core.ask_rules import ALLOW, Rule
from ledger.core.tables import Site
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


def events(shop: Shop, *, first: date, today: date) -> Sequence[Event]:
    """Return how the administrator set asks up, at the start and two days ago."""
    ways = [(first, AT_THE_START), (today - timedelta(days=2), LATELY)]
    set_up = [
        Event(at=story.instant(on, AT), tell=_ruled(shop, site, rule))
        for on, rules in ways
        for site, rule in rules.items()
    ]
    return [*set_up, Event(at=story.instant(first, AT + 1), tell=_taking_turns(shop))]


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


def _site(session: Session, ref: str) -> Site:
    return session.scalars(select(Site).where(col(Site.location_ref) == ref)).one()
