"""A small ledger that holds one of everything, made with the real rules, for tests of trust."""

import uuid
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO

from sqlmodel import Session

from ledger.core import (
    bands,
    downloads,
    feeds,
    joining,
    leaving,
    people,
    reasons,
    recognitions,
    sponsor,
    unmet_needs,
    uploads,
)
from ledger.core.exports import making
from ledger.core.exports.shapes import Choice
from ledger.core.feeds import FeedChange
from ledger.core.imports import undo
from ledger.core.imports.activity import import_activity
from ledger.core.imports.customers import import_customers
from ledger.core.imports.decisions import import_decisions
from ledger.core.imports.runs import Options
from ledger.core.imports.till import import_till
from ledger.core.recognitions import RecognitionDraft
from ledger.core.sponsor import NewCard
from ledger.core.unmet_needs import UnmetNeedDraft
from ledger.core.uploads import Wanted
from ledger.database import Database
from tests.cast import Cast, found, hire
from tests.counter import MONDAY, TUESDAY, Shop, open_shop
from tests.small_asks import ask_and_answer

ACTIVITY = b"""external_id,customer_ref,occurred_at,kind,amount,currency
T1,C001,2026-02-20T15:00:00Z,purchase,12.50,USD
T2,C002,2026-02-27T15:00:00Z,visit,0.00,USD
T3,C001,2026-02-28T14:00:00Z,purchase,8.00,USD
"""
WRONG = b"""external_id,customer_ref,occurred_at,kind,amount,currency
K1,C001,2026-03-01T15:00:00Z,visit,0.00,USD
"""
COLUMNS = "external_id,decided_at,customer_ref,staff_ref,location_ref,kind,amount,currency"
DECISIONS = f"""{COLUMNS},reason,note
D1,2026-02-10T15:00:00Z,C001,00412,S1,refund,4.65,USD,quality,Zoë came back with it
D2,2026-02-11T15:00:00Z,C003,00413,S1,credit,3.80,USD,late,
D3,2026-02-12T15:00:00Z,,00413,S1,refund,2.00,USD,late,
""".encode()
TILL = b"""external_id,occurred_at,location_ref,kind,amount,currency,reference,staff_ref
R1,2026-02-10T15:05:00Z,S1,refund,4.65,USD,D-000001,00412
R2,2026-02-12T15:05:00Z,S1,void,2.00,USD,,
"""
# The till knows the phone number that was typed at the log.
CUSTOMERS = b"""customer_ref,name,phone,email,loyalty
C001,,5558675309,,
"""


def fill(database: Database) -> None:
    """Fill a founded ledger: the cast, a limit, both imports, a Monday, a customer joined."""
    with database.writing() as session:
        cast = hire(session)
    import_decisions(database, BytesIO(DECISIONS), Options(), now=MONDAY - timedelta(days=3))
    import_activity(database, BytesIO(ACTIVITY), Options(), now=MONDAY - timedelta(days=2))
    import_till(database, BytesIO(TILL), Options(), now=MONDAY - timedelta(days=2))
    with database.writing() as session:
        _monday(session, cast)
    import_customers(database, BytesIO(CUSTOMERS), Options(), now=TUESDAY)
    _brought_and_taken_back(database, cast)
    with database.writing() as session:
        _joined_and_parted(open_shop(session, cast))
    with database.writing() as session:
        ask_and_answer(open_shop(session, found(session)))


def _brought_and_taken_back(database: Database, cast: Cast) -> None:
    """Let a till's file be brought, and taken back; and another lie there, looked at only."""
    wrong = Options(feed="cards", correct=True)
    came = import_activity(database, BytesIO(WRONG), wrong, now=TUESDAY)
    ada = cast.people["ada"]
    with database.writing() as session:
        undo.undo_import(session, came.import_id or 0, "Another shop", person=ada, now=TUESDAY)
        upload = uploads.begin(
            session, ada, "activity", ("till.csv", len(WRONG)), Wanted(feed="cards"), now=TUESDAY
        )
        uploads.add_piece(session, upload.uid, 0, WRONG, now=TUESDAY)
        uploads.complete(session, upload.uid, 1, sha256(WRONG).hexdigest(), now=TUESDAY)


def _monday(session: Session, cast: Cast) -> None:
    shop = open_shop(session, cast)
    _set_up_otherwise(shop)
    shop.limit(5_000, budget_minor=20_000, budget_period="week")
    regular = shop.customer("555 867 5309")
    other = shop.customer("555 867 5310")
    given = shop.give("ana", 1_500, customer_id=regular, note="Cold soup")
    shop.give("ben", 700, remedy="credit", forecast="comes_back")
    shop.give("ana", 400, customer_id=other)
    shop.void("dana", shop.give("ana", 300), now=MONDAY + timedelta(hours=1))
    shop.refused("ben", 9_000, customer_id=other)
    _wished_and_thanked(shop, given.id)
    _agreed(shop)
    vera, ada = shop.people["vera"], people.subject_of(shop.people["ada"])
    leaving.leave(session, vera, last_day=date(2026, 3, 31), actor=ada, now=TUESDAY)


def _joined_and_parted(shop: Shop) -> None:
    """Let Dana join two customers, part them, and join them after all."""
    one, other = (shop.customer(f"555 867 532{number}") for number in range(2))
    session, dana = shop.session, shop.people["dana"]
    joining.join_customers(session, dana, one, other, reason="The same person", now=TUESDAY)
    joining.part_customer(session, dana, one, reason="Two sisters", now=TUESDAY)
    joining.join_customers(session, dana, one, other, reason="No, the same", now=TUESDAY)


def _wished_and_thanked(shop: Shop, decision_id: int) -> None:
    need = UnmetNeedDraft(
        uid=str(uuid.uuid4()),
        site_id=shop.sites["elm_street"].id,
        reason_id=shop.reasons["late"],
        amount_minor=9_000,
    )
    unmet_needs.record_unmet_need(shop.session, shop.people["ben"], need, now=MONDAY)
    thanks = RecognitionDraft(
        uid=str(uuid.uuid4()),
        person_id=shop.people["ana"].id,
        site_id=shop.sites["elm_street"].id,
        decision_id=decision_id,
        event_type="judgement",
        event_date=date(2026, 3, 2),
        words="Saw that the soup was cold before the guest did.",
    )
    recognitions.give_recognition(shop.session, shop.people["dana"], thanks, now=TUESDAY)
    march = Choice(start=date(2026, 3, 1), end=date(2026, 3, 31))
    making.make_export(shop.session, shop.people["hana"], march, now=TUESDAY)
    _taken_out(shop)


def _agreed(shop: Shop) -> None:
    """Let Vera say by which figure it will be judged, and think again."""
    vera, on = shop.people["vera"], date(2026, 3, 3)
    for figure, target, currency in (("came_back", 7_000, None), ("cost", 50_000, "USD")):
        card = NewCard(
            uid=str(uuid.uuid4()),
            agreed_by_id=vera.id,
            figure=figure,
            target=target,
            currency=currency,
            judged_on=date(2026, 9, 1),
            stop="Nobody can say what it costs",
        )
        sponsor.agree(shop.session, vera, card, on=on, now=TUESDAY)


def _taken_out(shop: Shop) -> None:
    """Let Otto take the limits out whole, and the decisions not to their end."""
    for subject in ("limits", "decisions"):
        begun = downloads.begin(
            shop.session,
            shop.people["otto"],
            subject=subject,
            format="csv",
            choice={"site": shop.sites["elm_street"].id},
            now=TUESDAY,
        )
        if subject == "limits":
            downloads.finish(shop.session, begun, rows=1, sha256="0" * 64, now=TUESDAY)


def _set_up_otherwise(shop: Shop) -> None:
    """Let the administrator set what the others leave as it is."""
    session, by = shop.session, people.subject_of(shop.people["ada"])
    bands.set_tops(session, "USD", (5, 20, 80), actor=by, now=MONDAY)
    chosen = [shop.reasons["late"], shop.reasons["quality"]]
    reasons.show_at(session, shop.sites["elm_street"], chosen, actor=by, now=MONDAY)
    feed = FeedChange(kind="activity", name="main", label="Elm Street till", every_days=3)
    feeds.change_feed(session, feed, actor=by, now=MONDAY)
