"""The sites on the desk: added, renamed, retired, and by another clock from the next day on."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlmodel import col

from ledger.core.tables import Site
from ledger.core.verification import verify
from ledger.ledgers import Ledger
from tests.cast import MONDAY
from tests.web.conftest import ClientFor, Clock
from tests.web.opened import opened
from tests.web.said import words_of

NEW = {
    "name": "Kai",
    "location_ref": "K1",
    "currency": "eur",
    "zone": "Europe/Berlin",
    "day_start": "05:00",
}


def number_of(ledger: Ledger, name: str) -> int:
    with ledger.database.reading() as session:
        return session.scalars(select(col(Site.id)).where(col(Site.name) == name)).one()


def reclock(browser: FlaskClient, number: int, zone: str, day_start: str) -> str:
    typed = {"zone": zone, "day_start": day_start}
    answer = browser.post(f"/sites/{number}/clock", data=typed, follow_redirects=True)
    return words_of(answer)


def test_a_site_is_added_and_listed_with_its_clock(client_for: ClientFor) -> None:
    browser = client_for("ada")

    page = words_of(browser.post("/sites/new", data=NEW, follow_redirects=True))

    assert "Kai was added. Nobody there may give anything until a limit applies" in page
    assert "Now: from 05:00, Berlin time." in page
    listed = words_of(browser.get("/sites"))
    assert "Kai K1 EUR from 05:00, Berlin time" in listed
    assert "nobody yet" in listed
    # What was not typed is the company's.
    assert "America/New_York" in browser.get("/sites/new").text


def test_what_cannot_be_a_site_is_said_at_its_field(client_for: ClientFor) -> None:
    wrong = {"location_ref": "S1", "currency": "XX", "zone": "Berlin", "day_start": "25:00"}
    browser = client_for("ada")

    page = words_of(browser.post("/sites/new", data={**NEW, **wrong}))
    taken = words_of(browser.post("/sites/new", data={**NEW, "location_ref": "S1"}))

    assert "Type the code of three letters, such as USD" in page
    assert "Did you mean Europe/Berlin? Type the name so." in page
    assert "Type a time of day such as 04:00" in page
    assert "Another site has this reference" in taken


def test_another_clock_says_when_it_begins_and_who_closes_today(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    browser, elm = client_for("ada"), number_of(ledger, "Elm Street")
    before = words_of(browser.get(f"/sites/{elm}"))
    assert "It takes over at 3 Mar, 04:00 (New York time)" in before
    assert "2 Mar, which is open now, is still closed by the clock there is." in before

    page = reclock(browser, elm, "America/New_York", "10:00")

    assert "From 3 Mar, 04:00: days start at 10:00, New York time" in page
    assert "3 Mar lasts 30 hours there, once." in page
    assert "Now: from 04:00, New York time." in page
    assert "days start at 10:00" in words_of(browser.get("/sites"))
    kept = browser.post(f"/sites/{elm}/clock/keep", follow_redirects=True)
    assert "The clock stays as it is." in words_of(kept)
    assert "days start at 10:00" not in words_of(browser.get("/sites"))
    reclock(browser, elm, "Europe/London", "05:00")
    clock.now = MONDAY + timedelta(days=1)
    assert "Now: from 05:00, London time." in words_of(client_for("ada").get(f"/sites/{elm}"))


def test_a_currency_with_amounts_in_it_stays(ledger: Ledger, client_for: ClientFor) -> None:
    browser = client_for("ada")
    elm, harbour = number_of(ledger, "Elm Street"), number_of(ledger, "Harbour")
    with opened(ledger) as shop:
        shop.limit(5_000, site_id=elm)

    held = words_of(browser.get(f"/sites/{elm}"))
    forced = browser.post(f"/sites/{elm}", data={"name": "Elm", "currency": "EUR"})
    typed = {"name": "Pier", "currency": "gbp"}
    free = words_of(browser.post(f"/sites/{harbour}", data=typed, follow_redirects=True))

    assert "The currency stays: there are amounts in it" in held
    assert forced.status_code == 422
    # The other form on the page still says what is there.
    assert 'value="America/New_York"' in forced.text.partition('id="zone"')[2][:200]
    mistyped = browser.post(f"/sites/{elm}/clock", data={"zone": "Mars Base", "day_start": "04:00"})
    assert 'value="Elm Street"' in mistyped.text
    assert "Type the name of a time zone" in words_of(mistyped)
    assert "Name: Pier, before Harbour. Currency: GBP, before USD." in free


def test_retiring_says_whom_it_touches_and_closes_the_log(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(5_000)
        shop.give("ana", 500)
    browser, elm = client_for("ada"), number_of(ledger, "Elm Street")
    assert "Quality" in words_of(client_for("ana").get("/log"))

    page = words_of(browser.get(f"/sites/{elm}/retire"))
    retired = words_of(browser.post(f"/sites/{elm}/retire", follow_redirects=True))

    assert "3 people work only there, and can log nothing" in page
    assert "Nothing new is written there; what was stays readable." in retired
    assert "Quality" not in words_of(client_for("ana").get("/log"))
    ben = client_for("ada").get("/team/new").text
    assert "Harbour" in ben
    assert "Elm Street" not in ben
    assert "Open again." in words_of(browser.post(f"/sites/{elm}/reopen", follow_redirects=True))
    with ledger.database.reading() as session:
        verify(session)


def test_a_clock_under_which_a_day_has_no_length_is_refused_with_what_is_possible(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    elm = number_of(ledger, "Elm Street")
    page = reclock(client_for("ada"), elm, "Pacific/Pago_Pago", "04:59")
    assert "3 Mar lasts 30 h 59 min there, once." in page
    clock.now = MONDAY + timedelta(days=3)

    page = reclock(client_for("ada"), elm, "Pacific/Apia", "04:59")

    assert "would be over there within an hour. Let the day start at 05:59 or later" in page


def test_a_site_is_not_opened_again_beside_one_of_its_name(
    ledger: Ledger, client_for: ClientFor
) -> None:
    browser, elm = client_for("ada"), number_of(ledger, "Elm Street")
    browser.post(f"/sites/{elm}/retire")
    browser.post("/sites/new", data={**NEW, "name": "Elm street"})

    again = words_of(browser.post("/sites/new", data={**NEW, "name": "ELM STREET"}))
    page = words_of(browser.post(f"/sites/{elm}/reopen", follow_redirects=True))

    assert "Another site has this reference" in again
    assert "Not opened: another open site has this name." in page
