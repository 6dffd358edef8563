"""Who lets more be given than before proves again who they are; who lets less be given need not."""

from sqlalchemy import select
from sqlmodel import col

from ledger.core.tables import Journal, Limit
from ledger.ledgers import Ledger
from tests import cast
from tests.counter import Terms
from tests.web.conftest import ClientFor, Clock
from tests.web.html import parse
from tests.web.opened import opened
from tests.web.said import words_of
from tests.web.test_limits_pages import PLAIN, ana_may_give, set_at_elm_street

FIELD = 'type="password"'


def elm_street_gives(ledger: Ledger, minor: int) -> None:
    with opened(ledger) as shop:
        elm = shop.sites["elm_street"].id
        shop.limit(minor, site_id=elm, budget_minor=10_000, budget_period="week")


def test_the_field_stands_there_from_the_start_unless_it_was_typed_a_short_while_ago(
    ledger: Ledger, client_for: ClientFor
) -> None:
    elm_street_gives(ledger, 2_500)
    with opened(ledger) as shop:
        form = f"/limits/new?level=site&site={shop.sites['elm_street'].id}"
    dana = client_for("dana")

    before = dana.get(form)
    set_at_elm_street(dana, ledger, amount="26")

    assert FIELD in before.text
    assert "Needed where this lets more be given than what is in force now" in words_of(before)
    assert FIELD not in dana.get(form).text


def test_all_that_is_to_be_mended_is_said_at_once_and_the_password_last(
    ledger: Ledger, client_for: ClientFor
) -> None:
    elm_street_gives(ledger, 2_500)
    wrong = {
        "amount": "100.01",
        "lasts": "temporary",
        "ends_on": "2026-03-10",
        "begins": "day",
        "starts_on": "2026-02-27",
        "customer_count": "3",
        "customer_total": "1,000",
        "reason": "Call 212 555 0199",
        "password": "",
    }

    answer = set_at_elm_street(client_for("dana"), ledger, **wrong)

    summary = words_of(answer).partition("6 things to fix")[2].partition("Limits")[0]
    said = (
        "You may set up to $100.00 a decision.",
        "That day is over.",
        "Type the amount without commas",
        "Say within how many days",
        "This looks like a phone number.",
        "Type your password",
    )
    places = [summary.find(words) for words in said]
    assert -1 not in places, summary
    assert places == sorted(places), "in the order of the fields"
    for typed in ("100.01", "2026-02-27", "1,000", "Call 212 555 0199"):
        assert typed in answer.text
    assert ana_may_give(ledger) == 2_500


def test_the_password_for_a_first_limit_is_asked_for_beside_an_amount_that_cannot_be_read(
    ledger: Ledger, client_for: ClientFor
) -> None:
    answer = words_of(set_at_elm_street(client_for("dana"), ledger, amount="20,5", password=""))

    assert "2 things to fix Type the amount without commas" in answer
    assert "Type your password" in answer


def test_more_gestures_than_can_be_kept_are_said_at_their_field(
    ledger: Ledger, client_for: ClientFor
) -> None:
    most = {"customer_count": "10000", "customer_days": "90"}

    answer = set_at_elm_street(client_for("dana"), ledger, **most)

    assert answer.status_code == 422
    assert "Type a whole number up to 9,999, or leave it empty" in words_of(answer)


def test_a_password_that_was_right_is_not_asked_again_while_something_else_is_mended(
    ledger: Ledger, client_for: ClientFor
) -> None:
    elm_street_gives(ledger, 2_500)
    dana = client_for("dana")

    wrong = set_at_elm_street(dana, ledger, reason="", password=cast.PASSWORD)
    mended = set_at_elm_street(dana, ledger, password="")

    assert "One thing to fix" in words_of(wrong)
    assert (FIELD in wrong.text, cast.PASSWORD in wrong.text) == (False, False)
    assert mended.status_code == 303


def test_a_raise_comes_back_with_the_field_and_all_that_was_typed(
    ledger: Ledger, client_for: ClientFor
) -> None:
    elm_street_gives(ledger, 2_500)
    dana = client_for("dana")

    asked = set_at_elm_street(dana, ledger, password="", lasts="temporary", ends_on="2026-03-31")

    assert asked.status_code == 422
    assert FIELD in asked.text
    assert "Type your password" in words_of(asked)
    assert parse(asked.text).title.startswith("To fix: ")
    for typed in ('value="35"', 'value="2026-03-31"', "Late orders need more in winter."):
        assert typed in asked.text
    assert ana_may_give(ledger) == 2_500


def test_a_limit_over_another_ends_in_four_weeks_unless_somebody_says_otherwise(
    ledger: Ledger, client_for: ClientFor
) -> None:
    elm_street_gives(ledger, 2_500)
    with opened(ledger) as shop:
        elm, harbour = (shop.sites[key].id for key in ("elm_street", "harbour"))

    over = client_for("dana").get(f"/limits/new?level=site&site={elm}").text
    first = client_for("sam").get(f"/limits/new?level=site&site={harbour}").text

    assert 'value="2026-03-30"' in over
    assert "2026-03-30" not in first


def test_the_password_sets_it_and_holds_for_a_quarter_of_an_hour(
    ledger: Ledger, client_for: ClientFor, clock: Clock
) -> None:
    elm_street_gives(ledger, 2_500)
    dana = client_for("dana")

    proven = set_at_elm_street(dana, ledger, amount="26")
    clock.pass_by(minutes=14, seconds=59)
    soon = set_at_elm_street(dana, ledger, amount="27", password="")
    clock.pass_by(seconds=1)
    later = set_at_elm_street(dana, ledger, amount="28", password="")

    assert [one.status_code for one in (proven, soon, later)] == [303, 303, 422]


def test_a_password_that_does_not_match_sets_nothing_is_written_down_and_never_shown_again(
    ledger: Ledger, client_for: ClientFor
) -> None:
    elm_street_gives(ledger, 2_500)

    answer = set_at_elm_street(client_for("dana"), ledger, password="not this one at all")

    assert answer.status_code == 422
    assert "Your password did not match" in words_of(answer)
    assert "not this one at all" not in answer.text
    assert ana_may_give(ledger) == 2_500
    with ledger.database.reading() as session:
        kinds = session.scalars(select(col(Journal.kind)).order_by(col(Journal.seq))).all()
    assert kinds[-1] == "sign_in.refused"


def test_after_too_many_tries_the_right_password_has_to_wait_too(
    ledger: Ledger, client_for: ClientFor
) -> None:
    elm_street_gives(ledger, 2_500)
    dana = client_for("dana")
    for _ in range(20):
        set_at_elm_street(dana, ledger, password="not this one at all")

    assert set_at_elm_street(dana, ledger).status_code == 422
    assert ana_may_give(ledger) == 2_500


def test_who_lets_less_be_given_or_the_same_is_not_asked(
    ledger: Ledger, client_for: ClientFor
) -> None:
    elm_street_gives(ledger, 2_500)
    budget = {"budget": "100", "period": "week"}

    same = set_at_elm_street(client_for("dana"), ledger, amount="25", password="", **budget)
    less = set_at_elm_street(client_for("dana"), ledger, amount="24.99", password="", **budget)

    assert (same.status_code, less.status_code) == (303, 303)
    assert ana_may_give(ledger) == 2_499


def test_a_larger_budget_is_a_raise_and_so_is_none_and_a_first_limit(
    ledger: Ledger, client_for: ClientFor
) -> None:
    first = set_at_elm_street(client_for("dana"), ledger, amount="1", password="")
    elm_street_gives(ledger, 2_500)
    dana = client_for("dana")
    sent = {"amount": "25", "password": ""}

    more = set_at_elm_street(dana, ledger, **sent, budget="100.01", period="week")
    none = set_at_elm_street(dana, ledger, **sent, budget="")
    daily = set_at_elm_street(dana, ledger, **sent, budget="99", period="day")
    monthly = set_at_elm_street(dana, ledger, **sent, budget="100", period="month")

    assert [one.status_code for one in (first, more, none, daily)] == [422] * 4
    assert monthly.status_code == 303


NO_BOUNDS = dict.fromkeys(("budget", "customer_count", "customer_total", "customer_days"), "")


def ana_has_bounds(ledger: Ledger) -> str:
    """Set a limit with a budget and a cap for Ana's site; return the address of her own form."""
    with opened(ledger) as shop:
        shop.limit(
            2_500,
            site_id=shop.sites["elm_street"].id,
            budget_minor=7_500,
            budget_period="week",
            customer_count=3,
            customer_total_minor=6_000,
            customer_days=90,
        )
        return f"/limits/new?level=person&person={shop.people['ana'].id}"


def limits_set(ledger: Ledger) -> list[Limit]:
    with ledger.database.reading() as session:
        return list(session.scalars(select(Limit).order_by(col(Limit.id))))


def test_a_limit_for_fewer_starts_with_the_budget_and_cap_that_apply(
    ledger: Ledger, client_for: ClientFor
) -> None:
    shown = client_for("dana").get(ana_has_bounds(ledger))

    fields = {one.get("name"): one.get("value") for one in parse(shown.text).root.iter("input")}
    assert fields["amount"] in (None, "")
    assert (fields["budget"], fields["customer_count"]) == ("75.00", "3")
    assert (fields["customer_total"], fields["customer_days"]) == ("60.00", "90")
    assert 'checked id="period-1"' in shown.text
    assert "$75 a week" in words_of(shown)
    assert "3 gestures or $60 in 90 days" in words_of(shown)


def test_a_limit_for_somebody_at_several_sites_starts_with_what_all_of_them_have(
    ledger: Ledger, client_for: ClientFor
) -> None:
    same: Terms = {"budget_minor": 7_500, "budget_period": "week", "customer_days": 90}
    with opened(ledger) as shop:
        sam = shop.people["sam"].id
        for site, times in (("elm_street", 3), ("harbour", 4)):
            terms: Terms = {**same, "site_id": shop.sites[site].id, "customer_count": times}
            shop.limit(1_000 * times, **terms)

    shown = client_for("ada").get(f"/limits/new?level=person&person={sam}")

    fields = {one.get("name"): one.get("value") for one in parse(shown.text).root.iter("input")}
    assert fields["budget"] == "75.00"
    assert fields["customer_count"] in (None, "")
    assert fields["customer_days"] in (None, "")
    assert 'checked id="period-1"' in shown.text


def test_what_takes_a_budget_and_a_cap_away_says_so_before_it_is_set(
    ledger: Ledger, client_for: ClientFor
) -> None:
    address = ana_has_bounds(ledger)
    dana = client_for("dana")
    sent = {**PLAIN, **NO_BOUNDS, "amount": "20", "password": cast.PASSWORD}

    told = dana.post(address, data=sent)
    agreed = {one.get("name"): one.get("value") for one in parse(told.text).root.iter("input")}
    before = len(limits_set(ledger))
    again = dana.post(address, data={**sent, "agreed": str(agreed["agreed"])})

    assert (told.status_code, before) == (422, 1)
    assert "This takes away: $75 a week, 3 gestures or $60 in 90 days." in words_of(told)
    assert again.status_code == 303
    assert limits_set(ledger)[-1].budget_minor is None


def test_only_the_bound_that_is_left_out_is_told(ledger: Ledger, client_for: ClientFor) -> None:
    address = ana_has_bounds(ledger)
    kept = {"budget": "75", "period": "week", "customer_count": "3", "customer_days": "90"}
    sent = {**PLAIN, **NO_BOUNDS, **kept, "amount": "20", "password": cast.PASSWORD}

    told = client_for("dana").post(address, data=sent)

    assert "This takes away: $60 in 90 days." in words_of(told)


def test_a_looser_cap_is_a_raise_and_a_tighter_one_is_not(
    ledger: Ledger, client_for: ClientFor
) -> None:
    address = ana_has_bounds(ledger)
    dana = client_for("dana")
    same = {
        **PLAIN,
        "amount": "20",
        "budget": "75",
        "period": "week",
        "customer_count": "3",
        "customer_total": "60",
        "customer_days": "90",
        "agreed": "customer_count customer_total",
    }
    looser = (
        {"customer_count": "4"},
        {"customer_count": ""},
        {"customer_total": "60.01"},
        {"customer_total": ""},
        {"customer_days": "89"},
        {"customer_count": "", "customer_total": "", "customer_days": ""},
    )

    for typed in looser:
        asked = dana.post(address, data={**same, **typed})
        assert "Type your password" in words_of(asked), typed
    tighter = dana.post(address, data={**same, "customer_count": "2", "customer_days": "91"})

    assert tighter.status_code == 303
