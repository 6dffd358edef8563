"""Every page of every role is whole: strict HTML5, one title, one heading, labels, no dead link."""

from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from ledger.core.permissions import Role, may
from ledger.ledgers import Ledger
from tests.source import listed
from tests.web.conftest import ClientFor
from tests.web.html import Page, faults_of, parse, text_of
from tests.web.test_sweep import ONE_OF_EACH, address_of, examples, routes

FOR_NOBODY = ["/sign-in", "/sign-in/code", "/nothing-here"]


@pytest.fixture(autouse=True)
def _guarded(with_forms_guarded: Flask) -> None:
    """Let every form carry its token, as outside tests."""


def dead_links(app: Flask, page: Page) -> list[str]:
    """Return the addresses on a page that lead nowhere in the application."""
    adapter = app.url_map.bind("localhost")
    dead = []
    for link in page.links():
        address = urlsplit(link)
        if address.netloc or not address.path:
            continue
        try:
            methods = adapter.allowed_methods(address.path)
            adapter.match(address.path, method=next(iter(methods), "GET"))
        except RequestRedirect:
            continue
        except HTTPException:
            dead.append(f"leads nowhere: {link}")
    return dead


def faults(app: Flask, text: str) -> list[str]:
    page = parse(text)
    return faults_of(page) + dead_links(app, page)


def a_page_of(part: str) -> str:
    """Return a page around a part of one; what has the heading of its page keeps it."""
    heading = "" if "<h1" in part else "<h1>Part</h1>"
    head = '<!doctype html><html lang="en"><head><title>Part · Latitude</title></head>'
    return f"{head}<body>{heading}{part}</body></html>"


@pytest.mark.parametrize("role", Role)
def test_every_page_of_a_role_is_whole(
    app: Flask, ledger: Ledger, client_for: ClientFor, role: Role
) -> None:
    given, browser, found = examples(app, ledger), client_for(ONE_OF_EACH[role]), []
    for route in routes(app):
        if route.method != "GET" or route.requires is None or not may(role, route.requires):
            continue
        answer = browser.get(address_of(app, route, given.get(route.endpoint, {})))
        if answer.status_code in {301, 302, 303}:
            continue
        if answer.mimetype == "text/html":
            # What a page fetches anew while it is open is a part of it.
            fetched = route.endpoint.endswith((".live", ".now", ".count"))
            is_part = fetched and answer.status_code == HTTPStatus.OK
            text = a_page_of(answer.text) if is_part else answer.text
            found += [f"{route.address}: {fault}" for fault in faults(app, text)]

    assert not found, listed(found, "Every page needs all of it:")


@pytest.mark.parametrize("address", FOR_NOBODY)
def test_every_page_for_nobody_is_whole(app: Flask, address: str) -> None:
    answer = app.test_client().get(address)

    assert not faults(app, answer.text)


def test_a_page_that_is_not_there_is_whole_for_every_role(
    app: Flask, client_for: ClientFor
) -> None:
    for name in ONE_OF_EACH.values():
        answer = client_for(name).get("/nothing-here")

        assert answer.status_code == 404
        assert parse(answer.text).heading == "This page is not here"
        assert not faults(app, answer.text)


def test_a_form_that_has_to_be_fixed_says_so_first(app: Flask) -> None:
    browser = app.test_client()
    token = parse(browser.get("/sign-in").text).form_token

    answer = browser.post("/sign-in", data={"email": "dana", "csrf_token": token})

    page = parse(answer.text)
    assert answer.status_code == 422
    assert page.title == "To fix: Sign in · Latitude"
    assert "Write your e-mail like dana@company.example" in answer.text
    assert "Type your password" in answer.text
    assert not faults(app, answer.text)


@pytest.mark.parametrize("role", Role)
def test_the_first_page_leads_to_the_first_entry_of_the_menu(
    client_for: ClientFor, role: Role
) -> None:
    answer = client_for(ONE_OF_EACH[role]).get("/", follow_redirects=True)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "who,address,entry",
    [
        ("dana", "/files", "Decisions"),
        ("dana", "/completeness", "Decisions"),
        ("dana", "/decisions/asks", "Decisions"),
        ("dana", "/flags", "Decisions"),
        ("dana", "/inbox/hand-over", "Inbox"),
        ("dana", "/recognitions", "Decisions"),
        ("hana", "/recognitions", "Recognition"),
        ("otto", "/completeness", "Decisions"),
        ("vera", "/completeness", "Summary"),
        ("ada", "/files", "Files"),
    ],
)
def test_every_page_belongs_to_one_entry_of_the_menu(
    client_for: ClientFor, who: str, address: str, entry: str
) -> None:
    root = parse(client_for(who).get(address).text).root

    (rail,) = (one for one in root.iter("nav") if one.get("class") == "rail")
    current = [one for one in rail.iter("a") if one.get("aria-current") == "page"]
    assert [text_of(one) for one in current] == [entry]


@pytest.mark.parametrize("who,leads", [("dana", True), ("otto", False)])
def test_the_tabs_of_decisions_lead_to_files_who_may_bring_them(
    client_for: ClientFor, who: str, *, leads: bool
) -> None:
    links = list(parse(client_for(who).get("/decisions").text).links())

    assert ("/files" in links) == leads


def test_supervisors_see_the_people_of_their_own_sites(client_for: ClientFor) -> None:
    danas, sams = (client_for(name).get("/team").text for name in ("dana", "sam"))

    assert "Ben" in danas
    assert "Chidi" not in danas
    assert "Chidi" in sams


def test_only_administrators_are_offered_codes(client_for: ClientFor) -> None:
    assert "Make a one-time code" not in client_for("sam").get("/team").text
    assert "Make a one-time code" in client_for("ada").get("/team").text
