"""Processes are killed while they record: what was acknowledged is there, what was not is safe."""

import random
import time
from collections import Counter as Count
from contextlib import ExitStack
from multiprocessing.connection import Connection

from ledger.core.decisions import Recorded
from tests.faults.conftest import Counter
from tests.faults.giving import Told, give
from tests.patience import PATIENCE_SECONDS

ROUNDS = 6
AT_ONCE = 3
# So many are answered to one of them before the killing begins.
TOLD_FIRST = 2


def test_nothing_acknowledged_is_lost_when_processes_are_killed(counter: Counter) -> None:
    told, drawn = Told(), random.Random(20261122)

    for _ in range(ROUNDS):
        _kill_some(counter, told, drawn)

    there = Count(counter.uids())
    assert len(told.acknowledged) >= ROUNDS * TOLD_FIRST
    assert told.acknowledged <= there.keys()
    assert set(there.values()) == {1}
    counter.verify()
    for uid in told.unanswered:
        answer = give(counter.database, counter.giver, uid)
        assert isinstance(answer, Recorded)
        assert answer.is_replay == (uid in there)
    assert Count(counter.uids()) == dict.fromkeys(told.sent, 1)
    counter.verify()


def _kill_some(counter: Counter, told: Told, drawn: random.Random) -> None:
    """Let some processes record at once, and kill all of them at a moment drawn by chance."""
    with ExitStack() as running:
        started = [running.enter_context(counter.giving()) for _ in range(AT_ONCE)]
        _listen_to_the_first(started[0][1], told)
        time.sleep(drawn.uniform(0.0, 0.15))
        for process, _ in started:
            process.kill()
        for process, pipe in started:
            process.join()
            told.listen(pipe)


def _listen_to_the_first(pipe: Connection, told: Told) -> None:
    """Wait until one process has begun to record, and been answered a few times."""
    until = len(told.acknowledged) + TOLD_FIRST
    while len(told.acknowledged) < until:
        assert pipe.poll(PATIENCE_SECONDS), "it does not record"
        told.listen(pipe)
