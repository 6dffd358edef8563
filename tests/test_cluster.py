"""The tests' own PostgreSQL cluster does what the tests rely on."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.cluster import Cluster, drop_database, new_database
from tests.patience import wait_until

pytestmark = pytest.mark.postgres


def ask(url: str, question: str) -> object:
    """Return the first value that the database at this address answers."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return connection.scalar(text(question))


def write(url: str, statement: str) -> None:
    """Run one statement in the database at this address and commit it."""
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(text(statement))


def test_a_new_database_is_empty_and_speaks_utf8(cluster: Cluster) -> None:
    url = new_database(cluster)

    assert ask(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    assert ask(url, "SHOW server_encoding") == "UTF8"
    drop_database(cluster, url)


def test_a_copy_holds_what_its_template_held_and_leaves_it_alone(cluster: Cluster) -> None:
    template = new_database(cluster)
    write(template, "CREATE TABLE shop (name text)")

    copy = new_database(cluster, template)
    write(copy, "INSERT INTO shop VALUES ('Elm Street')")

    assert ask(copy, "SELECT name FROM shop") == "Elm Street"
    assert ask(template, "SELECT count(*) FROM shop") == 0


def test_the_cluster_is_reached_over_its_own_socket_only(cluster: Cluster) -> None:
    url = new_database(cluster)

    assert ask(url, "SHOW listen_addresses") == ""
    assert ask(url, "SELECT inet_client_addr()") is None


KILLED_TESTS = """
import os, signal
from tests.cluster import running_cluster
with running_cluster() as cluster:
    print(cluster.folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_nothing_is_left_when_the_tests_are_killed(cluster: Cluster) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_TESTS],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    folder = Path(killed.stdout.strip())

    assert folder.name.startswith("ledger-pg-")
    assert folder != cluster.folder
    wait_until(lambda: not folder.exists())
