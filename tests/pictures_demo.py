"""The demo company while it is served: where the pictures and the sweep of all pages look."""

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
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException
from werkzeug.serving import WSGIRequestHandler, make_server

from ledger.cli.demo import FILE
from ledger.config import Settings
from ledger.core.permissions import Action, may
from ledger.demo.cast import PASSWORD, WORKERS, Worker
from ledger.ledgers import open_ledger
from ledger.web import application

# What answers a GET and is no page for the eye, or ends the visit.
NO_PAGES = frozenset(
    {
        "static",
        "sign_in.sign_out",
        "health.alive",
        "health.ready",
        "start.index",
        "decisions.at_till",
        "trust.file",
        "files.problems",
        "files.progress",
        "inbox.live",
        "inbox.count",
        "asks.now",
        "asks_here.now",
    }
)


class QuietHandler(WSGIRequestHandler):
    """Serves without a line for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """The demo company while it is served: where, and what it has pages for."""

    url: str
    app: Flask

    def is_ours(self, address: str) -> bool:
        """Whether an address is at this server."""
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc}" == self.url

    def endpoint(self, address: str) -> str | None:
        """Return which view answers an address of ours, or None if none does."""
        try:
            found: str = self.app.url_map.bind("").match(urlsplit(address).path, method="GET")[0]
        except HTTPException:
            return None
        return found

    def endpoints(self) -> frozenset[str]:
        """Return every page there is."""
        return frozenset(
            rule.endpoint
            for rule in self.app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES
        )

    def plain_pages(self, name: str | None) -> Sequence[str]:
        """Return the addresses of the pages that need no arguments, and are there for somebody."""
        return [
            f"{self.url}{rule.rule}"
            for rule in self.app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and not rule.arguments
            if rule.endpoint not in NO_PAGES and self._opens_for(name, rule.endpoint)
        ]

    def _opens_for(self, name: str | None, endpoint: str) -> bool:
        """Whether somebody's role may see a page, by what its view requires."""
        action: Action | None = getattr(self.app.view_functions[endpoint], "requires", None)
        return action is None or (name is not None and may(_worker(name).role, action))

    def sign_in(self, page: Page, name: str) -> None:
        """Sign somebody of the demo in, as they would."""
        page.goto(f"{self.url}/sign-in")
        page.get_by_label("E-mail").fill(_worker(name).email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.locator("form button[type=submit]").last.click()
        page.wait_for_url(lambda address: not address.endswith("/sign-in"))


def _worker(name: str) -> Worker:
    return next(worker for worker in WORKERS if worker.name == name)


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
