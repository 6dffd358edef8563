"""The server listens where the settings say, and answers."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from ledger import server
from ledger.config import Settings
from tests.patience import PATIENCE_SECONDS, wait_until
from tests.ports import answer, free_port

LATITUDE = [sys.executable, "-m", "ledger.cli"]

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
            wait_until(lambda: bool(answer(port)))
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

    assert said == b"ok\n"
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
            with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as wire:
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

    with serving(environ, port) as running:
        head, form = a_sign_in(port)
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as wire:
            wire.sendall(head)
            # Said by whoever runs the request, and now waits for the rest of it.
            assert wire.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
            running.send_signal(signal.SIGTERM)
            # Time to stop in, for a server that would not wait.
            time.sleep(1)
            was_running = running.poll() is None
            wire.sendall(form)
            said = wire.recv(65_536)
        running.communicate(timeout=PATIENCE_SECONDS)

    assert was_running
    assert said.startswith(b"HTTP/1.1 422 ")
    assert running.returncode == 0


def a_sign_in(port: int) -> tuple[bytes, bytes]:
    """Return the two parts of a request to sign in: the head, which announces the form."""
    wire = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    wire.request("GET", "/sign-in")
    answered = wire.getresponse()
    own = (answered.getheader("Set-Cookie") or "").partition(";")[0]
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answered.read().decode())
    wire.close()
    assert token is not None
    typed = {"csrf_token": token[1], "email": "a@b.example", "password": "not it at all"}
    form = urlencode(typed).encode()
    lines = (
        "POST /sign-in HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Cookie: {own}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(form)}",
        "Expect: 100-continue",
    )
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode(), form
