"""The log: one form, one receipt, and never more than what is left."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from ledger.core.tables import Decision, UnmetNeed
from ledger.ledgers import Ledger
from tests.counter import MONDAY
from tests.web.conftest import ClientFor, Clock
from tests.web.counter_form import form_with_button, remedy_of, written
from tests.web.html import parse
from tests.web.opened import opened
from tests.web.said import words_of

LATER_TODAY = datetime(2026, 3, 2, 16, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _limit(ledger: Ledger) -> None:
    """Let everybody give $25 a decision and $75 a day."""
    with opened(ledger) as shop:
        shop.limit(2_500, budget_minor=7_500, budget_period="day")


def decisions_of(ledger: Ledger) -> list[Decision]:
    with ledger.database.reading() as session:
        return list(session.scalars(select(Decision).order_by(Decision.id)))  # type: ignore[arg-type]  # a column on the class


def chosen_in(answer: TestResponse) -> set[str]:
    """Return what is ticked or filled in, hidden fields left out."""
    inputs = [one for one in parse(answer.text).root.iter("input") if one.get("type") != "hidden"]
    ticked = {f"{one.get('name')}={one.get('value')}" for one in inputs if "checked" in one.attrib}
    typed = {
        f"{one.get('name')}={one.get('value')}"
        for one in inputs
        if one.get("type") == "text" and one.get("value")
    }
    return ticked | typed


def test_nothing_is_preselected(client_for: ClientFor) -> None:
    answer = client_for("ana").get("/log")

    assert answer.status_code == 200
    assert chosen_in(answer) == set()


def test_what_is_left_is_in_sight_with_the_hour_at_which_it_resets(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.give("ana", 1_400)

    words = words_of(client_for("ana").get("/log"))

    assert "$61.00 left today" in words
    assert "resets 04:00" in words
    assert "limit $25 a decision" in words


def test_a_remedy_with_a_limit_of_its_own_shows_what_is_left_of_that(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(800, remedy_id=shop.remedies["credit"])

    words = words_of(client_for("ana").get("/log"))

    assert "Credit: $8.00 at most for each decision" in words
    assert "limit $8 a decision" in words


def test_without_a_limit_the_log_says_so_loudly(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        shop.limit(0, person_id=shop.people["ana"].id)

    form = written(ledger)
    answer = client_for("ana").post("/log", data=form)

    assert answer.status_code == 409
    assert "Record an unmet need" in answer.text
    assert "Give $0.00" not in answer.text


def test_a_decision_is_recorded_and_leads_to_its_receipt(
    ledger: Ledger, client_for: ClientFor
) -> None:
    form = written(ledger, forecast="comes_back", apologised="y", note="Order 25 minutes late")

    answer = client_for("ana").post("/log", data=form)

    (made,) = decisions_of(ledger)
    assert (answer.status_code, answer.location) == (303, f"/receipts/{form['uid']}")
    assert (made.amount_minor, made.forecast, made.apologised) == (1_200, "comes_back", True)
    assert (made.noticed_first, made.asked_for, made.criteria_ticks) == (None, None, None)


def test_every_answer_that_the_form_offers_is_kept(ledger: Ledger, client_for: ClientFor) -> None:
    when = "2026-03-02T16:15:00.000000Z"
    form = written(ledger, noticed_first="y", asked_for="nothing", when=when, criteria_version="1")

    client_for("ana").post("/log", data={**form, "criteria": ["1", "3"]})

    (made,) = decisions_of(ledger)
    assert (made.noticed_first, made.asked_for, made.claimed_at) == (True, "nothing", LATER_TODAY)
    assert (made.written_later, made.criteria_version, made.criteria_ticks) == (True, 1, "1,3")


def test_a_double_tap_gives_the_first_receipt(ledger: Ledger, client_for: ClientFor) -> None:
    form, ana = written(ledger), client_for("ana")
    ana.post("/log", data=form)

    again = ana.post("/log", data=form)

    assert len(decisions_of(ledger)) == 1
    assert again.location == f"/receipts/{form['uid']}?again=1"
    assert "This was saved before. Nothing was given twice." in words_of(ana.get(again.location))


def test_a_form_that_was_used_for_something_else_tells_nothing_of_it(
    ledger: Ledger, client_for: ClientFor
) -> None:
    form = written(ledger, note="Zoe was here")
    client_for("ana").post("/log", data=form)

    for name, other in (("ana", {**form, "amount": "13"}), ("ben", form)):
        answer = client_for(name).post("/log", data=other)

        assert answer.status_code == 422
        assert "This form was sent before" in answer.text
        assert not {"Zoe", "$12.00", "D-0000"} & set(answer.text.split())
    assert len(decisions_of(ledger)) == 1


@pytest.mark.parametrize(
    "answers,words",
    [
        ({"remedy": ""}, "Choose what you decided"),
        ({"reason": ""}, "Choose a reason"),
        ({"customer": ""}, "Say who it was for: find the customer, or tap Walk-in"),
        ({"amount": ""}, "Type the amount"),
        ({"amount": "0"}, "Type the amount"),
        ({"amount": "-12"}, "Type the amount in digits, such as 25 or 12.50"),
        ({"amount": "1e3"}, "Type the amount in digits, such as 25 or 12.50"),
        ({"amount": "12.505"}, "Type at most 2 digits after the point"),
        ({"amount": "1,250"}, "Type the amount without commas, such as 1250 or 12.50"),
        ({"note": "card 4111 1111 1111 1111"}, "Leave out what looks like a card or phone number"),
        ({"note": "x" * 141}, "Write at most 140 characters"),
        ({"when": "2026-03-01T16:15:00.000000Z"}, "Choose one from the list"),
        ({"forecast": "certain"}, "Choose one of these"),
    ],
)
def test_what_cannot_be_saved_is_said_at_its_field_and_the_rest_stays(
    ledger: Ledger, client_for: ClientFor, answers: dict[str, str], words: str
) -> None:
    form = written(ledger, apologised="y") | answers

    answer = client_for("ana").post("/log", data=form)

    assert answer.status_code == 422
    assert parse(answer.text).title.startswith("To fix: ")
    assert words_of(answer).count(words) == 2, "in the summary and at the field"
    assert "apologised=y" in chosen_in(answer)
    assert not decisions_of(ledger)


def test_an_apology_gives_nothing_of_value(ledger: Ledger, client_for: ClientFor) -> None:
    ana, apology = client_for("ana"), remedy_of(ledger, "apology")

    assert ana.post("/log", data=written(ledger, remedy=apology)).status_code == 422
    assert ana.post("/log", data=written(ledger, remedy=apology, amount="")).status_code == 303
    assert [made.amount_minor for made in decisions_of(ledger)] == [0]


def test_without_a_script_a_quick_amount_is_enough(ledger: Ledger, client_for: ClientFor) -> None:
    client_for("ana").post("/log", data=written(ledger, amount="", quick="15.00"))

    assert [made.amount_minor for made in decisions_of(ledger)] == [1_500]


def test_above_the_limit_there_are_ways_on(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        for amount in (2_500, 2_500, 1_700):
            shop.give("ana", amount)

    form = written(ledger, amount="20", note="Cold soup")
    answer = client_for("ana").post("/log", data=form)

    words = words_of(answer)
    assert answer.status_code == 409
    assert "You have $8.00 left until 04:00" in words
    assert "Your budget is $75 a business day, and $67.00 is used." in words
    assert all(way in words for way in ("Give $8.00", "Record an unmet need", "Change the amount"))
    assert form_with_button(answer, "Give $8.00")["uid"] != form["uid"], "it is a form of its own"


def test_above_the_limit_for_one_decision_the_fork_speaks_of_that_and_not_of_the_budget(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.give("ana", 1_250)

    fork = client_for("ana").post("/log", data=written(ledger, amount="30"))

    words = words_of(fork)
    assert "Above your limit for one decision You may give up to $25.00 a decision" in words
    assert "That is the limit for Everyone, until somebody changes it." in words
    assert "$62.50 of your budget is left until 04:00." in words
    assert "$25.00 at most, each decision · you wanted to give $30.00" in words
    assert "used" not in words.partition("You may give up to")[2].partition("Give $25.00")[0]


def test_a_limit_for_a_while_says_through_which_day_it_holds(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        ana = shop.people["ana"].id
        shop.limit(500, person_id=ana, ends_on=date(2026, 3, 31), now=MONDAY)

    words = words_of(client_for("ana").post("/log", data=written(ledger, amount="30")))

    assert "That is the limit for Ana, through 31 Mar." in words


def test_what_is_left_is_given_with_one_tap(ledger: Ledger, client_for: ClientFor) -> None:
    ana = client_for("ana")
    fork = ana.post("/log", data=written(ledger, amount="40", note="Cold soup"))

    answer = ana.post("/log", data=form_with_button(fork, "Give $25.00"))

    (made,) = decisions_of(ledger)
    assert answer.status_code == 303
    assert made.amount_minor == 2_500
    assert made.note_commitment, "the note came along"


def test_an_unmet_need_is_recorded_from_the_fork_with_one_tap(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ana = client_for("ana")
    refused = written(ledger, amount="40")
    fork = ana.post("/log", data=refused)

    answer = ana.post("/log", data=form_with_button(fork, "Record an unmet need"))

    words = words_of(ana.get(answer.location))
    with ledger.database.reading() as session:
        need = session.scalars(select(UnmetNeed)).one()
    assert (need.amount_minor, need.refusal_uid) == (4_000, refused["uid"])
    assert "You wanted to give $40.00 and could not. Reason: Late." in words
    assert "What stopped you Your limit of $25.00 a decision" in words


def test_an_unmet_need_takes_an_amount_and_a_reason_and_nobody(
    ledger: Ledger, client_for: ClientFor
) -> None:
    form = written(ledger, remedy="unmet", amount="60", customer="")

    assert client_for("ana").post("/log", data=form).status_code == 303

    with ledger.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(UnmetNeed)) == 1
    assert not decisions_of(ledger)


def test_the_same_refusal_comes_again(ledger: Ledger, client_for: ClientFor) -> None:
    ana, form = client_for("ana"), written(ledger, amount="40")

    answers = [ana.post("/log", data=form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert all("You may give up to $25.00 a decision" in words_of(one) for one in answers)


def test_people_with_several_sites_say_where_they_are(
    ledger: Ledger, client_for: ClientFor
) -> None:
    sam = client_for("sam")
    with opened(ledger) as shop:
        harbour = shop.sites["harbour"].id

    assert parse(sam.get("/log").text).heading == "Where are you?"
    assert "You are at Harbour." in words_of(sam.get(f"/log?site={harbour}"))
    assert sam.post("/log", data=written(ledger, site="")).location == "/log"


def test_nobody_logs_at_a_site_where_they_do_not_work(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        harbour = str(shop.sites["harbour"].id)

    client_for("ana").post("/log", data=written(ledger, site=harbour))

    assert not decisions_of(ledger)


def test_after_the_day_has_turned_the_form_asks_for_the_time_again(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    form = written(ledger, when="2026-03-02T16:15:00.000000Z")
    clock.pass_by(hours=20)

    assert client_for("ana").post("/log", data=form).status_code == 422
    assert not decisions_of(ledger)
