"""What the demo's executive agreed to before the figures were in."""

import uuid
from datetime import date, datetime, timedelta
from random import Random

from sqlmodel import Session

from ledger.core import sponsor
from ledger.core.sponsor import NewCard
from ledger.demo import story
from ledger.demo.story import Event, Shop

DAYS_AGO = timedelta(days=60)
UNTIL_JUDGED = timedelta(days=120)
AT_TEN = 10 * 60


def agreed(shop: Shop, *, today: date, chance: Random) -> Event:
    """Return the sponsor card that Vera wrote two months ago."""
    vera, on = shop.people["Vera"], today - DAYS_AGO
    card = NewCard(
        uid=str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        agreed_by_id=vera.id,
        figure=sponsor.CAME_BACK,
        target=7_500,
        currency=None,
        judged_on=today + UNTIL_JUDGED,
        stop="Under 70 % came back, or a tenth of the till is not written here",
    )

    def tell(session: Session, now: datetime) -> None:
        sponsor.agree(session, vera, card, on=on, now=now)

    return Event(at=story.instant(on, AT_TEN), tell=tell)
