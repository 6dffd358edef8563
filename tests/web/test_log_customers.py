"""Who it was for: found, added or nobody in particular; what was typed stays."""

import re
from datetime import timedelta

import pytest

from ledger.core.customers import NewCustomer, add_customer
from ledger.ledgers import Ledger
from tests.counter import MONDAY
from tests.web.conftest import ClientFor
from tests.web.counter_form import written
from tests.web.html import parse
from tests.web.opened import opened
from tests.web.said import words_of


@pytest.fixture(autouse=True)
def _limit(ledger: Ledger) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500)


def add(ledger: Ledger, name: str, phone: str) -> int:
    with opened(ledger) as shop:
        new = NewCustomer(phone=phone, name=name)
        before = MONDAY - timedelta(days=60)
        added = add_customer(shop.session, shop.people["ana"], new, now=before, on=before.date())
        return added.id


@pytest.mark.parametrize("typed", ["ruth", "RÚTH m", "4417", "212 555 4417"])
def test_a_customer_is_found_by_name_or_the_end_of_a_phone_number(
    ledger: Ledger, client_for: ClientFor, typed: str
) -> None:
    key = add(ledger, "Ruth Marsh", "212 555 4417")

    answer = client_for("ana").post(
        "/log/customer", data=written(ledger, customer="", find=typed, step="find", note="Cold")
    )

    assert answer.status_code == 200
    assert f'value="pick:{key}"' in answer.text
    assert "Ruth Marsh phone ends 4417" in words_of(answer)
    assert 'value="Cold"' in answer.text, "what was typed stays"
    assert 'value="12"' in answer.text


def test_names_and_numbers_never_stand_in_an_address(client_for: ClientFor) -> None:
    assert client_for("ana").get("/log/customer?find=ruth").status_code == 405


def test_who_was_chosen_shows_what_they_were_given_before_as_facts(
    ledger: Ledger, client_for: ClientFor
) -> None:
    key = add(ledger, "Ruth Marsh", "212 555 4417")
    with opened(ledger) as shop:
        shop.give("ben", 600, customer_id=key, now=MONDAY - timedelta(days=20))

    answer = client_for("ana").post("/log/customer", data=written(ledger, step=f"pick:{key}"))

    words = words_of(answer)
    assert "1 gesture in 90 days" in words
    assert "10 Feb · $6.00 Refund, Quality" in words
    assert "We will know by 11 May" in words


def test_the_cap_of_a_customer_is_seen_before_the_amount_is_typed(
    ledger: Ledger, client_for: ClientFor
) -> None:
    key = add(ledger, "Ruth Marsh", "212 555 4417")
    with opened(ledger) as shop:
        shop.limit(2_500, customer_total_minor=2_000, customer_days=30)
        shop.give("ben", 1_500, customer_id=key)

    answer = client_for("ana").post("/log/customer", data=written(ledger, step=f"pick:{key}"))

    assert "$5.00 left for this customer" in words_of(answer)


@pytest.mark.parametrize(
    "typed,shown", [("212 555 9921", "phone ends 9921"), ("MM-00071", "MM-00071")]
)
def test_a_customer_is_added_by_one_number_and_chosen(
    ledger: Ledger, client_for: ClientFor, typed: str, shown: str
) -> None:
    ana = client_for("ana")
    answer = ana.post("/log/customer", data=written(ledger, customer="", number=typed, step="add"))

    assert answer.status_code == 200
    assert shown in words_of(answer)
    assert "new today" in words_of(answer)


def test_the_company_asks_before_it_keeps_a_number(ledger: Ledger, client_for: ClientFor) -> None:
    answer = client_for("ana").post(
        "/log/customer", data=written(ledger, customer="", find="nobody", step="find")
    )

    assert "Nobody was found." in words_of(answer)
    assert "Maple & Main keeps your number" in words_of(answer)


def test_the_number_that_nobody_was_found_by_need_not_be_typed_again(
    ledger: Ledger, client_for: ClientFor
) -> None:
    ana = client_for("ana")

    by_number, by_name = (
        ana.post("/log/customer", data=written(ledger, customer="", find=typed, step="find"))
        for typed in ("912 345 678", "Nobody")
    )

    assert by_number.text.count('value="912 345 678"') == 2
    assert by_name.text.count('value="Nobody"') == 1


def test_an_unmet_need_is_not_given(client_for: ClientFor) -> None:
    page = client_for("ana").get("/log?remedy=unmet")

    assert re.search(r'type="submit"[^>]*>\s*Record the unmet need', page.text)


def test_nothing_is_added_without_a_number(ledger: Ledger, client_for: ClientFor) -> None:
    answer = client_for("ana").post(
        "/log/customer", data=written(ledger, customer="", number=" ", step="add")
    )

    assert answer.status_code == 422
    assert "Type a phone number with its area code, or a loyalty number" in words_of(answer)


def test_a_walk_in_is_said_and_can_be_changed(ledger: Ledger, client_for: ClientFor) -> None:
    ana = client_for("ana")

    as_walk_in = ana.post("/log/customer", data=written(ledger, customer="", step="walk-in"))
    changed = ana.post("/log/customer", data=written(ledger, step="change"))

    assert "What comes of it cannot be known" in words_of(as_walk_in)
    assert "Last 4 of phone, name or number" in changed.text


@pytest.mark.parametrize("customer", ["999999", "9" * 30, "1 OR 1=1", "²"])
def test_a_customer_who_is_not_there_is_nobody(
    ledger: Ledger, client_for: ClientFor, customer: str
) -> None:
    answer = client_for("ana").post("/log/customer", data=written(ledger, customer=customer))

    assert answer.status_code == 200
    assert "Last 4 of phone, name or number" in answer.text


@pytest.mark.parametrize(
    "payload",
    ["<script>alert(1)</script>", '=cmd|" /C calc"!A1', "{{ 7*7 }}", "'; DROP TABLE decision;--"],
)
def test_what_people_type_stays_text(ledger: Ledger, client_for: ClientFor, payload: str) -> None:
    key, ana = add(ledger, payload, "212 555 4417"), client_for("ana")
    form = written(ledger, customer=str(key), note=payload[:100])

    pages = [
        ana.post("/log/customer", data={**form, "step": "stay"}),
        ana.post("/log/customer", data={**form, "customer": "", "find": "4417", "step": "find"}),
        ana.get(ana.post("/log", data=form).location),
        ana.get("/my-decisions"),
    ]

    for page in pages:
        assert page.status_code == 200
        assert payload in words_of(page) or payload not in page.text
        assert "<script>alert" not in page.text
        assert "49" not in words_of(page) or "7*7" not in payload
    assert payload in words_of(pages[0])


def test_enter_in_the_search_finds_as_the_button_does(
    ledger: Ledger, client_for: ClientFor
) -> None:
    key, ana = add(ledger, "Ruth Marsh", "212 555 4417"), client_for("ana")
    first_button = next(
        one
        for one in parse(ana.get("/log").text).root.iter("button")
        if (one.get("formaction") or "").startswith("/log/customer")
    )
    step = first_button.get("value", "")

    answer = ana.post(
        first_button.get("formaction", ""),
        data=written(ledger, customer="", find="ruth", step=step),
    )

    assert f'value="pick:{key}"' in answer.text
    assert "Add the customer by one number" in words_of(answer)


def test_when_more_fit_than_are_shown_the_page_says_so(
    ledger: Ledger, client_for: ClientFor
) -> None:
    for place in range(9):
        add(ledger, f"Ruth {place}", f"212 555 441{place}")

    def found(typed: str) -> str:
        form = written(ledger, customer="", find=typed, step="find")
        return words_of(client_for("ana").post("/log/customer", data=form))

    assert "8 are shown, and there are more." in found("ruth")
    assert "are shown" not in found("ruth 1")


@pytest.mark.parametrize("typed", ["12", "A-1", "+12"])
def test_a_number_too_short_to_tell_people_apart_is_not_added(
    ledger: Ledger, client_for: ClientFor, typed: str
) -> None:
    answer = client_for("ana").post(
        "/log/customer", data=written(ledger, customer="", number=typed, step="add")
    )

    assert answer.status_code == 422
    assert "A loyalty number has at least 4 characters" in words_of(answer)


def capped(ledger: Ledger) -> int:
    """Let Ruth have all that one customer may get: 3 gestures in 90 days."""
    key = add(ledger, "Ruth Marsh", "212 555 4417")
    with opened(ledger) as shop:
        shop.limit(
            2_500,
            budget_minor=7_500,
            budget_period="day",
            customer_count=3,
            customer_total_minor=6_000,
            customer_days=90,
        )
        for amount in (1_500, 1_200, 1_000):
            shop.give("ana", amount, customer_id=key)
    return key


def test_a_customer_who_had_enough_is_told_by_the_customers_numbers(
    ledger: Ledger, client_for: ClientFor
) -> None:
    key, ana = capped(ledger), client_for("ana")

    answer = ana.post("/log", data=written(ledger, customer=str(key), amount="7"))

    words = words_of(answer)
    assert answer.status_code == 409
    assert "Ruth Marsh has had what one customer may get for now" in words
    assert "at most 3 gestures and $60 in 90 days" in words
    assert "This one has had 3 gestures, $37.00 in all." in words
    assert "More is possible from 31 May, 04:00" in words
    assert "you wanted to give" not in words, "that stands beside Ana's own budget"
    assert "Above your limit" not in words
    assert "of your budget" not in words
    assert "Change the amount" not in words, "no amount helps"


def test_a_customer_who_had_enough_can_still_be_apologised_to(
    ledger: Ledger, client_for: ClientFor
) -> None:
    key, ana = capped(ledger), client_for("ana")
    page = ana.post("/log", data=written(ledger, customer=str(key), amount="7"))
    apology = next(
        form
        for form in parse(page.text).root.iter("form")
        if any(one.get("name") == "remedy" for one in form.iter("button"))
    )
    sent = {
        one.get("name", ""): one.get("value", "")
        for tag in ("input", "button")
        for one in apology.iter(tag)
    }

    answer = ana.post("/log", data=sent)

    assert answer.status_code == 303, words_of(answer)
    assert "Choose another customer" in words_of(page)
    assert "Record an unmet need" in words_of(page)


def test_no_quick_amount_is_above_what_is_left(ledger: Ledger, client_for: ClientFor) -> None:
    key, ana = capped(ledger), client_for("ana")

    at_first, chosen = (
        ana.get("/log"),
        ana.post("/log/customer", data=written(ledger, step=f"pick:{key}")),
    )

    assert 'name="quick"' in at_first.text
    assert 'name="quick"' not in chosen.text
