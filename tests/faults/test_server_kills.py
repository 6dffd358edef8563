"""The server is killed under load, and answers get lost: what a tablet was told is there."""

import random
import sys
import threading
import time
import uuid
from collections import Counter as Count
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.faults.conftest import Counter
from tests.faults.giving import Told
from tests.faults.tablet import BusyError, Tablet, kill, serving, tablet_at
from tests.patience import PATIENCE_SECONDS, wait_until
from tests.ports import free_port

# On SQLite the server holds the ledger itself; on PostgreSQL one kill shows that nothing differs.
KILLS, KILLS_ON_POSTGRESQL = 3, 1
TABLETS = 4

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn needs fork")


def test_nothing_a_tablet_was_told_is_lost_when_the_server_is_killed(
    counter: Counter, tmp_path: Path
) -> None:
    told, drawn = Told(), random.Random(20261122)
    kills = KILLS if counter.database.is_sqlite else KILLS_ON_POSTGRESQL
    port, instance = free_port(), str(tmp_path / "instance")

    for _ in range(kills):
        with serving(counter.url, instance, port) as running:
            tablet = tablet_at(port, counter.database, counter.giver)
            threads = [
                threading.Thread(target=_send_for_ever, args=(tablet, told)) for _ in range(TABLETS)
            ]
            for thread in threads:
                thread.start()
            _wait_until_some_are_told(told)
            time.sleep(drawn.uniform(0.0, 0.6))
            kill(running)
            for thread in threads:
                thread.join(PATIENCE_SECONDS)

    there = Count(counter.uids())
    assert len(told.acknowledged) >= kills * TABLETS
    assert told.acknowledged <= there.keys()
    assert set(there.values()) == {1}
    counter.verify()
    with serving(counter.url, instance, port):
        tablet = tablet_at(port, counter.database, counter.giver)
        answers = {uid: tablet.send(uid) for uid in told.unanswered}
    assert all(("again" in answers[uid]) == (uid in there) for uid in told.unanswered)
    assert Count(counter.uids()) == dict.fromkeys(told.sent, 1)


def test_a_form_whose_answer_was_lost_leads_to_its_first_receipt(
    sqlite_counter: Counter, tmp_path: Path
) -> None:
    counter, port, uid = sqlite_counter, free_port(), str(uuid.uuid4())

    with serving(counter.url, str(tmp_path / "instance"), port):
        tablet = tablet_at(port, counter.database, counter.giver)
        tablet.send_and_leave(uid)
        wait_until(lambda: uid in counter.uids())
        again = [tablet.send(uid) for _ in range(2)]

    assert again == [f"/receipts/{uid}?again=1"] * 2
    assert counter.uids() == [uid]
    counter.verify()


def _send_for_ever(tablet: Tablet, told: Told) -> None:
    """Send one form after the other until the server does not answer any more."""
    while True:
        uid = str(uuid.uuid4())
        told.sent.add(uid)
        try:
            assert uid in tablet.send(uid)
        except BusyError:
            continue
        except (OSError, HTTPException):
            return
        told.acknowledged.add(uid)


def _wait_until_some_are_told(told: Told) -> None:
    """Wait until as many forms more as there are tablets have been answered."""
    before = len(told.acknowledged)
    wait_until(lambda: len(told.acknowledged) >= before + TABLETS)
