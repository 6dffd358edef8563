"""What the demo company's auditor and HR did: exports, lists, checkpoints, and a wrong password."""

import hashlib
from datetime import date, datetime, timedelta

from sqlmodel import Session

from ledger.core import checkpoint, clock, downloads, signing_in
from ledger.core.exports import LISTS, making
from ledger.core.exports.lines import line
from ledger.core.exports.shapes import Choice, ListChoice
from ledger.core.reports.decision_list import DecisionFilter
from ledger.demo import story
from ledger.demo.story import Event, Shop

MORNING = 9 * 60


def audit_events(shop: Shop, today: date) -> list[Event]:
    """Return what happened around the ledger itself in the last weeks."""
    last = today.replace(day=1) - timedelta(days=1)
    # Not the last month: that one is for whoever looks at the page to export.
    month = clock.period_of(last.replace(day=1) - timedelta(days=1), "month")
    since = today - timedelta(days=30)

    def exported(session: Session, now: datetime) -> None:
        choice = Choice(start=month.start, end=month.end)
        making.make_export(session, shop.people["Hana"], choice, now=now)

    def signed(session: Session, now: datetime) -> None:
        checkpoint.note_signed(session, shop.people["Otto"], now=now)

    def listed(session: Session, now: datetime) -> None:
        _take(session, shop, since, now=now, is_whole=True)

    def broke_off(session: Session, now: datetime) -> None:
        _take(session, shop, since, now=now, is_whole=False)

    def mistyped(session: Session, now: datetime) -> None:
        signing_in.refuse(session, shop.people["Ben"], what="password", now=now)

    told = (
        (month.end + timedelta(days=2), exported),
        (today - timedelta(days=8), signed),
        (today - timedelta(days=4), broke_off),
        (today - timedelta(days=3), listed),
        (today - timedelta(days=1), signed),
        (today - timedelta(days=1), mistyped),
    )
    return [
        Event(at=story.instant(on, MORNING + number), tell=tell)
        for number, (on, tell) in enumerate(told)
    ]


def _take(session: Session, shop: Shop, since: date, *, now: datetime, is_whole: bool) -> None:
    """Take the decisions since a day out, as the page does; or let it break off."""
    otto, wanted = shop.people["Otto"], DecisionFilter(since=since)
    begun = downloads.begin(
        session,
        otto,
        subject="decisions",
        format="csv",
        choice={"since": since.isoformat()},
        now=now,
    )
    if not is_whole:
        return
    found = LISTS["decisions"]
    choice = ListChoice(person=otto, now=now, wanted=wanted)
    pieces = list(found.pieces(session, choice, begun.head_seq))
    written = "".join([line(list(found.columns)), *(one.text for one in pieces)]).encode()
    count = sum(one.rows for one in pieces)
    downloads.finish(
        session, begun, rows=count, sha256=hashlib.sha256(written).hexdigest(), now=now
    )
