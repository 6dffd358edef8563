"""The limits on the desk: who may give how much and why, and the change of one."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlmodel import col
from werkzeug.test import TestResponse

from ledger.core import limits
from ledger.core.tables import Limit, Site, Words
from ledger.ledgers import Ledger
from tests import cast
from tests.cast import MONDAY
from tests.web.conftest import ClientFor, Clock
from tests.web.opened import opened
from tests.web.said import words_of

# What is left out was shown before.
EVERY_TERM = "budget customer_count customer_total"
PLAIN = {
    "amount": "35",
    "period": "day",
    "lasts": "always",
    "begins": "now",
    "reason": "Late orders need more in winter.",
}


def elm_street(ledger: Ledger) -> int:
    with opened(ledger) as shop:
        return shop.sites["elm_street"].id


def set_at_elm_street(browser: FlaskClient, ledger: Ledger, **typed: str) -> TestResponse:
    """Send the form that sets a limit for Elm Street, as it is when first shown."""
    scope = {"level": "site", "site": str(elm_street(ledger))}
    with ledger.database.reading() as session:
        newest = session.scalars(
            select(col(Limit.uid)).order_by(col(Limit.id).desc()).limit(1)
        ).one_or_none()
    known = {"seen": newest or "", "agreed": EVERY_TERM}
    form = {**scope, **PLAIN, "password": cast.PASSWORD, **known, **typed}
    return browser.post("/limits/new", data=form)


def ana_may_give(ledger: Ledger) -> int | None:
    with opened(ledger) as shop:
        found = limits.limit_in_force(
            shop.session,
            shop.people["ana"],
            site_id=shop.sites["elm_street"].id,
            remedy_id=None,
            now=MONDAY,
        )
        return None if found is None else found.per_decision_minor


def test_the_page_says_in_one_sentence_why_a_limit_is_the_one(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        elm = shop.sites["elm_street"].id
        shop.limit(2_000, site_id=elm)
        shop.limit(2_500, site_id=elm, grade="Associate")

    page = words_of(client_for("dana").get("/limits"))

    assert "Why Ana may give $25" in page
    assert "Elm Street has $20, not used: a more specific limit wins" in page
    assert (
        "The limit for Associate, Elm Street applies: it is the most specific one in force for Ana."
        in page
    )


def test_another_person_and_remedy_can_be_explained(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        shop.limit(2_000)
        shop.limit(500, remedy_id=shop.remedies["credit"])
        address = f"/limits?person={shop.people['ben'].id}&remedy={shop.remedies['credit']}"

    assert "Why Ben may give $5" in words_of(client_for("dana").get(address))


def test_people_without_a_limit_are_named_loudly(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        shop.limit(2_000, person_id=shop.people["ana"].id)

    page = words_of(client_for("dana").get("/limits"))

    assert "No limit is set: Ben, Dana and Sam may give nothing." in page


def test_a_supervisor_does_not_see_the_limits_of_another_site(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        harbour = shop.sites["harbour"].id
        theirs = shop.limit(2_000, site_id=harbour).uid

    dana = client_for("dana")

    assert dana.get(f"/limits?site={harbour}").status_code == 404
    assert dana.get(f"/limits/{theirs}").status_code == 404
    assert dana.get(f"/limits/{theirs}/history").status_code == 404
    assert dana.get(f"/limits/new?level=site&site={harbour}").status_code == 422


def test_auditors_and_executives_read_the_limits_of_all_sites(client_for: ClientFor) -> None:
    for name in ("otto", "vera"):
        page = client_for(name).get("/limits")
        assert "Harbour" in page.text
        assert "Change a limit" not in page.text


def test_a_limit_that_is_set_binds_at_once(ledger: Ledger, client_for: ClientFor) -> None:
    answer = set_at_elm_street(client_for("dana"), ledger)

    assert answer.status_code == 303
    assert ana_may_give(ledger) == 3_500


def test_what_was_set_is_told_with_its_end_and_what_it_reverts_to(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500, site_id=shop.sites["elm_street"].id)
    dana = client_for("dana")

    answer = set_at_elm_street(dana, ledger, lasts="temporary", ends_on="2026-03-31")
    page = words_of(dana.get(answer.location))

    assert "Limit set to $35.00." in page
    assert "At once, since 2 Mar at 11:20, New York time" in page
    assert "Back to $25.00 by itself on 1 Apr at 04:00, New York time" in page


def test_a_raise_is_temporary_unless_somebody_says_otherwise(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500, site_id=shop.sites["elm_street"].id)
    dana = client_for("dana")

    shown = dana.get(f"/limits/new?level=site&site={elm_street(ledger)}").text
    answer = set_at_elm_street(dana, ledger, lasts="temporary")

    assert 'checked id="lasts-0"' in shown
    assert answer.status_code == 422
    assert "Choose the last day, or No end date" in answer.text
    assert ana_may_give(ledger) == 2_500


def test_above_the_ceiling_the_field_says_how_far_one_may_go(
    ledger: Ledger, client_for: ClientFor
) -> None:
    at = set_at_elm_street(client_for("dana"), ledger, amount="100.00")
    above = set_at_elm_street(client_for("dana"), ledger, amount="100.01")

    assert at.status_code == 303
    assert above.status_code == 422
    assert "You may set up to $100.00 a decision." in words_of(above)
    assert ana_may_give(ledger) == 10_000


def test_the_change_says_that_a_ceiling_is_for_one_decision(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        address = f"/limits/new?level=site&site={shop.sites['elm_street'].id}"
    words = "Your ceiling is for one decision: it bounds no budget."

    assert words in words_of(client_for("dana").get(address))
    assert words not in words_of(client_for("ada").get(address))


def test_limits_lead_to_the_unmet_needs_of_their_site(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        elm = shop.sites["elm_street"].id
        uid = shop.limit(2_000, site_id=elm).uid
    link = f'href="/decisions/unmet-needs?site={elm}"'
    dana = client_for("dana")

    assert link in dana.get(f"/limits?site={elm}").text
    assert link in dana.get(f"/limits/{uid}").text
    assert dana.get(f"/decisions/unmet-needs?site={elm}").status_code == 200
    assert link not in client_for("vera").get(f"/limits?site={elm}").text


def test_each_thing_that_cannot_be_used_is_said_at_its_field(
    ledger: Ledger, client_for: ClientFor
) -> None:
    wrong = {
        "amount": ("1,250", "Type the amount without commas"),
        "budget": ("12.345", "Type at most 2 digits after the point"),
        "customer_count": ("3", "Say within how many days"),
        "reason": ("", "Say why, and what it will teach us"),
        "starts_on": ("2026-03-01", "That day is over."),
        "ends_on": ("2026-02-01", "The last day is before the first."),
        "period": ("year", "Choose one"),
    }
    also = {"starts_on": {"begins": "day"}, "ends_on": {"lasts": "temporary"}}

    for field, (typed, words) in wrong.items():
        answer = set_at_elm_street(
            client_for("dana"), ledger, **{field: typed, **also.get(field, {})}
        )
        assert answer.status_code == 422, field
        assert words in words_of(answer), field
    assert ana_may_give(ledger) is None


def test_nobody_sets_a_limit_for_themselves(ledger: Ledger, client_for: ClientFor) -> None:
    with opened(ledger) as shop:
        dana = shop.people["dana"].id

    answer = client_for("dana").post(
        "/limits/new",
        data={"level": "person", "person": str(dana), **PLAIN, "password": cast.PASSWORD},
    )

    assert answer.status_code == 422
    with opened(ledger) as shop:
        assert shop.session.scalars(select(Limit)).first() is None


def test_only_an_administrator_sets_a_limit_for_everyone(
    ledger: Ledger, client_for: ClientFor
) -> None:
    sent = {"level": "everyone", **PLAIN, "password": cast.PASSWORD, "seen": ""}

    assert client_for("sam").post("/limits/new", data=sent).status_code == 422
    assert ana_may_give(ledger) is None
    assert client_for("ada").post("/limits/new", data=sent).status_code == 303
    assert ana_may_give(ledger) == 3_500


def test_the_same_form_twice_sets_one_limit(ledger: Ledger, client_for: ClientFor) -> None:
    dana = client_for("dana")
    first = set_at_elm_street(dana, ledger, seen="")

    again = set_at_elm_street(dana, ledger, seen="")

    assert (first.status_code, again.status_code) == (303, 422)
    assert "somebody set a limit for this in the meantime" in words_of(again)
    with opened(ledger) as shop:
        assert len(shop.session.scalars(select(Limit)).all()) == 1


def test_a_limit_that_comes_is_shown_before_it_begins(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_000)
    dana = client_for("dana")
    set_at_elm_street(dana, ledger, seen="", begins="day", starts_on="2026-03-03")

    before = words_of(dana.get("/limits"))
    clock.now += timedelta(days=1)
    after = words_of(client_for("dana").get("/limits"))

    assert "Why Ana may give $20" in before
    assert "$35 from 3 Mar" in before
    assert "Why Ana may give $35" in after


def test_the_history_of_a_limit_keeps_what_was_before(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        shop.limit(2_500, site_id=shop.sites["elm_street"].id, reason="As last year")
    dana = client_for("dana")
    uid = set_at_elm_street(dana, ledger).location.rpartition("/")[2]

    page = words_of(dana.get(f"/limits/{uid}/history"))

    assert page.index("Late orders need more in winter.") < page.index("As last year")


def test_a_limits_reason_holds_nobodys_number(ledger: Ledger, client_for: ClientFor) -> None:
    answer = set_at_elm_street(client_for("dana"), ledger, reason="For 212-555-0100, who waits")

    assert answer.status_code == 422
    assert "This looks like a phone number." in words_of(answer)
    assert ana_may_give(ledger) is None


def test_a_reason_that_was_erased_is_said_to_be_erased(
    ledger: Ledger, client_for: ClientFor
) -> None:
    with opened(ledger) as shop:
        limit = shop.limit(2_500, reason="Ruth Marsh waits too long")
        shop.session.delete(shop.session.get_one(Words, f"limit:{limit.uid}"))

    page = words_of(client_for("dana").get(f"/limits/{limit.uid}"))

    assert "The words were erased." in page


def test_without_choosing_for_whom_the_page_asks(client_for: ClientFor) -> None:
    dana = client_for("dana")

    assert "Whom is the limit for?" in dana.get("/limits/new").text
    assert "Choose the site" in words_of(dana.get("/limits/new?level=site"))
    assert "Choose the grade" in words_of(dana.get("/limits/new?level=site_grade"))
    assert "Choose the person" in words_of(dana.get("/limits/new?level=person"))


def test_without_a_site_an_administrator_is_led_to_adding_one(
    client_for: ClientFor, ledger: Ledger
) -> None:
    with ledger.database.writing() as session:
        session.execute(update(Site).values(retired=True))

    ada, dana = client_for("ada").get("/limits"), client_for("dana").get("/limits")

    assert 'href="/sites/new"' in ada.text
    assert "Add a site first" in words_of(ada)
    assert 'href="/sites/new"' not in dana.text
