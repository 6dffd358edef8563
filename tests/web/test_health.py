"""What machines ask: does the process answer, and can it take decisions."""

import logging
from collections.abc import Callable
from contextlib import closing

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from ledger import readiness, revisions
from ledger.database import Database
from ledger.ledgers import Ledger
from ledger.readiness import Readiness, State
from ledger.web import application, security
from tests.cluster import Cluster, drop_database, new_database
from tests.web.conftest import ClientFor
from tests.web.test_security import HOST, outside

PROBES = sorted(security.PROBES)


def look(database: Database) -> State:
    return readiness.look(database, revisions.newest())


@pytest.mark.parametrize("address,said", [("/healthz", "ok\n"), ("/readyz", "ready\n")])
def test_all_is_well(nobody: FlaskClient, address: str, said: str) -> None:
    answer = nobody.get(address)

    assert (answer.status_code, answer.text) == (200, said)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("address", PROBES)
def test_a_probe_comes_by_the_machines_number(ledger: Ledger, address: str) -> None:
    browser = application.assemble(outside(ledger, proxy_count=1)).test_client()
    forged = {"X-Forwarded-Host": "evil.example"}

    assert browser.get(address, base_url="http://10.0.0.7:8000").status_code == 200
    assert browser.get(address, base_url=f"https://{HOST}", headers=forged).status_code == 200
    assert browser.get("/sign-in", base_url="http://10.0.0.7:8000").status_code == 400


def test_a_process_whose_database_is_gone_answers_and_is_not_ready(
    nobody: FlaskClient, staffed: Database
) -> None:
    assert staffed.path is not None
    staffed.path.rename(staffed.path.with_name("aside.sqlite"))

    assert nobody.get("/healthz").status_code == 200
    answer = nobody.get("/readyz")
    assert answer.status_code == 503
    assert answer.text == f"{State.MOVED.value}\n"


def test_probes_are_not_in_the_log(
    nobody: FlaskClient, client_for: ClientFor, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "ledger"):
        for address in PROBES:
            nobody.get(address, buffered=True)
        client_for("dana").get("/account", buffered=True)

    assert [record.facts["route"] for record in caplog.records] == ["/account"]  # type: ignore[attr-defined]  # ours


def test_a_database_is_ready(database: Database) -> None:
    assert look(database) is State.READY


def test_a_database_at_another_revision_is_not_ready(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert look(database) is State.OTHER_TABLES


@pytest.mark.postgres
def test_a_database_that_takes_no_writes_is_not_ready(
    postgresql_url: str, open_database: Callable[[str], Database]
) -> None:
    options = "&options=-c%20default_transaction_read_only%3Don"

    assert look(open_database(postgresql_url + options)) is State.READ_ONLY


@pytest.mark.postgres
def test_a_database_that_is_gone_is_not_ready(
    cluster: Cluster, founded_template: str, open_database: Callable[[str], Database]
) -> None:
    url = new_database(cluster, founded_template)
    database = open_database(url)
    assert look(database) is State.READY

    drop_database(cluster, url)

    assert look(database) is State.SILENT


@pytest.mark.postgres
def test_nobody_waits_for_a_database_that_does_not_answer(
    postgresql_url: str,
    open_database: Callable[[str], Database],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(readiness, "PATIENCE_SECONDS", 0.5)
    database = open_database(postgresql_url)
    asked = Readiness(database)
    with database.writing() as held:
        held.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
        assert asked.state() is State.SILENT
        assert asked.state() is State.SILENT
    monkeypatch.setattr(readiness, "PATIENCE_SECONDS", 30.0)

    assert asked.state() is State.READY


def test_however_many_ask_the_database_is_asked_once_a_second(
    sqlite_database: Database,
) -> None:
    now = [100.0]
    asked = Readiness(sqlite_database, clock=lambda: now[0])
    assert asked.state() is State.READY
    with sqlite_database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    kept = asked.state()
    now[0] += readiness.KEPT_SECONDS
    after = asked.state()

    assert (kept, after) == (State.READY, State.OTHER_TABLES)


def test_a_disk_without_room_is_not_ready(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Database(sqlite_url)) as database:
        monkeypatch.setattr(readiness, "LEAST_FREE_BYTES", 2**62)
        assert look(database) is State.FULL


def test_what_is_said_names_no_place() -> None:
    for state in State:
        assert "/" not in state.value
        assert "@" not in state.value
