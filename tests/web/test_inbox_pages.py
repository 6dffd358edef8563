"""The inbox on the desk: answering with one tap, who was first, and what is to be read."""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlmodel import col

from ledger.core import ask_rules, ask_states, asks, delegations
from ledger.core.ask_rules import Rule
from ledger.core.delegations import NewDelegation
from ledger.core.tables import Ask, Delegation, Review
from ledger.ledgers import Ledger
from tests.cast import MONDAY
from tests.said import Said
from tests.web.conftest import ClientFor, Clock
from tests.web.html import parse
from tests.web.opened import opened
from tests.web.said import words_of

NEXT_NOON = MONDAY + timedelta(hours=24)


def an_ask(
    ledger: Ledger, name: str = "ana", amount_minor: int = 4_000, note: str = "The box was wet"
) -> Ask:
    site = "harbour" if name == "chidi" else "elm_street"
    with opened(ledger) as shop:
        shop.limit(2_500)
        return shop.ask(name, amount_minor, site=site, note=note, now=MONDAY)


def an_exception(ledger: Ledger, name: str = "ana", amount_minor: int = 4_000) -> str:
    site = "harbour" if name == "chidi" else "elm_street"
    with opened(ledger) as shop:
        shop.limit(2_500)
        given = shop.give(
            name, amount_minor, site=site, already_given=True, note="Bus leaving", now=MONDAY
        )
        return given.uid


def form_of(ask: Ask, kind: str, **said: str) -> Mapping[str, str]:
    return {
        "uid": str(uuid.uuid4()),
        "kind": kind,
        "version": str(ask.version),
        "content_hash": ask.content_hash,
        **said,
    }


def state_in(ledger: Ledger, ask: Ask) -> tuple[str, int | None]:
    with ledger.database.reading() as session:
        found = asks.ask_by_uid(session, ask.uid)
        assert found is not None
        state = ask_states.state_of(session, found, now=MONDAY)
        return state.name, state.may_give_minor


def count_in_menu(browser: FlaskClient, address: str = "/inbox") -> str:
    root = parse(browser.get(address).text).root
    menu = next(one for one in root.iter("nav") if one.get("aria-label") == "Main")
    entry = next(one for one in menu.iter("a") if one.get("href") == "/inbox")
    shown = [one for one in entry.iter("span") if one.get("class") == "count"]
    return (shown[0].text or "").strip() if shown else ""


def test_a_supervisor_lands_on_the_inbox(client_for: ClientFor) -> None:
    browser = client_for("dana")

    assert browser.get("/").location == "/inbox"
    assert parse(browser.get("/inbox").text).heading == "Nobody is waiting"


def test_an_ask_says_what_is_needed_to_answer_it(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    an_ask(ledger)
    clock.pass_by(minutes=6)

    page = words_of(client_for("dana").get("/inbox"))

    assert "1 customer waiting" in page
    assert "Waiting 6 min, since 11:20" in page
    assert "open until 11:35" in page
    assert "Ana may give $25.00 a decision" in page
    assert "Refund, quality. The box was wet" in page
    assert "Walk-in: no history" in page
    assert "not enough yet, 0 of 30 matured" in page
    assert "Approve $40.00" in page


def test_the_amount_in_the_button_is_what_is_approved(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ask, dana = an_ask(ledger), client_for("dana")

    answer = dana.post(f"/inbox/asks/{ask.uid}", data=form_of(ask, "approved"))

    assert (answer.status_code, answer.location) == (303, "/inbox")
    assert state_in(ledger, ask) == ("approved", 4_000)
    assert "$40.00 approved. Ana may give it within 15 minutes." in words_of(dana.get("/inbox"))


def test_a_counter_offer_is_for_the_amount_that_was_typed(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ask, dana = an_ask(ledger), client_for("dana")

    dana.post(f"/inbox/asks/{ask.uid}", data=form_of(ask, "countered", amount="30.50"))

    assert state_in(ledger, ask) == ("countered", 3_050)


def test_a_counter_offer_of_what_is_asked_or_nothing_is_asked_for_again(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ask, dana = an_ask(ledger), client_for("dana")
    for typed in ("40.00", "0", "", "many"):
        answer = dana.post(f"/inbox/asks/{ask.uid}", data=form_of(ask, "countered", amount=typed))

        assert answer.status_code == 422
        assert state_in(ledger, ask) == ("waiting", None)
        assert parse(answer.text).title.startswith("To fix:")


def test_a_no_needs_a_reason(ledger: Ledger, client_for: ClientFor) -> None:
    ask, dana = an_ask(ledger), client_for("dana")

    without = dana.post(f"/inbox/asks/{ask.uid}", data=form_of(ask, "declined"))
    number = dana.post(
        f"/inbox/asks/{ask.uid}", data=form_of(ask, "declined", words="Call 212 555 0100 back")
    )
    said = dana.post(
        f"/inbox/asks/{ask.uid}", data=form_of(ask, "declined", words="We replaced it already")
    )

    assert (without.status_code, number.status_code, said.status_code) == (422, 422, 303)
    assert "Say why" in words_of(without)
    assert "looks like a phone number" in words_of(number)
    assert state_in(ledger, ask) == ("declined", None)


def test_a14_who_comes_second_sees_what_happened_first(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ask = an_ask(ledger)
    client_for("sam").post(f"/inbox/asks/{ask.uid}", data=form_of(ask, "approved"))

    late = client_for("dana").post(
        f"/inbox/asks/{ask.uid}", data=form_of(ask, "declined", words="Too much")
    )

    assert late.status_code == 409
    assert "Your answer was not saved." in words_of(late)
    assert "approved by Sam at 11:20" in words_of(late)
    assert state_in(ledger, ask) == ("approved", 4_000)


def test_g5_an_answer_to_a_version_that_was_changed_is_not_taken(
    ledger: Ledger, client_for: ClientFor
) -> None:
    first = an_ask(ledger)
    with opened(ledger) as shop:
        second = shop.ask("ana", 4_500, previous=first, now=MONDAY)
    dana = client_for("dana")

    late = dana.post(f"/inbox/asks/{first.uid}", data=form_of(first, "approved"))

    assert late.status_code == 409
    assert "It is not as you read it" in words_of(late)
    assert "Approve $45.00" in words_of(late)
    assert state_in(ledger, second) == ("waiting", None)
    fields = {one.get("name"): one.get("value") for one in parse(late.text).root.iter("input")}
    assert (fields["version"], fields["content_hash"]) == ("2", second.content_hash)


def test_an_answer_after_time_was_up_says_so(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    ask = an_ask(ledger)
    clock.pass_by(minutes=15)
    dana = client_for("dana")

    late = dana.post(f"/inbox/asks/{ask.uid}", data=form_of(ask, "approved"))

    assert late.status_code == 409
    assert "nobody answered" in words_of(late)
    assert "nobody answered" in words_of(dana.get(f"/inbox/asks/{ask.uid}"))


def test_above_one_s_ceiling_the_page_offers_what_one_may(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ask, dana = an_ask(ledger, amount_minor=12_000), client_for("dana")

    page = words_of(dana.get("/inbox"))

    assert "This is above the $100.00 that you may approve. You can offer up to $100.00." in page
    assert "Sam is asked" in page
    assert "Approve $120.00" not in page
    tried = dana.post(f"/inbox/asks/{ask.uid}", data=form_of(ask, "approved"))
    assert tried.status_code == 409
    above = dana.post(f"/inbox/asks/{ask.uid}", data=form_of(ask, "countered", amount="100.01"))
    assert above.status_code == 422
    assert state_in(ledger, ask) == ("waiting", None)
    dana.post(f"/inbox/asks/{ask.uid}", data=form_of(ask, "countered", amount="100"))
    assert state_in(ledger, ask) == ("countered", 10_000)


def test_what_nobody_may_approve_says_so(ledger: Ledger, client_for: ClientFor) -> None:
    an_ask(ledger, amount_minor=90_000)

    page = words_of(client_for("dana").get("/inbox"))

    assert "Nobody at this site may approve all of it" in page
    assert "You can offer up to $100.00." in page


def test_a_card_says_what_was_left_when_it_was_asked(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500, budget_minor=6_000, budget_period="day")
        shop.give("ana", 2_000, now=MONDAY)
        shop.ask("ana", 4_500, now=MONDAY)
        shop.ask("ana", 2_500, now=MONDAY)

    page = words_of(client_for("dana").get("/inbox"))

    assert "Ana may give $25.00 a decision, $40.00 left of the budget" in page
    assert "Ana has $0.00 left of the budget" in page


def test_an_own_customer_is_told(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        shop.ask("ana", 1_000, declared_own=True, now=MONDAY)

    page = words_of(client_for("dana").get("/inbox"))

    assert "Own or family customer, as Ana says" in page


def test_g2_g3_an_ask_of_another_site_is_not_there(ledger: Ledger, client_for: ClientFor) -> None:
    ask, dana = an_ask(ledger, "chidi"), client_for("dana")

    assert "Nobody is waiting" in words_of(dana.get("/inbox"))
    assert dana.get(f"/inbox/asks/{ask.uid}").status_code == 404
    assert dana.post(f"/inbox/asks/{ask.uid}", data=form_of(ask, "approved")).status_code == 404
    assert dana.get(f"/decisions/asks/{ask.thread_uid}").status_code == 404
    assert "No asks yet" in words_of(dana.get("/decisions/asks"))
    assert state_in(ledger, ask) == ("waiting", None)


def test_g1_one_s_own_ask_is_not_there_to_answer(ledger: Ledger, client_for: ClientFor) -> None:
    ask, dana = an_ask(ledger, "dana"), client_for("dana")

    assert dana.get(f"/inbox/asks/{ask.uid}").status_code == 404
    assert dana.post(f"/inbox/asks/{ask.uid}", data=form_of(ask, "approved")).status_code == 404
    assert state_in(ledger, ask) == ("waiting", None)


def test_g3_an_exception_of_another_site_is_not_there(
    ledger: Ledger, client_for: ClientFor
) -> None:
    uid, dana = an_exception(ledger, "chidi"), client_for("dana")

    assert dana.get(f"/inbox/exceptions/{uid}").status_code == 404
    form = {"uid": str(uuid.uuid4())}
    assert dana.post(f"/inbox/exceptions/{uid}", data=form).status_code == 404
    dana.post("/inbox/exceptions", data={"decision": uid, "reading": str(uuid.uuid4())})
    assert reviews_in(ledger) == []


def reviews_in(ledger: Ledger) -> list[Review]:
    with ledger.database.reading() as session:
        return list(session.scalars(select(Review)))


def test_an_exception_is_read_with_a_word_or_without(ledger: Ledger, client_for: ClientFor) -> None:
    first, second = an_exception(ledger), an_exception(ledger, "ben", 3_900)
    dana = client_for("dana")

    page = words_of(dana.get("/inbox"))
    assert "$40.00 limit $25.00" in page
    assert "“Bus leaving”" in page
    dana.post(f"/inbox/exceptions/{first}", data={"uid": str(uuid.uuid4())})
    dana.post(f"/inbox/exceptions/{second}", data={"uid": str(uuid.uuid4()), "words": "Well done"})

    assert len(reviews_in(ledger)) == 2
    assert "Nothing to read." in words_of(dana.get("/inbox"))


def test_all_of_a_list_are_read_at_once_and_nothing_that_came_later(
    ledger: Ledger, client_for: ClientFor
) -> None:
    shown = [an_exception(ledger), an_exception(ledger, "ben", 3_900)]
    dana = client_for("dana")
    sent = {"decision": shown, "reading": [str(uuid.uuid4()), str(uuid.uuid4())]}
    later = an_exception(ledger, "ben", 3_800)

    answer = dana.post("/inbox/exceptions", data=sent)

    assert answer.location == "/inbox#exceptions"
    assert len(reviews_in(ledger)) == 2
    assert dana.get(f"/inbox/exceptions/{later}").status_code == 200
    again = dana.post("/inbox/exceptions", data=sent, follow_redirects=True)
    assert "Somebody has read them already." in words_of(again)


def test_what_is_not_read_within_a_day_says_that_it_is_overdue(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    an_exception(ledger)
    clock.pass_by(hours=24)

    page = words_of(client_for("dana").get("/inbox"))

    assert "1 is overdue." in page
    assert "was due 3 Mar, 11:20" in page


def test_what_is_overdue_or_for_family_is_never_read_among_all(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    overdue = an_exception(ledger)
    clock.pass_by(hours=24)
    with opened(ledger) as shop:
        told: Said = {"already_given": True, "note": "Bus leaving"}
        own_told: Said = {**told, "declared_own": True}
        own = shop.give("ana", 500, now=NEXT_NOON, **own_told)
        shop.give("ana", 4_100, now=NEXT_NOON, **told)
        shop.give("ben", 3_900, now=NEXT_NOON, **told)
    dana = client_for("dana")

    page = dana.get("/inbox")
    words = words_of(page)

    assert "Acknowledge the other 2" in words
    assert "Not among all: it is overdue." in words
    assert "Own or family customer" in words
    assert "Not among all: it was for them, family or a friend." in words
    sent = {
        "decision": [overdue, own.uid],
        "reading": [str(uuid.uuid4()), str(uuid.uuid4())],
    }
    answer = dana.post("/inbox/exceptions", data=sent, follow_redirects=True)
    assert "Nothing was changed. Read each of these by itself." in words_of(answer)
    assert reviews_in(ledger) == []
    inputs = list(parse(page.text).root.iter("input"))
    dana.post(
        "/inbox/exceptions",
        data={
            name: [one.get("value", "") for one in inputs if one.get("name") == name]
            for name in ("decision", "reading")
        },
    )
    assert len(reviews_in(ledger)) == 2


def test_the_count_in_the_menu_is_what_waits_for_this_person(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    dana = client_for("dana")
    assert count_in_menu(dana) == ""
    ask = an_ask(ledger)
    an_ask(ledger, "ben", amount_minor=12_000)
    an_ask(ledger, "chidi")
    uid = an_exception(ledger)

    assert count_in_menu(dana) == "2"
    assert count_in_menu(dana, "/limits") == "2"
    dana.post(f"/inbox/asks/{ask.uid}", data=form_of(ask, "approved"))
    assert count_in_menu(dana) == "1"
    dana.post(f"/inbox/exceptions/{uid}", data={"uid": str(uuid.uuid4())})
    assert count_in_menu(dana) == ""
    assert count_in_menu(client_for("sam")) == "2"
    clock.pass_by(minutes=15)
    assert count_in_menu(client_for("sam")) == ""


def test_the_part_that_refreshes_says_what_the_page_says(
    ledger: Ledger, client_for: ClientFor
) -> None:
    an_ask(ledger)
    dana = client_for("dana")

    part = dana.get("/inbox/live")

    assert part.text.lstrip().startswith("<div")
    assert "1 customer waiting" in part.text
    assert "Approve $40.00" in part.text


def test_who_is_asked_later_sees_from_when(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    with opened(ledger) as shop:
        site, turns = shop.sites["elm_street"], {shop.people["sam"].id: 2}
        ask_rules.set_rule(
            shop.session, site, Rule(next_after_minutes=4), actor="system", now=MONDAY
        )
        ask_rules.set_turns(shop.session, site, turns, actor="system", now=MONDAY)
    an_ask(ledger)
    sam = client_for("sam")

    before = words_of(sam.get("/inbox"))
    clock.pass_by(minutes=4)

    assert "Somebody else is asked" in before
    assert "Dana is asked first, you from 11:24" in before
    assert count_in_menu(sam) == "1"
    assert "Dana is asked too" in words_of(sam.get("/inbox"))


def test_asks_are_handed_over_and_taken_back(ledger: Ledger, client_for: ClientFor) -> None:
    an_ask(ledger, "chidi")
    sam, dana = client_for("sam"), client_for("dana")
    with opened(ledger) as shop:
        to = shop.people["dana"].uid
    form = {
        "uid": str(uuid.uuid4()),
        "to": to,
        "starts_on": "2026-03-02",
        "ends_on": "2026-03-04",
    }

    assert sam.post("/inbox/hand-over", data=form).location == "/inbox"

    page = words_of(sam.get("/inbox"))
    assert "Dana answers your asks until 4 Mar." in page
    assert count_in_menu(sam) == ""
    assert count_in_menu(dana) == "1"
    assert "You answer for Sam" in words_of(dana.get("/inbox"))
    with ledger.database.reading() as session:
        uid = session.scalars(select(col(Delegation.uid))).one()
    assert dana.post(f"/inbox/hand-over/{uid}/back").status_code == 404
    sam.post(f"/inbox/hand-over/{uid}/back")
    assert count_in_menu(sam) == "1"
    assert count_in_menu(dana) == ""


def test_what_cannot_be_handed_over_is_said_at_its_field(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        dana, sam = shop.people["dana"], shop.people["sam"]
        day = date(2026, 3, 2)
        new = NewDelegation(uid=str(uuid.uuid4()), to=dana, starts_on=day, ends_on=day)
        delegations.hand_over(shop.session, sam, new, by=sam, now=MONDAY)
        to = sam.uid
    browser = client_for("dana")
    form = {"uid": str(uuid.uuid4()), "to": to, "starts_on": "2026-03-02", "ends_on": "2026-03-02"}

    back = browser.post("/inbox/hand-over", data=form)
    nobody = browser.post("/inbox/hand-over", data={**form, "to": ""})

    assert (back.status_code, nobody.status_code) == (422, 422)
    assert "those would come back" in words_of(back)
    assert "Choose who answers instead" in words_of(nobody)


def test_waiting_is_told_with_how_many_there_are(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        began = MONDAY - timedelta(hours=2)
        asked = [shop.ask("ana", 4_000, now=began) for _ in range(30)]
        for minutes, ask in enumerate(asked, start=1):
            at = began + timedelta(minutes=minutes / 3)
            shop.answer("dana", ask, "declined", now=at)
        shop.ask("ana", 4_000, now=MONDAY - timedelta(hours=1))

    page = words_of(client_for("dana").get("/inbox"))

    assert "Half answered in 5 min Nine in ten in 9 min Answered 30" in page
    assert "Nobody answered 1 of 31" in page


def test_flags_are_there_while_nobody_waits(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)
        for minutes in range(8):
            shop.give("ana", 2_400, now=MONDAY - timedelta(hours=1, minutes=minutes))
    dana = client_for("dana")

    calm = words_of(dana.get("/inbox"))
    an_ask(ledger)

    assert "Many just under the limit" in calm
    assert "Many just under the limit" not in words_of(dana.get("/inbox"))


def test_recognition_and_earlier_asks_are_found_beside_the_decisions(
    client_for: ClientFor,
) -> None:
    seen = {
        name: set(parse(client_for(name).get("/decisions").text).links())
        for name in ("dana", "otto")
    }

    assert {"/recognitions", "/decisions/asks"} <= seen["dana"]
    assert "/decisions/asks" in seen["otto"]
    assert "/recognitions" not in seen["otto"]


def test_an_auditor_reads_earlier_asks_of_all_sites_and_answers_none(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ask = an_ask(ledger, "chidi")
    with opened(ledger) as shop:
        shop.answer("sam", ask, "countered", 3_000, now=MONDAY + timedelta(minutes=3))
        given = shop.hand_in("chidi", ask, now=MONDAY + timedelta(minutes=4))
    otto = client_for("otto")

    listed = otto.get("/decisions/asks")
    shown = words_of(otto.get(f"/decisions/asks/{ask.thread_uid}"))

    assert "Counter-offer given" in words_of(listed)
    assert "3 min" in words_of(listed)
    assert f"/decisions/{given.uid}" in listed.text
    assert "Sam offered $30.00 at 11:23" in shown
    assert "$30.00 given, 2 Mar, 11:24" in shown
    assert otto.get("/inbox").status_code == 404
    assert otto.post(f"/inbox/asks/{ask.uid}").status_code == 404


def test_earlier_asks_can_be_narrowed_down(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    an_ask(ledger)
    declined = an_ask(ledger, "ben", 3_900)
    with opened(ledger) as shop:
        shop.answer("dana", declined, "declined", now=MONDAY)
        ben, harbour = shop.people["ben"].id, shop.sites["harbour"].id
    clock.pass_by(hours=1)
    dana = client_for("dana")

    def count(query: str) -> str:
        page = words_of(dana.get(f"/decisions/asks?{query}"))
        return "2" if "2 asks" in page else "1" if "1 ask" in page else "0"

    assert count("") == "2"
    assert count("state=declined") == "1"
    assert count("state=expired") == "1"
    assert count("state=waiting") == "0"
    assert count(f"person={ben}") == "1"
    assert count("since=2026-03-03") == "0"
    assert count("until=2026-03-02") == "2"
    assert dana.get(f"/decisions/asks?site={harbour}").status_code == 404


def test_every_version_of_a_thread_is_told(ledger: Ledger, client_for: ClientFor) -> None:
    first = an_ask(ledger, amount_minor=6_000)
    with opened(ledger) as shop:
        shop.answer("dana", first, "declined", words="Too much", now=MONDAY)
        shop.ask("ana", 4_000, previous=first, note="Less then", now=MONDAY)
    dana = client_for("dana")

    page = words_of(dana.get("/inbox"))
    thread = words_of(dana.get(f"/decisions/asks/{first.thread_uid}"))

    assert "Asked 2 Mar, 11:20 for $60.00: declined by Dana at 11:20: “Too much”" in page
    assert "Version 1" in thread
    assert "Version 2" in thread
    assert "“Less then”" in thread
