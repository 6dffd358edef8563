"""What `latitude doctor` looks at, one function for each thing."""

import importlib.util
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session

from ledger import config, guards, schema
from ledger.cli.options import shown_address
from ledger.cli.sentences import REFUSALS, sentence
from ledger.config import SettingError, Settings
from ledger.core import checkpoint, clock, sites
from ledger.core.driver import Driver
from ledger.core.tables import Company
from ledger.core.verification import chain
from ledger.database import Database, is_wal_safe, sqlite_module
from ledger.ledgers import open_founded
from ledger.signing_key import SIGNING_KEY

TAIL_ROWS = 1_000


class How(Enum):
    """How a thing is."""

    GOOD = "as it should be"
    NOTE = "worth knowing"
    BAD = "must be mended"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, in words."""

    how: How
    what: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at the program's surroundings, then at the ledger; yield what is found."""
    yield Finding(How.GOOD, f"instance folder {settings.instance}")
    yield from _programs()
    yield Finding(How.GOOD, f"database {shown_address(settings)}")
    try:
        database = open_founded(settings)
    except REFUSALS as refusal:
        yield Finding(How.BAD, sentence(refusal))
        return
    try:
        yield from _examine_ledger(settings, database)
    except REFUSALS as refusal:
        yield Finding(How.BAD, sentence(refusal))
    finally:
        database.close()


def _examine_ledger(settings: Settings, database: Database) -> Iterator[Finding]:
    at, _ = schema.revisions(database)
    faults = guards.guard_faults(database)
    with database.reading() as session:
        yield from _storage(database, session)
        yield Finding(How.GOOD, f"tables at revision {', '.join(sorted(at))}")
        yield _guards(faults)
        company = sites.company(session)
        yield from _time_zones(session, company)
        yield from _keys(settings, session, company)
        rows = chain.check_tail(Driver(session), TAIL_ROWS)
        yield Finding(How.GOOD, f"the last {rows:,} rows of the journal follow each other")


def _guards(faults: Mapping[str, str]) -> Finding:
    if not faults:
        return Finding(How.GOOD, "every book is guarded against changed and removed rows")
    return Finding(
        How.BAD,
        f"the books are not guarded ({'; '.join(guards.told(faults))}). Somebody dropped, disabled "
        "or replaced this: run `latitude verify`, then restore a backup that has it.",
    )


def _programs() -> Iterator[Finding]:
    module = sqlite_module()
    whose = "bundled" if module.__name__.startswith("pysqlite3") else "Python's own"
    yield Finding(How.GOOD, f"SQLite {module.sqlite_version} ({whose})")
    if not is_wal_safe():
        yield Finding(
            How.NOTE, "this SQLite's write-ahead log is not used: it is older than 3.51.3 (slower)"
        )
    if importlib.util.find_spec("psycopg") is None:
        yield Finding(How.NOTE, "PostgreSQL cannot be used: install latitude-ledger[postgres]")
    elif shutil.which("pg_dump") is None:
        yield Finding(How.NOTE, "pg_dump is not here: PostgreSQL is backed up where it runs")


def _storage(database: Database, session: Session) -> Iterator[Finding]:
    if database.is_sqlite:
        mode = session.scalar(text("PRAGMA journal_mode"))
        yield Finding(How.GOOD, f"journal mode {mode}, every commit waits for the disk")
        return
    version = session.scalar(text("SHOW server_version"))
    yield Finding(How.GOOD, f"PostgreSQL {version}, every commit waits for the disk")


def _time_zones(session: Session, company: Company) -> Iterator[Finding]:
    rules = [rule for calendar in sites.calendars(session).values() for rule in calendar.rules]
    zones = {company.zone, *(rule.zone for rule in rules)}
    missing = sorted(zone for zone in zones if not clock.known_zone(zone))
    if missing:
        yield Finding(How.BAD, f"time zones without data: {', '.join(missing)}. Install tzdata.")
        return
    shown = ", ".join(sorted(ZoneInfo(zone).key for zone in zones))
    yield Finding(How.GOOD, f"time zone data for {shown}")


def _keys(settings: Settings, session: Session, company: Company) -> Iterator[Finding]:
    try:
        config.load_secrets(settings, company.ledger_id)
        private = config.load_private(settings, company.ledger_id, SIGNING_KEY)
    except SettingError as missing:
        yield Finding(How.BAD, str(missing))
        return
    if checkpoint.public_half(private) != checkpoint.journal_key(session):
        yield Finding(How.BAD, "the signing key is not the one that the journal's first row names")
        return
    yield Finding(How.GOOD, f"keys in {config.keys_folder(settings, company.ledger_id)}")
