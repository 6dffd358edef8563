"""Choosing whom a limit is for: what is missing is said, and so is who may set the rest."""

from ledger.ledgers import Ledger
from tests.web.conftest import ClientFor
from tests.web.opened import opened
from tests.web.said import words_of

AGAIN = "Change it again"
ADMINISTRATOR = "An administrator sets a limit for everyone, and for a grade everywhere."


def test_a_supervisor_is_told_that_an_administrator_sets_the_widest_limits(
    client_for: ClientFor,
) -> None:
    for address in ("/limits/new?level=everyone", "/limits/new?level=grade&grade=Associate"):
        answer = client_for("dana").get(address)

        assert answer.status_code == 422
        assert ADMINISTRATOR in words_of(answer)
        assert client_for("ada").get(address).status_code == 200


def test_only_who_may_change_a_limit_is_led_to_its_form(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        everyone = shop.limit(1_000).uid
        site = shop.limit(2_000, site_id=shop.sites["elm_street"].id).uid
        her_own = shop.limit(3_000, person_id=shop.people["dana"].id).uid
    led_to = {
        (name, uid): AGAIN in words_of(client_for(name).get(f"/limits/{uid}"))
        for name in ("dana", "ada", "otto")
        for uid in (everyone, site, her_own)
    }

    assert {key for key, is_led in led_to.items() if is_led} == {
        ("dana", site),
        ("ada", everyone),
        ("ada", site),
        ("ada", her_own),
    }


def test_going_on_with_nothing_chosen_says_what_to_choose(client_for: ClientFor) -> None:
    dana = client_for("dana")

    asked = dana.get("/limits/new")
    empty = dana.get("/limits/new?site=&grade=&person=&remedy=")
    unknown = dana.get("/limits/new?level=nothing")

    assert asked.status_code == 200
    assert "Choose whom the limit is for" not in words_of(asked)
    for answer in (empty, unknown):
        assert answer.status_code == 422
        assert "Choose whom the limit is for" in words_of(answer)
