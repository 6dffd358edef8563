"""A supervisor changes a limit and sees that it counts, in a real browser."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import LiveServer
from tests.cast import PASSWORD
from tests.web.opened import opened

pytestmark = pytest.mark.browser


def some_days(server: LiveServer) -> None:
    """Set limits, and let Ana and Ben give."""
    with opened(server.ledger) as shop:
        elm = shop.sites["elm_street"].id
        shop.limit(2_000, site_id=elm, budget_minor=7_500, budget_period="day")
        shop.limit(2_500, site_id=elm, grade="Associate")
        shop.give("ana", 1_200, note="Tray of berries was soft")
        shop.void("dana", shop.give("ben", 900))


@pytest.mark.parametrize("has_script", [True, False])
def test_a_supervisor_raises_a_limit_and_anas_ladder_says_so(
    live_server: LiveServer, browser: Browser, *, has_script: bool
) -> None:
    some_days(live_server)
    page = live_server.sign_in(browser.new_context(java_script_enabled=has_script), "dana")
    page.goto(f"{live_server.url}/limits")
    expect(page.get_by_role("heading", name="Why Ana may give $25")).to_be_visible()

    page.get_by_role("link", name="Change a limit").click()
    page.get_by_role("radio", name="A grade at a site").check()
    page.get_by_label("Site", exact=True).select_option("Elm Street")
    page.get_by_label("Grade", exact=True).select_option("Associate")
    page.get_by_role("button", name="Go on to the amount").click()
    page.get_by_label("New limit, a decision").fill("35")
    page.get_by_label("Until", exact=True).fill("2026-03-31")
    page.get_by_label("Reason, and what it will teach us").fill("Late orders in winter")
    set_it = page.get_by_role("button", name="Set limit to $35.00" if has_script else "Set limit")
    set_it.click()
    page.get_by_label("Your password, once more").fill(PASSWORD)
    set_it.click()

    expect(page.get_by_text("Limit set to $35.00.")).to_be_visible()
    expect(page.get_by_text("Back to $25.00 by itself on 1 Apr at 04:00")).to_be_visible()
    page.get_by_role("link", name="See who may give what").click()
    expect(page.get_by_role("heading", name="Why Ana may give $35")).to_be_visible()


def test_a_supervisor_voids_a_decision_from_the_list(
    live_server: LiveServer, browser: Browser
) -> None:
    some_days(live_server)
    page = live_server.sign_in(browser.new_context(), "dana")
    page.goto(f"{live_server.url}/decisions")

    page.get_by_role("link", name="$12.00").click()
    page.get_by_label("Why is it voided?").fill("Wrong customer")
    page.get_by_role("radio", name="No, they keep it").check()
    page.get_by_role("button", name="Void $12.00, Refund by Ana").click()

    expect(page.get_by_text("No, the customer keeps it and its cost stays")).to_be_visible()
