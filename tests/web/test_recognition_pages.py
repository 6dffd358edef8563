"""Giving and listing recognitions, on the pages of supervisors and of HR."""

from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from ledger.core.tables import Decision, Recognition, Words
from ledger.ledgers import Ledger
from tests import cast, thanks
from tests.counter import MONDAY
from tests.web.conftest import ClientFor
from tests.web.html import parse
from tests.web.opened import opened


def a_story(ledger: Ledger, whom: str, words: str = thanks.WORDS, *, by: str = "sam") -> None:
    with ledger.database.writing() as session:
        thanks.story_of(session, whom, by=by, now=MONDAY, words=words)


def a_decision(ledger: Ledger, name: str = "ana") -> Decision:
    with opened(ledger) as shop:
        shop.limit(5_000)
        return shop.give(name, 1_234, now=MONDAY)


def recognitions_in(ledger: Ledger) -> list[Recognition]:
    with ledger.database.reading() as session:
        return list(session.scalars(select(Recognition)))


def value_of(browser: FlaskClient, name: str) -> str:
    """Return the value under which a person is offered."""
    root = parse(browser.get("/recognitions/new").text).root
    return next(
        one.get("value", "") for one in root.iter("option") if (one.text or "").startswith(name)
    )


def test_a_supervisor_gives_a_story_and_finds_it_in_the_list(
    ledger: Ledger, client_for: ClientFor
) -> None:
    browser = client_for("dana")
    form = {
        "uid": str(uuid4()),
        "whom": value_of(browser, "Ana"),
        "on": "2026-02-27",
        "words": "Stayed with the family until the taxi came.",
    }

    answer = browser.post("/recognitions/new", data=form)

    assert (answer.status_code, answer.location) == (303, "/recognitions")
    (given,) = recognitions_in(ledger)
    assert (given.event_type, given.event_date.isoformat()) == ("story", "2026-02-27")
    listed = browser.get("/recognitions?period=2026-02").text
    assert "Stayed with the family until the taxi came." in listed


def test_the_same_form_twice_gives_one_recognition(ledger: Ledger, client_for: ClientFor) -> None:
    browser = client_for("dana")
    form = {
        "uid": str(uuid4()),
        "whom": value_of(browser, "Ana"),
        "on": "2026-03-02",
        "words": "Listened first.",
    }

    answers = [browser.post("/recognitions/new", data=form).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert len(recognitions_in(ledger)) == 1


def test_a_decision_is_recognised_for_its_judgement(ledger: Ledger, client_for: ClientFor) -> None:
    decision, browser = a_decision(ledger), client_for("dana")
    address = f"/recognitions/new?decision={decision.uid}"

    page = browser.get(address)
    browser.post(address, data={"uid": str(uuid4()), "words": "Called back first."})

    assert parse(page.text).heading == "Thank Ana"
    assert "12.34" not in page.text
    (given,) = recognitions_in(ledger)
    assert (given.event_type, given.decision_id) == ("judgement", decision.id)


def test_a_decision_of_another_site_is_not_there(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        shop.limit(5_000)
        address = f"/recognitions/new?decision={shop.give('chidi', 500, site='harbour').uid}"

    assert client_for("dana").get(address).status_code == 404
    assert client_for("dana").post(address, data={"words": "Well done"}).status_code == 404


def test_ones_own_decision_leads_back_with_what_to_do(
    ledger: Ledger, client_for: ClientFor
) -> None:
    decision, browser = a_decision(ledger, "dana"), client_for("dana")
    address = f"/recognitions/new?decision={decision.uid}"

    browser.post(address, data={"uid": str(uuid4()), "words": "Well done, me."})

    assert "That decision is your own." in browser.get(address, follow_redirects=True).text
    assert not recognitions_in(ledger)


def test_the_page_of_a_decision_leads_to_thanking_for_it(
    ledger: Ledger, client_for: ClientFor
) -> None:
    decision = a_decision(ledger)

    page = client_for("dana").get(f"/decisions/{decision.uid}").text

    assert f"/recognitions/new?decision={decision.uid}" in page


def test_a_voided_decision_leads_back_with_what_happened(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(5_000)
        decision = shop.give("ana", 500)
        shop.void("dana", decision)

    answer = client_for("dana").get(
        f"/recognitions/new?decision={decision.uid}", follow_redirects=True
    )

    assert "That decision was voided or replaced." in answer.text


@pytest.mark.parametrize(
    "words,fix",
    [
        ("", "Say in a sentence what they did"),
        ("x" * 141, "Use at most 140 characters"),
        ("Card 4111 1111 1111 1111", "Leave the card number out"),
        ("Ring 0664 123 45 67", "Leave the phone number out"),
    ],
)
def test_words_that_cannot_be_kept_are_fixed_at_the_field(
    ledger: Ledger, client_for: ClientFor, words: str, fix: str
) -> None:
    browser = client_for("dana")
    form = {"uid": str(uuid4()), "whom": value_of(browser, "Ana"), "on": "2026-03-02"}

    answer = browser.post("/recognitions/new", data={**form, "words": words})

    assert answer.status_code == 422
    assert parse(answer.text).title.startswith("To fix:")
    assert fix in answer.text
    assert not recognitions_in(ledger)


def test_a_day_on_which_they_did_not_work_there_is_fixed_at_the_field(
    client_for: ClientFor,
) -> None:
    browser = client_for("dana")
    form = {"uid": str(uuid4()), "whom": value_of(browser, "Ana"), "words": "Listened first."}

    answer = browser.post("/recognitions/new", data={**form, "on": "2026-01-04"})

    assert answer.status_code == 422
    assert "Choose a day on which they worked at this site" in answer.text


def test_a_person_of_another_site_cannot_be_named(ledger: Ledger, client_for: ClientFor) -> None:
    chidi = value_of(client_for("sam"), "Chidi")
    form = {"uid": str(uuid4()), "whom": chidi, "on": "2026-03-02", "words": "Listened first."}

    answer = client_for("dana").post("/recognitions/new", data=form)

    assert answer.status_code == 422
    assert not recognitions_in(ledger)


def test_a_supervisor_does_not_see_other_sites_and_hr_sees_all(
    ledger: Ledger, client_for: ClientFor
) -> None:
    a_story(ledger, "ana", "A story of Elm Street.")
    a_story(ledger, "chidi", "A story of Harbour.")

    danas, hanas = (client_for(name).get("/recognitions").text for name in ("dana", "hana"))

    assert "A story of Elm Street." in danas
    assert "A story of Harbour." not in danas
    assert "A story of Elm Street." in hanas
    assert "A story of Harbour." in hanas


def test_hr_filters_by_site_and_period(ledger: Ledger, client_for: ClientFor) -> None:
    a_story(ledger, "ana", "A story of Elm Street.")
    a_story(ledger, "chidi", "A story of Harbour.")
    with ledger.database.reading() as session:
        harbour = cast.person(session, "chidi")
        given = next(one for one in recognitions_in(ledger) if one.person_id == harbour.id)
    browser = client_for("hana")

    of_harbour = browser.get(f"/recognitions?site={given.site_id}").text
    of_february = browser.get("/recognitions?period=2026-02").text

    assert "A story of Harbour." in of_harbour
    assert "A story of Elm Street." not in of_harbour
    assert "Nothing in February 2026" in of_february


def test_days_that_run_backwards_are_to_fix(client_for: ClientFor) -> None:
    answer = client_for("hana").get("/recognitions?period=days&start=2026-03-02&end=2026-03-01")

    assert answer.status_code == 422
    assert "Choose a day that is not before the first one" in answer.text


def test_hr_sees_no_amount_and_no_decision(ledger: Ledger, client_for: ClientFor) -> None:
    decision = a_decision(ledger)
    with opened(ledger) as shop:
        thanks.thank(shop, "ana", decision=decision, by="dana", now=MONDAY)
    browser = client_for("hana")

    page = browser.get("/recognitions").text

    assert "Good judgement" in page
    assert "12.34" not in page
    assert "%" not in page
    assert decision.uid not in page
    for address in ("/decisions", "/outcomes", "/recognitions/new"):
        assert browser.get(address).status_code == 404


def test_words_that_were_erased_are_not_shown(ledger: Ledger, client_for: ClientFor) -> None:
    a_story(ledger, "ana", "Erase me.")
    with ledger.database.writing() as session:
        for words in session.scalars(select(Words)):
            session.delete(words)

    page = client_for("hana").get("/recognitions").text

    assert "The words were erased" in page
    assert "Erase me." not in page


def test_words_are_text_and_nothing_else(ledger: Ledger, client_for: ClientFor) -> None:
    a_story(ledger, "ana", "<script>alert(1)</script> {{ 7 * 7 }}")

    page = client_for("hana").get("/recognitions").text

    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 * 7 }}" in page
