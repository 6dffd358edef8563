"""Every page of everybody: axe finds nothing, light or dark, and no page scrolls sideways.

The pages are those of `tests/pictures_pages.py`, over one demo company for all of this file. Who of
everybody comes last says which page nobody came to: the tests may run in several processes.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from ledger.demo.cast import SHOWN
from tests.pictures_demo import Demo, served_demo
from tests.pictures_pages import NOBODY, pages_of

pytestmark = pytest.mark.browser

DESK, PHONE = (1024, 768), (390, 844)
SIZES = (DESK, (768, 1024), (1440, 900), PHONE)
# Where axe looks. Colours do not depend on the size, nor the layout on the theme.
THEMES: Mapping[tuple[int, int], Literal["light", "dark"]] = {PHONE: "light", DESK: "dark"}
PEOPLE = (NOBODY, *SHOWN)
# Whom axe showed a page first, in this process.
FIRST: dict[str, str] = {}
RUN = """async () => {
    const found = await axe.run(document, {resultTypes: ["violations"]});
    return found.violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`);
}"""


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """Serve one demo company to all tests of this file."""
    with served_demo() as served:
        yield served


@pytest.fixture
def seen(worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which all processes of this run note who has come to which pages."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "pages-seen"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_can_read_every_page_and_none_is_forgotten(
    demo: Demo, browser: Browser, seen: Path, person: str
) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    if person != NOBODY:
        demo.sign_in(page, person)
    names, found = [], []

    for name in pages_of(demo, page, person):
        names.append(name)
        first = FIRST.setdefault(name, person) == person
        found += [f"{name}: {fault}" for fault in faults_of(page, has_all=first)]

    context.close()
    assert not found
    note_seen(seen, person, names)
    assert not forgotten(seen, demo)


def note_seen(seen: Path, person: str, names: Sequence[str]) -> None:
    """Note to which pages a person came, for all processes at once."""
    part = seen / f"{person}.part"
    part.write_text("\n".join(names), encoding="utf-8")
    part.rename(seen / person)


def forgotten(seen: Path, demo: Demo) -> Collection[str]:
    """Return the pages that nobody came to; none as long as somebody has still to come."""
    notes = [seen / person for person in PEOPLE]
    if not all(note.exists() for note in notes):
        return ()
    names = {name for note in notes for name in note.read_text(encoding="utf-8").splitlines()}
    return sorted(demo.endpoints() - {name.partition("~")[0] for name in names})


def faults_of(page: Page, *, has_all: bool) -> Iterator[str]:
    """Yield what is at fault with the page that is open, with its size and theme.

    What is folded is opened first. Where somebody else was before, only other buttons are new: axe
    then looks once, at the phone.
    """
    page.evaluate(
        "document.querySelectorAll('main details').forEach((one) => { one.open = true; })"
    )
    page.evaluate(AXE_SCRIPT)
    for size in SIZES:
        width, height = size
        page.set_viewport_size({"width": width, "height": height})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            yield f"{width} goes sideways"
        if size == PHONE or (has_all and size in THEMES):
            theme = THEMES[size]
            page.emulate_media(color_scheme=theme)
            faults: list[str] = page.evaluate(RUN)
            yield from (f"{width} {theme} {fault}" for fault in faults)
