"""The inbox looks for news by itself, and leaves alone whoever is busy with it."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.browser.conftest import LiveServer
from tests.counter import MONDAY
from tests.web.opened import opened

pytestmark = pytest.mark.browser

LONG_WHY = "The cake had another child's name on it, and the party is at three. We can mend it."
HELD = "There is news. It shows as soon as you are done here."


def ask_from(server: LiveServer, name: str, amount_minor: int) -> None:
    with opened(server.ledger) as shop:
        shop.ask(name, amount_minor, now=MONDAY)


def look(page: Page) -> None:
    """Let the page look at once, as it does when somebody comes back to it."""
    with page.expect_response("**/inbox/live"):
        page.evaluate("window.dispatchEvent(new Event('online'))")


def says_here(look_sent: Request) -> bool:
    """Whether a look told that somebody has touched the page."""
    return look_sent.headers.get("x-latitude-here") == "1"


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


def test_the_three_answers_are_in_reach_of_a_thumb_for_a_customer_with_a_history(
    live_server: LiveServer, context: BrowserContext
) -> None:
    with opened(live_server.ledger) as shop:
        shop.limit(2_500)
        customer = shop.customer("212 555 0101")
        for _ in range(2):
            shop.give("ana", 500, customer_id=customer, now=MONDAY)
        shop.ask("ana", 4_000, customer_id=customer, note=LONG_WHY, now=MONDAY)
    page = live_server.sign_in(context, "dana")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/inbox")

    expect(page.get_by_text("2 gestures in 90 days")).to_be_visible()
    tabs = page.locator(".rail").bounding_box()
    assert tabs is not None
    for words in ("Approve $40.00", "Counter-offer…", "Decline…"):
        answer = page.get_by_text(words, exact=True).bounding_box()
        assert answer is not None
        assert answer["y"] + answer["height"] <= tabs["y"], words


def test_the_button_of_a_counter_offer_says_the_amount_as_it_is_typed(
    live_server: LiveServer, inbox: Page
) -> None:
    ask_from(live_server, "ana", 4_000)
    look(inbox)
    inbox.get_by_text("Counter-offer…").click()
    amount = inbox.get_by_label("Offer instead")

    for typed, words in (
        ("30", "Offer $30.00"),
        ("30.555", "Offer this amount"),
        ("7.5", "Offer $7.50"),
    ):
        amount.fill(typed)
        expect(inbox.get_by_role("button", name=words)).to_be_visible()


def test_the_count_follows_on_another_page_of_the_desk(
    live_server: LiveServer, context: BrowserContext, inbox: Page
) -> None:
    inbox.goto(f"{live_server.url}/team")
    expect(inbox.locator("#inbox-count")).to_have_text("")

    ask_from(live_server, "ana", 4_000)
    with inbox.expect_response("**/inbox/count"):
        inbox.evaluate("window.dispatchEvent(new Event('online'))")

    expect(inbox.locator("#inbox-count")).to_have_text("1 waiting")

    # Signed out, a page beside which something counts stays: somebody may be writing on it.
    context.clear_cookies()
    with inbox.expect_response("**/inbox/count"):
        inbox.evaluate("window.dispatchEvent(new Event('online'))")
    expect(inbox).to_have_url(f"{live_server.url}/team")


def test_a_look_says_whether_the_page_was_touched_and_what_it_has(inbox: Page) -> None:
    look(inbox)
    with inbox.expect_response(
        lambda answer: "x-latitude-mark" in answer.request.headers
    ) as untouched:
        inbox.evaluate("window.dispatchEvent(new Event('online'))")
    inbox.keyboard.press("Shift")
    # Not just the next answer: that may still be to a look that began before the touch.
    with inbox.expect_response(lambda answer: says_here(answer.request)) as touched:
        inbox.evaluate("window.dispatchEvent(new Event('online'))")

    assert "x-latitude-here" not in untouched.value.request.headers
    assert untouched.value.status == HTTPStatus.NO_CONTENT
    assert touched.value.request.url.endswith("/inbox/live")


def test_who_is_about_to_be_signed_out_is_told_until_they_touch_the_page(inbox: Page) -> None:
    told = inbox.get_by_text("Touch it to stay.")
    answers = {"X-Latitude-Ending": "1"}
    inbox.route("**/inbox/live", lambda route: route.fulfill(status=204, headers=answers))
    look(inbox)
    expect(told).to_be_visible()

    inbox.unroute("**/inbox/live")
    inbox.keyboard.press("Shift")
    look(inbox)
    expect(told).to_have_count(0)
