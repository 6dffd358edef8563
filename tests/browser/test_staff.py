"""The front line's main job in a real browser, by touch."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ledger.core.customers import NewCustomer, add_customer
from tests.browser.conftest import LiveServer
from tests.counter import MONDAY
from tests.web.opened import opened

pytestmark = pytest.mark.browser

SIZES = ((1024, 768), (768, 1024), (390, 844))
TAP = 48


def given(live_server: LiveServer) -> None:
    """Give Ana a latitude, and a customer who was given something before."""
    with opened(live_server.ledger) as shop:
        shop.limit(2_500, budget_minor=7_500, budget_period="day")
        shop.limit(1_500, remedy_id=shop.remedies["credit"])
        before = MONDAY - timedelta(days=20)
        new = NewCustomer(phone="212 555 4417", name="Ruth Marsh")
        ruth = add_customer(shop.session, shop.people["ana"], new, now=before, on=before.date())
        shop.give("ben", 600, customer_id=ruth.id, now=before)
        shop.give("ana", 1_400)


def opened_log(live_server: LiveServer, context: BrowserContext) -> Page:
    given(live_server)
    page = live_server.sign_in(context, "ana")
    page.goto(f"{live_server.url}/log")
    return page


def tap(page: Page, words: str) -> None:
    """Tap the tile or chip with these words."""
    page.locator("label.choice", has_text=words).first.tap()


def press(page: Page, keys: str) -> None:
    for key in keys:
        page.locator(f'[data-key="{key}"]').tap()


def test_a_decision_is_logged_by_touch_and_undone(
    live_server: LiveServer, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 1024, "height": 768}, has_touch=True)
    page = opened_log(live_server, context)

    tap(page, "Refund")
    tap(page, "Late")
    page.get_by_label("Find a customer").fill("ruth")
    expect(page.get_by_role("button", name="Ruth Marsh")).to_be_visible()
    page.get_by_role("button", name="Ruth Marsh").tap()
    expect(page.get_by_text("1 gesture in 90 days")).to_be_visible()
    tap(page, "Comes back")
    press(page, "12")
    expect(page.locator("#rooms").get_by_text("$49.00 left after this")).to_be_visible()
    expect(page.get_by_text("$12.00 · Refund · Late · Ruth Marsh")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "one screen"
    page.get_by_role("button", name="Give $12.00").tap()
    expect(page.get_by_role("heading", name="Refund $12.00 at the till as D-0000")).to_be_visible()
    expect(page.get_by_text("$49.00 left today")).to_be_visible()

    page.get_by_role("link", name="Undo").tap()
    tap(page, "Wrong amount")
    tap(page, "Yes, or never handed over")
    page.get_by_role("button", name="Undo $12.00").tap()
    expect(page.get_by_role("heading", name="Undone on 2 Mar")).to_be_visible()
    page.get_by_role("link", name="My decisions").tap()
    expect(page.get_by_role("heading", name="Your decisions, Ana")).to_be_visible()
    context.close()


def test_above_the_limit_the_fork_leads_on(live_server: LiveServer, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 768, "height": 1024}, has_touch=True)
    page = opened_log(live_server, context)
    tap(page, "Refund")
    tap(page, "Quality")
    page.get_by_role("button", name="Walk-in").tap()
    expect(page.get_by_text("What comes of it cannot be known")).to_be_visible()
    press(page, "40")
    page.get_by_role("button", name="Give $40.00").tap()

    expect(page.get_by_role("heading", name="You may give up to $25.00")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_label("Amount in USD")).to_have_value("40")
    page.get_by_role("button", name="Give $40.00").tap()
    page.get_by_role("button", name="Record an unmet need").tap()
    expect(page.get_by_role("heading", name="Unmet need recorded")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width,height", SIZES)
def test_the_main_action_and_every_target_can_be_tapped(
    live_server: LiveServer, browser: Browser, width: int, height: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=True)
    page = opened_log(live_server, context)
    small = page.evaluate(
        """(tap) => [...document.querySelectorAll(".face, .btn, .key, .check, main a, main .input")]
            .filter((one) => one.checkVisibility())
            .filter((one) => Math.min(one.offsetHeight, one.offsetWidth) < tap)
            .map((one) => one.outerHTML.slice(0, 80))""",
        TAP,
    )

    assert not small
    if width != 768:
        expect(page.get_by_role("button", name="Give")).to_be_in_viewport(ratio=1)
        left = page.locator(".foot-left" if width < 700 else "[data-general] [data-words]")
        expect(left).to_have_text("$61.00 left today")
        expect(left).to_be_in_viewport(ratio=1)
    context.close()


def test_a_remedy_with_a_limit_of_its_own_shows_what_is_left_of_that(
    live_server: LiveServer, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 1024, "height": 768}, has_touch=True)
    page = opened_log(live_server, context)
    rooms = page.locator("#rooms")

    tap(page, "Credit")
    expect(rooms.get_by_text("limit $15 a decision")).to_be_visible()
    expect(rooms.get_by_text("limit $25 a decision")).to_be_hidden()
    tap(page, "Free item")
    expect(rooms.get_by_text("limit $25 a decision")).to_be_visible()
    tap(page, "Apology only")
    expect(page.get_by_role("button", name="Save: Apology only")).to_be_visible()
    context.close()


def test_the_log_works_without_a_script(live_server: LiveServer, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = opened_log(live_server, context)

    page.get_by_role("radio", name="Refund").check(force=True)
    page.get_by_role("radio", name="Late").check(force=True)
    page.get_by_label("Amount in USD").fill("12")
    page.get_by_label("Find a customer").fill("4417")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Ruth Marsh").click()
    expect(page.get_by_text("1 gesture in 90 days")).to_be_visible()
    expect(page.get_by_label("Amount in USD")).to_have_value("12")
    expect(page.get_by_role("radio", name="Refund")).to_be_checked()
    page.get_by_role("button", name="Give").click()

    expect(page.get_by_role("heading", name="Refund $12.00 at the till")).to_be_visible()
    context.close()


def test_somebody_with_several_sites_logs_at_one_of_them(
    live_server: LiveServer, browser: Browser
) -> None:
    given(live_server)
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = live_server.sign_in(context, "sam")

    page.goto(f"{live_server.url}/log")
    assert not Axe().run(page).response["violations"]
    page.get_by_role("link", name="Harbour").tap()

    expect(page.get_by_text("You are at Harbour.")).to_be_visible()
    assert not Axe().run(page).response["violations"]
    context.close()
