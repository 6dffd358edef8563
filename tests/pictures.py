"""Pictures of every page, for people to look at: `python -m tests.pictures FOLDER [PERSON …]`.

Makes the demo company in a folder that is gone afterwards, signs in as one person of each role, and
takes every page that they can come to, one of each kind, at four sizes, in light and in dark.
`FOLDER/PERSON.html` is the contact sheet of a person's pictures. `FOLDER/help` holds the pictures
of the README and of the help pages; they are kept in `ledger/static/help`.
"""

import argparse
import base64
import html
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from ledger.demo.cast import SHOWN
from tests.browser.conftest import CHROMIUMS
from tests.pictures_asks import asked, forked, replayed
from tests.pictures_demo import Demo, served_demo
from tests.pictures_pages import NOBODY, pages_of
from tests.pictures_steps import Step, filled_log, found_customers, opened, tried_file

SIZES = ((1024, 768), (768, 1024), (390, 844), (1440, 900))
THEMES: Sequence[Literal["light", "dark"]] = ("light", "dark")
# No page is waited for longer than this, in milliseconds; nor is a picture.
PATIENCE = 30_000
# Of the pictures for the help, in percent: small files in which small words can still be read.
QUALITY = 70


def one_customer(page: Page, url: str) -> None:
    """Open the first customer that the finder has."""
    found_customers(page, url)
    page.locator(".found-one").first.click()
    page.wait_for_url("**/customers/*")


# Name of the picture to whose page it is, at which size, and how it is reached.
IN_HELP: Mapping[str, tuple[str, tuple[int, int], Step]] = {
    "log": ("Ana", (1024, 768), filled_log),
    "fork": ("Ana", (1024, 768), forked),
    "ask": ("Ana", (1024, 768), asked),
    "inbox": ("Dana", (1024, 768), opened("/inbox")),
    "replay": ("Dana", (1440, 900), replayed),
    "my-decisions": ("Ana", (1024, 768), opened("/my-decisions")),
    "outcomes": ("Dana", (1440, 900), opened("/outcomes")),
    "limits": ("Dana", (1440, 900), opened("/limits")),
    "customer": ("Dana", (1200, 750), one_customer),
    "files": ("Dana", (1200, 750), tried_file),
    "journal": ("Otto", (1200, 750), opened("/journal")),
    "summary": ("Vera", (1200, 750), opened("/summary")),
    "settings": ("Ada", (1200, 750), opened("/settings")),
    "exports": ("Hana", (1200, 750), opened("/exports")),
}


def take(demo: Demo, browser: Browser, person: str, folder: Path) -> Mapping[str, list[str]]:
    """Take all pictures of one person's pages; return page to file names."""
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    if person != NOBODY:
        demo.sign_in(page, person)
    taken = {}
    for name in pages_of(demo, page, person):
        taken[name] = _take_each(page, folder, f"{person.lower()}-{name}")
    context.close()
    return taken


def _take_each(page: Page, folder: Path, name: str) -> list[str]:
    """Take the page that is open at every size, light and dark."""
    files = []
    # A picture further down than the screen is not loaded by itself.
    page.evaluate("document.querySelectorAll('img').forEach((one) => { one.loading = 'eager'; })")
    page.wait_for_load_state("networkidle")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            file = f"{name}-{width}x{height}-{theme}.jpg"
            page.screenshot(path=folder / file, full_page=True, type="jpeg", quality=80)
            files.append(file)
    page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
    return files


def take_for_help(demo: Demo, browser: Browser, folder: Path) -> None:
    """Take the first screen of the pages that the README and the help show."""
    folder.mkdir(exist_ok=True)
    for name, (person, (width, height), step) in IN_HELP.items():
        context = browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        page = context.new_page()
        demo.sign_in(page, person)
        step(page, demo.url)
        # Playwright itself takes no WebP, which is a third of the size.
        shot = context.new_cdp_session(page).send(
            "Page.captureScreenshot", {"format": "webp", "quality": QUALITY}
        )
        (folder / f"{name}.webp").write_bytes(base64.b64decode(shot["data"]))
        context.close()


def sheet(name: str, taken: Mapping[str, Sequence[str]]) -> str:
    """Return the contact sheet: each page by its name, and under it its pictures."""
    shown = "\n".join(
        f"<h2>{html.escape(page)}</h2>\n"
        + "\n".join(
            f'<a href="{html.escape(file)}"><img src="{html.escape(file)}" width="240" '
            f'loading="lazy" alt="{html.escape(file)}"></a>'
            for file in files
        )
        for page, files in taken.items()
    )
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{name}</title>\n'
        "<style>img { vertical-align: top; border: 1px solid }</style>\n"
        f"<h1>{name}</h1>\n{shown}\n"
    )


def main(arguments: Sequence[str]) -> None:
    """Take the pictures that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    everybody = [NOBODY, *SHOWN]
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("people", nargs="*", default=everybody, help=f"of {', '.join(everybody)}")
    asked = parser.parse_args(arguments)
    asked.folder.mkdir(parents=True, exist_ok=True)
    chromium = next((path for one in CHROMIUMS if (path := shutil.which(one))), None)
    with served_demo() as demo, sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium)
        take_for_help(demo, browser, asked.folder / "help")
        for name in asked.people:
            taken = take(demo, browser, name, asked.folder)
            (asked.folder / f"{name}.html").write_text(sheet(name, taken), encoding="utf-8")
            print(f"{name}: {len(taken)} pages")  # noqa: T201  # what it did, for who ran it
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
