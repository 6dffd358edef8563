"""What the log page weighs on the wire, and how much memory an idle server takes.

`python -m tests.bench.weight`: bytes of the page with all its style sheets and scripts, as a
browser that takes gzip gets them, on the first visit and after; then `latitude serve` with two
workers: seconds to the first answer, and MB in all (shared pages once; Linux only).
"""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from flask.testing import FlaskClient

from tests.bench.browsing import company, signed_in

GZIP = {"Accept-Encoding": "gzip"}
LATITUDE = (sys.executable, "-m", "ledger.cli")
FIRST_KB, AFTER_KB, IDLE_MB = 60, 12, 120
HEAD = "| what | found | goal |\n| --- | --- | --- |"


def compare() -> list[str]:
    """Weigh the page and the server; return rows of a Markdown table."""
    page, rest = page_bytes()
    started, memory = server_cost()
    lines = [
        f"| log page, first visit | **{(page + rest) / 1024:.1f} KB** | {FIRST_KB} KB |",
        f"| log page, after | **{page / 1024:.1f} KB** | {AFTER_KB} KB |",
        f"| idle, two workers | **{memory:.0f} MB** | {IDLE_MB} MB |",
        f"| start to first answer | **{started:.2f} s** | |",
    ]
    print("\n".join(lines), flush=True)  # noqa: T201  # what the command is for
    return lines


def page_bytes() -> tuple[int, int]:
    """Return the bytes of the log page itself, and of what it brings along."""
    with company(0) as (database, app, _clock):
        browser = signed_in(database, app, "ana")
        page = browser.get("/log")
        names = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.get_data(as_text=True)))
        return _sent(browser, "/log"), sum(_sent(browser, name) for name in names)


def server_cost() -> tuple[float, float]:
    """Return the seconds to the first answer, and the MB that the idle server takes in all."""
    with TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environ = {**os.environ, "LEDGER_INSTANCE": folder, "LEDGER_WORKERS": "2"}
        made = ("init", "--name", "Bench", "--currency", "USD", "--time-zone", "UTC")
        subprocess.run((*LATITUDE, *made), env=environ, check=True, stdout=subprocess.DEVNULL)
        began = time.perf_counter()
        command = (*LATITUDE, "serve", "--port", str(port))
        with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as server:
            try:
                _wait_for(port)
                started = time.perf_counter() - began
                time.sleep(1)
                return started, sum(map(_memory, _family(server.pid)))
            finally:
                server.terminate()


def _sent(browser: FlaskClient, address: str) -> int:
    answer = browser.get(address, headers=GZIP)
    return len(answer.data) + len(str(answer.headers).encode())


def _wait_for(port: int) -> None:
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
        except OSError:
            time.sleep(0.02)
        else:
            return


def _family(parent: int) -> Iterator[int]:
    yield parent
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        yield from _family(int(child))


def _memory(process: int) -> float:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    print(HEAD)  # noqa: T201  # what the command is for
    compare()
