"""How the demo company works, where it is not as at the start: what the settings pages show."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from ledger.core import feeds, people, reasons, remedies, sites
from ledger.core.feeds import FeedChange
from ledger.core.remedies import NewRemedy
from ledger.core.tables import Person

FEEDS = (
    FeedChange(kind=feeds.ACTIVITY, name="till", label="The tills of all four sites"),
    FeedChange(kind=feeds.TILL, name="refunds", label="Refunds at the four tills"),
)
EIGHTH = ("delivery", "Delivery")
TRIED = NewRemedy(
    kind="coffee_card",
    name="Coffee card",
    icon="ribbon",
    cost_share_bp=3_500,
    needs_visit=True,
    till_step="Stamp a coffee card and write {code} on it.",
)
# What goes wrong on a quay is not what goes wrong in a street.
AT_HARBOUR = ("late", "delivery", "out_of_stock", "quality", "other")


def set_ways(session: Session, *, now: datetime) -> None:
    """Let the administrator name the feeds, try a remedy and give one site its own reasons."""
    staff = {person.name: person for person in session.scalars(select(Person))}
    actor = people.subject_of(staff["Ada"])
    for feed in FEEDS:
        feeds.change_feed(session, feed, actor=actor, now=now)
    tried = remedies.add_remedy(session, TRIED, actor=actor, now=now)
    remedies.retire_remedy(session, tried.id, retired=True, actor=actor, now=now)
    reasons.add_reason(session, *EIGHTH, actor=actor, now=now)
    ids = {reason.code: reason.id for reason in reasons.all_reasons(session)}
    (harbour,) = (site for site in sites.all_sites(session) if site.name == "Harbour")
    reasons.show_at(session, harbour, [ids[code] for code in AT_HARBOUR], actor=actor, now=now)
