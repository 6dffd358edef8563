"""The server listens where the settings say, and answers."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from ledger import server
from ledger.config import Settings

try:
    import fcntl
except ImportError:  # these tests are not for Windows
    fcntl = None  # type: ignore[assignment]  # the module is simply absent there

LATITUDE = [sys.executable, "-m", "ledger.cli"]
# A busy machine takes its time.
PATIENCE_SECONDS = 120

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn needs fork")


def test_the_settings_reach_gunicorn(tmp_path: Path) -> None:
    settings = Settings(
        instance=tmp_path, database_url="sqlite://", host="::1", port=8123, workers=3, threads=5
    )

    found = server.gunicorn_settings(settings)

    assert found["bind"] == "[::1]:8123"
    assert (found["workers"], found["threads"], found["worker_class"]) == (3, 5, "gthread")
    assert (found["graceful_timeout"], found["max_requests"]) == (30, 0)
    assert found["forwarded_allow_ips"] == ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answer(port: int) -> str:
    """Wait until the server is there, and return what it says of its health."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as page:
                said: bytes = page.read()
                return said.decode()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Set a ledger up, and return the environment that names it."""
    environ = {
        "PATH": os.environ["PATH"],
        "LEDGER_INSTANCE": str(tmp_path / "instance"),
        "LEDGER_WORKERS": "1",
    }
    subprocess.run([*LATITUDE, "init"], env=environ, check=True, capture_output=True)
    return environ


@contextmanager
def serving(environ: Mapping[str, str], port: int) -> Iterator[subprocess.Popen[str]]:
    """Run a server for as long as the block runs, and no longer."""
    with subprocess.Popen(
        [*LATITUDE, "serve", "--port", str(port)],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            answer(port)
            yield running
        finally:
            if running.poll() is None:
                running.terminate()


def test_serve_answers_until_it_is_stopped(environ: dict[str, str]) -> None:
    port = free_port()

    with serving(environ, port) as running:
        said = answer(port)
        running.send_signal(signal.SIGTERM)
        shown, logged = running.communicate(timeout=PATIENCE_SECONDS)

    assert said == "ok\n"
    assert running.returncode == 0
    assert shown == f"My company is at http://127.0.0.1:{port}/  (Ctrl-C stops it)\n"
    assert logged == ""


def test_what_the_server_logs_is_one_object_a_line_and_quotes_nobody(
    environ: dict[str, str],
) -> None:
    port = free_port()

    with serving(environ, port) as running:
        for sent in (
            b"GET /zoraya?q=5558675309 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            b"zoraya 5558675309\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nzoraya 5558675309\r\n\r\n",
            b"GET /" + b"z" * 9_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        ):
            with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
                wire.sendall(sent)
                while wire.recv(65_536):
                    pass
        running.send_signal(signal.SIGTERM)
        _, logged = running.communicate(timeout=PATIENCE_SECONDS)

    lines = [json.loads(line) for line in logged.splitlines()]
    assert {line["event"] for line in lines} == {"request", "server"}
    assert [line["status"] for line in lines if line["event"] == "request"] == [404]
    assert "zoraya" not in logged
    assert "5558675309" not in logged


def test_a_request_that_runs_is_finished_before_the_server_stops(environ: dict[str, str]) -> None:
    port = free_port()
    browser = build_opener(HTTPCookieProcessor())
    queue = Path(environ["LEDGER_INSTANCE"]) / "ledger.sqlite.queue"
    answers: list[int] = []

    def sign_in(page: str) -> None:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token is not None
        typed = {"csrf_token": token[1], "email": "a@b.example", "password": "not it at all"}
        try:
            with browser.open(f"http://127.0.0.1:{port}/sign-in", urlencode(typed).encode()) as got:
                answers.append(got.status)
        except HTTPError as refused:
            with refused:
                answers.append(refused.code)

    with serving(environ, port) as running, queue.open("ab") as held:
        with browser.open(f"http://127.0.0.1:{port}/sign-in") as got:
            page = got.read().decode()
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = threading.Thread(target=sign_in, args=(page,))
        waiting.start()
        time.sleep(1)
        running.send_signal(signal.SIGTERM)
        time.sleep(1)
        was_running, was_answered = running.poll() is None, bool(answers)
        fcntl.flock(held, fcntl.LOCK_UN)
        waiting.join(PATIENCE_SECONDS)
        running.communicate(timeout=PATIENCE_SECONDS)

    assert was_running
    assert not was_answered
    assert answers == [422]
    assert running.returncode == 0
