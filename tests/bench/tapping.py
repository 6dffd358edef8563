"""How soon the log answers a finger, on a processor slowed four times.

`python -m tests.bench.tapping`: a real Chromium opens the page, taps the first remedy as soon as it
is there, and waits until the words beside the amount know of it. Counted from when the page was
asked for: on the first visit (nothing kept) and on the next. Goal 18: within a second.
"""

import logging
import shutil
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, sync_playwright
from werkzeug.serving import make_server

from ledger.core.limit_setting import NewLimit, set_limit
from tests import cast
from tests.bench.browsing import company
from tests.bench.ledgers import NOW
from tests.web.conftest import token_for

ROUNDS, SLOWED, GOAL_MS = 9, 4, 1_000
HEAD = "| a tap on the log, slowed four times | median (range) | goal |\n| --- | --- | --- |"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
ANSWERED = "() => window.answered"
# Two frames after the words have changed they are on the screen.
TAP = """
let tapped = false;
const look = () => {
  const remedy = document.querySelector('input[name="remedy"]');
  const words = document.querySelector("#say")?.textContent;
  if (remedy && !tapped) {
    tapped = true;
    remedy.click();
  }
  const missing = document.querySelector("form.log")?.dataset.sayRemedy;
  if (tapped && words && !words.includes(missing)) {
    requestAnimationFrame(() => requestAnimationFrame(() => {
      window.answered = performance.now();
    }));
  } else {
    requestAnimationFrame(look);
  }
};
requestAnimationFrame(look);
"""


def compare() -> list[str]:
    """Tap on the first visit and on the next, in so many new browsers; return table rows."""
    first: list[float] = []
    after: list[float] = []
    with _served() as (url, token), sync_playwright() as playwright:
        found = next((path for name in CHROMIUMS if (path := shutil.which(name))), None)
        browser = playwright.chromium.launch(executable_path=found)
        for _ in range(ROUNDS):
            with browser.new_context(viewport={"width": 1024, "height": 768}) as context:
                context.add_cookies([{"name": "latitude", "value": token, "url": url}])
                for took in (first, after):
                    took.append(_tapped(context, url))
        browser.close()
    lines = [_line("the first visit", first), _line("the next", after)]
    print("\n".join(lines), flush=True)  # noqa: T201  # what the command is for
    return lines


def _tapped(context: BrowserContext, url: str) -> float:
    """Return the milliseconds from asking for the page until a tap shows."""
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    page.add_init_script(TAP)
    page.goto(f"{url}/log")
    took: float = page.wait_for_function(ANSWERED).json_value()
    page.close()
    return took


def _line(name: str, took: list[float]) -> str:
    middle = statistics.median(took)
    return f"| {name} | **{middle:.0f} ms** ({min(took):.0f}-{max(took):.0f}) | {GOAL_MS} ms |"


@contextmanager
def _served() -> Iterator[tuple[str, str]]:
    """Serve a company in which Ana may give; yield the address and her token."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with company(0) as (database, app, _clock):
        with database.writing() as session:
            limit = NewLimit(currency="USD", per_decision_minor=2_500, reason="For the bench")
            set_limit(session, cast.person(session, "ada"), limit, now=NOW)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", token_for(database, "ana", now=NOW)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


if __name__ == "__main__":
    print(HEAD)  # noqa: T201  # what the command is for
    compare()
