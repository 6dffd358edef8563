"""The server is killed while it takes a file in: nothing of it counts, and it is started again."""

import hashlib
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from ledger.core import activity, signing_in, uploads
from ledger.core.imports import history, told
from ledger.core.imports.runs import BATCH, Imported
from ledger.core.tables import Activity, Upload
from tests.cast import person
from tests.core.files import ACTIVITY
from tests.faults.conftest import Counter
from tests.faults.tablet import kill, serving
from tests.patience import PATIENCE_SECONDS, wait_until
from tests.ports import free_port

# Several short transactions, so that there is time to kill between two of them.
VISITS = 5 * BATCH
ROWS = "".join(f"v{n},c{n % 500},2026-02-01T15:00:00Z,visit,0,USD\n" for n in range(VISITS))
FILE = f"{ACTIVITY}\n{ROWS}".encode()

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn needs fork")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A browser in which the administrator is signed in."""

    port: int
    token: str

    def page(self, uid: str) -> tuple[str, str]:
        """Return the page of an upload, and the browser's own cookie."""
        wire = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        wire.request("GET", f"/files/{uid}", headers={"Cookie": f"latitude={self.token}"})
        answer = wire.getresponse()
        text = answer.read().decode()
        wire.close()
        return text, (answer.getheader("Set-Cookie") or "").partition(";")[0]

    def press(self, uid: str, what: str) -> None:
        """Press a button of the upload's page."""
        text, own = self.page(uid)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', text)
        assert found is not None, text
        headers = {
            "Cookie": f"latitude={self.token}; {own}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        wire = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        form = urlencode({"csrf_token": found[1]})
        wire.request("POST", f"/files/{uid}/{what}", form, headers)
        assert wire.getresponse().status == 303
        wire.close()


def test_a_server_killed_while_it_takes_a_file_in_leaves_nothing_half_done(
    sqlite_counter: Counter, tmp_path: Path
) -> None:
    counter, instance, port = sqlite_counter, str(tmp_path / "instance"), free_port()
    uid, token = _looked_at(counter)
    desk = Desk(port=port, token=token)

    with serving(counter.url, instance, port) as running:
        desk.press(uid, "take-in")
        wait_until(lambda: _is_killed_half_way(counter, running))

    staged, counting = _visits(counter)
    assert staged >= BATCH
    assert counting == 0
    counter.verify()
    _let_a_minute_pass(counter, uid)
    with serving(counter.url, instance, port):
        assert "This stopped before it was done" in desk.page(uid)[0]
        desk.press(uid, "again")
        wait_until(lambda: _state(counter, uid) == "checked")
        desk.press(uid, "take-in")
        wait_until(lambda: _state(counter, uid) == "taken_in")
    assert _visits(counter) == (VISITS, VISITS)
    counter.verify()


def _looked_at(counter: Counter) -> tuple[str, str]:
    """Let the administrator bring a file and look at it; return its uid and how they sign in."""
    now = datetime.now(UTC)
    with counter.database.writing() as session:
        ada = person(session, "ada")
        named, wanted = ("visits.csv", len(FILE)), uploads.Wanted()
        uid = uploads.begin(session, ada, "activity", named, wanted, now=now).uid
        pieces = range(0, len(FILE), uploads.PIECE_BYTES)
        for number, start in enumerate(pieces):
            piece = FILE[start : start + uploads.PIECE_BYTES]
            uploads.add_piece(session, uid, number, piece, now=now)
        whole = hashlib.sha256(FILE).hexdigest()
        uploads.complete(session, uid, len(pieces), whole, now=now)
        came = Imported(kind="activity", feed="main", new=VISITS, dry_run=True)
        report = told.of_import(came, age=history.age(session))
        uploads.finish(session, uid, "checked", report=report, now=now)
        return uid, signing_in.start(session, ada, now=now)


def _is_killed_half_way(counter: Counter, running: subprocess.Popen[bytes]) -> bool:
    """Kill the server if it has begun to write the file; it waits while we look."""
    with counter.database.writing():
        if _visits(counter)[0] < BATCH:
            return False
        kill(running)
        return True


def _visits(counter: Counter) -> tuple[int, int]:
    """Return how many rows of activity there are, and how many of them count."""
    query = select(func.count()).select_from(Activity)
    with counter.database.reading() as session:
        counting = query.where(activity.counts())
        return session.scalar(query) or 0, session.scalar(counting) or 0


def _state(counter: Counter, uid: str) -> str:
    with counter.database.reading() as session:
        return uploads.by_uid(session, uid).state


def _let_a_minute_pass(counter: Counter, uid: str) -> None:
    with counter.database.writing() as session:
        before = uploads.by_uid(session, uid).moved_at - timedelta(seconds=61)
        session.execute(update(Upload).where(col(Upload.uid) == uid).values(moved_at=before))
