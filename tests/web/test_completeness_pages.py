"""The completeness page: what is in one of the two only, by site and day, and what that is."""

from datetime import UTC, date, datetime

import pytest

from ledger.core.imports.runs import Options
from ledger.core.imports.till import import_till
from ledger.ledgers import Ledger
from tests.core.files import csv
from tests.web.conftest import ClientFor, Clock
from tests.web.opened import opened
from tests.web.said import words_of

TILL = "external_id,occurred_at,location_ref,kind,amount,currency,reference"
LATER = datetime(2026, 3, 5, 15, tzinfo=UTC)


@pytest.fixture
def rung_up(ledger: Ledger, clock: Clock) -> Ledger:
    """Let Ana give three times on Monday; the till has one of them, another amount, and more."""
    with opened(ledger) as shop:
        shop.limit(5_000)
        first = shop.give("ana", 1_200)
        shop.give("ana", 700)
        third = shop.give("ana", 900)
    rows = (
        f"t1,2026-03-02T15:10:00Z,S1,refund,12.00,USD,D-{first.id:06d}",
        f"t2,2026-03-02T15:20:00Z,S1,refund,9.50,USD,D-{third.id:06d}",
        "t3,2026-03-02T15:30:00Z,S1,refund,31.00,USD,",
    )
    clock.now = LATER
    options = Options(through=date(2026, 3, 4))
    import_till(ledger.database, csv(TILL, *rows), options, now=LATER)
    return ledger


@pytest.mark.usefixtures("rung_up")
def test_the_sums_of_both_sides_stand_first(client_for: ClientFor) -> None:
    page = client_for("dana").get("/completeness")

    words = words_of(page)
    assert page.status_code == 200
    assert "$31 in the till is not written here; $7 written here is not in the till." in words
    assert "Another $0.50 lies in other amounts: $38.50 is unexplained." in words
    assert "66.7 % 2 of 3 entries, 1 of them with another amount" in words.replace("\xa0", " ")
    assert "On 2 of 3 days of sites all was in the till and here." in words
    assert "Elm Street: days before 2 Mar" in words


@pytest.mark.usefixtures("rung_up")
@pytest.mark.parametrize(
    "state, there, elsewhere",
    [
        ("till", "$31.00", "$7.00"),
        ("here", "$7.00", "$31.00"),
        ("differs", "$0.50 more in the till", "$31.00"),
        ("both", "$12.00", "$31.00"),
    ],
)
def test_behind_each_figure_is_its_list(
    client_for: ClientFor, state: str, there: str, elsewhere: str
) -> None:
    words = words_of(client_for("dana").get(f"/completeness/{state}"))

    assert there in words
    assert elsewhere not in words


@pytest.mark.usefixtures("rung_up")
def test_an_executive_gets_neither_names_nor_a_way_to_single_decisions(
    client_for: ClientFor,
) -> None:
    read = client_for("otto").get("/completeness/here").text
    assert 'href="/decisions/' in read
    assert "D-000002, Ana, " in read
    shown = client_for("vera").get("/completeness/here").text
    assert "$7.00" in shown
    assert 'href="/decisions/' not in shown
    assert "Ana" not in shown


def test_what_is_unexplained_is_said_where_no_amount_differs(
    ledger: Ledger, clock: Clock, client_for: ClientFor
) -> None:
    clock.now = LATER
    row = "t1,2026-03-02T15:10:00Z,S1,refund,12.00,USD,"
    import_till(ledger.database, csv(TILL, row), Options(through=date(2026, 3, 4)), now=LATER)

    assert "$12 is unexplained." in words_of(client_for("dana").get("/completeness"))


def test_without_a_till_the_page_says_what_is_missing(client_for: ClientFor) -> None:
    words = words_of(client_for("dana").get("/completeness"))

    assert "No till to compare with" in words
    assert "Elm Street: no till has brought anything for these days" in words


def test_a_day_that_is_none_is_said_at_its_field(client_for: ClientFor) -> None:
    page = client_for("dana").get("/completeness?period=dates&since=2026-03-02&until=2026-03-01")

    assert page.status_code == 422
    assert "Choose a day that is not before the first one" in page.text
    assert client_for("dana").get("/completeness/nothing").status_code == 404
