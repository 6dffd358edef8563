"""The settings: what an administrator changes is seen at once, and nothing that was given moves."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlmodel import col

from ledger.core import bands, criteria, feeds, reasons, remedies, settings, sites
from ledger.core.reasons import MOST_SHOWN
from ledger.core.tables import Decision, Journal
from ledger.core.verification import verify
from ledger.ledgers import Ledger
from ledger.web import application
from tests import cast
from tests.web.conftest import ClientFor, Clock, token_for
from tests.web.counter_form import written
from tests.web.opened import opened
from tests.web.outcome_year import take_activity
from tests.web.said import words_of

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


def kinds(ledger: Ledger) -> list[str]:
    """Return what the journal says an administrator changed, after the ledger was verified."""
    with ledger.database.reading() as session:
        verify(session)
        ada = f"person:{cast.person(session, 'ada').uid}"
        query = select(col(Journal.kind)).where(col(Journal.actor) == ada)
        return [kind for kind in session.scalars(query) if kind in settings.KINDS]


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
    assert kinds(ledger) == ["remedy.changed"]


def test_a_share_that_is_none_is_said_at_its_field_and_nothing_is_saved(
    ledger: Ledger, ada: FlaskClient
) -> None:
    with opened(ledger) as shop:
        key = shop.remedies["free_item"]

    answer = ada.post(f"/settings/remedies/{key}", data={**SHARE, "cost_share": "half"})

    assert answer.status_code == 422
    assert "Type a percentage in digits" in words_of(answer)
    assert kinds(ledger) == []


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
    assert kinds(ledger) == ["remedy.added", *["remedy.changed"] * 3]


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
    assert kinds(ledger) == ["site.changed"] * 2


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
    assert "Rain not shown by itself" in words_of(ada.get("/settings/reasons"))

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


def test_a_new_name_is_on_every_page_at_once_in_every_process(
    ledger: Ledger, ada: FlaskClient, clock: Clock
) -> None:
    other_process = application.assemble(ledger, clock=clock).test_client()
    other_process.set_cookie("latitude", token_for(ledger.database, "dana", now=clock.now))

    answer = ada.post(
        "/settings/company", data={"name": "Maple & Oak", "horizon": "90", "watch": "returns"}
    )

    assert answer.status_code == 303
    assert "Maple & Oak" in words_of(other_process.get("/limits"))
    assert "Maple & Oak" in words_of(other_process.get("/sign-in", follow_redirects=True))


def test_another_horizon_asks_for_the_password_and_the_name_alone_does_not(
    ledger: Ledger, ada: FlaskClient
) -> None:
    longer = {"name": "Maple & Main", "horizon": "180", "watch": "stays"}

    asked = ada.post("/settings/company", data=longer)

    assert asked.status_code == 422
    assert "Type your password" in words_of(asked)
    assert ada.post(
        "/settings/company", data={**longer, "password": cast.PASSWORD}
    ).status_code == (303)
    with ledger.database.reading() as session:
        row = sites.company(session)
        assert (row.horizon_days, row.watch) == (180, "stays")
    assert kinds(ledger) == ["company.changed"]


def test_bands_are_set_for_a_currency_and_shown_as_reports_group(
    ledger: Ledger, ada: FlaskClient
) -> None:
    ada.post("/settings/bands", data={"currency": "USD", "USD-tops": "20, 200"})

    words = words_of(ada.get("/settings/bands"))
    assert "nothing of value 0-20 20-200 200+" in words
    with ledger.database.reading() as session:
        assert bands.tops(session, ["USD"]) == {"USD": (20, 200)}

    refused = ada.post("/settings/bands", data={"currency": "USD", "USD-tops": "20, 10"})
    assert refused.status_code == 422
    assert "Each bound must be above the one before" in words_of(refused)


def test_a_feed_is_named_given_its_days_and_retired(ledger: Ledger, ada: FlaskClient) -> None:
    take_activity(ledger.database, "A1,C1,2026-02-20T17:00:00Z,visit,0,USD")
    assert "The feed “main” has brought nothing since 20 Feb." in words_of(
        ada.get("/settings/feeds")
    )
    which = {"feed_kind": "activity", "feed": "main"}

    ada.post(
        "/settings/feeds/change", data={**which, "label": "Elm Street till", "every_days": "30"}
    )
    words = words_of(ada.get("/settings/feeds"))
    assert "Elm Street till main" in words
    assert "every 30 days in time" in words

    ada.post("/settings/feeds/retire", data={**which, "retired": "yes"})
    with ledger.database.reading() as session:
        assert feeds.feed(session, "activity", "main").retired
    assert kinds(ledger) == ["feed.added", "feed.changed"]


def test_a_feed_that_is_expected_is_named_until_it_comes(ada: FlaskClient) -> None:
    new = {"kind": "till", "name": "harbour", "label": "Harbour till", "every_days": "2"}
    ada.post("/settings/feeds/new", data=new)

    assert "The feed “Harbour till” has brought nothing yet." in words_of(
        ada.get("/settings/feeds")
    )
    assert ada.post("/settings/feeds/new", data={**new, "every_days": "0"}).status_code == 422
    assert ada.get("/settings/feeds/change?feed_kind=till&feed=nobody").status_code == 302


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
