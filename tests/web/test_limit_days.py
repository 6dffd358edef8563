"""On which day a limit was set and began is told by the clock of the site that it is for."""

from datetime import timedelta

from ledger.ledgers import Ledger
from tests.cast import MONDAY
from tests.web.conftest import ClientFor, Clock
from tests.web.said import words_of
from tests.web.test_limits_pages import elm_street, set_at_elm_street


def test_the_day_a_limit_was_set_is_the_one_on_the_wall_of_its_site(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    # 23:14 in New York on 2 March is 3 March by UTC.
    clock.now = MONDAY + timedelta(hours=11, minutes=54)
    dana = client_for("dana")
    at = set_at_elm_street(dana, ledger).location

    pages = {"limit": words_of(dana.get(at)), "history": words_of(dana.get(f"{at}/history"))}
    pages["why"] = words_of(dana.get("/limits"))
    pages["change"] = words_of(dana.get(f"/limits/new?level=site&site={elm_street(ledger)}"))

    assert {name for name, page in pages.items() if "3 Mar" in page} == set()
    assert "2 Mar by Dana" in pages["limit"]
    assert "Set by Dana on 2 Mar" in pages["why"]


def test_a_limit_set_at_once_a_year_ago_says_on_which_day(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    at = set_at_elm_street(client_for("dana"), ledger).location
    clock.now += timedelta(days=365)

    page = words_of(client_for("dana").get(at))

    assert "At once, since 2 Mar 2026 at 11:20, New York time" in page
