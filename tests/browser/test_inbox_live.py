"""The inbox looks for news by itself, and leaves alone whoever is busy with it."""

from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import LiveServer
from tests.counter import MONDAY
from tests.web.opened import opened

pytestmark = pytest.mark.browser

HELD = "There is news. It shows as soon as you are done here."


def ask_from(server: LiveServer, name: str, amount_minor: int) -> None:
    with opened(server.ledger) as shop:
        shop.ask(name, amount_minor, now=MONDAY)


def look(page: Page) -> None:
    """Let the page look at once, as it does when somebody comes back to it."""
    with page.expect_response("**/inbox/live"):
        page.evaluate("window.dispatchEvent(new Event('online'))")


@pytest.fixture
def inbox(live_server: LiveServer, context: BrowserContext) -> Page:
    with opened(live_server.ledger) as shop:
        shop.limit(2_500)
    page = live_server.sign_in(context, "dana")
    page.goto(f"{live_server.url}/inbox")
    expect(page.get_by_role("heading", name="Nobody is waiting", exact=True)).to_be_visible()
    return page


def test_a_new_ask_appears_by_itself_with_heading_title_and_counts(
    live_server: LiveServer, inbox: Page
) -> None:
    ask_from(live_server, "ana", 4_000)

    # Nobody touches the page: it looks every five seconds.
    expect(inbox.get_by_role("button", name="Approve $40.00")).to_be_visible()
    expect(inbox.get_by_role("heading", name="1 customer waiting")).to_be_visible()
    expect(inbox).to_have_title("1 customer waiting · Latitude")
    expect(inbox.locator("#inbox-count")).to_have_text("1 waiting")
    expect(inbox.get_by_role("link", name="Asks 1")).to_be_visible()
    expect(inbox.locator(".live-says")).to_have_text("1 customer waiting")


def test_what_somebody_writes_stays_until_they_are_done(
    live_server: LiveServer, inbox: Page
) -> None:
    ask_from(live_server, "ana", 4_000)
    look(inbox)
    inbox.get_by_text("Decline…").click()
    why = inbox.get_by_label("Why not?")
    why.fill("We")

    ask_from(live_server, "ben", 5_000)
    look(inbox)

    expect(inbox.get_by_text(HELD)).to_be_visible()
    expect(why).to_have_value("We")
    expect(why).to_be_focused()
    expect(inbox.get_by_role("heading", name="2 customers waiting")).to_be_visible()
    assert inbox.get_by_role("button", name="Approve $50.00").count() == 0

    why.fill("")
    inbox.get_by_text("Decline…").click()
    expect(inbox.get_by_role("button", name="Approve $50.00")).to_be_visible()
    expect(inbox.get_by_text(HELD)).to_have_count(0)


def test_the_focus_stays_with_its_ask(live_server: LiveServer, inbox: Page) -> None:
    ask_from(live_server, "ana", 4_000)
    look(inbox)
    approve = inbox.get_by_role("button", name="Approve $40.00")
    approve.focus()

    ask_from(live_server, "ben", 5_000)
    look(inbox)

    expect(inbox.get_by_role("button", name="Approve $50.00")).to_be_visible()
    expect(approve).to_be_focused()


def test_nothing_is_put_in_where_nothing_has_changed(live_server: LiveServer, inbox: Page) -> None:
    ask_from(live_server, "ana", 4_000)
    look(inbox)
    expect(inbox.get_by_role("button", name="Approve $40.00")).to_be_visible()
    inbox.evaluate("document.querySelector('.ask').wasHere = true")

    look(inbox)
    look(inbox)

    assert inbox.evaluate("document.querySelector('.ask').wasHere") is True


def test_without_an_answer_it_says_so_until_one_comes(context: BrowserContext, inbox: Page) -> None:
    context.set_offline(offline=True)
    inbox.evaluate("window.dispatchEvent(new Event('online'))")
    lost = inbox.get_by_text("No news just now: the connection is away.")
    expect(lost).to_be_visible()

    context.set_offline(offline=False)

    expect(lost).to_have_count(0)


def test_who_was_signed_out_meanwhile_is_asked_to_sign_in(
    context: BrowserContext, inbox: Page
) -> None:
    context.clear_cookies()
    inbox.evaluate("window.dispatchEvent(new Event('online'))")

    expect(inbox.get_by_label("Work e-mail")).to_be_visible()


def test_a_page_that_nobody_sees_asks_for_nothing(inbox: Page) -> None:
    asked: list[str] = []
    inbox.on("request", lambda request: asked.append(request.url))
    inbox.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    inbox.wait_for_timeout(timedelta(seconds=6) / timedelta(milliseconds=1))
    assert asked == []

    with inbox.expect_response("**/inbox/live"):
        inbox.evaluate(
            "Object.defineProperty(document, 'hidden', {value: false, configurable: true});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
