"""An ask as the one who made it sees it: how it stands, who is asked, and what can be done now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select
from sqlmodel import Session, col

from ledger.core import (
    answerers,
    asks,
    customer_finder,
    instead,
    sites,
    still_offered,
    unmet_needs,
)
from ledger.core.answerers import Answerer
from ledger.core.ask_states import AskState
from ledger.core.customer_finder import FoundCustomer
from ledger.core.reports import ask_waiting, inbox_threads
from ledger.core.reports.ask_waiting import AskWaits
from ledger.core.reports.decision_list import customer_label
from ledger.core.reports.inbox_threads import Version
from ledger.core.still_offered import Offer, Part
from ledger.core.tables import Ask, AskAnswer, CustomerDetail, Person, Reason, Remedy, Site

# How far back answers are looked at, to say how long one waits here.
LOOKED_BACK = timedelta(days=27)
# As many as somebody looks through.
MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAsk:
    """One version of an ask of one's own, with all the versions of its thread, the first one first.

    `answerers` are those who could approve it, in their turn; `waits` says how long answers took
    at the site in the last 28 days; `room_minor` is what could be given alone in its place, and
    `need_uid` the unmet need that was recorded for the thread, or after the same refusal.
    `not_offered` says what of it was retired meanwhile: then nothing can be given for it.
    `customer` is None for a walk-in, and for somebody whose details were erased.
    """

    ask: Ask
    site: Site
    remedy: Remedy
    reason: Reason
    customer: FoundCustomer | None
    version: Version
    versions: Sequence[Version]
    answerers: Sequence[Answerer]
    waits: AskWaits
    room_minor: int
    need_uid: str | None
    not_offered: Sequence[Part]
    today: date

    @property
    def has_need(self) -> bool:
        """Whether an unmet need was recorded for it."""
        return self.need_uid is not None

    @property
    def state(self) -> AskState:
        """How this version stands."""
        return self.version.state

    @property
    def newest(self) -> Ask:
        """The last version of the thread."""
        return self.versions[-1].ask


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAskLine:
    """An ask of one's own in a list; `customer` is None for a walk-in and where it was erased."""

    version: Version
    remedy: str
    reason: str
    customer: str | None


def own_ask(session: Session, person: Person, uid: str, *, now: datetime) -> OwnAsk:
    """Return an ask of this person, as it stands now.

    Raises:
        NotFoundError: if there is none, or somebody else made it.

    """
    ask = asks.own_ask(session, person, uid)
    thread = inbox_threads.threads(session, [ask.thread_uid], now=now)[ask.thread_uid]
    today = sites.calendar_of(session, ask.site_id).business_date(now)
    found = None
    if ask.customer_id is not None:
        found = customer_finder.customer(session, ask.customer_id)
    version = next(one for one in thread if one.ask.id == ask.id)
    offer = Offer(
        site=session.get_one(Site, ask.site_id),
        remedy=session.get_one(Remedy, ask.remedy_id),
        reason=session.get_one(Reason, ask.reason_id),
    )
    return OwnAsk(
        ask=ask,
        site=offer.site,
        remedy=offer.remedy,
        reason=offer.reason,
        customer=found,
        version=version,
        versions=thread,
        answerers=answerers.answerers(session, answerers.asked_of(ask), now=now),
        waits=ask_waiting.ask_waits(
            session, [ask.site_id], since=today - LOOKED_BACK, until=today, now=now
        ),
        room_minor=instead.room_instead(session, person, ask, now=now),
        need_uid=_need_uid(session, person, ask),
        not_offered=still_offered.no_more(session, offer, now=now),
        today=today,
    )


def own_asks(session: Session, person: Person, *, now: datetime) -> Sequence[OwnAskLine]:
    """Return the asks of this person as they stand, the newest first, at most a hundred.

    A version that another one has replaced is not among them: the thread's own page has it.
    """
    replaced = exists().where(
        col(AskAnswer.ask_id) == col(Ask.id), col(AskAnswer.kind) == "replaced"
    )
    query = (
        select(Ask, col(Remedy.name), col(Reason.name), customer_label())
        .join(Remedy, col(Remedy.id) == col(Ask.remedy_id))
        .join(Reason, col(Reason.id) == col(Ask.reason_id))
        .outerjoin(CustomerDetail, col(CustomerDetail.customer_id) == col(Ask.customer_id))
        .where(col(Ask.person_id) == person.id, ~replaced)
        .order_by(col(Ask.id).desc())
        .limit(MOST)
    )
    found = session.execute(query).all()
    versions = inbox_threads.versions(session, [row[0] for row in found], now=now)
    return [
        OwnAskLine(version=version, remedy=remedy, reason=reason, customer=customer)
        for version, (_ask, remedy, reason, customer) in zip(versions, found, strict=True)
    ]


def _need_uid(session: Session, person: Person, ask: Ask) -> str | None:
    found = unmet_needs.need_by_uid(session, asks.need_uid(ask))
    if found is None and ask.refusal_uid is not None:
        found = unmet_needs.need_after(session, person, ask.refusal_uid)
    return None if found is None else found.uid
