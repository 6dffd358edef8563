"""Who has no site, or works for a company without one, reads what is missing and who can add it."""

from sqlalchemy import delete, update
from sqlmodel import col

from ledger.core.tables import PersonSite, Site
from ledger.ledgers import Ledger
from tests.web.conftest import ClientFor
from tests.web.html import parse
from tests.web.said import words_of


def nobody_has_a_site(ledger: Ledger) -> None:
    with ledger.database.writing() as session:
        session.execute(delete(PersonSite))


def no_site_is_open(ledger: Ledger) -> None:
    with ledger.database.writing() as session:
        session.execute(update(Site).values(retired=True).where(col(Site.id) > 0))


def test_a_supervisor_without_a_site_is_told_who_adds_them_to_one(
    ledger: Ledger, client_for: ClientFor
) -> None:
    nobody_has_a_site(ledger)
    dana = client_for("dana")

    assert "You have no site yet" in words_of(dana.get("/limits"))
    assert "You have no site yet" in words_of(dana.get("/limits/new"))
    assert "once an administrator adds you to one" in words_of(dana.get("/decisions"))
    assert parse(dana.get("/log").text).heading == "You work at no site yet"


def test_a_company_without_an_open_site_is_not_told_to_add_people_to_one(
    ledger: Ledger, client_for: ClientFor
) -> None:
    no_site_is_open(ledger)

    for name in ("vera", "otto"):
        words = words_of(client_for(name).get("/limits"))
        assert "There is no site yet" in words
        assert "An administrator adds the first site." in words
    assert "Add a site" in words_of(client_for("ada").get("/limits"))


def test_a_list_of_no_sites_counts_none(ledger: Ledger, client_for: ClientFor) -> None:
    nobody_has_a_site(ledger)
    dana = client_for("dana")

    pages = [words_of(dana.get(address)) for address in ("/outcomes", "/recognitions")]

    assert all("No site yet" in page and "0 sites" not in page for page in pages)
