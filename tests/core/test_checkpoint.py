"""A checkpoint that somebody else holds shows what the chain alone cannot."""

import pytest
from sqlalchemy import text
from sqlmodel import Session

from ledger.core import checkpoint, journal
from ledger.core.checkpoint import Checkpoint, CheckpointError
from ledger.core.journal import Entry
from tests.counter import MONDAY
from tests.founded import LEDGER_ID, PUBLIC_KEY, SIGNING_KEY


def happen(session: Session, kind: str = "site.seen") -> None:
    entry = Entry(kind=kind, actor="system", subject="site:1", content={})
    journal.append(session, entry, now=MONDAY)


def held_now(session: Session) -> str:
    """Sign a checkpoint of the journal as it is."""
    return checkpoint.sign(checkpoint.checkpoint_now(session), SIGNING_KEY)


def why(session: Session, held: str) -> str:
    with pytest.raises(CheckpointError) as caught:
        checkpoint.check(session, held)
    return caught.value.why


def test_a_checkpoint_is_three_lines_and_a_signature(session: Session) -> None:
    head = checkpoint.checkpoint_now(session).head

    lines = held_now(session).split("\n")

    assert lines[:4] == [f"latitude/{LEDGER_ID}", "1", head, ""]
    assert lines[4].startswith(f"ed25519 {PUBLIC_KEY} ")
    assert lines[5:] == [""]


def test_the_public_key_is_in_the_first_row(session: Session) -> None:
    assert checkpoint.journal_key(session) == checkpoint.public_half(SIGNING_KEY) == PUBLIC_KEY


def test_a_checkpoint_holds_for_the_journal_that_has_grown_since(session: Session) -> None:
    held = held_now(session)
    happen(session)

    stated = checkpoint.check(session, held)

    assert (stated.ledger_id, stated.size) == (LEDGER_ID, 1)


def test_a_checkpoint_survives_the_mail(session: Session) -> None:
    held = "\ufeff\r\n" + held_now(session).replace("\n", " \r\n") + "\r\n\r\n"

    assert checkpoint.check(session, held).size == 1


@pytest.mark.parametrize("line", [0, 1, 2, 4])
def test_a_changed_checkpoint_does_not_hold(session: Session, line: int) -> None:
    happen(session)
    lines = held_now(session).split("\n")
    last = lines[line][-1]
    lines[line] = lines[line][:-1] + ("1" if last != "1" else "3")

    found = why(session, "\n".join(lines))

    assert found == ("other_ledger" if line == 0 else "signature")


@pytest.mark.parametrize(
    "written", ["", "latitude/x\n1\n", "latitude/x\n0\n" + "0" * 64 + "\n\n", "\x00", "hello\n" * 5]
)
def test_what_is_no_checkpoint_is_called_so(session: Session, written: str) -> None:
    assert why(session, written) == "unreadable"


def test_a_checkpoint_by_another_key_does_not_hold(session: Session) -> None:
    another = checkpoint.new_signing_key()
    held = checkpoint.sign(checkpoint.checkpoint_now(session), another.private)

    assert why(session, held) == "signature"


def test_a_second_signature_does_no_harm(session: Session) -> None:
    another = checkpoint.new_signing_key()
    theirs = checkpoint.sign(checkpoint.checkpoint_now(session), another.private)

    both = theirs + held_now(session).split("\n")[4] + "\n"

    assert checkpoint.check(session, both).size == 1


def test_a_younger_checkpoint_shows_that_an_old_backup_was_restored(session: Session) -> None:
    savepoint = session.begin_nested()
    happen(session)
    held = held_now(session)
    savepoint.rollback()

    assert why(session, held) == "older"


def test_history_that_was_written_anew_is_told_from_history_that_was_cut(session: Session) -> None:
    savepoint = session.begin_nested()
    happen(session)
    held = held_now(session)
    savepoint.rollback()
    happen(session, kind="site.closed")

    assert why(session, held) == "rewritten"


def test_a_checkpoint_of_an_emptied_journal_says_that_it_was_cut(session: Session) -> None:
    held = held_now(session)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET session_replication_role = replica"))
    else:
        session.execute(text("DROP TRIGGER journal_no_delete"))
    session.execute(text("DELETE FROM journal"))

    assert why(session, held) == "cut"


def test_what_is_signed_is_what_is_written() -> None:
    stated = Checkpoint(ledger_id="shop", size=12, head="ab" * 32)

    signed = checkpoint.sign(stated, SIGNING_KEY)

    assert signed.startswith(f"latitude/shop\n12\n{'ab' * 32}\n\n")
    # Ed25519 signatures are the same each time (RFC 8032): the bytes that are signed never change.
    assert signed == checkpoint.sign(stated, SIGNING_KEY)
