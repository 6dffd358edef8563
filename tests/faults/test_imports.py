"""An import is killed half-way: nothing of it counts, and the same file goes in afterwards."""

import multiprocessing
from io import BytesIO
from multiprocessing.connection import Connection

from sqlalchemy import func, select
from sqlmodel import col

from ledger.core import standing
from ledger.core.imports.activity import import_activity
from ledger.core.imports.decisions import import_decisions
from ledger.core.imports.runs import BATCH, Options
from ledger.core.imports.till import import_till
from ledger.core.tables import Activity, ImportFile, Journal, Outcome, TillEntry
from ledger.database import Database
from tests.bench.ledgers import NOW, activity_file, decisions_file
from tests.faults.conftest import Counter
from tests.patience import PATIENCE_SECONDS

# The first of two short transactions is done when the import is killed.
VISITS = BATCH + 500
RUNG = BATCH + 500
DECISIONS = 400


def test_an_import_of_activity_that_is_killed_leaves_nothing_that_counts(counter: Counter) -> None:
    _take_in_decisions(counter.url)
    before = _standing(counter)

    done = _killed_half_way(counter, "activity")

    assert done == BATCH
    assert _visits(counter) == BATCH, "they wait to be cleared away"
    assert _standing(counter) == before
    counter.verify()
    _take_in_activity(counter.url)
    assert _visits(counter) == VISITS
    counter.verify()


def test_an_import_of_decisions_that_is_killed_leaves_nothing(counter: Counter) -> None:
    before = _standing(counter)

    done = _killed_half_way(counter, "decisions")

    assert done > 0
    assert _standing(counter) == before
    counter.verify()
    _take_in_decisions(counter.url)
    assert len(counter.uids()) == DECISIONS
    counter.verify()


def test_an_import_of_a_till_that_is_killed_leaves_nothing_that_counts(counter: Counter) -> None:
    before = _standing(counter)

    done = _killed_half_way(counter, "till")

    assert done == BATCH
    assert _rung_up(counter) == (BATCH, 0), "they wait to be cleared away"
    assert _standing(counter) == before
    counter.verify()
    _take_in_till(counter.url)
    assert _rung_up(counter) == (RUNG, RUNG)
    counter.verify()


def _killed_half_way(counter: Counter, kind: str) -> int:
    """Kill an import in a process of its own, and return how many rows it had written."""
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_take_in, args=(counter.url, kind, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        assert ours.poll(PATIENCE_SECONDS), "the import has not begun"
        done: int = ours.recv()
    finally:
        process.kill()
        process.join()
    return done


def _take_in(url: str, kind: str, pipe: Connection) -> None:
    """Take a file in; tell how far it is as soon as something is written, and wait to be killed."""

    def tell(done: int, _total: int) -> None:
        pipe.send(done)
        multiprocessing.Event().wait(PATIENCE_SECONDS)

    options = Options(create_missing=True, progress=tell)
    take_in = {
        "activity": _take_in_activity,
        "decisions": _take_in_decisions,
        "till": _take_in_till,
    }[kind]
    take_in(url, options)


def _take_in_activity(url: str, options: Options | None = None) -> None:
    database = Database(url)
    import_activity(database, activity_file(VISITS), options or Options(), now=NOW)
    database.close()


def _take_in_decisions(url: str, options: Options | None = None) -> None:
    database, plain = Database(url), Options(create_missing=True)
    import_decisions(database, decisions_file(DECISIONS), options or plain, now=NOW)
    database.close()


def _take_in_till(url: str, options: Options | None = None) -> None:
    head = "external_id,occurred_at,location_ref,kind,amount,currency,reference,staff_ref\n"
    rows = "".join(f"t{n},2026-06-03T15:00:00Z,S1,refund,2.00,USD,,\n" for n in range(RUNG))
    database = Database(url)
    import_till(database, BytesIO((head + rows).encode()), options or Options(), now=NOW)
    database.close()


def _rung_up(counter: Counter) -> tuple[int, int]:
    """Return how many entries of a till there are, and how many of them count."""
    query = select(func.count()).select_from(TillEntry)
    with counter.database.reading() as session:
        counting = query.where(standing.counts(TillEntry))
        return session.scalar(query) or 0, session.scalar(counting) or 0


def _visits(counter: Counter) -> int:
    """Return how many rows of activity there are, whether they count or not."""
    with counter.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Activity)) or 0


def _standing(counter: Counter) -> tuple[int, ...]:
    """Return what counts: journal rows, files, decisions and those whose customers came back."""
    with counter.database.reading() as session:
        came = col(Outcome.returned_on).is_not(None)
        return (
            session.scalar(select(func.count()).select_from(Journal)) or 0,
            session.scalar(select(func.count()).select_from(ImportFile)) or 0,
            session.scalar(select(func.count()).select_from(Outcome)) or 0,
            session.scalar(select(func.count()).select_from(Outcome).where(came)) or 0,
        )
