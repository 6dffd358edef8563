"""The demo's year, told through the rules: every decision is judged, every row journalled."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random
from zoneinfo import ZoneInfo

from sqlmodel import Session

from ledger.core import clock, recognitions
from ledger.core.recognitions import RecognitionDraft
from ledger.core.tables import Person, Reason, Remedy
from ledger.demo.cast import ZONE

STORIES = (
    "Called the customer back before she was asked to.",
    "Said no, explained why, and found the part at Station.",
    "Apology only, at once, and fixed the label on the shelf.",
    "Wrote down three unmet needs that changed the delivery slot.",
    "Replacement on the spot, then told the bakery what went wrong.",
    "Noticed the wrong size before the bag was closed.",
    "Stayed calm with a long queue and put it right in a minute.",
)
FOR_EVER = datetime.max.replace(tzinfo=clock.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """The rows that the story needs, by the names that it uses."""

    people: dict[str, Person]
    site_ids: dict[str, int]
    remedies: dict[str, Remedy]
    reasons: dict[str, Reason]
    customer_ids: dict[str, int]
    # Who decides at a site, with the day on which they began.
    deciders: dict[str, Sequence[tuple[Person, date]]]
    supervisors: dict[str, Person]
    # From then on nobody asks: who waits in the end is told by itself.
    asks_until: datetime = FOR_EVER


Tell = Callable[[Session, datetime], Sequence["Event"] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happens at an instant, in a write transaction; it may bring on more."""

    at: datetime
    tell: Tell


def instant(on: date, minute: int, *, second: int = 0) -> datetime:
    """Return the instant of a minute of the shop's clock."""
    wall = datetime.combine(on, time(minute // 60, minute % 60, second), ZoneInfo(ZONE))
    return wall.astimezone(clock.UTC)


def recognised(shop: Shop, site: str, *, on: date, chance: Random) -> Event:
    """Return a recognition by a site's supervisor, for a story of the day."""
    people = [person for person, since in shop.deciders[site] if since <= on]
    person, words = chance.choice(people), chance.choice(STORIES)
    uid = new_uid(chance)

    def tell(session: Session, now: datetime) -> None:
        draft = RecognitionDraft(
            uid=uid,
            person_id=person.id,
            site_id=shop.site_ids[site],
            decision_id=None,
            event_type="story",
            event_date=on,
            words=words,
        )
        recognitions.give_recognition(session, shop.supervisors[site], draft, now=now)

    return Event(at=instant(on, 18 * 60 + chance.randrange(90)), tell=tell)


def new_uid(chance: Random) -> str:
    """Return an id that is the same in every making of the demo."""
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))
