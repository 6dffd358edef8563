"""A decision through the rules, beside the same rows written by a bare loop.

`python -m tests.bench.posting [DECISIONS]`: no pages, one process. The bare loop keeps what must be
kept (decision, journal row with its hash, idempotency key, budget) in one durable transaction, and
checks nothing.
"""

import hashlib
import sys
import uuid
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ledger.core import decisions, drafts
from ledger.database import sqlite_module
from tests.bench.beside import HEAD, Compared, beside
from tests.bench.ledgers import NOW, a_draft, shop

COUNT = 300
SCHEMA = """
CREATE TABLE budget (id INTEGER PRIMARY KEY, alone INTEGER NOT NULL CHECK (alone >= 0)) STRICT;
CREATE TABLE decision (id INTEGER PRIMARY KEY, uid TEXT UNIQUE, made_at TEXT, person_id INTEGER,
  site_id INTEGER, remedy_id INTEGER, reason_id INTEGER, amount_minor INTEGER, note TEXT) STRICT;
CREATE INDEX decision_person ON decision (person_id, site_id, made_at);
CREATE INDEX decision_site ON decision (site_id, made_at);
CREATE TABLE journal (seq INTEGER PRIMARY KEY, body TEXT, previous BLOB, hash BLOB) STRICT;
CREATE TABLE submission (uid TEXT PRIMARY KEY, decision_id INTEGER) STRICT;
INSERT INTO budget VALUES (1, 0);
INSERT INTO journal VALUES (1, '', x'00', x'00');
"""


def compare(count: int = COUNT) -> Compared:
    """Record so many decisions in each turn, both ways."""
    with shop() as (database, person, site_id), TemporaryDirectory() as folder:
        bare = sqlite_module().connect(Path(folder) / "bare.sqlite", isolation_level=None)
        for name, value in (("journal_mode", "wal"), ("synchronous", "full")):
            bare.execute(f"PRAGMA {name} = {value}")
        bare.executescript(SCHEMA)

        def ours() -> int:
            for _ in range(count):
                with database.reading() as session:
                    ready = drafts.prepare(session, person, a_draft(site_id), now=NOW)
                with database.writing() as session:
                    decisions.record(session, ready, now=NOW)
            return count

        def theirs() -> int:
            for _ in range(count):
                _write(bare)
            return count

        try:
            return beside("a decision", ours, theirs, unit="decisions", goal=0.35)
        finally:
            bare.close()


def _write(bare: Any) -> None:  # noqa: ANN401  # either SQLite module's connection
    uid = str(uuid.uuid4())
    row = (uid, NOW.isoformat(), 1, 1, 1, 3, 1_200, "late delivery, apologised at the desk")
    bare.execute("BEGIN IMMEDIATE")
    bare.execute("UPDATE budget SET alone = alone + 1200 WHERE id = 1 AND alone >= 0")
    number = bare.execute(
        "INSERT INTO decision (uid, made_at, person_id, site_id, remedy_id, reason_id, "
        "amount_minor, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        row,
    ).lastrowid
    bare.execute("INSERT INTO submission VALUES (?, ?)", (uid, number))
    seq, before = bare.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    body = repr(row)
    own = hashlib.sha256(before + seq.to_bytes(8, "big") + body.encode()).digest()
    bare.execute("INSERT INTO journal VALUES (?, ?, ?, ?)", (seq + 1, body, before, own))
    bare.execute("COMMIT")


if __name__ == "__main__":
    print(HEAD)  # noqa: T201  # what the command is for
    compare(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
