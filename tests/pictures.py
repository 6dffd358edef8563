"""Pictures of every page, for people to look at: `python -m tests.pictures FOLDER [ROLE …]`.

Makes the demo company in a folder that is gone afterwards, signs in as each role that it shows, and
takes each page that needs no arguments, and one of each kind that a link leads to, at four sizes,
in light and in dark. `FOLDER/ROLE.html` shows a role's pictures on one sheet. `FOLDER/help` holds
the pictures of the README and of the help pages; they are kept in `ledger/static/help`.
"""

import argparse
import base64
import html
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.exceptions import HTTPException
from werkzeug.serving import WSGIRequestHandler, make_server

from ledger.cli.demo import FILE
from ledger.config import Settings
from ledger.demo.cast import PASSWORD, SHOWN, WORKERS
from ledger.ledgers import open_ledger
from ledger.web import application
from tests.browser.conftest import CHROMIUMS

SIZES = ((1024, 768), (768, 1024), (390, 844), (1440, 900))
THEMES = ("light", "dark")
# Pages that are no pages for the eye, or that end the visit.
LEFT_OUT = frozenset({"static", "sign_in.sign_out", "health.alive", "health.ready", "start.index"})
# Whose page, at which size; what is tapped before it is taken.
IN_HELP = {
    "log": ("Ana", (1024, 768), ("Free item", "Quality", "Walk-in", "Not sure", "$5")),
    "outcomes": ("Dana", (1440, 900), ()),
    "limits": ("Dana", (1440, 900), ()),
}


class QuietHandler(WSGIRequestHandler):
    """Serves without a line for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """The demo company while it is served: where, and what it has pages for."""

    url: str
    app: Flask

    def endpoint(self, address: str) -> str | None:
        """Return what answers at an address of ours, or None if nothing does."""
        parts = urlsplit(address)
        if f"{parts.scheme}://{parts.netloc}" != self.url:
            return None
        try:
            found, _ = self.app.url_map.bind("").match(parts.path, method="GET")
        except HTTPException:
            return None
        return None if found in LEFT_OUT else found

    def plain_pages(self) -> Sequence[str]:
        """Return the addresses of the pages that need no arguments."""
        return [
            f"{self.url}{rule.rule}"
            for rule in self.app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and not rule.arguments
            if rule.endpoint not in LEFT_OUT
        ]


@contextmanager
def served_demo() -> Iterator[Demo]:
    """Make the demo company and serve it to this machine while the block runs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        making = ["-m", "ledger.cli", "--instance", name, "demo", "--no-serve"]
        subprocess.run([sys.executable, *making], check=True, stdout=subprocess.DEVNULL)
        ledger = open_ledger(
            Settings(instance=folder, database_url=f"sqlite:///{(folder / FILE).as_posix()}")
        )
        app = application.assemble(ledger)
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Demo(url=f"http://127.0.0.1:{server.server_port}", app=app)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            ledger.database.close()


def sign_in(demo: Demo, page: Page, email: str) -> None:
    """Sign somebody of the demo in, as they would."""
    page.goto(f"{demo.url}/sign-in")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("form button[type=submit]").last.click()
    page.wait_for_url(lambda address: not address.endswith("/sign-in"))


def pages_of(demo: Demo, page: Page) -> dict[str, str]:
    """Return name to address: the pages this person may see, and one of each kind they link to."""
    found: dict[str, str] = {}
    waiting = list(demo.plain_pages())
    while waiting:
        address = waiting.pop(0)
        endpoint = demo.endpoint(address)
        if endpoint is None or endpoint in found:
            continue
        answer = page.goto(address)
        if answer is None or not answer.ok or demo.endpoint(page.url) != endpoint:
            continue
        found[endpoint] = address
        links = page.locator("main a[href]").evaluate_all("links => links.map(one => one.href)")
        waiting += links
    return found


def take(demo: Demo, browser: Browser, name: str, folder: Path) -> list[str]:
    """Take all pictures of one person's pages; return their file names."""
    worker = next(worker for worker in WORKERS if worker.name == name)
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    sign_in(demo, page, worker.email)
    taken = []
    for endpoint, address in pages_of(demo, page).items():
        page.goto(address)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            for theme in THEMES:
                page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
                file = f"{name.lower()}-{endpoint}-{width}x{height}-{theme}.png"
                page.screenshot(path=folder / file, full_page=True)
                taken.append(file)
    context.close()
    return taken


def take_for_help(demo: Demo, browser: Browser, folder: Path) -> None:
    """Take the first screen of the pages that the README and the help show."""
    folder.mkdir(exist_ok=True)
    for page_name, (name, (width, height), taps) in IN_HELP.items():
        context = browser.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        sign_in(demo, page, f"{name.lower()}@maple.example")
        page.goto(f"{demo.url}/{page_name}")
        for words in taps:
            page.get_by_text(words, exact=True).first.click(force=True)
            page.wait_for_load_state("networkidle")
        page.mouse.move(0, 0)
        # Playwright itself takes no WebP, which is a third of the size.
        shot = context.new_cdp_session(page).send(
            "Page.captureScreenshot", {"format": "webp", "quality": 85}
        )
        (folder / f"{page_name}.webp").write_bytes(base64.b64decode(shot["data"]))
        context.close()


def sheet(name: str, taken: Sequence[str]) -> str:
    """Return a page that shows these pictures, each under its name."""
    shown = "\n".join(
        f'<a href="{html.escape(file)}"><img src="{html.escape(file)}" width="320" loading="lazy" '
        f'alt=""><br>{html.escape(file)}</a>'
        for file in taken
    )
    return f'<!doctype html>\n<html lang="en"><title>{name}</title>\n<h1>{name}</h1>\n{shown}\n'


def main(arguments: Sequence[str]) -> None:
    """Take the pictures that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("names", nargs="*", default=list(SHOWN), help=f"of {', '.join(SHOWN)}")
    asked = parser.parse_args(arguments)
    asked.folder.mkdir(parents=True, exist_ok=True)
    chromium = next((path for one in CHROMIUMS if (path := shutil.which(one))), None)
    with served_demo() as demo, sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium)
        for name in asked.names:
            taken = take(demo, browser, name, asked.folder)
            (asked.folder / f"{name.lower()}.html").write_text(sheet(name, taken), encoding="utf-8")
            print(f"{name}: {len(taken)} pictures")  # noqa: T201  # what it did, for who ran it
        take_for_help(demo, browser, asked.folder / "help")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
