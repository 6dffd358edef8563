"""Dana stands beside Ana and answers on Ana's tablet, in a real browser."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from ledger.core import asks
from tests.asking import answered
from tests.browser.conftest import LiveServer
from tests.cast import PASSWORD
from tests.counter import MONDAY
from tests.web.opened import opened

pytestmark = pytest.mark.browser

TABLET: ViewportSize = {"width": 1024, "height": 768}


def asked(server: LiveServer) -> str:
    """Let Ana ask for $40; return the address of the ask."""
    with opened(server.ledger) as shop:
        shop.limit(2_500)
        ask = shop.ask("ana", 4_000, now=MONDAY, note="The name on the cake")
        return f"{server.url}/asks/{ask.uid}"


def prove(page: Page) -> None:
    """Choose Dana's name and type her password."""
    page.get_by_role("link", name="answer on this screen").click()
    page.get_by_role("link", name="Dana", exact=False).click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="See the ask for $40.00").click()
    expect(page.get_by_role("heading", name="Dana, what do you say?")).to_be_visible()


@pytest.mark.parametrize("has_script", [True, False])
def test_dana_offers_less_on_anas_tablet_and_ana_gives_it(
    live_server: LiveServer, browser: Browser, *, has_script: bool
) -> None:
    address = asked(live_server)
    context = browser.new_context(viewport=TABLET, java_script_enabled=has_script)
    page = live_server.sign_in(context, "ana")
    page.goto(address)

    prove(page)
    expect(page.get_by_text("The name on the cake")).to_be_visible()
    expect(page.get_by_text("One answer, for this ask alone, until")).to_be_visible()
    page.get_by_text("Counter-offer…").click()
    page.get_by_label("Offer instead").fill("30")
    words = "Offer $30.00" if has_script else "Offer this amount"
    page.get_by_role("button", name=words).click()

    expect(page.get_by_role("heading", name="Dana offers $30.00")).to_be_visible()
    expect(page.get_by_role("link", name="Your account: Ana")).to_be_visible()
    page.get_by_role("button", name="Give $30.00").click()
    expect(page).to_have_url(re.compile("/receipts/"))
    context.close()


def test_an_answer_that_came_from_elsewhere_takes_the_card_away(
    live_server: LiveServer, context: BrowserContext
) -> None:
    address = asked(live_server)
    page = live_server.sign_in(context, "ana")
    page.set_viewport_size(TABLET)
    page.goto(address)
    prove(page)

    with opened(live_server.ledger) as shop:
        ask = asks.ask_by_uid(shop.session, address.rpartition("/")[2])
        assert ask is not None
        answered(shop, "sam", ask, now=MONDAY)

    expect(page.get_by_role("heading", name="Sam approved $40.00")).to_be_visible()


def test_the_asker_sees_an_answer_without_touching_the_page(
    live_server: LiveServer, context: BrowserContext
) -> None:
    address = asked(live_server)
    page = live_server.sign_in(context, "ana")
    page.goto(address)
    expect(page.get_by_role("heading", name="Waiting for Dana or Sam")).to_be_visible()

    with opened(live_server.ledger) as shop:
        ask = asks.ask_by_uid(shop.session, address.rpartition("/")[2])
        assert ask is not None
        answered(shop, "dana", ask, now=MONDAY)

    expect(page.get_by_role("button", name="Give $40.00")).to_be_visible()
    expect(page).to_have_title("Dana approved $40.00 · Latitude")
    expect(page.locator(".live-says")).to_have_text("Dana approved $40.00")
