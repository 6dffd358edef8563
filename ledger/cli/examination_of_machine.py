"""What `doctor` looks at around the ledger: programs, disk, modes, reach, zones and clocks."""

import importlib.metadata
import os
import re
import shutil
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import make_url, text
from sqlmodel import Session

from ledger import config, notifying, places
from ledger.cli.findings import Finding, How
from ledger.config import SettingError, Settings
from ledger.core import clock, journal, sites
from ledger.core.driver import Driver
from ledger.core.tables import Company
from ledger.database import Database, is_wal_safe, sqlite_module

MEBIBYTE = 1024 * 1024
FULL, NEARLY_FULL = 200 * MEBIBYTE, 1024 * MEBIBYTE
APART = timedelta(seconds=5)
# A library that tells programs that the disk has it, when it has not.
_EATS_DATA = "libeatmydata"
_VERSION = re.compile(r"# version (\S+)")


def programs(settings: Settings) -> Iterator[Finding]:
    """Look at the programs of this machine that the ledger's database needs."""
    if make_url(settings.database_url).get_backend_name() == "sqlite":
        yield from _sqlite()
    else:
        yield from _postgresql()
    if _EATS_DATA in os.environ.get("LD_PRELOAD", ""):
        yield Finding(
            How.BAD,
            f"{_EATS_DATA} is loaded",
            "it says that the disk has what it has not: a power cut loses what was acknowledged",
            "unset LD_PRELOAD, and start the server again",
        )


def _sqlite() -> Iterator[Finding]:
    module = sqlite_module()
    whose = "bundled" if module.__name__.startswith("pysqlite3") else "Python's own"
    yield Finding(How.GOOD, f"SQLite {module.sqlite_version} ({whose})")
    if not is_wal_safe():
        yield Finding(
            How.NOTE,
            "this SQLite's write-ahead log is not used: it is older than 3.51.3 (slower)",
            "older ones can damage a file, so writes take the slower and safe way",
        )


def _postgresql() -> Iterator[Finding]:
    if shutil.which("pg_dump") is None or shutil.which("pg_restore") is None:
        yield Finding(
            How.NOTE,
            "pg_dump or pg_restore is not here",
            "latitude backup and restore need them",
            "install PostgreSQL's client programs, or back the database up where it runs",
        )
    else:
        yield Finding(How.GOOD, "pg_dump and pg_restore are here, for latitude backup and restore")


def place(settings: Settings) -> Iterator[Finding]:
    """Look at the disk, the file system and the modes of a SQLite file."""
    address = make_url(settings.database_url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return
    file = Path(address.database).absolute()
    if not file.is_file():
        return
    kind = places.network_kind(file)
    if kind is not None:
        yield Finding(
            How.BAD,
            f"the ledger lies on a network file system ({kind})",
            "SQLite's locks do not hold there: two writers can damage the file",
            "move the instance folder to a disk of this machine, or use PostgreSQL",
        )
    yield _room(file.parent)
    yield from _modes(file)


def _room(folder: Path) -> Finding:
    left = places.room(folder)
    free = f"{left.free_bytes / (1024 * MEBIBYTE):,.1f} GiB free on the ledger's disk"
    if left.is_read_only:
        return Finding(
            How.BAD,
            "the ledger's disk is mounted read-only",
            "nothing can be written down",
            "find out why (a broken disk is mounted so), then mount it for writing",
        )
    if left.free_bytes < NEARLY_FULL:
        return Finding(
            How.BAD if left.free_bytes < FULL else How.NOTE,
            free,
            "on a full disk nothing can be written down; what is written stays readable",
            "make room: old backups beside the ledger are the first to move away",
        )
    return Finding(How.GOOD, free)


def _modes(file: Path) -> Iterator[Finding]:
    do = f"chown the folder to the account that serves, then chmod 700 {file.parent} and 600 {file}"
    if not places.is_writable(file):
        yield Finding(How.BAD, f"{file} cannot be written by this account", do=do)
    if places.is_open_to_all(file) or places.is_open_to_group(file):
        is_all = places.is_open_to_all(file)
        whom = "everybody on this machine" if is_all else "its group"
        yield Finding(
            How.BAD if is_all else How.NOTE,
            f"{file} can be read by {whom}",
            "it holds names, phone numbers and notes",
            f"chmod 600 {file}",
        )
    if os.name == "posix" and file.stat().st_uid != os.geteuid():
        yield Finding(
            How.NOTE,
            f"{file} belongs to another account than this command runs as",
            "files that this account makes beside it may be closed to the server",
            "run latitude as the account that serves: sudo -u latitude latitude doctor",
        )


def reach(settings: Settings) -> Iterator[Finding]:
    """Look at who can reach the server, and under which names."""
    if settings.is_loopback and not settings.proxy_count:
        yield Finding(
            How.NOTE,
            f"only this machine reaches the server ({settings.host}:{settings.port})",
            do="to let others in, put a proxy in front and set LEDGER_PROXY_COUNT and "
            "LEDGER_TRUSTED_HOSTS",
        )
        return
    if not settings.trusted_hosts:
        yield Finding(
            How.BAD,
            "LEDGER_TRUSTED_HOSTS is not set, and others can reach the server",
            "a page opened under a foreign name could send people elsewhere",
            "set it to the names under which people open it, such as latitude.example",
        )
        return
    names = ", ".join(settings.trusted_hosts)
    proxies = "1 proxy" if settings.proxy_count == 1 else f"{settings.proxy_count} proxies"
    yield Finding(How.GOOD, f"opened as {names}, behind {proxies}")
    if not settings.proxy_count:
        yield Finding(
            How.NOTE,
            "no proxy stands in front (LEDGER_PROXY_COUNT is 0)",
            "passwords travel without TLS, and browsers do not keep the sign-in",
            "put a proxy in front that speaks TLS",
        )


def notice_of_asks(settings: Settings) -> Iterator[Finding]:
    """Look at the command that is to be run for each new ask, if one is set."""
    try:
        command = notifying.command_of(settings)
    except SettingError as refusal:
        yield Finding(How.BAD, str(refusal), do="write it as one would in a shell")
        return
    if not command:
        return
    if notifying.program_of(command) is None:
        yield Finding(
            How.BAD,
            f"{notifying.SETTING} names {command[0]}, which is not there or cannot be run",
            "nobody is told of a new ask by it; the inbox shows asks all the same",
            "write the whole path of a program that this account may run",
        )
    else:
        yield Finding(How.GOOD, f"{command[0]} is run for each new ask")


def storage(database: Database, session: Session) -> Finding:
    """Say how the database keeps what it acknowledges; opening it has read that back."""
    if database.is_sqlite:
        mode = session.scalar(text("PRAGMA journal_mode"))
        return Finding(How.GOOD, f"journal mode {mode}, every commit waits for the disk")
    version = session.scalar(text("SHOW server_version"))
    return Finding(How.GOOD, f"PostgreSQL {version}, every commit waits for the disk")


def time_zones(session: Session, company: Company) -> Iterator[Finding]:
    """Look at the data of every zone in use, and how old it is."""
    rules = [rule for calendar in sites.calendars(session).values() for rule in calendar.rules]
    zones = {company.zone, *(rule.zone for rule in rules)}
    missing = sorted(zone for zone in zones if not clock.known_zone(zone))
    if missing:
        yield Finding(
            How.BAD,
            f"time zones without data: {', '.join(missing)}",
            "without them nobody can say which business day it is",
            "install tzdata",
        )
        return
    used, packaged = system_zone_data(), zone_package()
    shown = ", ".join(sorted(zones))
    yield Finding(How.GOOD, f"time zone data {used or packaged} for {shown}")
    if used is not None and used < packaged:
        yield Finding(
            How.NOTE,
            f"this machine's time zone data is of {used}; Latitude came with {packaged}",
            "where a clock change was decided since, business days begin at another hour",
            "update this machine's package tzdata, then start the server again. Where that cannot "
            "be done, give the server the setting PYTHONTZPATH= (nothing after the sign): it then "
            "uses the newer data that came with Latitude",
        )


def system_zone_data() -> str | None:
    """Return the version of the system's time zone data, such as "2026a", where it says one."""
    for folder in zoneinfo.TZPATH:
        try:
            with Path(folder, "tzdata.zi").open(encoding="utf-8") as file:
                found = _VERSION.match(file.readline())
        except OSError:
            continue
        return found[1] if found else None
    return None


def zone_package() -> str:
    """Return the version of the tzdata package in the same words: "2026.1" is "2026a"."""
    year, number, *_ = (*importlib.metadata.version("tzdata").split("."), "0")
    return f"{year}{chr(ord('a') + int(number) - 1)}" if int(number) else year


def clocks(database: Database, session: Session, *, now: datetime) -> Iterator[Finding]:
    """Compare this machine's clock with the journal's last instant and with the database's."""
    last = clock.from_text(journal.read_head(Driver(session)).at)
    if last - now > APART:
        yield Finding(
            How.BAD,
            f"this machine's clock is {_apart(last - now)} behind the journal's last row",
            "new rows get the last row's instant until the clock is there again, and business "
            "days may begin late",
            "set the clock (timedatectl), and let it be kept by a time server",
        )
    if not database.is_sqlite:
        theirs: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
        apart = abs(theirs.astimezone(UTC) - datetime.now(UTC))
        if apart > APART:
            yield Finding(
                How.NOTE,
                f"this machine's clock and the database's are {_apart(apart)} apart",
                "with several machines, rows would carry instants of different clocks",
                "let one time server keep both",
            )
            return
    if last - now <= APART:
        yield Finding(How.GOOD, "the clock agrees with the journal")


def _apart(apart: timedelta) -> str:
    seconds = int(apart.total_seconds())
    return f"{seconds // 60:,} minutes" if seconds >= 120 else f"{seconds} seconds"  # noqa: PLR2004  # two minutes


def strength(settings: Settings, ledger_id: str) -> Finding | None:
    """Say what is unsafe about the secrets with which pages would be served, if anything is."""
    try:
        config.refuse_unsafe(settings, config.load_secrets(settings, ledger_id))
    except SettingError as refusal:
        return Finding(How.BAD, str(refusal))
    return None
