"""A server that can be killed, and a tablet that sends the log's form to it again and again."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection
from urllib.parse import urlencode

from ledger.core import signing_in
from ledger.core.tables import Person
from ledger.database import Database
from tests.faults.giving import Giver
from tests.patience import PATIENCE_SECONDS, wait_until
from tests.ports import answer

_HIDDEN = re.compile(r'<input[^>]*name="(csrf_token|site|criteria_version)"[^>]*value="([^"]*)"')


class BusyError(Exception):
    """The server asks to send the form again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tablet:
    """A browser in which somebody is signed in, and has the log open."""

    port: int
    cookies: str
    form: Mapping[str, str]

    def send(self, uid: str) -> str:
        """Send the form; return where the answer leads.

        Raises:
            OSError: if no answer came.
            HTTPException: if the answer broke off.
            BusyError: if nothing was saved, because too many others were waiting.

        """
        wire = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            wire.request("POST", "/log", urlencode({**self.form, "uid": uid}), self._headers())
            answer = wire.getresponse()
            answer.read()
            if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
                raise BusyError
            assert answer.status == HTTPStatus.SEE_OTHER, answer.status
            return answer.getheader("Location") or ""
        finally:
            wire.close()

    def send_and_leave(self, uid: str) -> None:
        """Send the form, and be gone before the answer comes."""
        body = urlencode({**self.form, "uid": uid}).encode()
        head = "".join(f"{name}: {value}\r\n" for name, value in self._headers().items())
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS) as wire:
            wire.sendall(
                f"POST /log HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{head}"
                f"Content-Length: {len(body)}\r\n\r\n".encode()
                + body
            )

    def _headers(self) -> Mapping[str, str]:
        return {"Cookie": self.cookies, "Content-Type": "application/x-www-form-urlencoded"}


def tablet_at(port: int, database: Database, giver: Giver) -> Tablet:
    """Sign somebody in, and open the log."""
    with database.writing() as session:
        person = session.get_one(Person, giver.person_id)
        token = signing_in.start(session, person, now=datetime.now(UTC))
    wire = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    wire.request("GET", "/log", headers={"Cookie": f"latitude={token}"})
    page = wire.getresponse()
    own = (page.getheader("Set-Cookie") or "").partition(";")[0]
    form = dict(_HIDDEN.findall(page.read().decode()))
    wire.close()
    answers = {"remedy": giver.remedy_id, "reason": giver.reason_id, "amount": "1.00"}
    return Tablet(
        port=port,
        cookies=f"latitude={token}; {own}",
        form={**form, "customer": "walk-in", **{name: str(of) for name, of in answers.items()}},
    )


@contextmanager
def serving(url: str, instance: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run the server on this ledger, in a process group of its own; kill it at the end."""
    environ = {
        "PATH": os.environ["PATH"],
        "LEDGER_INSTANCE": instance,
        "LEDGER_DATABASE_URL": url,
        "LEDGER_SECRET_KEY": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "LEDGER_PEPPER": "p" * 32,
        "LEDGER_WORKERS": "2",
    }
    running = subprocess.Popen(
        [sys.executable, "-m", "ledger.cli", "serve", "--port", str(port)],
        env=environ,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: _has_come_up(port, running))
        yield running
    finally:
        kill(running)


def kill(running: subprocess.Popen[bytes]) -> None:
    """Kill the server and its workers at once."""
    if running.poll() is None:
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def _has_come_up(port: int, running: subprocess.Popen[bytes]) -> bool:
    assert running.poll() is None, "the server has stopped; it says why above"
    return bool(answer(port))
