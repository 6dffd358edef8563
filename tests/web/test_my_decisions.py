"""My decisions: what came of each of mine, in counts, and nobody else's."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select
from sqlmodel import col

from ledger.core.imports.activity import import_activity
from ledger.core.imports.decisions import import_decisions
from ledger.core.imports.runs import Options
from ledger.core.tables import CustomerDetail, Decision
from ledger.ledgers import Ledger
from tests import thanks
from tests.counter import MONDAY
from tests.web.conftest import ClientFor, Clock
from tests.web.counter_form import written
from tests.web.html import parse
from tests.web.opened import opened
from tests.web.said import words_of

EARLIER = datetime(2026, 1, 20, 15, tzinfo=UTC)
IN_MAY = datetime(2026, 5, 4, 15, tzinfo=UTC)

OLD_ONE = (
    b"external_id,decided_at,customer_ref,staff_ref,location_ref,kind,amount,currency,reason,note\n"
    b"B1,2026-02-10T17:00:00Z,,00412,S1,refund,12.00,USD,late,\n"
)


@pytest.fixture(autouse=True)
def _limit(ledger: Ledger) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500, now=EARLIER)


def visits(ledger: Ledger, through: date, *rows: tuple[int, date]) -> None:
    """Take in a visit of each customer on a day, from a feed that is complete until a date."""
    lines = ["external_id,customer_ref,occurred_at,kind,amount,currency"]
    for customer_id, day in rows:
        lines.append(f"V{customer_id},C{customer_id},{day}T17:00:00Z,visit,0,USD")
    with opened(ledger) as shop:
        for customer_id, _ in rows:
            detail = shop.session.get(CustomerDetail, customer_id)
            assert detail is not None
            detail.reference = f"C{customer_id}"
    data = BytesIO(("\n".join(lines) + "\n").encode())
    import_activity(ledger.database, data, Options(through=through), now=IN_MAY)


def test_each_decision_says_what_came_of_it(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    with opened(ledger) as shop:
        back, gone, new = (shop.customer(f"212 555 44{n}0") for n in range(3))
        shop.give("ana", 1_000, customer_id=back, now=EARLIER, forecast="comes_back")
        shop.give("ana", 1_100, customer_id=gone, now=EARLIER, forecast="comes_back")
        shop.give("ana", 1_200, customer_id=new, now=MONDAY)
        shop.give("ana", 1_300, now=MONDAY)
        shop.void("ana", shop.give("ana", 1_400, now=MONDAY))
    visits(ledger, date(2026, 4, 30), (back, date(2026, 2, 20)))
    clock.now = IN_MAY

    words = words_of(client_for("ana").get("/my-decisions"))

    assert "Came back 20 Feb" in words
    assert "Not back" in words
    assert "We will know by 31 May" in words
    assert "Walk-in: cannot be known" in words
    assert "Undone" in words
    assert "Came back, of 2 known 1" in words
    assert "You said “comes back”, 2 known 1" in words


def test_a_day_that_is_over_is_not_promised_and_what_it_waits_for_is_said(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    with opened(ledger) as shop:
        shop.give("ana", 1_000, customer_id=shop.customer("212 555 4410"), now=EARLIER)
    visits(ledger, date(2026, 3, 31))
    clock.now = IN_MAY

    words = words_of(client_for("ana").get("/my-decisions"))

    assert "Not known: no feed has reached 20 Apr yet" in words
    assert "the next one waits for a feed that reaches 20 Apr" in words
    assert "We will know by 20 Apr" not in words


def test_what_came_in_a_file_says_so_in_the_list_and_on_its_receipt(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.give("ana", 1_000)
    import_decisions(ledger.database, BytesIO(OLD_ONE), Options(feed="old book"), now=MONDAY)
    with ledger.database.reading() as session:
        (uid,) = session.scalars(
            select(col(Decision.uid)).where(col(Decision.source) == "imported")
        )
    ana = client_for("ana")

    listed, receipt = words_of(ana.get("/my-decisions")), words_of(ana.get(f"/receipts/{uid}"))

    assert listed.count("Imported") == 1
    assert "Imported from the feed “old book”" in receipt
    assert "$12.00 was given on 10 Feb" in receipt
    assert "Number here D-" in receipt, "it was never written at the till"
    assert "two minutes" not in receipt


def test_counts_are_never_a_percentage(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        shop.give("ana", 1_000, forecast="comes_back")

    assert "%" not in words_of(client_for("ana").get("/my-decisions"))


def test_nobody_sees_what_somebody_else_decided(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        shop.give("ben", 1_777)

    words = words_of(client_for("ana").get("/my-decisions"))

    assert "$17.77" not in words
    assert "Nothing here yet" in words


def test_the_maturing_ones_can_be_seen_alone(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        shop.give("ana", 1_000)
        shop.give("ana", 1_100, customer_id=shop.customer("212 555 4410"))

    words = words_of(client_for("ana").get("/my-decisions?show=maturing"))

    assert "$11.00" in words
    assert "$10.00" not in words


def test_a_long_list_comes_in_pages(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        for amount in range(101, 122):
            shop.give("ana", amount, now=MONDAY + timedelta(seconds=amount))
    ana = client_for("ana")

    first, second = ana.get("/my-decisions"), ana.get("/my-decisions?page=2")

    assert "Page 1 of 2" in words_of(first)
    assert ("$1.21" in first.text, "$1.01" in first.text) == (True, False)
    assert ("$1.21" in second.text, "$1.01" in second.text) == (False, True)
    assert ana.get("/my-decisions?page=99999999999999999999").status_code == 200


def test_unmet_needs_have_a_list_of_their_own(ledger: Ledger, client_for: ClientFor) -> None:
    ana = client_for("ana")
    assert "No unmet needs" in words_of(ana.get("/my-decisions/unmet-needs"))

    ana.post("/log", data=written(ledger, remedy="unmet", amount="60"))

    words = words_of(ana.get("/my-decisions/unmet-needs"))
    assert "$60.00 Wanted to, could not: Late" in words
    assert parse(ana.get("/my-decisions/unmet-needs").text).heading.startswith("What you wanted")
    assert "Wanted to" not in words_of(client_for("ben").get("/my-decisions/unmet-needs"))


def test_nobody_was_thanked_until_somebody_was(ledger: Ledger, client_for: ClientFor) -> None:
    with ledger.database.writing() as session:
        thanks.story_of(session, "ben", now=MONDAY)

    assert "You were thanked" not in words_of(client_for("ana").get("/my-decisions"))


def test_what_somebody_was_thanked_for_is_read_first(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        decision = shop.give("ana", 1_000)
        thanks.thank(shop, "ana", decision=decision, words="Listened first.")
        thanks.thank(shop, "ana", by="dana", on=date(2026, 2, 3), words="Stayed & waited.")

    page = client_for("ana").get("/my-decisions")

    words = words_of(page)
    assert "You were thanked “Listened first.” Sam, Elm Street, 2 Mar · the decision" in words
    assert "“Stayed & waited.” Dana, Elm Street, 3 Feb" in words
    assert page.text.index("Listened first.") < page.text.index("$10.00")
    assert page.text.count(f"/receipts/{decision.uid}") == 2


def test_of_many_thank_yous_the_latest_are_open(ledger: Ledger, client_for: ClientFor) -> None:
    with ledger.database.writing() as session:
        for number in range(1, 6):
            thanks.story_of(session, "ana", now=MONDAY, words=f"Story {number}.")

    page = client_for("ana").get("/my-decisions")

    words = words_of(page)
    assert "2 more" in words
    assert words.index("Story 3.") < words.index("2 more") < words.index("Story 2.")
    assert "Story" not in words_of(client_for("ana").get("/my-decisions?show=maturing"))


def test_who_else_sees_ones_decisions_is_said_as_it_is(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.give("ana", 1_777)

    seen = {
        name
        for name in ("sam", "otto", "hana", "vera", "ada", "ben")
        if "$17.77" in client_for(name).get("/decisions").text
    }

    assert seen == {"sam", "otto"}
    words = words_of(client_for("ana").get("/my-decisions"))
    assert "Supervisors of your sites and auditors can see your decisions too." in words


def test_what_went_past_the_limit_is_told_apart(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        shop.give("ana", 900)
        shop.give("ana", 9_000, already_given=True, note="It was burnt")
        ask = shop.ask("ana", 4_000, note="The cake fell")
        shop.answer("dana", ask)
        shop.hand_in("ana", ask)

    words = words_of(client_for("ana").get("/my-decisions"))

    assert words.count("Exception: already given") == 1
    assert words.count("Approved") == 1


def test_both_sides_of_a_correction_say_so(ledger: Ledger, client_for: ClientFor) -> None:
    ana = client_for("ana")
    first = ana.post("/log", data=written(ledger, amount="12")).location.rpartition("/")[2]
    again = written(ledger, amount="10", replaces=first, why="amount", taken_back="yes")
    assert ana.post("/log", data=again).status_code == 303

    words = words_of(ana.get("/my-decisions"))

    assert "In place of D-000001" in words
    assert "D-000002 came in its place" in words
