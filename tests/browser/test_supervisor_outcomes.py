"""A supervisor looks at what came of the decisions, on a phone, a tablet and a desk."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LiveServer
from tests.web.outcome_year import take_year

pytestmark = pytest.mark.browser


def look(
    server: LiveServer,
    browser: Browser,
    *,
    size: tuple[int, int] = (1024, 768),
) -> Page:
    """Open the outcomes page as Sam, in a window of this size."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    page = server.sign_in(context, "sam")
    page.goto(f"{server.url}/outcomes?decided=any&within=30")
    return page


def test_the_numbers_stand_behind_the_chart(live_server: LiveServer, browser: Browser) -> None:
    take_year(live_server.ledger.database)
    page = look(live_server, browser)
    curve = page.locator("figure", has_text="Days until the customer came back")
    expect(curve.get_by_role("table")).to_be_hidden()

    curve.get_by_text("Show the numbers").click()

    expect(curve.get_by_role("rowheader", name="30")).to_be_visible()


def test_one_site_is_shown_alone_and_the_address_can_be_sent_on(
    live_server: LiveServer, browser: Browser
) -> None:
    take_year(live_server.ledger.database)
    page = look(live_server, browser)
    page.get_by_label("Site", exact=True).select_option("Harbour")

    page.get_by_role("button", name="Show").click()

    expect(page).to_have_url(re.compile("site=S2"))
    expect(page.get_by_label("Site", exact=True)).to_have_value("S2")
    expect(page.get_by_role("heading", name="By site")).to_have_count(0)
    expect(page.get_by_role("heading", name="By remedy")).to_have_count(1)


def test_two_days_are_asked_for_only_when_wanted(live_server: LiveServer, browser: Browser) -> None:
    page = look(live_server, browser, size=(390, 844))
    expect(page.get_by_label("From", exact=True)).to_have_count(0)
    page.get_by_label("Decided").select_option("From … to …")

    page.get_by_role("button", name="Show").click()

    expect(page.get_by_label("From", exact=True)).to_have_value("2025-04-01")
    expect(page.get_by_label("To", exact=True)).to_have_value("2026-03-02")
