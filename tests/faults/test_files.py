"""The file under the ledger: no room, and somebody who holds it."""

import sys
import threading
import time
import uuid
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import text

from ledger.core.decisions import Recorded
from ledger.database import BUSY_MS, sqlite_module
from ledger.sessions import DATABASE_TROUBLES, Trouble, trouble_of
from tests.faults.conftest import Counter
from tests.faults.giving import give

try:
    import resource
except ImportError:  # Windows has no limits of this kind
    resource = None  # type: ignore[assignment]  # the module is simply absent there

# More than one decision fits in, and not many.
ROOM_BYTES = 200_000


def test_a_full_file_takes_what_fits_and_goes_on_when_there_is_room(
    sqlite_counter: Counter,
) -> None:
    counter = sqlite_counter
    with counter.database.engine.connect() as connection:
        size = connection.execute(text("PRAGMA page_count")).scalar_one()
        most = connection.execute(text("PRAGMA max_page_count")).scalar_one()
        # SQLite's own: every connection of the pool is this one.
        connection.execute(text(f"PRAGMA max_page_count = {size + 20}"))
    acknowledged, refused = _give_until_refused(counter)
    assert trouble_of(refused) is Trouble.FULL
    assert acknowledged == counter.uids()
    counter.verify()

    with counter.database.engine.connect() as connection:
        connection.execute(text(f"PRAGMA max_page_count = {most}"))
    again = give(counter.database, counter.giver, str(uuid.uuid4()))

    assert isinstance(again, Recorded)
    assert len(counter.uids()) == len(acknowledged) + 1
    counter.verify()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_a_disk_that_takes_no_more_bytes_loses_nothing(sqlite_counter: Counter) -> None:
    counter = sqlite_counter
    path = counter.database.path
    assert path is not None
    log = path.with_name(path.name + "-wal")
    room = max(path.stat().st_size, log.stat().st_size if log.exists() else 0) + ROOM_BYTES
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    # Python ignores SIGXFSZ: what is beyond the limit is refused, as on a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        acknowledged, refused = _give_until_refused(counter)
        kept = counter.uids()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert isinstance(refused, DATABASE_TROUBLES)
    assert kept == acknowledged
    counter.verify()
    assert isinstance(give(counter.database, counter.giver, str(uuid.uuid4())), Recorded)
    counter.verify()


def test_a_decision_waits_for_somebody_who_holds_the_file_for_a_moment(
    sqlite_counter: Counter,
) -> None:
    counter = sqlite_counter
    with closing(_connected(counter)) as other:
        other.execute("BEGIN IMMEDIATE")
        soon = threading.Timer(0.5, other.execute, ["COMMIT"])
        soon.start()

        answer = give(counter.database, counter.giver, str(uuid.uuid4()))
        soon.join()

    assert isinstance(answer, Recorded)
    counter.verify()


def test_a_decision_is_not_half_written_when_somebody_holds_the_file_for_long(
    sqlite_counter: Counter,
) -> None:
    counter, uid = sqlite_counter, str(uuid.uuid4())
    with closing(_connected(counter)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(DATABASE_TROUBLES) as refused:
            give(counter.database, counter.giver, uid)
        waited = time.monotonic() - began
        other.execute("ROLLBACK")

    assert trouble_of(refused.value) is Trouble.BUSY
    assert waited >= BUSY_MS / 1000 * 0.9
    assert counter.uids() == []
    answer = give(counter.database, counter.giver, uid)
    assert isinstance(answer, Recorded)
    assert not answer.is_replay, "the form's id was not used up"
    counter.verify()


def _give_until_refused(counter: Counter) -> tuple[list[str], BaseException]:
    """Record until the file takes no more; return what was acknowledged, and what was said then."""
    acknowledged: list[str] = []
    while True:
        uid = str(uuid.uuid4())
        try:
            give(counter.database, counter.giver, uid)
        except DATABASE_TROUBLES as refused:
            return acknowledged, refused
        acknowledged.append(uid)


def _connected(counter: Counter) -> Any:  # noqa: ANN401  # of either SQLite module
    path = counter.database.path
    assert path is not None
    return sqlite_module().connect(path, isolation_level=None, check_same_thread=False)
