"""The log of somebody for whom no limit is set: it says so before anything is typed."""

from flask.testing import FlaskClient

from ledger.ledgers import Ledger
from tests.web.conftest import ClientFor
from tests.web.counter_form import written
from tests.web.html import parse
from tests.web.opened import opened
from tests.web.said import words_of


def classes_of_the_button(browser: FlaskClient, address: str = "/log") -> set[str]:
    """Return how the one main button of the log is dressed."""
    buttons = parse(browser.get(address).text).root.iter("button")
    dressed = [set((one.get("class") or "").split()) for one in buttons]
    (found,) = [classes for classes in dressed if "btn-xl" in classes]
    return found


def test_without_a_limit_the_log_says_so_and_who_can_set_one(client_for: ClientFor) -> None:
    ana = client_for("ana")

    words = words_of(ana.get("/log"))

    assert "No limit is set for you at Elm Street. Until one is set, nothing of value" in words
    assert "Ask Dana, Sam or an administrator to set one." in words
    assert "btn-primary" not in classes_of_the_button(ana), "nothing calls to give"


def test_nobody_is_told_to_ask_themselves(client_for: ClientFor) -> None:
    assert "Ask Sam or an administrator" in words_of(client_for("dana").get("/log"))


def test_the_unmet_need_is_one_tap_away(client_for: ClientFor) -> None:
    ana = client_for("ana")
    (link,) = [one for one in parse(ana.get("/log").text).links() if "remedy=unmet" in one]

    page = parse(ana.get(link).text)

    ticked = [one.get("value") for one in page.root.iter("input") if "checked" in one.attrib]
    assert ticked == ["unmet"]


def test_a_limit_for_one_remedy_alone_is_named(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        shop.limit(800, remedy_id=shop.remedies["credit"])
    ana = client_for("ana")

    assert "At Elm Street a limit is set for you for Credit alone." in words_of(ana.get("/log"))
    assert "btn-primary" in classes_of_the_button(ana)


def test_the_fork_without_a_limit_names_who_can_set_one(
    ledger: Ledger, client_for: ClientFor
) -> None:
    words = words_of(client_for("ana").post("/log", data=written(ledger)))

    assert "No limit is set for you at Elm Street" in words
    assert "Ask Dana, Sam or an administrator to set one." in words


def test_who_has_a_limit_is_not_told_of_it(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
    ana = client_for("ana")

    assert "No limit is set" not in words_of(ana.get("/log"))
    assert "btn-primary" in classes_of_the_button(ana)
