"""A budget of one's own at the log: it goes with the person, and says so."""

from ledger.ledgers import Ledger
from tests.web.conftest import ClientFor
from tests.web.counter_form import written
from tests.web.opened import opened
from tests.web.said import words_of


def test_b15_what_was_given_at_another_site_is_counted_and_told(
    ledger: Ledger, client_for: ClientFor
) -> None:
    """B15: the cap of a person follows the person."""
    with opened(ledger) as shop:
        sam = shop.people["sam"].id
        shop.limit(2_500, budget_minor=3_000, budget_period="day", person_id=sam)
        shop.give("sam", 2_000, site="harbour")
        elm_street = shop.sites["elm_street"].id
    page = client_for("sam")

    assert "$10.00 left today, your other sites counted" in words_of(
        page.get(f"/log?site={elm_street}")
    )
    fork = words_of(page.post("/log", data=written(ledger, amount="20")))
    assert "Your budget is $30 a business day, and $20.00 is used." in fork
    assert "$20.00 of it at your other sites." in fork
