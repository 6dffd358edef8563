"""Decisions logged over HTTP while somebody floods the sign-in page, beside the same without.

`python -m tests.bench.flood [CONNECTIONS]`: a real server with two workers of four threads; so many
tills send the log's form one after the other, and as many connections guess passwords, in three
ways: one e-mail, many e-mails, and many e-mails each from an address of its own (the server is told
that a proxy stands in front, so no guess is stopped by its address). Goal: 0.6 of the rate.
"""

import contextlib
import itertools
import multiprocessing
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.client import HTTPConnection
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from urllib.parse import urlencode

from ledger.core import signing_in
from ledger.database import Database
from tests.bench.ledgers import shop

CONNECTIONS, SECONDS, ROUNDS, GOAL = 8, 2.0, 5, 0.6
HEAD = (
    "| the flood | decisions/s during it | without | ratio (range) | goal "
    "| guesses/s | slowest of 100 |\n| --- | --- | --- | --- | --- | --- | --- |"
)
# What a till sends: a dollar back to a walk-in; the form itself knows the site and its token.
ANSWERS = {"remedy": "1", "reason": "3", "amount": "1.00", "customer": "walk-in"}
DONE = 303
KINDS = ("one e-mail", "many e-mails", "many e-mails, many addresses")
_HIDDEN = re.compile(r'<input[^>]*name="(csrf_token|site|criteria_version)"[^>]*value="([^"]*)"')
_PATIENCE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A form that lies open in a browser: where it goes, what it holds, and the cookies."""

    port: int
    path: str
    cookies: str
    form: Mapping[str, str]

    def sender(self) -> Callable[[Mapping[str, str], str], int]:
        """Return what sends the form from an address, each time over the same connection."""
        wire = HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)

        def send(answers: Mapping[str, str], address: str) -> int:
            headers = {
                "Cookie": self.cookies,
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Forwarded-For": address,
            }
            wire.request("POST", self.path, urlencode({**self.form, **answers}), headers)
            answer = wire.getresponse()
            answer.read()
            return answer.status

        return send


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One round: decisions a second, the time that one of a hundred exceeds, guesses by status."""

    rate: float
    slow_ms: float
    guesses: Mapping[int, float]


def compare(connections: int = CONNECTIONS) -> list[str]:
    """Log with and without each kind of flood in turns; return rows of a Markdown table."""
    print(HEAD)  # noqa: T201  # what the command is for
    with shop() as (database, person, _site), _serving(database) as port:
        with database.writing() as session:
            token = signing_in.start(session, person, now=datetime.now(UTC))
        till = _opened(port, "/log", f"__Host-latitude={token}")
        door = _opened(port, "/sign-in", "")
        till = replace(till, form={**till.form, **ANSWERS})
        measured(till, None, connections)
        return [_line(kind, till, door, connections) for kind in KINDS]


def _line(kind: str, till: Page, door: Page, connections: int) -> str:
    pairs = [
        (measured(till, (door, kind), connections), measured(till, None, connections))
        for _ in range(ROUNDS)
    ]
    ratios = [during.rate / without.rate for during, without in pairs]
    rates, slow = (
        [
            statistics.median(getattr(found, name) for found in side)
            for side in zip(*pairs, strict=True)
        ]
        for name in ("rate", "slow_ms")
    )
    told = ", ".join(
        f"{statistics.mean(during.guesses.get(status, 0) for during, _ in pairs):.0f} x {status}"
        for status in sorted({status for during, _ in pairs for status in during.guesses})
    )
    line = (
        f"| {kind} | {rates[0]:,.0f} | {rates[1]:,.0f} | **{statistics.median(ratios):.2f} x** "
        f"({min(ratios):.2f}-{max(ratios):.2f}) | {GOAL} x | {told} "
        f"| {slow[0]:.0f} ms, without {slow[1]:.0f} |"
    )
    print(line, flush=True)  # noqa: T201  # what the command is for
    return line


def measured(till: Page, flood: tuple[Page, str] | None, connections: int) -> Found:
    """Log for some seconds, with the flood or without."""
    context = multiprocessing.get_context("fork")
    stop, (counted, counts) = context.Event(), context.Pipe(duplex=False)
    guessing = None
    if flood is not None:
        guessing = context.Process(target=_guess, args=(*flood, connections, stop, counts))
        guessing.start()
        time.sleep(1)
    took: list[float] = []
    until = time.perf_counter() + SECONDS
    _side_by_side(connections, lambda _number: _log(till, until, took))
    stop.set()
    guesses: dict[int, float] = counted.recv() if guessing is not None else {}
    if guessing is not None:
        guessing.join()
    return Found(
        rate=len(took) / SECONDS,
        slow_ms=statistics.quantiles(took, n=100)[-1] * 1000,
        guesses=guesses,
    )


def _log(till: Page, until: float, took: list[float]) -> None:
    send = till.sender()
    while (began := time.perf_counter()) < until:
        status = send({"uid": str(uuid.uuid4())}, "192.0.2.1")
        if status != DONE:
            raise AssertionError(status)
        took.append(time.perf_counter() - began)


def _guess(door: Page, kind: str, connections: int, stop: Event, counts: Connection) -> None:
    """Guess from so many connections at once until it is over; then say how many a second."""
    answers: Counter[int] = Counter()
    numbers = itertools.count()
    began = time.perf_counter()

    def guess(_number: int) -> None:
        send = door.sender()
        while not stop.is_set():
            number = next(numbers)
            who = "ana" if kind == KINDS[0] else f"p{os.getpid()}-{number}"
            near = kind != KINDS[2]
            address = "198.51.100.7" if near else f"2001:db8:{os.getpid() % 65536:x}:{number:x}::1"
            typed = {"email": f"{who}@maple.example", "password": "not the right one"}
            answers[send(typed, address)] += 1

    _side_by_side(connections, guess)
    seconds = time.perf_counter() - began
    counts.send({status: count / seconds for status, count in answers.items()})


def _side_by_side(count: int, job: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=job, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _opened(port: int, path: str, cookie: str) -> Page:
    wire = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    wire.request("GET", path, headers={"Cookie": cookie})
    answer = wire.getresponse()
    own = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    form = dict(_HIDDEN.findall(answer.read().decode()))
    wire.close()
    cookies = "; ".join(filter(None, (cookie, own)))
    return Page(port=port, path=path, cookies=cookies, form=form)


@contextlib.contextmanager
def _serving(database: Database) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {
        **os.environ,
        "LEDGER_INSTANCE": str(Path(str(database.url.database)).parent),
        "LEDGER_DATABASE_URL": str(database.url),
        "LEDGER_SECRET_KEY": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "LEDGER_PEPPER": "p" * 32,
        "LEDGER_WORKERS": "2",
        "LEDGER_THREADS": "4",
        "LEDGER_PROXY_COUNT": "1",
        "LEDGER_TRUSTED_HOSTS": "127.0.0.1",
    }
    command = (sys.executable, "-m", "ledger.cli", "serve", "--port", str(port))
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environ, stdout=quiet, stderr=quiet) as server:
        try:
            _wait_for(port, server)
            yield port
        finally:
            server.terminate()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(server.returncode)


if __name__ == "__main__":
    compare(*map(int, sys.argv[1:]))
