"""Help is there for everybody, names only what is there, and every anchor leads somewhere."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from ledger.cli import main
from ledger.core.permissions import Role
from ledger.web.help import topics_about, topics_for_roles
from ledger.web.help_places import FOR_ROLE, PLACES, place_for
from ledger.web.menu import MENUS
from tests.pictures_demo import NO_PAGES
from tests.source import ROOT
from tests.web.conftest import ClientFor
from tests.web.html import Page, faults_of, parse, text_of
from tests.web.test_pages import dead_links
from tests.web.test_sweep import ONE_OF_EACH

NAMES = [topic.name for topic in (*topics_for_roles(), *topics_about())]
PAGES = ["/help", *(f"/help/{name}" for name in NAMES)]
# The words of a page, as they are written: _("…").
LITERAL = re.compile(r'\b_\(\s*"((?:[^"\\]|\\.)*)"')
UNSPOKEN = re.compile(r"\b(error|invalid|failed|denied|fraud|violation)\b", re.IGNORECASE)


@pytest.fixture(autouse=True)
def _guarded(with_forms_guarded: Flask) -> None:
    """Let every form carry its token, as outside tests."""


def test_help_is_whole_for_somebody_who_is_not_signed_in(app: Flask, nobody: FlaskClient) -> None:
    pages = {address: parse(nobody.get(address).text) for address in PAGES}

    faults = {address: faults_of(page) + dead_links(app, page) for address, page in pages.items()}
    assert not {address: found for address, found in faults.items() if found}
    assert all(page.heading != "This page is not here" for page in pages.values())


@pytest.mark.parametrize("role", Role)
def test_the_page_for_ones_own_role_comes_first(client_for: ClientFor, role: Role) -> None:
    page = parse(client_for(ONE_OF_EACH[role]).get("/help").text)

    topics = [link for link in page.links() if link.startswith("/help/")]
    assert topics[0] == f"/help/{FOR_ROLE[role]}"


def test_every_heading_is_in_the_table_of_contents(nobody: FlaskClient) -> None:
    for name in NAMES:
        page = parse(nobody.get(f"/help/{name}").text)

        listed = [link.removeprefix("#") for link in page.links() if link.startswith("#")]
        headings = [one.get("id") for one in page.root.iter("h2")]
        assert listed == ["main", *headings[1:-1]], name


def test_every_anchor_that_help_links_to_is_there(nobody: FlaskClient) -> None:
    pages = {address: parse(nobody.get(address).text) for address in PAGES}

    lost = [
        f"{address}: {link}"
        for address, page in pages.items()
        for link in page.links()
        if link.startswith("/help/") and "#" in link
        if link.partition("#")[2] not in ids_of(pages[link.partition("#")[0]])
    ]

    assert not lost


def test_the_words_of_buttons_stand_on_some_page(nobody: FlaskClient) -> None:
    said = {
        words
        for path in places_of_words()
        for literal in LITERAL.findall(path.read_text(encoding="utf-8"))
        # Whole, or up to what is filled in: help says "Thank" of "Thank Ana".
        for words in (literal, literal.partition(" %(")[0])
    }

    unknown = {
        f"{name}: {words}"
        for name in NAMES
        for one in parse(nobody.get(f"/help/{name}").text).root.iter("b")
        if (words := text_of(one)) not in said
    }
    assert not unknown


def test_every_command_that_help_shows_is_there(nobody: FlaskClient) -> None:
    typed = [line for name in NAMES for line in command_lines(nobody, name)]

    assert typed
    assert not [line for line in typed if not is_command(line)]


def test_help_speaks_plainly(nobody: FlaskClient) -> None:
    texts = {address: text_of(parse(nobody.get(address).text).root) for address in PAGES}

    assert not [address for address, text in texts.items() if UNSPOKEN.search(text)]


def test_a_page_of_help_that_was_never_written_is_not_there(nobody: FlaskClient) -> None:
    assert nobody.get("/help/nothing-here").status_code == 404
    assert nobody.get("/help/_parts").status_code == 404


@pytest.mark.parametrize(
    "address,leads_to",
    [
        ("/sign-in", "/help/staff#sign-in"),
        ("/sign-in/code", "/help/staff#sign-in"),
        ("/nothing-here", "/help"),
        ("/account", "/help/staff#leave"),
    ],
)
def test_help_is_one_tap_away(
    client_for: ClientFor, nobody: FlaskClient, address: str, leads_to: str
) -> None:
    browser = client_for("ana") if address == "/account" else nobody

    assert leads_to in parse(browser.get(address).text).links()


@pytest.mark.parametrize("role", Role)
def test_help_leads_from_the_menu_and_the_account_to_the_part_about_it(
    client_for: ClientFor, nobody: FlaskClient, role: Role
) -> None:
    browser = client_for(ONE_OF_EACH[role])

    for endpoint in (*MENUS[role], "account.show"):
        with browser.application.test_request_context():
            address = url_for(endpoint)
        (link,) = {one for one in parse(browser.get(address).text).links() if "/help" in one}
        page, _, anchor = link.partition("#")
        assert anchor in ids_of(parse(nobody.get(page).text)), address
        assert page == f"/help/{FOR_ROLE[role]}", address


def test_every_page_has_a_part_of_help_about_it(app: Flask, nobody: FlaskClient) -> None:
    pages = {name: ids_of(parse(nobody.get(f"/help/{name}").text)) for name in NAMES}
    endpoints = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES
    }

    unexplained = {one for one in endpoints if place_for(one, None) is None}
    lost = {
        place for places in PLACES.values() for place in places if place[1] not in pages[place[0]]
    }
    gone = {one for one in PLACES if one not in endpoints | app.blueprints.keys()}

    assert unexplained == {"help.index", "help.show"}
    assert not lost
    assert gone <= set(app.view_functions)


def test_ones_name_leads_to_ones_account(client_for: ClientFor) -> None:
    page = parse(client_for("dana").get("/help").text)

    names = [one for one in page.root.iter("a") if one.get("class") == "who"]
    assert [one.get("href") for one in names] == ["/account"]


def ids_of(page: Page) -> set[str]:
    return {name for one in page.root.iter() if (name := one.get("id"))}


def places_of_words() -> Iterator[Path]:
    """Yield where the words of the pages are written, help left out."""
    for path in (ROOT / "templates").rglob("*.html"):
        if path.parent.name != "help":
            yield path
    for path in (ROOT / "ledger" / "web").glob("*.py"):
        if path.name != "help.py":
            yield path


def command_lines(browser: FlaskClient, name: str) -> Iterator[str]:
    """Yield each `latitude …` of a page; a line that goes on below is one line."""
    for block in parse(browser.get(f"/help/{name}").text).root.iter("pre"):
        text = "".join(block.itertext()).replace("\\\n", " ")
        for line in text.splitlines():
            _, found, rest = line.partition("latitude ")
            if found and line.startswith(("latitude ", ".venv/bin/latitude ", "ExecStart=")):
                yield rest


def is_command(line: str) -> bool:
    """Whether the command is there, with every option that is typed after it."""
    command: click.Command = main
    words = shlex.split(line)
    while words and isinstance(command, click.Group):
        if words[0] not in command.commands:
            return False
        command = command.commands[words.pop(0)]
    options = {option for parameter in command.params for option in parameter.opts}
    return {word for word in words if word.startswith("--")} <= options
