"""What the tests in a real browser may ask for: a server over a ledger of their own."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.serving import make_server

from ledger.config import Settings
from ledger.database import Database
from ledger.ledgers import Ledger
from ledger.web import application
from tests.compiled import share_templates
from tests.counter import MONDAY
from tests.missing import skip_or_fail
from tests.web.conftest import ledger_over, token_for

# A page on a slow or busy machine takes its time; what comes at once is not waited for.
expect.set_options(timeout=30_000)
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveServer:
    """A server on this machine, whose clock stands at Monday, and the ledger that it serves."""

    url: str
    ledger: Ledger

    def sign_in(self, context: BrowserContext, name: str) -> Page:
        """Return a new page of a browser in which one of the cast is signed in."""
        token = token_for(self.ledger.database, name, now=MONDAY)
        context.add_cookies([{"name": "latitude", "value": token, "url": self.url}])
        return context.new_page()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Start the Chromium of this machine: nothing is downloaded."""
    found = next((path for name in CHROMIUMS if (path := shutil.which(name))), None)
    if found is None:
        skip_or_fail("No Chromium is installed here: install the chromium package.")
    return {"executable_path": found}


@pytest.fixture(scope="session")
def base_url() -> None:
    """Let every address be whole: the plugin's own fixture is a method, which pytest warns of."""


@pytest.fixture
def live_server(
    staffed_file: Path, tmp_path: Path, open_database: Callable[[str], Database]
) -> Iterator[LiveServer]:
    """Serve a ledger in which the cast works."""
    path = tmp_path / "live.sqlite"
    shutil.copyfile(staffed_file, path)
    database = open_database(f"sqlite:///{path}")
    ledger = ledger_over(database, Settings(instance=tmp_path, database_url=str(database.url)))
    app = application.assemble(ledger, clock=lambda: MONDAY)
    share_templates(app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield LiveServer(url=f"http://127.0.0.1:{server.server_port}", ledger=ledger)
    server.shutdown()
    thread.join()
    server.server_close()
