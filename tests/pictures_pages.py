"""Every page that somebody of the demo can come to: by menu, by link, and by pressing something."""

import html
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Page

from tests.pictures_demo import NO_PAGES, Demo
from tests.pictures_steps import STEPS

# Who is not signed in, as the pictures name them.
NOBODY = "Nobody"
# What looks the same for everybody is looked at once, as nobody.
FOR_EVERYBODY = ("help.", "sign_in.")
# Pages of one kind that are each looked at, instead of one for all.
EACH = frozenset({"help.show", "completeness.listed"})
MAIN = re.compile(r"<main\b.*?</main>", re.DOTALL)
LINK = re.compile(r'<a\b[^>]*\bhref="([^"]+)"')


class LostPageError(AssertionError):
    """A page is not there for somebody who was led to it."""

    def __init__(self, person: str, address: str, why: str) -> None:
        super().__init__(f"{person}: {address}: {why}")


def pages_of(demo: Demo, page: Page, person: str) -> Iterator[str]:
    """Open, one after the other, all that a person may see; yield each one's name while it is open.

    A name is the endpoint, and after `~` what is different. First comes what is reached by pressing
    something, then each page that a link leads to, one of each kind. A page that sends on to
    another is left out; so is one that needs no arguments and is not there for the person's role.

    Raises:
        LostPageError: if any other page, or one that a link leads to, does not answer with itself.

    """
    found: set[str] = set()
    waiting = list(demo.plain_pages(None if person == NOBODY else person))
    for name, step in STEPS.get(person, {}).items():
        step(page, demo.url)
        found.add(name)
        yield name
        page.emulate_media(media="screen")
        waiting += _links_of(page.content(), page.url)
    while waiting:
        address = waiting.pop(0)
        if not demo.is_ours(address):
            continue
        endpoint = demo.endpoint(address)
        if endpoint is None:
            raise LostPageError(person, address, "no page is there")
        if endpoint in NO_PAGES or (name := _name_of(endpoint, address)) in found:
            continue
        if person != NOBODY and endpoint.startswith(FOR_EVERYBODY):
            continue
        answer = page.context.request.get(address)
        if not answer.ok:
            raise LostPageError(person, address, f"it answers {answer.status}")
        if demo.endpoint(answer.url) != endpoint:
            continue
        found.add(name)
        waiting += _links_of(answer.text(), address)
        page.goto(address)
        yield name


def _name_of(endpoint: str, address: str) -> str:
    last = urlsplit(address).path.rpartition("/")[2]
    return f"{endpoint}~{last}" if endpoint in EACH else endpoint


def _links_of(text: str, address: str) -> list[str]:
    main = MAIN.search(text)
    links = LINK.findall(main[0]) if main else []
    return [urljoin(address, html.unescape(link)) for link in links]
