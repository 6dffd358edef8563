"""The settings: what an administrator changes is seen at once, and nothing that was given moves."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlmodel import col

from ledger.core import criteria, reasons, remedies
from ledger.core.reasons import MOST_SHOWN
from ledger.core.tables import Decision
from ledger.ledgers import Ledger
from tests.web.conftest import ClientFor, Clock
from tests.web.counter_form import written
from tests.web.opened import opened
from tests.web.said import words_of
from tests.web.settings_changed import kinds_changed

SHARE = {"name": "Free item", "icon": "gift", "till_step": "Ring it up as {code}."}


@pytest.fixture
def ada(client_for: ClientFor) -> FlaskClient:
    """Return the browser of the administrator."""
    return client_for("ada")


@pytest.fixture(autouse=True)
def _whole(ledger: Ledger) -> None:
    """Let everybody give $25 a decision."""
    with opened(ledger) as shop:
        shop.limit(2_500)


def reason_id(ledger: Ledger, code: str) -> int:
    with opened(ledger) as shop:
        return shop.reasons[code]


def last_decision(ledger: Ledger) -> Decision | None:
    with ledger.database.reading() as session:
        return session.scalars(select(Decision).order_by(col(Decision.id).desc())).first()


def test_the_index_says_how_each_thing_is_set(ada: FlaskClient) -> None:
    words = words_of(ada.get("/settings"))

    assert "Remedies 7 offered" in words
    assert "We watch who comes back, 90 days" in words
    assert "Version 1, 3 lines" in words
    assert "None has brought anything yet" in words


def test_a_share_is_changed_in_percent_and_the_page_says_what_stays(
    ledger: Ledger, ada: FlaskClient
) -> None:
    with opened(ledger) as shop:
        shop.give("ana", 1_000, remedy="free_item")
        key = shop.remedies["free_item"]
    page = f"/settings/remedies/{key}"
    assert "Written so far: 1 decision at a cost of $5.00." in words_of(ada.get(page))

    assert ada.post(page, data={**SHARE, "cost_share": "12.5"}).status_code == 303

    with ledger.database.reading() as session:
        assert remedies.remedy(session, key).cost_share_bp == 1_250
    assert "12.5 %" in words_of(ada.get("/settings/remedies"))
    assert "at a cost of $5.00" in words_of(ada.get(page))
    assert kinds_changed(ledger) == ["remedy.changed"]


def test_a_share_that_is_none_is_said_at_its_field_and_nothing_is_saved(
    ledger: Ledger, ada: FlaskClient
) -> None:
    with opened(ledger) as shop:
        key = shop.remedies["free_item"]

    answer = ada.post(f"/settings/remedies/{key}", data={**SHARE, "cost_share": "half"})

    assert answer.status_code == 422
    assert "Type a percentage in digits" in words_of(answer)
    assert kinds_changed(ledger) == []


def test_a_remedy_is_added_moved_up_retired_and_brought_back(
    ledger: Ledger, ada: FlaskClient, client_for: ClientFor
) -> None:
    new = {"kind": "flowers", "name": "Flowers", "icon": "ribbon", "cost_share": "40"}
    ada.post("/settings/remedies/new", data={**new, "till_step": "Hand them over."})
    with ledger.database.reading() as session:
        key = remedies.all_remedies(session)[-1].id

    ada.post(f"/settings/remedies/{key}/move", data={"step": "up"})
    assert "Replacement Flowers Apology only" in words_of(client_for("ana").get("/log"))

    ada.post(f"/settings/remedies/{key}/retire", data={"retired": "yes"})
    assert "Flowers" not in words_of(client_for("ana").get("/log"))
    assert "Flowers" in words_of(ada.get("/settings/remedies"))

    ada.post(f"/settings/remedies/{key}/retire", data={"retired": "no"})
    assert "Flowers" in words_of(client_for("ana").get("/log"))
    assert kinds_changed(ledger) == ["remedy.added", *["remedy.changed"] * 3]


def test_a_till_step_that_names_something_unknown_in_braces_is_refused_by_that_name(
    ledger: Ledger, ada: FlaskClient
) -> None:
    with opened(ledger) as shop:
        key = shop.remedies["free_item"]
    typed = {**SHARE, "cost_share": "50", "till_step": "Take {sum} off as {code}."}

    refused = words_of(ada.post(f"/settings/remedies/{key}", data=typed))
    listed = words_of(ada.get("/settings/remedies"))

    assert "Nothing is known to put in the place of {sum}. Use {amount} and {code}" in refused
    assert "{amount} becomes the amount, {code} the reference such as D-000123" in listed
    assert kinds_changed(ledger) == []


def test_a_short_name_that_is_taken_is_said_at_its_field(ada: FlaskClient) -> None:
    answer = ada.post(
        "/settings/remedies/new", data={**SHARE, "kind": "refund", "cost_share": "100"}
    )

    assert answer.status_code == 422
    assert "This short name is taken" in words_of(answer)


def test_a_site_shows_its_own_reasons_and_the_others_the_company_s(
    ledger: Ledger, ada: FlaskClient, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        elm_street = shop.sites["elm_street"].id
    late, other = reason_id(ledger, "late"), reason_id(ledger, "other")
    page = f"/settings/reasons/at/{elm_street}"

    ada.post(page, data={"places-0": str(other), "places-1": str(late)})

    anas, chidis = (words_of(client_for(name).get("/log")) for name in ("ana", "chidi"))
    assert "Other Late" in anas
    assert "Wrong item" not in anas
    assert "Wrong item" in chidis
    assert "Other, Late" in words_of(ada.get("/settings/reasons"))

    ada.post(page, data={"step": "company"})
    assert "Wrong item" in words_of(client_for("ana").get("/log"))
    assert kinds_changed(ledger) == ["site.changed"] * 2


def test_a_reason_that_stands_twice_is_said(ledger: Ledger, ada: FlaskClient) -> None:
    with opened(ledger) as shop:
        elm_street = shop.sites["elm_street"].id
    late = str(reason_id(ledger, "late"))

    answer = ada.post(
        f"/settings/reasons/at/{elm_street}", data={"places-0": late, "places-3": late}
    )

    assert answer.status_code == 422
    assert "A reason stands there twice" in words_of(answer)


@pytest.mark.parametrize("change", ["retired", "not shown"])
def test_an_open_log_is_saved_with_the_reason_that_was_taken_off_meanwhile(
    ledger: Ledger, ada: FlaskClient, client_for: ClientFor, change: str
) -> None:
    form = written(ledger)
    late = reason_id(ledger, "late")
    if change == "retired":
        ada.post(f"/settings/reasons/{late}/retire", data={"retired": "yes"})
    else:
        place = {"places-0": str(reason_id(ledger, "other"))}
        ada.post(f"/settings/reasons/at/{form['site']}", data=place)
    assert "Late" not in words_of(client_for("ana").get("/log"))

    # With the amount still missing the form comes back, and keeps the reason that was chosen.
    again = client_for("ana").post("/log", data={**form, "amount": ""})
    assert again.status_code == 422
    assert f'value="{late}"' in again.text

    answer = client_for("ana").post("/log", data=form)

    assert answer.status_code == 303
    decision = last_decision(ledger)
    assert decision is not None
    assert decision.reason_id == late


def test_a_log_that_was_left_open_over_night_asks_for_another_reason(
    ledger: Ledger, ada: FlaskClient, client_for: ClientFor, clock: Clock
) -> None:
    form = written(ledger)
    ada.post(f"/settings/reasons/{reason_id(ledger, 'late')}/retire", data={"retired": "yes"})
    clock.pass_by(days=1)

    answer = client_for("ana").post("/log", data=form)

    assert answer.status_code == 422
    assert last_decision(ledger) is None


def test_a_reason_is_added_and_renamed_and_the_last_place_says_that_it_is_not_shown(
    ledger: Ledger, ada: FlaskClient
) -> None:
    ada.post("/settings/reasons", data={"code": "rain", "name": "Rain"})
    page = words_of(ada.get("/settings/reasons"))
    assert "“Rain” is not shown yet: the log has room for 7. Move it up" in page
    assert "Rain not shown by itself" in page

    ada.post(f"/settings/reasons/{reason_id(ledger, 'late')}", data={"name": "Too late"})
    with ledger.database.reading() as session:
        names = [one.name for one in reasons.company_reasons(session)]
    assert (len(names), names[2]) == (MOST_SHOWN, "Too late")


def test_a_card_is_changed_by_a_new_version_and_an_open_log_keeps_the_old_one(
    ledger: Ledger, ada: FlaskClient, client_for: ClientFor
) -> None:
    form = written(ledger, criteria_version="1", criteria="3")

    typed = ["Be fair.", "", "", "Be quick.", "", "", ""]
    ada.post(
        "/settings/criteria", data={f"lines-{place}": line for place, line in enumerate(typed)}
    )

    with ledger.database.reading() as session:
        card = criteria.card_in_force(session)
    assert card is not None
    assert (card.version, list(card.lines)) == (2, ["Be fair.", "Be quick."])
    assert client_for("ana").post("/log", data=form).status_code == 303
    kept = last_decision(ledger)
    assert kept is not None
    assert (kept.criteria_version, kept.criteria_ticks) == (1, "3")
    words = words_of(ada.get("/settings/criteria"))
    assert "Version 2 in force" in words
    assert "Written with it: 1 decision." in words


def test_a_card_without_a_line_is_said(ada: FlaskClient) -> None:
    answer = ada.post("/settings/criteria", data={"lines-0": "  "})

    assert answer.status_code == 422
    assert "Write at least one line" in words_of(answer)


def test_only_an_administrator_sets_how_the_company_works(
    app: Flask, client_for: ClientFor
) -> None:
    addresses = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if str(rule).startswith("/settings") and not rule.arguments
    ]

    assert len(addresses) > 8
    for name in ("ana", "dana", "hana", "otto", "vera"):
        assert {client_for(name).open(page).status_code for page in addresses} <= {404, 405}
