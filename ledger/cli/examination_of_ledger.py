"""What `doctor` looks at in the ledger: guards, keys, the journal's end, and what is overdue."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from ledger import config, guards, last_runs, signing_key
from ledger.cli.examination_of_machine import strength
from ledger.cli.findings import Finding, How
from ledger.config import SettingError, Settings
from ledger.core import checkpoint, feeds, journal, sites, uploads
from ledger.core.driver import Driver
from ledger.core.tables import Company, ImportFile, ImportRun, Upload
from ledger.core.verification import chain
from ledger.last_runs import Run

TAIL_ROWS = 1_000
# A night may be missed; two are noticed.
BACKUP_LATE = timedelta(days=2)
VERIFY_LATE = timedelta(days=8)


def guarded(faults: Mapping[str, str]) -> Finding:
    """Say whether the triggers that guard the books are there, word for word."""
    if not faults:
        return Finding(How.GOOD, "every book is guarded against changed and removed rows")
    return Finding(
        How.BAD,
        f"the books are not guarded ({'; '.join(guards.told(faults))})",
        "somebody dropped, disabled or replaced this: rows can be changed by hand",
        "run `latitude verify`, then restore a backup that has it",
    )


def keys(settings: Settings, session: Session, company: Company) -> Iterator[Finding]:
    """Look at the keys of this ledger."""
    weak = strength(settings, company.ledger_id)
    if weak is not None:
        yield weak
    try:
        public_key = signing_key.public_half(settings, company.ledger_id)
    except SettingError as broken:
        yield Finding(
            How.BAD,
            str(broken),
            "no checkpoint can be signed",
            "restore the instance folder, with its keys, from a backup of it",
        )
        return
    if public_key != checkpoint.journal_key(session):
        yield Finding(
            How.BAD,
            "the signing key is not the one that the journal's first row names",
            "checkpoints signed with it would not hold",
            "restore the instance folder",
        )
        return
    if weak is None:
        yield Finding(How.GOOD, f"keys in {config.keys_folder(settings, company.ledger_id)}")


def tail(session: Session) -> Finding:
    """Check the end of the journal; `verify` checks all of it.

    Raises:
        BadRowError: at the first row that is not what it was.

    """
    rows = chain.check_tail(Driver(session), TAIL_ROWS)
    if rows == 1:
        return Finding(How.GOOD, "the journal has one row, and it is whole")
    return Finding(How.GOOD, f"the last {rows:,} rows of the journal follow each other")


def stopped_work(session: Session, *, now: datetime) -> Iterator[Finding]:
    """Look for imports and uploads that were stopped half-way."""
    visible = select(func.coalesce(func.max(col(ImportFile.id)), 0)).scalar_subquery()
    if session.scalar(select(col(ImportRun.id)).where(col(ImportRun.id) > visible).limit(1)):
        yield Finding(
            How.NOTE,
            "an import is under way, or was stopped half-way",
            "nothing of it counts, and nothing is wrong; its rows take room",
            "if none is under way, run it again: the next import clears the rest away",
        )
    waiting = session.scalars(
        select(Upload).where(col(Upload.state).in_(("checking", "taking_in", "stopped"))).limit(100)
    )
    stopped = sum(uploads.is_stopped(upload, now=now) for upload in waiting)
    if stopped:
        yield Finding(
            How.NOTE,
            f"{stopped} {'file' if stopped == 1 else 'files'} brought to the page stopped half-way",
            "nothing of it counts yet",
            "open the page Files and start it again, or discard it",
        )


def late_feeds(session: Session, *, now: datetime) -> Iterator[Finding]:
    """Look for feeds that have stopped."""
    today = sites.company_calendar(session).business_date(now)
    for feed in feeds.late(session, on=today):
        since = f"is {feed.days} days late" if feed.through else "never brought anything"
        yield Finding(
            How.BAD,
            f"the feed {feed.label} {since}",
            "figures stop at its last day" if feed.holds else "what it would tell is not known",
            "see why it has stopped, then import what is missing",
        )


def routine(
    settings: Settings, session: Session, company: Company, *, now: datetime
) -> Iterator[Finding]:
    """Look at when the ledger was last backed up and verified from this instance folder."""
    done = last_runs.last_runs(settings, company.ledger_id)
    size = journal.read_head(Driver(session)).seq
    for run, late, what, do in (
        (Run.BACKUP, BACKUP_LATE, "backed up", "latitude backup --into FOLDER --keep 30"),
        (Run.VERIFY, VERIFY_LATE, "verified", "latitude verify"),
        (Run.CHECKPOINT, VERIFY_LATE, "given a checkpoint", "latitude checkpoint --out FILE"),
    ):
        found = done.get(run)
        if found is None:
            yield Finding(How.NOTE, f"never {what} from this folder, as far as is known", do=do)
            continue
        at = f"last {what} on {found.at:%Y-%m-%d} at {found.at:%H:%M} UTC"
        rows = size - found.size
        since = f", {rows:,} {'row' if rows == 1 else 'rows'} ago" if found.size else ""
        if now - found.at <= late:
            yield Finding(How.GOOD, at + since)
            continue
        yield Finding(
            How.BAD if run is Run.BACKUP else How.NOTE,
            at + since,
            "what happened since is only in this one place" if run is Run.BACKUP else "",
            f"see why the timer stopped (systemctl list-timers), then run: {do}",
        )
