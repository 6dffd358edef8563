"""The server listens where the settings say, and answers."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from ledger import server
from ledger.config import Settings

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


def test_serve_answers_until_it_is_stopped(tmp_path: Path) -> None:
    port = free_port()
    environ = {"PATH": os.environ["PATH"], "LEDGER_INSTANCE": str(tmp_path), "LEDGER_WORKERS": "1"}
    latitude = [sys.executable, "-m", "ledger.cli"]
    subprocess.run([*latitude, "init"], env=environ, check=True, capture_output=True)

    with subprocess.Popen(
        [*latitude, "serve", "--port", str(port)],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as running:
        try:
            said = answer(port)
        finally:
            running.send_signal(signal.SIGTERM)
        shown, _ = running.communicate(timeout=PATIENCE_SECONDS)

    assert said == "ok\n"
    assert running.returncode == 0
    assert shown == f"My company is at http://127.0.0.1:{port}/  (Ctrl-C stops it)\n"
