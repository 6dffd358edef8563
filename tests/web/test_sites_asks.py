"""How asks go at a site, as an administrator sets it: waiting, turns, time-out, act-now band."""

import pytest
from flask.testing import FlaskClient

from ledger.core import ask_rules
from ledger.core.ask_rules import Rule
from ledger.core.verification import verify
from ledger.ledgers import Ledger
from tests import cast
from tests.web.conftest import ClientFor
from tests.web.opened import opened
from tests.web.said import words_of
from tests.web.test_sites_pages import number_of
from tests.web.test_team_asks import hand_over
from tests.web.test_team_pages import row_of

USUAL = {
    "waits_minutes": "15",
    "next_after_minutes": "5",
    "on_timeout": "expire",
    "allow_up_to_minor": "",
    "act_now_up_to_minor": "",
}


def turn_of(ledger: Ledger, name: str, turn: int) -> dict[str, str]:
    return {f"{row_of(ledger, name).uid}-turn": str(turn)}


def rule_at(ledger: Ledger) -> Rule:
    with opened(ledger) as shop:
        return ask_rules.rule_of(shop.session, shop.sites["elm_street"].id)


def save(ledger: Ledger, browser: FlaskClient, **typed: str) -> str:
    address = f"/sites/{number_of(ledger, 'Elm Street')}/asks"
    return words_of(browser.post(address, data={**USUAL, **typed}, follow_redirects=True))


def test_a_site_says_how_its_asks_go_in_sentences(ledger: Ledger, client_for: ClientFor) -> None:
    page = words_of(client_for("ada").get(f"/sites/{number_of(ledger, 'Elm Street')}"))
    assert (
        "An ask waits 15 minutes. Dana and Sam are asked at once. When nobody answers in time, it "
        "expires and nothing is given. Nobody goes above their limit at once: they ask."
    ) in page


def test_it_is_changed_with_turns_and_said_anew(ledger: Ledger, client_for: ClientFor) -> None:
    said = save(
        ledger,
        client_for("ada"),
        waits_minutes="20",
        next_after_minutes="1",
        on_timeout="allow",
        allow_up_to_minor="40",
        act_now_up_to_minor="30.50",
        password=cast.PASSWORD,
        **turn_of(ledger, "Sam", 2),
    )

    assert "Asks that wait already keep the time they were given." in said
    assert "An ask waits 20 minutes. Dana is asked at once, after 1 minute Sam too." in said
    assert "When nobody answers in time, up to $40.00 may be given" in said
    assert "Above the limit, up to $30.50 may be given at once" in said
    assert rule_at(ledger) == Rule(
        waits_minutes=20,
        next_after_minutes=1,
        on_timeout="allow",
        allow_up_to_minor=4_000,
        act_now_up_to_minor=3_050,
    )
    with opened(ledger) as shop:
        elm_street, sam = shop.sites["elm_street"].id, shop.people["sam"].id
        assert ask_rules.turns_at(shop.session, elm_street) == {sam: 2}
    with ledger.database.reading() as session:
        verify(session)
    changed = (
        "an ask waits 15 minutes → 20 minutes; those asked next are asked after 5 minutes → "
        "1 minute; when nobody answers: nothing is given → up to $40.00; at once above the limit: "
        "off → up to $30.50"
    )
    history = said.partition("What changed")[2]
    assert f"Asks: {changed}." in history
    assert "Asks: Sam is asked first → second." in history
    journal = words_of(client_for("otto").get("/journal"))
    assert f"Ada changed how asks go at Elm Street: {changed}" in journal
    assert "Ada changed who is asked first at Elm Street: Sam is asked first → second" in journal
    again = save(ledger, client_for("ada"), waits_minutes="20", next_after_minutes="1")
    assert "it expires and nothing is given" in again
    # What was typed for a time-out that lets nothing be given is not kept.
    assert rule_at(ledger).allow_up_to_minor == 0


@pytest.mark.parametrize(
    "typed, words",
    [
        ({"waits_minutes": ""}, "Type whole minutes, from 1 to 1,440"),
        ({"waits_minutes": "0"}, "Type whole minutes, from 1 to 1,440"),
        ({"waits_minutes": "1441"}, "Type whole minutes, from 1 to 1,440"),
        ({"waits_minutes": "٣"}, "Type whole minutes, from 1 to 1,440"),
        ({"next_after_minutes": "5.5"}, "Type whole minutes, from 1 to 1,440"),
        ({"on_timeout": "approve"}, "Choose one"),
        ({"on_timeout": "allow"}, "Type up to which amount, or let nothing be given"),
        ({"act_now_up_to_minor": "1,000"}, "Type the amount without commas"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    ledger: Ledger, client_for: ClientFor, typed: dict[str, str], words: str
) -> None:
    assert words in save(ledger, client_for("ada"), **typed)
    assert rule_at(ledger) == Rule()


def test_the_next_are_asked_while_the_ask_still_waits(
    ledger: Ledger, client_for: ClientFor
) -> None:
    browser, second = client_for("ada"), turn_of(ledger, "Sam", 2)
    said = save(ledger, browser, waits_minutes="5", **second)
    assert "Type fewer minutes than an ask waits: else the next are never asked" in said
    assert "Saved." in save(ledger, browser, waits_minutes="6", **second)


@pytest.mark.parametrize(
    "typed",
    [{"act_now_up_to_minor": "10"}, {"on_timeout": "allow", "allow_up_to_minor": "10"}],
)
def test_more_without_an_answer_needs_the_password_and_less_does_not(
    ledger: Ledger, client_for: ClientFor, typed: dict[str, str]
) -> None:
    browser = client_for("ada")
    assert "Type your password" in save(ledger, browser, **typed)
    assert rule_at(ledger) == Rule()
    assert "Saved." in save(ledger, browser, password=cast.PASSWORD, **typed)
    assert "Saved." in save(ledger, client_for("ada"))


def test_the_turns_say_who_approves_up_to_how_much_and_who_stands_in(
    ledger: Ledger, client_for: ClientFor
) -> None:
    hand_over(ledger, "dana", "sam")
    page = words_of(client_for("ada").get(f"/sites/{number_of(ledger, 'Elm Street')}/asks"))
    assert "approves up to $100.00 · Sam stands in until 6 Mar" in page
    assert "approves up to $200.00" in page


def test_a_site_that_nobody_supervises_says_so(ledger: Ledger, client_for: ClientFor) -> None:
    browser = client_for("ada")
    for name in ("Dana", "Sam"):
        leaves = {"when": "now"}
        browser.post(f"/team/{row_of(ledger, name).uid}/leave", data=leaves)
    page = words_of(browser.get(f"/sites/{number_of(ledger, 'Elm Street')}/asks"))
    assert "Nobody supervises this site now, so nobody can answer." in page
    assert "An ask waits 30 minutes." in save(ledger, browser, waits_minutes="30")
    assert "An ask waits 4 hours." in save(ledger, browser, waits_minutes="240")
    assert "An ask waits 1 h 5 min." in save(ledger, browser, waits_minutes="65")
