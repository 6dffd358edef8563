"""Short words for giving recognitions in tests."""

import uuid
from datetime import UTC, date, datetime
from typing import TypedDict, Unpack

from sqlmodel import Session

from ledger.core import recognitions, sites
from ledger.core.recognitions import RecognitionDraft
from ledger.core.tables import Decision, Recognition
from tests import cast
from tests.counter import MONDAY, Shop

FEBRUARY = (date(2026, 2, 1), date(2026, 2, 28))
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
# Some hours after everything that the tests give on Monday.
LATER = datetime(2026, 3, 2, 20, tzinfo=UTC)
WORDS = "Said no, explained why, and found the part at Station."


class Told(TypedDict, total=False):
    """What a recognition may say beside whom it is for."""

    uid: str
    decision: Decision | None
    event_type: str
    on: date
    words: str
    site: str


def draft(shop: Shop, whom: str, **told: Unpack[Told]) -> RecognitionDraft:
    """Return a well-formed recognition, by itself a story of 2 March at Elm Street."""
    decision = told.get("decision")
    return RecognitionDraft(
        uid=told.get("uid", str(uuid.uuid4())),
        person_id=shop.people[whom].id,
        site_id=decision.site_id if decision else shop.sites[told.get("site", "elm_street")].id,
        decision_id=decision.id if decision else None,
        event_type=told.get("event_type", "judgement" if decision else "story"),
        event_date=told.get("on", decision.business_date if decision else date(2026, 3, 2)),
        words=told.get("words", WORDS),
    )


def thank(
    shop: Shop, whom: str, *, by: str = "sam", now: datetime = MONDAY, **told: Unpack[Told]
) -> Recognition:
    """Give a recognition."""
    return recognitions.give_recognition(
        shop.session, shop.people[by], draft(shop, whom, **told), now=now
    )


def story_of(
    session: Session, whom: str, *, by: str = "sam", now: datetime = MONDAY, words: str = WORDS
) -> Recognition:
    """Thank one of the cast for a story of today, in a ledger in which the cast works."""
    person, giver = cast.person(session, whom), cast.person(session, by)
    on = sites.company_calendar(session).business_date(now)
    story = RecognitionDraft(
        uid=str(uuid.uuid4()),
        person_id=person.id,
        site_id=sites.sites_of(session, person, on=on)[0].id,
        decision_id=None,
        event_type="story",
        event_date=on,
        words=words,
    )
    return recognitions.give_recognition(session, giver, story, now=now)
