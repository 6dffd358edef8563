"""Whom a limit does not reach is said: sites with another currency, and all that have none."""

import pytest
from sqlalchemy import delete
from sqlmodel import col

from ledger.core import people, sites
from ledger.core.people import NewPerson
from ledger.core.permissions import Role
from ledger.core.sites import NewSite
from ledger.core.tables import PersonSite
from ledger.ledgers import Ledger
from tests.cast import HIRED_AT, HIRED_ON, PASSWORD
from tests.web.conftest import ClientFor
from tests.web.opened import opened
from tests.web.said import words_of


@pytest.fixture
def zurich(ledger: Ledger) -> int:
    """Open a site whose currency is another, and hire somebody there; return its id."""
    with ledger.database.writing() as session:
        new = NewSite(location_ref="Z1", name="Zürich", currency="CHF", zone="Europe/Zurich")
        site = sites.add_site(session, new, actor="system", now=HIRED_AT)
        person = NewPerson(
            employee_id="00900",
            name="Urs",
            role=Role.SUPERVISOR,
            site_ids=[site.id],
            from_date=HIRED_ON,
        )
        people.add_person(session, person, actor="system", now=HIRED_AT)
        return site.id


def test_a_limit_for_everyone_names_the_sites_that_it_does_not_reach(
    ledger: Ledger, client_for: ClientFor, zurich: int
) -> None:
    ada = client_for("ada")
    with opened(ledger) as shop:
        uid = shop.limit(2_000).uid
        elm = shop.sites["elm_street"].id

    words = "It is in USD, so it does not reach Zürich (CHF)."

    assert words in words_of(ada.get("/limits/new?level=everyone"))
    assert words in words_of(ada.get("/limits/new?level=grade&grade=Associate"))
    assert words in words_of(ada.get(f"/limits/{uid}"))
    assert "does not reach" not in words_of(ada.get(f"/limits/new?level=site&site={elm}"))
    assert "does not reach" not in words_of(ada.get(f"/limits/new?level=site&site={zurich}"))


def test_where_all_sites_have_one_currency_nothing_is_said_of_it(client_for: ClientFor) -> None:
    assert "It is in USD" not in words_of(client_for("ada").get("/limits/new?level=everyone"))


def test_a_limit_for_a_person_names_their_sites_with_another_currency(
    ledger: Ledger, client_for: ClientFor, zurich: int
) -> None:
    with opened(ledger) as shop:
        person = NewPerson(
            employee_id="00901",
            name="Mia",
            site_ids=[shop.sites["elm_street"].id, zurich],
            from_date=HIRED_ON,
        )
        mia = people.add_person(shop.session, person, actor="system", now=HIRED_AT).id

    words = words_of(client_for("ada").get(f"/limits/new?level=person&person={mia}"))

    assert "It is in USD, so it does not hold at Zürich (CHF)" in words


def test_the_filter_by_amount_is_in_the_currency_of_the_sites_in_sight(
    ledger: Ledger, client_for: ClientFor, zurich: int
) -> None:
    with opened(ledger) as shop:
        start = HIRED_ON
        sam, dana = shop.people["sam"].id, shop.people["dana"]
        shop.session.execute(delete(PersonSite).where(col(PersonSite.person_id) == dana.id))
        for person_id in (sam, dana.id):
            shop.session.add(PersonSite(person_id=person_id, site_id=zurich, from_date=start))

    only_there = client_for("dana").get("/decisions")
    both = client_for("sam").get("/decisions")
    chosen = client_for("sam").get(f"/decisions?site={zurich}")

    assert '<span aria-hidden="true">CHF</span>' in only_there.text
    assert "Only those in" not in words_of(only_there)
    assert '<span aria-hidden="true">USD</span>' in both.text
    assert "Only those in USD. Choose a site for its currency." in words_of(both)
    assert '<span aria-hidden="true">CHF</span>' in chosen.text


def test_the_ceiling_of_somebody_new_is_in_the_currency_of_their_site(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with ledger.database.writing() as session:
        new = NewSite(location_ref="J1", name="Ginza", currency="JPY", zone="Asia/Tokyo")
        ginza = sites.add_site(session, new, actor="system", now=HIRED_AT).id
    ada = client_for("ada")
    typed = {
        "name": "Yuki",
        "employee_id": "00902",
        "role": "supervisor",
        "ceiling": "3000",
        "site": str(ginza),
        "from_date": "2026-03-02",
        "password": PASSWORD,
    }

    form = words_of(ada.get("/team/new"))
    added = words_of(ada.post("/team/new", data=typed, follow_redirects=True))

    assert "In the currency of the site where they begin; without one in USD." in form
    assert "up to ¥3,000 a decision" in added


def test_all_sites_without_a_limit_stand_in_one_sentence(
    ledger: Ledger, client_for: ClientFor, zurich: int
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_000, site_id=shop.sites["harbour"].id)
        shop.limit(2_000, site_id=shop.sites["old_mill"].id)

    page = words_of(client_for("ada").get(f"/limits?site={zurich}"))

    assert "Nobody at Elm Street, Station and Zürich may give anything." in page
    assert "A limit for everyone is in USD and reaches no site with another currency." in page
    assert page.count("No limit is set") == 1
    assert "Set one for Zürich" in page


def test_a_limit_for_one_person_counts_where_they_work(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_000, person_id=shop.people["chidi"].id)

    page = words_of(client_for("ada").get("/limits"))

    assert "Nobody at Elm Street, Old Mill and Station may give anything." in page


def test_a_site_with_a_limit_offers_none_to_be_set_for_it(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        harbour = shop.sites["harbour"].id
        shop.limit(2_000, site_id=harbour)

    page = words_of(client_for("ada").get(f"/limits?site={harbour}"))

    assert "Nobody at Elm Street, Old Mill and Station may give anything." in page
    assert "Set one for Harbour" not in page
