"""An administrator on a phone, in a real browser."""

import pytest
from playwright.sync_api import Browser, expect

from tests import cast
from tests.browser.conftest import LiveServer

pytestmark = pytest.mark.browser


def test_a_code_can_be_made_on_a_phone(live_server: LiveServer, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = live_server.sign_in(context, "ada")

    page.goto(f"{live_server.url}/team")

    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    button = page.get_by_role("link", name="Make a one-time code for Ben")
    button.scroll_into_view_if_needed()
    expect(button).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("rowheader", name="Ben")).to_be_in_viewport(ratio=0.9)
    button.click()
    page.get_by_label("Your password, once more").fill(cast.PASSWORD)
    page.get_by_role("button", name="Make a one-time code").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("One-time code for Ben")
    context.close()
