"""The decisions on the desk: the list and its filter, one decision, its void, unmet needs."""

import uuid

from ledger.core.decisions import decision_by_uid
from ledger.core.tables import Words
from ledger.core.voids import void_of
from ledger.ledgers import Ledger
from tests.web.conftest import ClientFor, Clock
from tests.web.html import parse
from tests.web.opened import opened
from tests.web.said import words_of

VOID = {"uid": str(uuid.uuid4()), "reason": "Wrong customer", "taken_back": "yes"}


def given(ledger: Ledger, name: str = "ana", amount_minor: int = 1_200, **said: str) -> str:
    """Let somebody give something; return the decision's id."""
    site = "harbour" if name == "chidi" else "elm_street"
    with opened(ledger) as shop:
        shop.limit(5_000)
        return shop.give(name, amount_minor, site=site, **said).uid  # type: ignore[arg-type]  # only texts here


def is_voided(ledger: Ledger, uid: str) -> bool:
    with opened(ledger) as shop:
        found = decision_by_uid(shop.session, uid)
        return found is not None and void_of(shop.session, found) is not None


def test_the_list_says_what_the_filter_adds_up_to(ledger: Ledger, client_for: ClientFor) -> None:
    given(ledger, "ana", 1_200)
    given(ledger, "ben", 2_000)

    dana = client_for("dana")

    assert "2 decisions · $32.00 given in 2 decisions" in words_of(dana.get("/decisions"))
    assert "1 decision · $20.00 given in 1 decision" in words_of(dana.get("/decisions?least=12.01"))


def test_a_filter_that_cannot_be_used_is_said_and_leaves_everything(
    ledger: Ledger, client_for: ClientFor
) -> None:
    given(ledger)

    page = client_for("dana").get("/decisions?least=1,000&since=soon&person=99999")

    assert "Type the amount without commas" in page.text
    assert "Choose a day, or type it as 2026-11-30" in page.text
    assert "Choose one from the list" in page.text
    assert "1 decision" in words_of(page)


def test_where_no_decision_fits_the_page_says_what_to_do(
    ledger: Ledger, client_for: ClientFor
) -> None:
    given(ledger)

    page = words_of(client_for("dana").get("/decisions?state=came_back"))

    assert "No decision fits" in page


def test_the_decisions_of_another_site_are_not_there(ledger: Ledger, client_for: ClientFor) -> None:
    theirs = given(ledger, "chidi")
    with opened(ledger) as shop:
        harbour = shop.sites["harbour"].id
    dana = client_for("dana")

    assert "No decisions yet" in dana.get("/decisions").text
    assert dana.get(f"/decisions?site={harbour}").status_code == 404
    assert dana.get(f"/decisions/{theirs}").status_code == 404
    assert dana.post(f"/decisions/{theirs}/void", data=VOID).status_code == 404
    assert not is_voided(ledger, theirs)


def test_a_decision_is_told_with_everything_that_is_known(
    ledger: Ledger, client_for: ClientFor
) -> None:
    uid = given(ledger, note="Tray of berries was soft", forecast="comes_back")

    page = words_of(client_for("dana").get(f"/decisions/{uid}"))

    for words in (
        "$12.00, Refund by Ana",
        "Elm Street",
        "Walk-in",
        "Tray of berries was soft",
        "Comes back",
        "2 Mar, 10:00, New York time",
        "Limit for Everyone",
        "A decision $50.00",
        "whether they came back cannot be known",
    ):
        assert words in page, words


def test_a_supervisor_voids_a_decision_and_it_stays_in_the_ledger(
    ledger: Ledger, client_for: ClientFor
) -> None:
    uid = given(ledger)
    dana = client_for("dana")

    answer = dana.post(f"/decisions/{uid}/void", data=VOID)
    page = words_of(dana.get(answer.location))

    assert answer.status_code == 303
    assert "Voided by Dana" in page
    assert "Wrong customer" in page
    assert "1 voided ($12.00, not in the sums)" in words_of(dana.get("/decisions"))


def test_a_reason_of_a_void_that_was_erased_is_said_to_be_erased(
    ledger: Ledger, client_for: ClientFor
) -> None:
    uid = given(ledger)
    client_for("dana").post(f"/decisions/{uid}/void", data=VOID)
    with opened(ledger) as shop:
        shop.session.delete(shop.session.get_one(Words, f"void:{VOID['uid']}"))

    pages = [("dana", f"/decisions/{uid}"), ("ana", f"/receipts/{uid}")]

    for name, page in pages:
        assert "The words were erased." in words_of(client_for(name).get(page)), page


def test_b8_after_two_minutes_a_supervisor_reads_who_voids_their_own(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    uid, dana = given(ledger, "dana"), client_for("dana")
    clock.pass_by(minutes=2)

    page = words_of(dana.get(f"/decisions/{uid}"))
    answer = dana.post(f"/decisions/{uid}/void", data=VOID, follow_redirects=True)

    assert "Void this decision Nobody voids their own after two minutes: ask Sam." in page
    assert "Nothing was changed. Nobody voids their own after two minutes" in words_of(answer)
    assert not is_voided(ledger, uid)
    assert "The two minutes are over. Sam can undo it: nobody undoes their own." in words_of(
        dana.get(f"/receipts/{uid}")
    )


def test_a_void_that_is_sent_twice_is_one_void(ledger: Ledger, client_for: ClientFor) -> None:
    uid = given(ledger)
    dana = client_for("dana")
    dana.post(f"/decisions/{uid}/void", data=VOID)

    again = dana.post(f"/decisions/{uid}/void", data=VOID)
    another = dana.post(f"/decisions/{uid}/void", data={**VOID, "uid": str(uuid.uuid4())})

    assert (again.status_code, another.status_code) == (303, 303)
    assert "It was voided already." in dana.get(another.location).text


def test_a_void_needs_a_reason_and_an_answer(ledger: Ledger, client_for: ClientFor) -> None:
    uid = given(ledger)
    dana = client_for("dana")

    silent = dana.post(f"/decisions/{uid}/void", data={"uid": VOID["uid"]})
    blank = dana.post(f"/decisions/{uid}/void", data={**VOID, "reason": "   "})
    with_card = dana.post(
        f"/decisions/{uid}/void", data={**VOID, "reason": "Card 4111 1111 1111 1111"}
    )

    assert silent.status_code == 422
    assert "Say why it is voided" in silent.text
    assert "Choose one" in silent.text
    assert (blank.status_code, with_card.status_code) == (422, 422)
    assert "Say why it is voided" in blank.text
    assert "This looks like a card number." in with_card.text
    assert not is_voided(ledger, uid)


def test_an_auditor_reads_and_does_not_void(ledger: Ledger, client_for: ClientFor) -> None:
    uid = given(ledger)
    otto = client_for("otto")

    assert "Void this decision" not in otto.get(f"/decisions/{uid}").text
    assert otto.post(f"/decisions/{uid}/void", data=VOID).status_code == 404


def test_a_supervisor_gets_to_the_log_and_back(client_for: ClientFor) -> None:
    for name, may_log in (("dana", True), ("otto", False)):
        links = parse(client_for(name).get("/decisions").text).links()
        assert ("/log" in links) is may_log
    assert "/" in parse(client_for("dana").get("/log").text).links()


def test_the_filter_is_open_on_a_phone_only_when_it_is_set(client_for: ClientFor) -> None:
    dana = client_for("dana")

    assert '<details class="fold">' in dana.get("/decisions").text
    assert '<details class="fold" open>' in dana.get("/decisions?least=5").text
