"""What a program does with a ledger that it did not make: older, newer, foreign, not writable."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger import config, revisions, schema
from ledger.database import Database, sqlite_module
from tests.cli.conftest import Latitude
from tests.cluster import unprivileged_account
from tests.core.test_upgrade import RELEASED, fill


def address_of(file: Path) -> str:
    return f"sqlite:///{file}"


def revision_of(file: Path) -> str:
    with closing(sqlite_module().connect(file)) as connection:
        found: str = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        return found


@pytest.fixture
def older(latitude: Latitude, instance: Path) -> Path:
    """Return the file of a ledger as the first released version left it."""
    del latitude
    instance.mkdir(mode=0o700)
    file = instance / "ledger.sqlite"
    with closing(Database(address_of(file))) as database:
        schema.upgrade(database, to=RELEASED[0].stem)
        with database.writing() as session:
            fill(session.connection(), RELEASED[0])
    return file


@pytest.mark.parametrize("command", ["serve", "verify", "backup", "doctor"])
def test_an_older_ledger_waits_for_its_upgrade(
    latitude: Latitude, older: Path, command: str
) -> None:
    words = (command, str(older.parent / "b.sqlite")) if command == "backup" else (command,)

    result = latitude(*words)

    assert result.exit_code == 1
    assert "older than this program. Run: latitude upgrade" in result.output
    assert revision_of(older) == RELEASED[0].stem


def test_an_upgrade_backs_up_first(latitude: Latitude, older: Path) -> None:
    result = latitude("upgrade")

    (backup,) = older.parent.glob("ledger-at-0001-*.sqlite")
    assert result.exit_code == 0, result.output
    assert f"The ledger as it was is in {backup}." in result.output
    assert revision_of(backup) == "0001"
    assert revision_of(older) == max(revisions.newest())
    assert latitude("verify").exit_code == 0


def test_a_ledger_that_is_served_is_not_upgraded(latitude: Latitude, older: Path) -> None:
    with closing(Database(address_of(older))) as server, server.reading() as session:
        session.execute(text("SELECT 1 FROM journal"))
        result = latitude("upgrade")

    assert result.exit_code == 1
    assert "Stop it first" in result.output
    assert revision_of(older) == "0001"


@pytest.mark.postgres
def test_on_postgresql_nobody_else_is_connected_while_tables_change(
    latitude: Latitude, empty_postgresql: Callable[[], str]
) -> None:
    url = empty_postgresql()
    with closing(Database(url)) as database:
        schema.upgrade(database, to=RELEASED[0].stem)
        with database.writing() as session:
            fill(session.connection(), RELEASED[0])
        words = ("upgrade", "--database", url, "--no-backup")

        refused = latitude(*words)
        with database.reading() as session:
            before = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()

        assert "Stop every server first." in refused.output
        assert (refused.exit_code, before) == (1, RELEASED[0].stem)
    assert "Say where the backup goes" in latitude("upgrade", "--database", url).output
    assert latitude(*words).exit_code == 0
    assert latitude("verify", "--database", url).exit_code == 0


def test_a_backup_of_an_older_ledger_is_brought_back_to_this_program(
    latitude: Latitude, older: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "b.sqlite"
    older.rename(backup)

    result = latitude("restore", str(backup))

    assert result.exit_code == 0, result.output
    assert "brought here from revision 0001" in result.output
    assert latitude("verify").exit_code == 0


@pytest.mark.parametrize("command", ["serve", "verify", "upgrade", "init", "doctor"])
def test_a_newer_ledger_is_left_to_a_newer_program(
    latitude: Latitude, instance: Path, command: str
) -> None:
    latitude("init")
    file = instance / "ledger.sqlite"
    with closing(sqlite_module().connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    result = latitude(command)

    assert result.exit_code == 1
    assert "revision 9999, which is newer than this program" in result.output
    assert revision_of(file) == "9999"


@pytest.mark.parametrize("command", ["serve", "verify", "upgrade", "init", "doctor"])
def test_a_database_of_something_else_is_left_alone(
    latitude: Latitude, instance: Path, command: str
) -> None:
    instance.mkdir(mode=0o700)
    file = instance / "ledger.sqlite"
    with closing(sqlite_module().connect(file)) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
        connection.commit()

    result = latitude(command)

    assert result.exit_code == 1
    assert "holds tables of something else" in result.output
    with closing(sqlite_module().connect(file)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        assert tables.fetchall() == [("recipe",)]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no modes of files")
def test_a_ledger_that_everybody_may_read_is_not_served(
    latitude: Latitude, open_folder: Path
) -> None:
    instance = open_folder / "instance"
    latitude("init", "--instance", str(instance))
    instance.chmod(0o755)
    (instance / "ledger.sqlite").chmod(0o644)

    result = latitude("serve", "--instance", str(instance))

    assert result.exit_code == 1
    assert "can be read by everybody on this machine" in result.output


@pytest.mark.skipif(os.name != "posix", reason="Windows has no modes of files")
def test_a_ledger_that_cannot_be_written_is_not_served(
    latitude: Latitude, open_folder: Path
) -> None:
    instance = open_folder / "instance"
    latitude("init", "--instance", str(instance))
    file = instance / "ledger.sqlite"
    instance.chmod(0o755)
    file.chmod(0o444)

    with as_nobody():
        result = latitude("serve", "--instance", str(instance))

    assert result.exit_code == 1
    assert f"{file} and its folder cannot be written by this account." in result.output


@contextmanager
def as_nobody() -> Iterator[None]:
    """Be an account without rights for a while, where the tests run as root."""
    account = unprivileged_account()
    if account.uid is None:
        yield
        return
    before = os.geteuid()
    os.seteuid(account.uid)
    try:
        yield
    finally:
        os.seteuid(before)


def test_a_demo_of_an_older_program_is_brought_to_this_one(latitude: Latitude, older: Path) -> None:
    demo = older.parent / "demo.sqlite"
    older.rename(demo)

    result = latitude("demo", "--no-serve")

    assert "made by an older Latitude" in result.output
    assert revision_of(demo) == max(revisions.newest())


@pytest.mark.parametrize(
    "name,value,said",
    [
        ("LEDGER_LOG", "xml", "LEDGER_LOG is 'xml', and must be json or plain"),
        ("LEDGER_SECRET_KEY", "short", "LEDGER_SECRET_KEY has 5 characters"),
        ("LEDGER_PEPPER", "", "LEDGER_PEPPER has 0 characters; give it at least 32"),
        ("LEDGER_WORKERS", "two", "LEDGER_WORKERS is 'two', and must be a whole number"),
        ("LEDGER_WORKERS", "0", "LEDGER_WORKERS is 0, and must be at least 1"),
        ("LEDGER_THREADS", "-1", "LEDGER_THREADS is -1, and must be at least 1"),
        ("LEDGER_THREADS", "1000000", "LEDGER_THREADS is 1000000, and must be at most 64"),
        ("LEDGER_PORT", "70000", "LEDGER_PORT is 70000, and must be at most 65,535"),
        ("LEDGER_DATABASE_URL", "nonsense", "or postgresql+psycopg://user@host/name. This is not"),
        ("LEDGER_DATABASE_URL", "mysql://host/name", "mysql is another kind"),
        ("LEDGER_DATABASE_URL", "sqlite://", "names no file"),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    latitude: Latitude, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)

    result = latitude("doctor")

    assert result.exit_code == 1
    assert said in result.output


def test_the_driver_of_postgresql_needs_no_name(
    latitude: Latitude, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEDGER_DATABASE_URL", "postgres://nobody:hush@127.0.0.1:1/none")

    said = latitude("doctor").output

    assert "postgresql+psycopg://nobody:***@127.0.0.1:1/none" in said
    assert "connection" in said
    assert "hush" not in said


def test_postgresql_without_its_driver_says_what_to_install(
    latitude: Latitude, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "find_spec", lambda _name: None)
    monkeypatch.setenv("LEDGER_DATABASE_URL", "postgresql://127.0.0.1/none")

    result = latitude("serve")

    assert result.exit_code == 1
    assert "PostgreSQL needs its driver, which is not installed" in result.output
