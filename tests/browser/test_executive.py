"""An executive prints the summary, where there is a script to do it."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import LiveServer

pytestmark = pytest.mark.browser

PRINTED = "window.printed = 0; window.print = () => { window.printed += 1; };"


def test_the_summary_is_printed_by_a_press(live_server: LiveServer, browser: Browser) -> None:
    context = browser.new_context()
    page = live_server.sign_in(context, "vera")
    page.add_init_script(PRINTED)
    page.goto(f"{live_server.url}/summary")

    page.get_by_role("button", name="Print").click()
    page.wait_for_function("window.printed > 0")

    assert page.evaluate("window.printed") == 1
    context.close()


def test_without_a_script_no_button_is_offered_that_would_do_nothing(
    live_server: LiveServer, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = live_server.sign_in(context, "vera")

    page.goto(f"{live_server.url}/summary")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_have_count(0)
    context.close()
