"""Open asks over the counter's pages: in sight, and never in the way of what is done there."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import LiveServer
from tests.web.opened import opened

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width,height", [(1024, 768), (768, 1024), (390, 844)])
def test_two_open_asks_leave_the_log_its_whole_width(
    live_server: LiveServer, browser: Browser, width: int, height: int
) -> None:
    with opened(live_server.ledger) as shop:
        shop.limit(2_500, budget_minor=7_500, budget_period="day")
        shop.ask("ana", 4_000)
        shop.ask("ana", 3_000)
    context = browser.new_context(viewport={"width": width, "height": height})
    page = live_server.sign_in(context, "ana")

    page.goto(f"{live_server.url}/log")

    expect(page.get_by_role("link", name="See it")).to_have_count(2)
    assert page.locator(".staff-main").bounding_box()["width"] == width  # type: ignore[index]  # it is in sight
    for link in page.get_by_role("link", name="See it").all():
        assert link.bounding_box()["height"] >= 48  # type: ignore[index]  # likewise
    context.close()
