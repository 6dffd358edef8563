"""A log that was open while its site was closed, or while its writer was moved away."""

from datetime import date

import pytest

from ledger.core import leaving, site_changes, work_places
from ledger.core.work_places import NewPlace
from ledger.ledgers import Ledger
from tests.cast import MONDAY
from tests.counter import Shop
from tests.web.conftest import ClientFor
from tests.web.counter_form import written
from tests.web.opened import opened
from tests.web.said import words_of


def close(shop: Shop) -> None:
    number = shop.sites["elm_street"].id
    site_changes.retire_site(shop.session, number, actor="system", now=MONDAY)


def move(shop: Shop) -> None:
    new = NewPlace(site_id=shop.sites["harbour"].id, from_date=date(2026, 3, 2), instead=True)
    work_places.add_place(shop.session, shop.people["ana"], new, actor="system", now=MONDAY)


@pytest.mark.parametrize("address", ["/log", "/log/customer"])
def test_what_was_typed_stays_in_sight_when_the_site_was_closed(
    ledger: Ledger, client_for: ClientFor, address: str
) -> None:
    ana, form = client_for("ana"), written(ledger, note="cold soup", forecast="comes_back")
    with opened(ledger) as shop:
        close(shop)

    answer = ana.post(address, data=form)

    page = words_of(answer)
    assert answer.status_code == 409
    assert "Elm Street was closed" in page
    assert "nothing more can be written there. Tell your supervisor" in page
    for typed in ("Refund", "$ 12", "Walk-in", "cold soup"):
        assert typed in page
    assert "Log at another site" not in page


def test_who_was_moved_away_meanwhile_is_told_so_and_led_on(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ana, form = client_for("ana"), written(ledger)
    with opened(ledger) as shop:
        move(shop)

    page = words_of(ana.post("/log", data=form))

    assert "You do not work at Elm Street any more" in page
    assert "$ 12" in page
    assert "Log at another site" in page


def test_who_began_today_and_is_moved_may_finish_what_they_write_there(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(5_000)
        (place,) = work_places.places_of(shop.session, shop.people["ana"], now=MONDAY)
        place.row.from_date = date(2026, 3, 2)
        shop.session.flush()
    ana, form = client_for("ana"), written(ledger)
    with opened(ledger) as shop:
        move(shop)

    assert "Saved" in words_of(ana.post("/log", data=form, follow_redirects=True))


def test_who_never_worked_there_is_told_that_nothing_was_saved(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        harbour = str(shop.sites["harbour"].id)
    form = written(ledger, site=harbour)

    page = words_of(client_for("ana").post("/log", data=form, follow_redirects=True))

    assert "What you sent was not saved. You do not work there now." in page


def test_a_closed_site_is_named_and_not_denied(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        close(shop)

    page = words_of(client_for("ana").get("/log"))

    assert "Elm Street was closed" in page
    assert "You work at no site yet" not in page


def test_what_was_saved_before_the_site_was_closed_leads_to_its_receipt(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ana, form = client_for("ana"), written(ledger)
    with opened(ledger) as shop:
        shop.limit(2_500)
    first = ana.post("/log", data=form).location
    with opened(ledger) as shop:
        close(shop)

    again = ana.post("/log", data=form)

    assert again.status_code == 303
    assert again.location.startswith(first)


def test_who_begins_later_today_is_told_when_and_not_that_the_page_is_gone(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        new = NewPlace(site_id=shop.sites["harbour"].id, from_date=date(2026, 3, 3), instead=True)
        work_places.add_place(shop.session, shop.people["ana"], new, actor="system", now=MONDAY)
        work_places.end_place(
            shop.session,
            shop.people["ana"],
            next(
                place.row.id
                for place in work_places.places_of(shop.session, shop.people["ana"], now=MONDAY)
                if not place.is_coming
            ),
            last_day=date(2026, 3, 1),
            actor="system",
            now=MONDAY,
        )

    page = words_of(client_for("ana").get("/log"))

    assert "You begin at Harbour on 3 Mar, 04:00" in page
    assert "You can log from then on." in page


def test_who_was_signed_out_meanwhile_is_told_that_it_was_not_saved(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ana, form = client_for("ana"), written(ledger)
    with opened(ledger) as shop:
        leaving.leave(shop.session, shop.people["ana"], last_day=None, actor="system", now=MONDAY)

    page = words_of(ana.post("/log", data=form, follow_redirects=True))

    assert "What you sent was not saved. You were signed out meanwhile." in page
    assert "Work e-mail" in page
