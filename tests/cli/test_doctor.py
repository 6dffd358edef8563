"""`latitude doctor` names what is not as it should be, why that matters and what to do."""

import json
import os
import re
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from ledger import last_runs, places
from ledger.cli import examination_of_machine
from ledger.cli.examination import examine
from ledger.cli.findings import Finding, How
from ledger.config import load
from ledger.core import feeds, journal, settings, sites
from ledger.core.journal import Entry
from ledger.core.tables import FeedSetting, ImportRun
from ledger.database import Database
from ledger.last_runs import LastRun, Run
from tests.cli.conftest import INIT, Latitude, SetUp


@pytest.fixture
def file(set_up: SetUp, instance: Path) -> Path:
    """Set a ledger up; return its file."""
    set_up(INIT)
    return instance / "ledger.sqlite"


def change(file: Path, *rows: object) -> None:
    with closing(Database(f"sqlite:///{file}")) as database, database.writing() as session:
        session.add_all(rows)


def at(**later: float) -> datetime:
    return datetime.now(UTC) + timedelta(**later)


def found(how: How, *, now: datetime | None = None) -> list[Finding]:
    return [finding for finding in examine(load(), now=now or at()) if finding.how is how]


def only_bad(*, now: datetime | None = None) -> Finding:
    (bad,) = found(How.BAD, now=now)
    return bad


def test_a_new_ledger_has_nothing_to_mend(file: Path) -> None:
    assert file.exists()

    assert found(How.BAD) == []


def test_it_is_told_to_programs_too(latitude: Latitude, file: Path) -> None:
    assert file.exists()

    result = latitude("doctor", "--json")

    told = json.loads(result.output)
    assert result.exit_code == 0
    assert {"how", "what", "why", "do"} == set(told[0])
    assert {one["how"] for one in told} == {"good", "note"}


def test_it_ends_with_how_much_there_is_to_mend(latitude: Latitude, file: Path) -> None:
    whole = latitude("doctor").output.splitlines()
    with file.open("rb+") as broken:
        broken.write(b"no database any more")
    mend = latitude("doctor").output.splitlines()

    assert re.fullmatch(r"\d+ things looked at: nothing to mend, \d+ worth knowing\.", whole[-1])
    assert re.fullmatch(r"\d+ things looked at: 1 to mend(, \d+ worth knowing)?\.", mend[-1])


def test_on_postgresql_nothing_is_said_of_sqlite() -> None:
    nowhere = load(database_url="postgresql+psycopg://nobody@127.0.0.1:1/none")

    told = [finding.what for finding in examine(nowhere, now=at())]

    assert any("pg_dump" in what for what in told)
    assert not any("SQLite" in what for what in told)


def test_everything_to_mend_says_why_or_what_to_do(latitude: Latitude, file: Path) -> None:
    with file.open("rb+") as broken:
        broken.write(b"no database any more")

    result = latitude("doctor")

    assert result.exit_code == 1
    assert "BAD " in result.output
    assert "What to do: Nothing else about the ledger can be said" in result.output


def test_a_clock_that_went_back_is_seen(file: Path) -> None:
    with closing(Database(f"sqlite:///{file}")) as database, database.writing() as session:
        entry = Entry(kind="site.seen", actor="system", subject="s", content={})
        journal.append(session, entry, now=at(hours=3))

    assert "minutes behind the journal's last row" in only_bad().what


def test_a_library_that_eats_what_is_written_is_seen(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert file.exists()
    monkeypatch.setenv("LD_PRELOAD", "/usr/lib/libeatmydata.so.1")

    assert only_bad().what == "libeatmydata is loaded"


def test_a_network_file_system_is_seen_and_not_served_from(
    latitude: Latitude, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"30 1 0:31 / {file.parent.resolve()} rw - nfs4 files:/srv rw\n")
    monkeypatch.setattr(places, "MOUNTS", mounts)

    served = latitude("serve")
    made = latitude("init", "--database", f"sqlite:///{file.parent / 'new.sqlite'}")

    assert "network file system (nfs4)" in only_bad().what
    for result in (served, made):
        assert result.exit_code == 1
        assert "lies on a network file system (nfs4)" in result.output
    assert not (file.parent / "new.sqlite").exists()


def test_a_disk_that_fills_up_is_seen(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert file.exists()
    monkeypatch.setattr(examination_of_machine, "NEARLY_FULL", 2**62)
    assert any("free on the ledger's disk" in note.what for note in found(How.NOTE))

    monkeypatch.setattr(examination_of_machine, "FULL", 2**62)
    assert "free on the ledger's disk" in only_bad().what


@pytest.mark.skipif(os.name != "posix", reason="Windows has no modes of files")
def test_a_file_that_its_group_may_read_is_noted(file: Path) -> None:
    file.parent.chmod(0o750)
    file.chmod(0o640)

    assert any("can be read by its group" in note.what for note in found(How.NOTE))


def test_an_import_that_was_stopped_is_noted(file: Path) -> None:
    change(file, ImportRun(id=9, begun_at=at()))

    (note,) = [note for note in found(How.NOTE) if "import" in note.what]
    assert note.do.startswith("if none is under way")


def add_feed(session: Session) -> None:
    feed = FeedSetting(kind=feeds.TILL, name="till", label="the till at Elm Street", every_days=1)
    session.add(feed)
    settings.note(session, feed, kind="feed.added", actor="system", now=at())


def test_a_feed_that_has_stopped_is_named(file: Path) -> None:
    with closing(Database(f"sqlite:///{file}")) as database, database.writing() as session:
        add_feed(session)

    assert only_bad().what == "the feed the till at Elm Street never brought anything"


def test_what_is_done_every_night_is_watched(latitude: Latitude, file: Path) -> None:
    latitude("backup", str(file.parent / "b.sqlite"))
    latitude("verify")
    latitude("checkpoint", "--out", str(file.parent / "c.txt"))
    told = latitude("doctor").output
    for words in ("last backed up on ", "last verified on ", "last given a checkpoint on "):
        assert f"ok    {words}" in told

    bad = only_bad(now=at(days=9))

    assert bad.what.startswith("last backed up on ")
    assert "systemctl list-timers" in bad.do


def test_a_note_that_cannot_be_read_is_as_if_it_had_never_been(file: Path) -> None:
    with closing(Database(f"sqlite:///{file}")) as database, database.reading() as session:
        ledger_id = sites.company(session).ledger_id
    here = load()
    last_runs.note(here, ledger_id, Run.VERIFY, LastRun(at=at(), size=1))
    (kept,) = here.instance.glob(f"keys/*/{last_runs.FILE}")

    for written in ("not json", "[]", '{"verify": {"at": 1}}', '{"other": {}}'):
        kept.write_text(written)
        assert last_runs.last_runs(here, ledger_id) == {}


def test_a_server_that_others_reach_has_its_names(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert file.exists()
    monkeypatch.setenv("LEDGER_PROXY_COUNT", "1")
    assert all("TRUSTED_HOSTS" in bad.what for bad in found(How.BAD))
    assert found(How.BAD)

    monkeypatch.setenv("LEDGER_TRUSTED_HOSTS", "latitude.example")
    assert found(How.BAD) == []


def test_a_command_for_new_asks_that_is_not_there_is_named(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert file.exists()
    monkeypatch.setenv("LEDGER_NOTIFY_COMMAND", f"{file.parent / 'ring'} --loud")

    bad = only_bad()

    assert str(file.parent / "ring") in bad.what
    monkeypatch.setenv("LEDGER_NOTIFY_COMMAND", "ring 'the bell")
    assert "quotation mark" in only_bad().what
    monkeypatch.setenv("LEDGER_NOTIFY_COMMAND", "env")
    assert found(How.BAD) == []
    assert "env is run for each new ask" in [one.what for one in found(How.GOOD)]
