"""What the supervisors of the demo read afterwards: what went past a limit, within a day."""

from datetime import datetime, timedelta
from random import Random

from sqlmodel import Session

from ledger.core import decisions, reviews
from ledger.core.errors import NotFoundError
from ledger.core.tables import Decision
from ledger.demo import story
from ledger.demo.story import Event, Shop

SHORTEST_HOURS, LONGEST_HOURS = 1, 20
WORDS = (None, None, "Right so", "Next time call me, I was in the storeroom")


def read_later(shop: Shop, decision: Decision, chance: Random, *, now: datetime) -> Event:
    """Return how the site's supervisor acknowledges a decision, some hours after it."""
    (site,) = (ref for ref, site_id in shop.site_ids.items() if site_id == decision.site_id)
    reader, uid = shop.supervisors[site], story.new_uid(chance)
    decision_uid, words = decision.uid, chance.choice(WORDS)

    def tell(session: Session, now: datetime) -> None:
        found = decisions.decision_by_uid(session, decision_uid)
        if found is None:
            raise NotFoundError("decision", decision_uid)
        reviews.review(session, reader, found, uid=uid, words=words, now=now)

    minutes = chance.randrange(60 * SHORTEST_HOURS, 60 * LONGEST_HOURS)
    return Event(at=now + timedelta(minutes=minutes), tell=tell)
