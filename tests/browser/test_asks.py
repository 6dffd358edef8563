"""An ask in two real browsers: refused at the counter, answered on a phone, taken and given."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import LiveServer
from tests.web.opened import opened

pytestmark = pytest.mark.browser

PHONE = ViewportSize(width=390, height=844)


def refused(live_server: LiveServer, page: Page) -> None:
    """Let Ana try to give $40.00 of the $25.00 that she may."""
    page.goto(f"{live_server.url}/log")
    for words in ("Refund", "Quality"):
        page.locator("label.choice", has_text=words).first.tap()
    page.get_by_role("button", name="Walk-in").tap()
    for key in "40":
        page.locator(f'[data-key="{key}"]').tap()
    page.get_by_role("button", name="Give $40.00").tap()
    expect(page.get_by_role("heading", name="You may give up to $25.00")).to_be_visible()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_from_the_refusal_over_a_counter_offer_to_the_receipt(
    live_server: LiveServer, browser: Browser
) -> None:
    with opened(live_server.ledger) as shop:
        shop.limit(2_500, budget_minor=7_500, budget_period="day")
    counter = browser.new_context(viewport=PHONE, has_touch=True)
    ana = live_server.sign_in(counter, "ana")
    refused(live_server, ana)
    ana.get_by_label("Why?").fill("The name on the cake is wrong")
    ana.get_by_role("button", name="Ask Dana").tap()
    expect(ana.get_by_role("heading", name="Waiting for Dana")).to_be_visible()
    assert fits(ana)
    assert Axe().run(ana).violations_count == 0

    pocket = browser.new_context(viewport=PHONE, has_touch=True)
    dana = live_server.sign_in(pocket, "dana")
    dana.goto(f"{live_server.url}/inbox")
    expect(dana.get_by_text("The name on the cake is wrong")).to_be_visible()
    assert fits(dana)
    assert Axe().run(dana).violations_count == 0
    dana.get_by_text("Counter-offer").first.tap()
    dana.locator('input[name="amount"]').first.fill("30")
    dana.get_by_role("button", name="Offer").first.tap()
    expect(dana.get_by_text("$30.00 offered.")).to_be_visible()

    # Nobody touches Ana's screen: it hears of the answer by itself.
    expect(ana.get_by_role("heading", name="Dana offers $30.00")).to_be_visible()
    assert Axe().run(ana).violations_count == 0
    ana.get_by_role("button", name="Give $30.00").tap()
    expect(ana.get_by_role("heading", name="Refund $30.00 at the till as D-0000")).to_be_visible()
    expect(ana.get_by_text("Dana offered $30.00 instead, and you took it.")).to_be_visible()
    counter.close()
    pocket.close()
