"""HR's main job in a real browser: look, try an export, make it, have the file."""

import csv
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests import cast
from tests.browser.conftest import LiveServer
from tests.thanks import thank
from tests.web.opened import opened

pytestmark = pytest.mark.browser


def given(live_server: LiveServer) -> None:
    """Give two recognitions in February."""
    with opened(live_server.ledger) as shop:
        thank(shop, "ana", on=date(2026, 2, 9), words="Called the customer back first.")
        thank(shop, "chidi", site="harbour", on=date(2026, 2, 15), words="=Said no, and why.")


def test_hr_exports_a_month(live_server: LiveServer, browser: Browser, tmp_path: Path) -> None:
    given(live_server)
    context = browser.new_context(accept_downloads=True)
    page = live_server.sign_in(context, "hana")

    page.goto(f"{live_server.url}/recognitions")
    page.get_by_label("Period").select_option(label="February 2026")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Called the customer back first.")).to_be_visible()
    page.get_by_role("link", name="Prepare an export").click()
    expect(page.get_by_role("heading", name="Dry run: 2 rows are ready")).to_be_visible()
    page.get_by_label("Your password, once more").fill("not this one at all")
    page.get_by_role("button", name="Export 2 rows").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Your password, once more").fill(cast.PASSWORD)
    page.get_by_role("button", name="Export 2 rows").click()
    expect(page.get_by_role("heading", name="Export number 1")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the file").click()

    file = tmp_path / "file.csv"
    download.value.save_as(file)
    assert download.value.suggested_filename == "maple-main_recognition_2026-02_1.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["employee_id"], row["reason_text"]) for row in rows] == [
        ("00412", "Called the customer back first."),
        ("00414", "'=Said no, and why."),
    ]
    context.close()


def test_a_supervisor_thanks_somebody_on_a_phone(live_server: LiveServer, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = live_server.sign_in(context, "dana")

    page.goto(f"{live_server.url}/recognitions")
    page.get_by_role("link", name="Thank somebody").first.click()
    page.get_by_label("Who").select_option(label="Ana")
    page.get_by_label("What they did").fill("Stayed with the family until the taxi came.")
    page.get_by_role("button", name="Give this recognition").click()

    expect(page.get_by_text("Recognition given.")).to_be_visible()
    expect(page.get_by_role("cell", name="Stayed with the family")).to_be_visible()
    context.close()
