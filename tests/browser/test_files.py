"""A supervisor brings a file in a real browser, sees what came of it, and takes it back."""

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlmodel import col

from ledger.core.tables import Decision
from tests.browser.conftest import LiveServer
from tests.core.files import ACTIVITY, take_decisions

pytestmark = pytest.mark.browser

GIVEN = "d1,2025-09-01T15:00:00Z,c1,00412,S1,refund,5.00,USD,late,"
CAME = f"{ACTIVITY}\na1,c1,2025-09-05T15:00:00Z,purchase,10.00,USD\n"


def state_of(page: Page, live_server: LiveServer) -> str:
    """Return what the page of the one decision says came of it."""
    with live_server.ledger.database.reading() as session:
        uid = session.scalars(select(col(Decision.uid))).one()
    page.goto(f"{live_server.url}/decisions/{uid}")
    return page.inner_text("main")


def test_a_file_is_looked_at_taken_in_and_taken_back(
    live_server: LiveServer, browser: Browser
) -> None:
    take_decisions(live_server.ledger.database, GIVEN)
    context = browser.new_context(viewport={"width": 768, "height": 1024})
    page = live_server.sign_in(context, "sam")
    before = state_of(page, live_server)

    page.goto(f"{live_server.url}/files")
    page.get_by_role("radio", name="Activity").check()
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "till-march.csv", "mimeType": "text/csv", "buffer": CAME.encode()}
    )
    page.get_by_label("Complete through").fill("2026-02-28")
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("1 would change")).to_be_visible()
    assert state_of(page, live_server) == before

    page.goto(f"{live_server.url}/files")
    page.get_by_role("link", name="till-march.csv").click()
    page.get_by_role("button", name="Take in 1 row").click()
    expect(page.get_by_text("1 changed")).to_be_visible()
    assert "Came back" in state_of(page, live_server)

    page.goto(f"{live_server.url}/files")
    page.get_by_role("link", name="till-march.csv").click()
    page.get_by_label("Why it is taken back").fill("The file of another shop")
    page.get_by_role("button", name="back", exact=False).click()
    expect(page.get_by_text("1 outcome changed.")).to_be_visible()
    assert state_of(page, live_server) == before
    context.close()


def test_a_file_that_is_too_large_is_not_even_sent(
    live_server: LiveServer, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = live_server.sign_in(context, "ada")
    page.goto(f"{live_server.url}/files")
    page.evaluate("document.querySelector('form[data-most]').dataset.most = '10'")

    page.get_by_label("File", exact=True).set_input_files(
        {"name": "year.csv", "mimeType": "text/csv", "buffer": CAME.encode()}
    )
    page.get_by_role("button", name="Look at it").click()

    expect(page.get_by_text("Split it by days")).to_be_visible()
    expect(page).to_have_url(f"{live_server.url}/files")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    context.close()
