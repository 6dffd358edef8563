"""A company in its first days, where nearly every page has nothing to show yet, and says so.

Axe finds nothing, no page is empty without a word, and none scrolls sideways on a phone.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, Page

from ledger.core import people, sites, work_places
from ledger.core.people import NewPerson
from ledger.core.permissions import Role, may
from ledger.core.sites import NewSite
from ledger.database import Database
from ledger.web import application
from tests import cast
from tests.browser.conftest import LiveServer
from tests.browser.test_every_page import PHONE, RUN
from tests.pictures_demo import NO_PAGES
from tests.pictures_pages import MAIN
from tests.web.test_sweep import ONE_OF_EACH, routes

pytestmark = pytest.mark.browser

NOT_HERE = "/nothing-here"
HEADING = re.compile(r"<h1\b.*?</h1>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
# Lists and tables that are shown with nothing in them.
EMPTY = """[...document.querySelectorAll("main table, main ul, main ol, main dl")]
    .filter((one) => one.offsetParent && !one.querySelector("td, li, dd"))
    .map((one) => one.outerHTML.slice(0, 200))"""


@pytest.fixture
def staffed_file(founded_file: Path, tmp_path: Path) -> Path:
    """Hire one of each role in a company that has no site yet."""
    path = tmp_path / "first-days.sqlite"
    shutil.copyfile(founded_file, path)
    database = Database(f"sqlite:///{path}")
    with database.writing() as session:
        for name in ONE_OF_EACH.values():
            shown, employee_id, role, grade, _, ceiling = cast.PEOPLE[name]
            new = NewPerson(
                employee_id=employee_id,
                name=shown,
                email=cast.email_of(name),
                role=role,
                grade=grade,
                site_ids=[],
                from_date=cast.HIRED_ON,
                ceiling_minor=ceiling,
            )
            people.add_person(session, new, actor="system", now=cast.HIRED_AT)
    database.close()
    return path


def open_elm_street(database: Database) -> None:
    """Add the first site, and let everybody work there; there is still no limit."""
    new = NewSite(location_ref="S1", name="Elm Street")
    with database.writing() as session:
        site = sites.add_site(session, new, actor="system", now=cast.HIRED_AT)
        for name in ONE_OF_EACH.values():
            person = cast.person(session, name)
            work_places.move(session, person, [site.id], on=cast.HIRED_ON, now=cast.HIRED_AT)


def test_in_its_first_days_every_page_says_what_is_not_there_yet(
    live_server: LiveServer, browser: Browser
) -> None:
    app = application.assemble(live_server.ledger)
    looked_at: set[str] = set()
    found = []

    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    for days in ("no site", "no limit"):
        for role, name in ONE_OF_EACH.items():
            page = live_server.sign_in(context, name)
            for address in (*plain_pages(app, role), NOT_HERE):
                faults = faults_of(page, f"{live_server.url}{address}", looked_at)
                found += [f"{days}: {name}: {address}: {fault}" for fault in faults]
        if days == "no site":
            open_elm_street(live_server.ledger.database)

    page = live_server.sign_in(context, "ada")
    page.goto(f"{live_server.url}/account")
    page.locator("header form[action='/sign-out'] button").click()
    page.wait_for_url("**/sign-in")
    found += [f"signed out: {fault}" for fault in faults_of_open(page)]
    context.close()
    assert not found


def plain_pages(app: Flask, role: Role) -> Iterator[str]:
    """Yield the addresses of a role's own pages, of those that need no arguments."""
    for route in routes(app):
        if route.method != "GET" or route.arguments or route.endpoint in NO_PAGES:
            continue
        if route.requires is not None and may(role, route.requires):
            yield route.address


def faults_of(page: Page, address: str, looked_at: set[str]) -> Iterator[str]:
    """Open a page and yield what is at fault with it; what reads the same is looked at once."""
    answer = page.context.request.get(address)
    if answer.ok is address.endswith(NOT_HERE):
        yield f"answers {answer.status}"
    main = MAIN.search(answer.text())
    words = " ".join(TAG.sub(" ", HEADING.sub("", main[0])).split()) if main else ""
    if not words:
        yield "says nothing"
    if words in looked_at:
        return
    looked_at.add(words)
    page.goto(address)
    yield from faults_of_open(page)


def faults_of_open(page: Page) -> Iterator[str]:
    """Yield what is at fault with the page that is open."""
    page.evaluate(AXE_SCRIPT)
    yield from page.evaluate(RUN)
    yield from page.evaluate(EMPTY)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        yield "goes sideways"
