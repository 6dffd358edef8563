"""What `latitude doctor` looks at, in which order: the machine first, then the ledger."""

from collections.abc import Iterator
from datetime import datetime

from ledger import guards, revisions
from ledger.cli import examination_of_ledger as of_ledger
from ledger.cli import examination_of_machine as of_machine
from ledger.cli.findings import Finding, How
from ledger.cli.options import shown_address
from ledger.cli.sentences import REFUSALS, sentence
from ledger.config import Settings
from ledger.core import sites
from ledger.database import Database
from ledger.ledgers import open_founded

_FIRST = "Nothing else about the ledger can be said before this is mended."


def examine(settings: Settings, *, now: datetime) -> Iterator[Finding]:
    """Look at the program's surroundings, then at the ledger; yield what is found.

    Nothing is written.
    """
    yield Finding(How.GOOD, f"instance folder {settings.instance}")
    yield from of_machine.programs(settings)
    yield Finding(How.GOOD, f"database {shown_address(settings)}")
    yield from of_machine.place(settings)
    yield from of_machine.reach(settings)
    yield from of_machine.notice_of_asks(settings)
    try:
        database = open_founded(settings)
    except REFUSALS as refusal:
        yield Finding(How.BAD, sentence(refusal), do=_FIRST)
        return
    try:
        yield from _examine_ledger(settings, database, now=now)
    except REFUSALS as refusal:
        yield Finding(How.BAD, sentence(refusal))
    finally:
        database.close()


def _examine_ledger(settings: Settings, database: Database, *, now: datetime) -> Iterator[Finding]:
    at, _ = revisions.found(database)
    faults = guards.guard_faults(database)
    with database.reading() as session:
        yield of_machine.storage(database, session)
        yield Finding(How.GOOD, f"tables at revision {', '.join(sorted(at))}")
        yield of_ledger.guarded(faults)
        company = sites.company(session)
        yield from of_machine.time_zones(session, company)
        yield from of_machine.clocks(database, session, now=now)
        yield from of_ledger.keys(settings, session, company)
        yield of_ledger.tail(session)
        yield from of_ledger.stopped_work(session, now=now)
        yield from of_ledger.late_feeds(session, now=now)
        yield from of_ledger.routine(settings, session, company, now=now)
