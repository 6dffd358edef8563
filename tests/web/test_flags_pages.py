"""Flags on the desk: two readings of equal weight, and what was answered."""

import uuid
from datetime import timedelta

import pytest

from ledger.ledgers import Ledger
from tests.counter import MONDAY
from tests.web.conftest import ClientFor
from tests.web.html import parse
from tests.web.opened import opened
from tests.web.said import words_of


def flagged(ledger: Ledger, name: str = "ana") -> str:
    """Let somebody give eight times just under the limit; return the key of the flag."""
    site = "harbour" if name == "chidi" else "elm_street"
    with opened(ledger) as shop:
        limit = shop.limit(2_500)
        for step in range(8):
            shop.give(name, 2_400, site=site, now=MONDAY - timedelta(minutes=step))
        about = f"reason:{shop.reasons['quality']},limit:{limit.id}"
        return f"just_under/{shop.sites[site].id}/{about}"


def a_reading(flag: str, **said: str) -> dict[str, str]:
    return {"uid": str(uuid.uuid4()), "flag": flag, "reading": "limit", "words": "", **said}


def test_a_flag_shows_what_was_counted_and_both_readings(
    ledger: Ledger, client_for: ClientFor
) -> None:
    flagged(ledger)

    page = words_of(client_for("dana").get("/flags"))

    for words in (
        "Many just under the limit",
        "Quality, Elm Street",
        "Since 3 Feb, 8 of 8 decisions for Quality at Elm Street were above $22.50",
        "with a limit of $25. Spread evenly, one in ten would be.",
        "The limit is too low. In the same weeks, nobody made an ask for Quality above the limit.",
        "It is the limit",
        "Amounts are kept just under the limit. 8 of the 8 have no note.",
        "8 were for walk-ins; 1 person gave them.",
        "It is misuse",
        "Neither of the two",
        "is not shown to staff",
        "2 Mar, 10:00 · $24.00, Refund, Quality · Ana",
    ):
        assert words in page, words


def test_both_readings_are_answered_by_buttons_of_equal_weight(
    ledger: Ledger, client_for: ClientFor
) -> None:
    flagged(ledger)

    page = parse(client_for("dana").get("/flags").text)

    looks = {
        button.get("value"): button.get("class")
        for button in page.root.iter("button")
        if button.get("name") == "reading"
    }
    assert looks["limit"] == looks["misuse"]


def test_the_limit_leads_to_the_page_that_changes_it(ledger: Ledger, client_for: ClientFor) -> None:
    flag = flagged(ledger)
    dana = client_for("dana")

    answer = dana.post("/flags", data=a_reading(flag))

    site = flag.split("/")[1]
    assert answer.status_code == 303
    assert answer.location == f"/limits/new?level=site&site={site}"
    assert "Kept with your name" in words_of(dana.get(answer.location))


def test_a_reading_is_kept_and_shown_to_whom_answers_for_the_site(
    ledger: Ledger, client_for: ClientFor
) -> None:
    flag = flagged(ledger)
    said = a_reading(flag, reading="misuse", words="I talk with them today")
    client_for("dana").post("/flags", data=said)

    for name in ("dana", "sam", "otto"):
        page = words_of(client_for(name).get("/flags"))
        assert "No flag waits to be read" in page
        assert "8 decisions, up to 2 Mar It is misuse Dana 2 Mar I talk with them today" in page


def test_the_second_reader_is_told_how_it_was_read(ledger: Ledger, client_for: ClientFor) -> None:
    flag = flagged(ledger)
    client_for("sam").post("/flags", data=a_reading(flag, reading="misuse"))
    dana = client_for("dana")

    answer = dana.post("/flags", data=a_reading(flag))

    assert answer.location == "/flags"
    assert "It was read already: It is misuse" in words_of(dana.get("/flags"))


def test_words_that_cannot_be_kept_are_told_and_stay_in_the_card(
    ledger: Ledger, client_for: ClientFor
) -> None:
    flag = flagged(ledger)

    answer = client_for("dana").post("/flags", data=a_reading(flag, words="Call 212 555 0100"))

    assert answer.status_code == 422
    assert 'value="Call 212 555 0100"' in answer.text
    assert "phone number" in words_of(answer)


def test_an_answer_that_is_no_reading_is_told(ledger: Ledger, client_for: ClientFor) -> None:
    answer = client_for("dana").post("/flags", data=a_reading(flagged(ledger), reading="guilty"))

    assert answer.status_code == 422
    assert "Choose one of the readings" in words_of(answer)


@pytest.mark.parametrize("name", ["ana", "hana", "vera", "ada"])
def test_staff_and_others_never_see_flags(ledger: Ledger, client_for: ClientFor, name: str) -> None:
    flag = flagged(ledger)

    assert client_for(name).get("/flags").status_code == 404
    assert client_for(name).post("/flags", data=a_reading(flag)).status_code == 404


def test_the_auditor_sees_a_flag_and_cannot_answer_it(
    ledger: Ledger, client_for: ClientFor
) -> None:
    flag = flagged(ledger)
    otto = client_for("otto")

    page = otto.get("/flags")

    assert "Many just under the limit" in page.text
    assert 'name="reading"' not in page.text
    assert otto.post("/flags", data=a_reading(flag)).status_code == 404


def test_a_flag_of_another_site_is_not_there(ledger: Ledger, client_for: ClientFor) -> None:
    flag = flagged(ledger, "chidi")
    dana = client_for("dana")

    assert "No flag is raised" in words_of(dana.get("/flags"))
    assert dana.post("/flags", data=a_reading(flag)).status_code == 404


def test_ones_own_decisions_are_read_by_somebody_else(
    ledger: Ledger, client_for: ClientFor
) -> None:
    flag = flagged(ledger, "dana")
    dana = client_for("dana")

    dana.post("/flags", data=a_reading(flag))

    assert "These are your own decisions" in words_of(dana.get("/flags"))
    assert "Many just under the limit" in words_of(dana.get("/flags"))
