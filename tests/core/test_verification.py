"""Verification names the first row that is not what the journal says of it."""

from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlmodel import Session, col

from ledger.core import commitments, journal, people, verification
from ledger.core.driver import Driver
from ledger.core.journal import Entry
from ledger.core.tables import ExportFile, Person, SubjectKey, Words
from ledger.core.verification import BadRowError, Verified, books, chain, verify
from ledger.database import Database, sqlite_module
from tests.counter import TUESDAY
from tests.founded import LEDGER_ID

GUARDS_OFF = "SET session_replication_role = replica"


@pytest.fixture
def ledger(filled: Database) -> Database:
    """Return a ledger with one of everything, on each database by turns."""
    return filled


@pytest.fixture
def small(filled_sqlite: Database) -> Database:
    """Return a ledger with one of everything, on SQLite."""
    return filled_sqlite


def change(ledger: Database, statement: str) -> None:
    """Change something behind the program's back, as who owns the database can."""
    with ledger.writing() as session:
        if not ledger.is_sqlite:
            session.execute(text(GUARDS_OFF))
            session.execute(text(statement))
            return
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        triggers = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
        dropped = session.execute(text(triggers)).all()
        for name, _ in dropped:
            session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(text(statement))
        for _, sql in dropped:
            session.connection().exec_driver_sql(sql)


def verified(ledger: Database) -> Verified:
    with ledger.reading() as session:
        return verify(session)


def first_bad(ledger: Database) -> tuple[object, ...]:
    """Return what verification names: table, key, why, column."""
    with pytest.raises(BadRowError) as caught:
        verified(ledger)
    return caught.value.table, caught.value.key, caught.value.why, caught.value.column


def test_a_founded_ledger_is_whole(database: Database) -> None:
    found = verified(database)

    assert (found.ledger_id, found.size) == (LEDGER_ID, 1)


def test_a_ledger_with_one_of_everything_is_whole(ledger: Database) -> None:
    found = verified(ledger)

    assert found.rows["decision"] == 14
    assert found.rows["customer"] == 7
    assert found.rows["words"] == 20
    assert all(found.rows.values())


def test_the_quick_hash_is_the_journals_own(session: Session) -> None:
    entries = [
        Entry(kind="site.added", actor="Zoë", subject="s" * 5_000, content={"a": "ü", "b": None}),
        Entry(kind="", actor="", subject="", content={}),
    ]
    for entry in entries:
        journal.append(session, entry, now=TUESDAY)

    assert len(list(chain.links(Driver(session)))) == 3


@pytest.mark.parametrize(
    "statement,bad",
    [
        ("UPDATE journal SET at = '2026-01-01' WHERE seq = 7", ("journal", 7, "hash", None)),
        ("DELETE FROM journal WHERE seq = 5", ("journal", 5, "gap", None)),
        ("DELETE FROM journal WHERE seq = 1", ("journal", 1, "gap", None)),
        (
            "UPDATE decision SET amount_minor = 466 WHERE id = 1",
            ("decision", 1, "differs", "amount_minor"),
        ),
        ("UPDATE void SET taken_back = 0 WHERE id = 1", ("void", 1, "differs", "taken_back")),
        (
            "UPDATE words SET body = 'Lost' WHERE subject LIKE 'void:%'",
            ("void", 1, "changed", "words"),
        ),
        (
            "UPDATE words SET body = 'Lost' WHERE subject LIKE 'limit:%'",
            ("latitude_limit", 1, "changed", "words"),
        ),
        (
            "UPDATE latitude_limit SET reason_commitment = '00' WHERE id = 1",
            ("latitude_limit", 1, "differs", "reason_commitment"),
        ),
        (
            "UPDATE latitude_limit SET per_decision_minor = 9000 WHERE id = 1",
            ("latitude_limit", 1, "differs", "per_decision_minor"),
        ),
        (
            "UPDATE activity SET amount_minor = 1 WHERE external_id = 'T1'",
            ("import_file", 2, "set", "activity"),
        ),
        ("UPDATE budget SET alone = alone + 1 WHERE id = 1", ("budget", 1, "wrong", "alone")),
        ("UPDATE budget SET gross = gross + 1 WHERE id = 2", ("budget", 2, "wrong", "gross")),
        (
            "UPDATE budget SET period_end = '2026-03-09' WHERE id = 1",
            ("budget", 1, "wrong", "period_end"),
        ),
        ("UPDATE outcome SET returned_on = 1 WHERE decision_id = 2", ("outcome", 2, "wrong", None)),
        ("DELETE FROM outcome WHERE decision_id = 3", ("outcome", 3, "wrong", None)),
        ("UPDATE feed SET through = '2027-01-01'", ("feed", "main", "wrong", "through")),
        ("UPDATE words SET body = body || '!'", ("decision", 1, "changed", "words")),
        (
            "UPDATE person SET role = 'administrator' WHERE name = 'Ana'",
            ("person", 1, "changed", "role"),
        ),
        ("UPDATE person SET name = 'Anna' WHERE id = 1", ("person", 1, "changed", "commitment")),
        (
            "UPDATE customer_detail SET name = 'Somebody'",
            ("customer", 1, "changed", "customer_detail"),
        ),
        (
            "UPDATE export_file SET content = content || '!'",
            ("export_file", 1, "changed", "content"),
        ),
        (
            "UPDATE export_file SET made_at = '2026-03-01T00:00:00.000000Z'",
            ("export_file", 1, "changed", "made_at"),
        ),
        ("UPDATE company SET ledger_id = 'another'", ("company", 1, "differs", "ledger_id")),
    ],
)
def test_a_change_is_named_by_its_row(
    ledger: Database, statement: str, bad: tuple[object, ...]
) -> None:
    change(ledger, statement)

    assert first_bad(ledger) == bad


def test_a_person_whom_the_journal_never_added_is_named(ledger: Database) -> None:
    change(
        ledger,
        "INSERT INTO person (id, uid, employee_id, name, role, active, ceiling_minor, added_at)"
        " VALUES (99, 'u', 'e', 'Mallory', 'administrator', 1, 0, '2026-01-01T00:00:00.000000Z')",
    )

    assert first_bad(ledger) == ("person", 99, "extra", "journal")


def test_an_export_whose_file_was_erased_is_as_it_should_be(ledger: Database) -> None:
    with ledger.writing() as session:
        session.delete(session.get_one(ExportFile, 1))

    found = verified(ledger)

    assert (found.rows["export"], found.rows["export_file"]) == (1, 0)


def test_a_note_that_is_gone_is_named_unless_it_was_erased(ledger: Database) -> None:
    with ledger.writing() as session:
        note = session.scalars(select(Words).where(col(Words.subject).startswith("note:"))).first()
        assert note is not None
        subject = note.subject
        session.delete(note)
        session.delete(session.get_one(SubjectKey, subject))
    assert first_bad(ledger)[2:] == ("gone", subject)

    with ledger.writing() as session:
        erased = Entry(kind="note.erased", actor="system", subject=subject, content={})
        journal.append(session, erased, now=TUESDAY)

    assert verified(ledger).rows["words"] == 19


def test_one_event_may_erase_many(ledger: Database) -> None:
    with ledger.writing() as session:
        subjects = [
            subject
            for subject in session.scalars(select(col(SubjectKey.subject)))
            if not subject.startswith("person:")
        ]
        for subject in subjects:
            session.delete(session.get_one(SubjectKey, subject))
        erased = Entry(
            kind="retention.erased",
            actor="system",
            subject="retention",
            content={"subjects": sorted(subjects)},
        )
        journal.append(session, erased, now=TUESDAY)

    assert verified(ledger).rows["words"] == 0


def test_what_was_changed_with_the_journal_is_as_it_should_be(ledger: Database) -> None:
    with ledger.writing() as session:
        ana = session.scalars(select(Person).where(col(Person.name) == "Ana")).one()
        ana.name, ana.role = "Ana Maria", "supervisor"
        key = session.get_one(SubjectKey, people.subject_of(ana)).key
        content = {"role": ana.role, "commitment": people.person_commitment(key, ana)}
        changed = Entry(
            kind="person.changed",
            actor="system",
            subject=people.subject_of(ana),
            content=content,
        )
        journal.append(session, changed, now=TUESDAY)

    assert verified(ledger).rows["person"] == 9


def test_a_later_word_in_the_journal_hides_no_earlier_change(ledger: Database) -> None:
    change(ledger, "UPDATE decision SET forecast = 'not_sure' WHERE id = 5")

    assert first_bad(ledger) == ("decision", 5, "differs", "forecast")


def test_a_row_of_an_import_that_was_never_finished_is_no_part_of_the_books(
    ledger: Database,
) -> None:
    with ledger.writing() as session:
        session.execute(
            text("INSERT INTO customer (pseudonym, commitment, import_id) VALUES ('p', 'c', 9)")
        )

    assert verified(ledger).rows["customer"] == 7


def test_bytes_that_are_no_text_are_named(small: Database) -> None:
    change(small, "UPDATE journal SET content = CAST(x'ff41' AS TEXT) WHERE seq = 9")

    table, key, why, _ = first_bad(small)

    assert (table, key, why) == ("journal", 9, "unreadable")


def test_a_damaged_page_is_named_and_no_traceback(small: Database) -> None:
    path = small.path
    assert path is not None
    small.close()
    damage(path)
    again = Database(f"sqlite:///{path}")

    try:
        _, _, why, _ = first_bad(again)
    finally:
        again.close()

    assert why in {"unreadable", "damaged", "missing", "hash", "gap"}


def damage(path: Path) -> None:
    """Overwrite the pages of the journal, but the first, with what is no page."""
    connection = sqlite_module().connect(path)
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    root = connection.execute(
        "SELECT rootpage FROM sqlite_schema WHERE name = 'journal'"
    ).fetchone()[0]
    connection.close()
    with path.open("rb+") as file:
        file.seek((root - 1) * size)
        file.write(b"\x5a" * size)


def test_progress_is_told_on_a_long_journal(
    small: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "TELL_EVERY", 10)
    told: list[int] = []

    with small.reading() as session:
        verify(session, tell=told.append)

    assert told == list(range(10, told[-1] + 1, 10))
    assert len(told) > 1


def test_a_commitment_binds_to_its_words_and_its_key() -> None:
    key = commitments.new_key()

    kept = commitments.words_commitment(key, "Cold soup")

    assert kept == commitments.words_commitment(key, "Cold soup")
    assert kept != commitments.words_commitment(key, "Cold soap")
    assert kept != commitments.words_commitment(commitments.new_key(), "Cold soup")


def test_a_column_that_a_later_version_added_may_say_nothing_and_no_more() -> None:
    written: dict[str, int | str | None] = {"id": 1, "made_at": "now"}

    assert books.difference({**written, "reason": None}, written) is None
    assert books.difference({**written, "reason": "x"}, written) == "reason"
    assert books.difference(written, {**written, "reason": None}) == "reason"
