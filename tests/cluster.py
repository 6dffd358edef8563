"""A PostgreSQL cluster of the tests' own, made from the server programs found on the machine.

It lives in a temporary folder, listens on a Unix socket in that folder and nowhere else, and goes
when the tests go, also when they are killed: a shell waits beside the server for the end of the
pipe that the tests hold, then stops the server and removes the folder.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

if sys.platform != "win32":
    import pwd

START_SECONDS = 120.0
STOP_SECONDS = 30.0
PORT = 5432
ROOM_BYTES = 2_000_000_000
PLACES = (Path("/dev/shm"), Path("/tmp"), Path(tempfile.gettempdir()))  # noqa: S108 - by mkdtemp

# Durable as the program demands of its database; only torn pages after a power cut are not minded.
SETTINGS = {
    "autovacuum": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "logging_collector": "off",
    "max_connections": "100",
    "max_wal_senders": "0",
    "shared_buffers": "32MB",
    "wal_level": "minimal",
}

KEEPER = """
"$@" >"$FOLDER/log" 2>&1 &
server=$!
cat >/dev/null
kill -INT "$server"
wait "$server"
cd / && rm -rf "$FOLDER"
"""


class NoClusterError(Exception):
    """The machine lacks what a cluster needs; the message says what, and how to get it."""


class ClusterNotStartedError(Exception):
    """The server programs are there, and did not come up; the message is what they said."""


class Account(NamedTuple):
    """Whom the server runs as; nothing set means whoever runs the tests."""

    uid: int | None = None
    gid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A running server. Its folder holds the socket, the data and the log."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, name: str) -> str:
        """Return the address of the database of this name, as `LEDGER_DATABASE_URL` wants it."""
        query = {"host": str(self.folder), "port": str(PORT)}
        address = URL.create("postgresql+psycopg", username="postgres", database=name, query=query)
        return address.render_as_string()


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Run a new cluster for as long as the block runs; nothing of it is left after.

    Raises:
        NoClusterError: the machine lacks the server programs, the driver or Unix sockets.
        ClusterNotStartedError: they are there, and did not come up.

    """
    if sys.platform == "win32":
        raise NoClusterError("The tests reach PostgreSQL over a Unix socket; Windows has none.")
    if importlib.util.find_spec("psycopg") is None:
        raise NoClusterError("The driver psycopg is not installed. It comes with '.[test]'.")
    programs = server_programs()
    account = unprivileged_account()
    folder = new_folder(account)
    try:
        make_data_folder(programs, folder, account)
        keeper = start_server(programs, folder, account)
        try:
            cluster = Cluster(folder=folder)
            wait_until_it_answers(cluster, keeper)
            yield cluster
        finally:
            stop_server(keeper)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(cluster: Cluster, template: str | None = None) -> str:
    """Make a database, empty or a copy of the one at the address `template`; return its address.

    Nobody may be connected to the template while it is copied: dispose of its engine first.
    """
    name = f"ledger_{next(cluster.numbers)}"
    source = "template0" if template is None else make_url(template).database
    with administering(cluster) as connection:
        # Copying files takes half the time of copying through the log, which is the default.
        version = connection.dialect.server_version_info or (0,)
        how = "STRATEGY FILE_COPY" if version >= (15,) else ""
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{source}" {how}'))
    return cluster.url(name)


def drop_database(cluster: Cluster, url: str) -> None:
    """Remove the database at this address, and disconnect whoever is still in it."""
    name = make_url(url).database
    with administering(cluster) as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


@contextmanager
def administering(cluster: Cluster) -> Iterator[Connection]:
    """Connect to the cluster's own database, with each statement its own transaction."""
    engine = create_engine(
        cluster.url("postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        yield connection


def server_programs() -> Path:
    """Return the folder with `initdb` and `postgres`: the PATH's, else the newest installed.

    Raises:
        NoClusterError: no folder has both.

    """
    for folder in folders_to_search():
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder
    raise NoClusterError(
        "No PostgreSQL server programs (initdb, postgres) were found on the PATH, by pg_config or "
        "where systems put them. Install them (Debian: apt-get install postgresql)."
    )


def folders_to_search() -> Iterator[Path]:
    """Name the folders in which server programs may lie, the likeliest first."""
    for name in ("postgres", "initdb"):
        if found := shutil.which(name):
            yield Path(found).resolve().parent
    if found := shutil.which("pg_config"):
        answer = subprocess.run([found, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(answer.stdout.strip())
    patterns = (
        "usr/lib/postgresql/*/bin",
        "usr/pgsql-*/bin",
        "opt/homebrew/opt/postgresql*/bin",
        "usr/local/opt/postgresql*/bin",
        "Applications/Postgres.app/Contents/Versions/*/bin",
        "usr/local/pgsql/bin",
        "usr/libexec/postgresql*",
    )
    for pattern in patterns:
        yield from sorted(Path("/").glob(pattern), key=version_in, reverse=True)


def version_in(folder: Path) -> int:
    """Return the version in a folder's path (`/usr/lib/postgresql/15/bin` is 15), 0 without one."""
    digits = "".join(letter if letter.isdigit() else " " for letter in str(folder)).split()
    return int(digits[0]) if digits else 0


def unprivileged_account() -> Account:
    """Return whom the server runs as: us, or somebody else if we are root, whom it refuses."""
    if os.geteuid() != 0:
        return Account()
    others = {user.pw_name: user for user in pwd.getpwall() if user.pw_uid != 0}
    for name in ("nobody", "postgres", *others):
        if name in others:
            return Account(others[name].pw_uid, others[name].pw_gid)
    raise NoClusterError("PostgreSQL refuses to run as root, and this machine has no other user.")


def new_folder(account: Account) -> Path:
    """Make the cluster's folder, with a path short enough for a socket (107 bytes).

    It is made in memory where there is plenty: the program insists on a database that waits for
    the disk, and the tests need not wait with it.
    """
    parent = next((place for place in PLACES if has_room(place)), PLACES[-1])
    folder = Path(tempfile.mkdtemp(prefix="ledger-pg-", dir=parent))
    if account.uid is not None and account.gid is not None:
        os.chown(folder, account.uid, account.gid)
    return folder


def has_room(place: Path) -> bool:
    """Whether a cluster, and what tests put into it, fits into this folder."""
    return os.access(place, os.W_OK) and shutil.disk_usage(place).free > ROOM_BYTES


def make_data_folder(programs: Path, folder: Path, account: Account) -> None:
    """Run `initdb`: every local user is let in, UTF-8, sorted by code point.

    Raises:
        ClusterNotStartedError: with what `initdb` said.

    """
    options = "--no-sync --no-instructions --auth=trust --encoding=UTF8 --locale=C"
    answer = subprocess.run(
        [programs / "initdb", "-D", folder / "data", "-U", "postgres", *options.split()],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
        user=account.uid,
        group=account.gid,
    )
    if answer.returncode != 0:
        raise ClusterNotStartedError(answer.stdout + answer.stderr)


def start_server(programs: Path, folder: Path, account: Account) -> subprocess.Popen[bytes]:
    """Start the shell that starts the server and keeps it for as long as its input is open."""
    settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
    server = [programs / "postgres", "-D", folder / "data", "-k", folder, "-p", str(PORT)]
    return subprocess.Popen(
        ["/bin/sh", "-c", KEEPER, "keeper", *map(str, server), *settings],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        user=account.uid,
        group=account.gid,
    )


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of the server: none of the user's PG… settings."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "FOLDER": str(folder)}


def wait_until_it_answers(cluster: Cluster, keeper: subprocess.Popen[bytes]) -> None:
    """Return as soon as the server takes connections.

    Raises:
        ClusterNotStartedError: it gave up, or took too long; with its log.

    """
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and keeper.poll() is None:
        try:
            with administering(cluster):
                return
        except OperationalError:
            time.sleep(0.05)
    raise ClusterNotStartedError((cluster.folder / "log").read_text(errors="replace"))


def stop_server(keeper: subprocess.Popen[bytes]) -> None:
    """Let the keeper stop the server; if it does not in time, end both."""
    if keeper.stdin is not None:
        keeper.stdin.close()
    try:
        keeper.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(keeper.pid, signal.SIGKILL)
        keeper.wait()
